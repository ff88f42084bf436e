//! What is well, what is not, and what to do: the rules of the security centre.
//!
//! Each rule looks at what was found and says one thing. A rule that does not apply says nothing. Every remedy can be carried out
//! from where it leads, or by the setting that it names.

use super::{facts::Facts, model::standing::Standing, paths, versions};
use crate::{
    site::page::{count, number},
    web::entrance::Seen,
};
use chrono::NaiveDate;
use std::{net::IpAddr, sync::atomic::Ordering};

/// How urgent it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Somebody can use it against the site.
    Danger,
    /// Something is missing that a site of this kind should have.
    Missing,
    /// Good to know.
    Note,
    /// All is well.
    Well,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How urgent it is.
    pub level: Level,
    /// In a few words.
    pub title: String,
    /// What it means, and what to do.
    pub text: String,
    /// Where that is done: address and words.
    pub link: Option<(&'static str, &'static str)>,
}

/// All that the rules look at.
pub struct Evidence<'a> {
    /// What the tables say.
    pub standing: &'a Standing,
    /// What the process knows of itself.
    pub facts: &'a Facts,
    /// What came by.
    pub seen: &'a Seen,
    /// Where the site stands.
    pub base_url: &'a str,
    /// The day.
    pub today: NaiveDate,
}

