//! Telling a hub that the feeds have changed.

use crate::{
    jobs::{Job, JobEnv, JobResult},
    site::{SiteSettings, reach::feed},
};
use serde::{Deserialize, Serialize};

/// Bytes of an answer that are read.
const MOST: usize = 4096;

/// Tells the hub, if one is named, that the feeds of the site have something new.
///
/// A form with `hub.mode=publish` and the address of each (what hubs take; W3C `WebSub`, section 6, leaves it to them). Who subscribed
/// there is told by the hub.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellHub;

impl Job for TellHub {
    const KIND: &'static str = "reach.tell_hub";
    const IS_SLOW: bool = true; // it waits for a server of others

    fn run(&self, env: &JobEnv) -> JobResult {
        let hub = env.db.read_here(|conn| Ok(SiteSettings::load(conn)?.reach.hub.clone()))?;
        if hub.is_empty() {
            return Ok(());
        }
        let feeds: Vec<String> = ["atom", "rss", "json"].map(|format| format!("{}{}", env.base_url, feed(format, "/"))).into();
        let pairs = feeds.iter().flat_map(|url| [("hub.url", url.as_str()), ("hub.topic", url.as_str())]);
        let form = serde_html_form::to_string([("hub.mode", "publish")].into_iter().chain(pairs).collect::<Vec<_>>())?;
        match env.outgoing.post_form(&hub, form, MOST) {
            Ok(answer) if (200..300).contains(&answer.fetched.status) => Ok(()),
            // It will not be told otherwise by trying again.
            Ok(answer) if (400..500).contains(&answer.fetched.status) => {
                log::warn!("the hub {hub} refuses to be told: {}", answer.fetched.status);
                Ok(())
            }
            Ok(answer) => Err(format!("the hub {hub} answers {}", answer.fetched.status).into()),
            Err(fault) => Err(format!("the hub {hub} was not told: {fault}").into()),
        }
    }
}
