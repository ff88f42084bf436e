//! Jobs of this room.

use super::{
    mail,
    model::{
        form::ContactForm,
        message::{self, Message, MessageId, MessageState},
    },
};
use crate::{
    jobs::{Job, JobEnv, JobResult},
    mail::outbox::Posting,
    site::SiteSettings,
};
use diesel::OptionalExtension;
use serde::{Deserialize, Serialize};

/// Writes to everybody whom a form names; answers go to whoever has written.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellRecipients {
    /// What was written.
    pub message: MessageId,
}

impl Job for TellRecipients {
    const KIND: &'static str = "contact.tell_recipients";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| {
            let found = Message::find(conn, self.message).optional()?.filter(|message| message.state != MessageState::Spam);
            let Some((message, form)) = found.and_then(|message| message.form_id.map(|form| (message, form))) else { return Ok(()) };
            let (form, site) = (ContactForm::find(conn, form)?, SiteSettings::load(conn)?);
            for to in form.recipients() {
                let letter = mail::message(to, &message, &site, &env.base_url)?;
                Posting::new("contact.message", &letter).reply_to(&mail::sender(&message)).file(conn, now)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Deletes what is older than the settings say, and spam that is a month old.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "contact.sweep";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        let site = env.db.read_here(|conn| Ok(SiteSettings::load(conn)?))?;
        while env.db.write_here(|conn| Ok(message::sweep(conn, site.message_days, now)?))? {}
        Ok(())
    }
}