type Rule = fn(&Evidence<'_>) -> Option<Finding>;

/// The rules, in the order in which they are shown among those of a level.
const RULES: [Rule; 19] = [
    https,
    proxy_unnamed,
    proxy_plain,
    flags,
    files,
    any_host,
    listening,
    debug,
    factors,
    failed_log_ins,
    owners,
    sessions,
    reports,
    jobs,
    mail,
    backup,
    database,
    key,
    private,
];

/// Everything that the rules say, the most urgent first.
pub fn all(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = RULES.iter().filter_map(|rule| rule(evidence)).collect();
    found.sort_by_key(|finding| finding.level);
    found
}

fn say(level: Level, title: impl Into<String>, text: impl Into<String>, link: Option<(&'static str, &'static str)>) -> Option<Finding> {
    Some(Finding { level, title: title.into(), text: text.into(), link })
}

/// Whether the site stands on this machine, for its own eyes.
fn is_local(base_url: &str) -> bool {
    let host = base_url.split_once("://").map_or("", |(_, rest)| rest);
    ["127.", "localhost", "[::1]"].iter().any(|name| host.starts_with(name))
}

fn https(of: &Evidence<'_>) -> Option<Finding> {
    if of.base_url.starts_with("https://") {
        return say(
            Level::Well,
            "Visitors come by https",
            "Browsers are told to stay there for a year, and the session cookie goes nowhere else.",
            None,
        );
    }
    if is_local(of.base_url) {
        return say(
            Level::Note,
            "This site stands on this machine only",
            "Before others come, set MAINSTAY_BASE_URL to its https address.",
            None,
        );
    }
    let text = "Whoever sits between can read passwords and sessions. Get a certificate, name it in MAINSTAY_TLS_CERTIFICATE and MAINSTAY_TLS_KEY or \
        put a proxy in front, and set MAINSTAY_BASE_URL to the https address.";
    say(Level::Danger, "Visitors come without https", text, None)
}

fn proxy_unnamed(of: &Evidence<'_>) -> Option<Finding> {
    let text = "It passes visitors on, but is not in MAINSTAY_TRUSTED_PROXIES: to the throttle of failed log-ins and in the journal all of them are one.";
    of.seen.stranger.load(Ordering::Relaxed).then(|| say(Level::Danger, "A proxy in front is not named", text, None)).flatten()
}

fn proxy_plain(of: &Evidence<'_>) -> Option<Finding> {
    let plain = of.seen.plain_http.load(Ordering::Relaxed) && of.base_url.starts_with("https://");
    let text = "It passes on requests that came by http. Let it lead those to https, as the example in deploy/ does.";
    plain.then(|| say(Level::Danger, "The proxy takes visitors without https", text, None)).flatten()
}

fn flags(of: &Evidence<'_>) -> Option<Finding> {
    let text = format!(
        "Everybody on the machine can read them in the list of processes: {}. Give them in the environment or in a file instead.",
        of.facts.shown_flags.join(", ")
    );
    (!of.facts.shown_flags.is_empty()).then(|| say(Level::Danger, "Secrets stand on the command line", text, None)).flatten()
}

fn files(of: &Evidence<'_>) -> Option<Finding> {
    if of.facts.open_files.is_empty() {
        return say(
            Level::Well,
            "Secrets are for this program only",
            "No file with a secret, nor the state folder, can be read by everybody on the machine.",
            None,
        );
    }
    let text = format!("Take that right away (chmod o-rwx): {}.", of.facts.open_files.join(", "));
    say(Level::Missing, "Everybody on the machine can read what is secret", text, None)
}

fn any_host(of: &Evidence<'_>) -> Option<Finding> {
    let text = "MAINSTAY_ALLOWED_HOSTS is *. Name the hosts of the site, so that no foreign name leads here.";
    of.facts.takes_any_host.then(|| say(Level::Missing, "Any host is let in", text, None)).flatten()
}

fn listening(of: &Evidence<'_>) -> Option<Finding> {
    let open = of.facts.listens_on.is_some_and(|ip: IpAddr| !ip.is_loopback());
    if !open || of.facts.has_tls {
        return None;
    }
    let text = "It takes connections without TLS from the net. Behind a proxy let it listen on 127.0.0.1 (MAINSTAY_LISTEN), or in a network of its own.";
    say(Level::Missing, "The program listens on more than this machine", text, None)
}

fn debug(of: &Evidence<'_>) -> Option<Finding> {
    let text = "It is slow, and tells more in its log. Serve visitors with what cargo build --release makes.";
    of.facts.is_debug.then(|| say(Level::Note, "This is a program for developers", text, None)).flatten()
}

fn failed_log_ins(of: &Evidence<'_>) -> Option<Finding> {
    let all: i64 = of.standing.failed.iter().map(|(_, many)| many).sum();
    let link = Some(("/admin/journal?kind=account.sign_in_failed", "Read them"));
    let (title, waiting) = (count(all, "failed log-in", "failed log-ins") + " in two weeks", of.standing.throttled);
    if waiting > 0 {
        let text = format!(
            "At this moment {} must wait before the next try, since too many failed.",
            count(waiting, "account or network", "accounts and networks")
        );
        return say(Level::Note, title, text, link);
    }
    if all >= 1000 {
        return say(
            Level::Note,
            title,
            "Somebody tries passwords. They are slowed by account and by network; see that nobody uses a short one.",
            link,
        );
    }
    say(
        Level::Well,
        "Nobody tries passwords",
        format!("{title}. After four an account or a network has to wait."),
        (all > 0).then_some(link).flatten(),
    )
}

fn factors(of: &Evidence<'_>) -> Option<Finding> {
    let (all, without) = (of.standing.people, of.standing.without_factor);
    if without == 0 {
        return say(Level::Well, "Everybody has a second factor", "A password alone opens no account.", None);
    }
    let title = format!("{} of {} without a second factor", number(without), count(all, "person is", "people are"));
    let text = "Whoever learns the password of one of them is in. Under Settings a role can be made to set one up.";
    say(Level::Missing, title, text, Some(("/admin/settings#second_factor-owner", "Choose the roles")))
}

fn owners(of: &Evidence<'_>) -> Option<Finding> {
    let link = Some(("/admin/people", "Look at the people"));
    match of.standing.owners {
        0 | 1 => say(
            Level::Note,
            "There is one owner",
            "If that person loses access, only whoever runs the server can help: mainstay admin reset-password.",
            link,
        ),
        2 | 3 => None,
        many => say(
            Level::Missing,
            format!("There are {} owners", number(many)),
            "Each may do everything. Make admins of those who need not name other owners.",
            link,
        ),
    }
}

fn sessions(of: &Evidence<'_>) -> Option<Finding> {
    let (all, old) = (count(of.standing.sessions, "session", "sessions"), of.standing.old_sessions);
    if old == 0 {
        return say(
            Level::Well,
            "No session is old",
            format!("{all} in use. Each ends after twelve hours without use, and after thirty days in any case."),
            None,
        );
    }
    let text = format!(
        "{} began more than two weeks ago. Whoever knows none of them should end it in the own profile.",
        count(old, "session", "sessions")
    );
    say(Level::Note, "Some sessions are old", text, Some(("/admin/profile/sessions", "Your own sessions")))
}

fn reports(of: &Evidence<'_>) -> Option<Finding> {
    if of.standing.reports == 0 {
        return say(
            Level::Well,
            "Browsers had nothing to refuse",
            "No page has tried to load a script, a style or a picture that does not belong to it.",
            None,
        );
    }
    let title = format!("Browsers refused {}", count(of.standing.reports, "thing", "things"));
    say(
        Level::Note,
        title,
        "A page has tried to load what does not belong to it: a mistake in it, a browser's extension, or an attack.",
        Some((paths::REPORTS, "Look at them")),
    )
}

fn jobs(of: &Evidence<'_>) -> Option<Finding> {
    let given_up = of.standing.jobs.1;
    if given_up == 0 {
        return say(Level::Well, "Background jobs run", format!("{} waiting, none given up.", number(of.standing.jobs.0)), None);
    }
    let last = of.standing.failed_job.as_deref().unwrap_or("");
    let text = format!("After ten tries each; the last is {last}. The log of the program has the reasons.");
    say(Level::Missing, format!("{} given up", count(given_up, "background job was", "background jobs were")), text, None)
}

fn mail(of: &Evidence<'_>) -> Option<Finding> {
    let given_up = of.standing.failed_letters;
    if of.facts.has_mail && given_up > 0 {
        let title = format!("{} given up", count(given_up, "letter was", "letters were"));
        let text = "In the last seven days. The outbox has what the mail server said to each.";
        return say(Level::Missing, title, text, Some(("/admin/mail?state=failed", "Look at them")));
    }
    if of.facts.has_mail {
        return say(Level::Well, "Letters go out", "Invitations and warnings are sent by a mail server.", None);
    }
    let text = "Letters become files in the state folder: nobody gets an invitation or a warning. Name a mail server in MAINSTAY_SMTP_URL.";
    say(Level::Missing, "There is no mail server", text, None)
}

fn backup(_: &Evidence<'_>) -> Option<Finding> {
    let text = "Mainstay makes none itself yet, and does not know of yours. Copy the state folder while the program is stopped, or the database with its own tools and \
        the folder of the files, each day, to another machine; and try once whether it can be brought back.";
    say(Level::Note, "Backups are up to you", text, None)
}

fn database(of: &Evidence<'_>) -> Option<Finding> {
    let server = versions::read(&of.standing.database);
    let title = format!("{} and Mainstay {}", server.name(), env!("CARGO_PKG_VERSION"));
    match server.end {
        Some(end) if end <= of.today => {
            let text = format!("{} gets no corrections any more since {}. Move to a newer series.", server.name(), end.format("%-d %B %Y"));
            say(Level::Danger, "The database server is too old", text, None)
        }
        Some(end) => say(Level::Well, title, format!("The database server gets corrections until {}.", end.format("%-d %B %Y")), None),
        None => say(
            Level::Note,
            title,
            "Until when this series of the database server gets corrections is not known to this version of Mainstay.",
            None,
        ),
    }
}

fn key(of: &Evidence<'_>) -> Option<Finding> {
    let days = of.standing.key_made_at.map_or(0, |made| (of.today - made.date()).num_days());
    let text = format!("It was made {} ago. A new one logs nobody out: mainstay secrets rotate.", count(days, "day", "days"));
    (days > 365).then(|| say(Level::Note, "The key of the session cookie is old", text, None)).flatten()
}

fn private(of: &Evidence<'_>) -> Option<Finding> {
    let text =
        "MAINSTAY_OUTGOING_ALLOW names private networks: whoever writes here can find out by a link whether something answers there.";
    of.facts.asks_private.then(|| say(Level::Note, "Links may lead into your own network", text, None)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing() -> Standing {
        Standing {
            people: 3,
            without_factor: 0,
            owners: 2,
            sessions: 4,
            old_sessions: 0,
            failed: Vec::new(),
            throttled: 0,
            reports: 0,
            jobs: (0, 0),
            failed_letters: 0,
            failed_job: None,
            database: "11.4.2-MariaDB".to_owned(),
            key_made_at: None,
        }
    }

    fn found(base_url: &str, change: impl FnOnce(&mut Standing, &mut Facts, &Seen)) -> Vec<(Level, String)> {
        let (mut standing, mut facts, seen) = (standing(), Facts { has_mail: true, ..Facts::default() }, Seen::default());
        change(&mut standing, &mut facts, &seen);
        let today = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap_or_default();
        let evidence = Evidence { standing: &standing, facts: &facts, seen: &seen, base_url, today };
        all(&evidence).into_iter().map(|finding| (finding.level, finding.title)).collect()
    }

    const SITE: &str = "https://example.org";

    #[test]
    fn on_a_well_kept_site_only_the_backup_is_left_to_say() {
        let all = found(SITE, |_, _, _| {});
        assert_eq!(all[0], (Level::Note, "Backups are up to you".to_owned()));
        assert!(all[1..].iter().all(|(level, _)| *level == Level::Well), "{all:?}");
    }

    #[test]
    fn what_can_be_used_against_the_site_stands_first() {
        let all = found("http://example.org", |standing, facts, seen| {
            facts.shown_flags = vec!["--database-url"];
            facts.open_files = vec!["/etc/secret".to_owned()];
            facts.takes_any_host = true;
            seen.stranger.store(true, Ordering::Relaxed);
            standing.database = "5.7.44".to_owned();
        });
        let urgent: Vec<&str> = all.iter().filter(|(level, _)| *level == Level::Danger).map(|(_, title)| title.as_str()).collect();
        assert_eq!(
            urgent,
            [
                "Visitors come without https",
                "A proxy in front is not named",
                "Secrets stand on the command line",
                "The database server is too old"
            ]
        );
        assert!(all.windows(2).all(|two| two[0].0 <= two[1].0));
    }

    #[test]
    fn a_proxy_that_lets_visitors_come_without_https_is_told_of_only_where_the_site_is_on_https() {
        let plain = |base: &str| {
            found(base, |_, _, seen| seen.plain_http.store(true, Ordering::Relaxed)).iter().any(|(_, title)| title.starts_with("The proxy"))
        };
        assert!(plain(SITE) && !plain("http://127.0.0.1:8080"));
    }

    #[test]
    fn a_program_that_listens_to_the_net_without_tls_is_told_of() {
        let open = |ip: &str, tls: bool| {
            let ip: Option<IpAddr> = ip.parse().ok();
            found(SITE, |_, facts, _| (facts.listens_on, facts.has_tls) = (ip, tls))
                .iter()
                .any(|(_, title)| title.starts_with("The program listens"))
        };
        assert!(open("0.0.0.0", false) && !open("0.0.0.0", true) && !open("127.0.0.1", false) && !open("::1", false));
    }
}
