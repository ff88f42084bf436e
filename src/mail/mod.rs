//! Letters: an outbox in the database, and the mail server or folder that they go to.
//!
//! Tables `letters`, `letter_attempts`, `suppressed_addresses`, `dkim_keys`. A letter is written into the outbox in the transaction
//! that makes it necessary ([`outbox::post`]); a job hands it to the mail server ([`sending`]), writes down what that has answered,
//! and comes back for hours where that makes sense. What must always hold: no letter is lost, none is sent while somebody has called it off, and
//! the text of one that opens something ([`outbox::Posting::sealed`]) is readable by nobody but its reader.
//!
//! The mail server is named by the operator in the environment, by nobody else, so it may stand on this machine or in a private
//! network: it does not pass `web::outgoing`. What goes into a header of a letter is one line without control characters, and a
//! recipient is one address, so that no name or title can add a header or a reader.

pub mod admin;
pub mod dkim;
pub mod forms;
pub mod jobs;
mod message;
pub mod model;
pub mod outbox;
pub mod seal;
pub mod sending;

pub use message::Sheet;

use crate::{
    error::AnyResult,
    jobs::{Job, Kind, kind, schedule::Schedule},
    web::methods::{post, read},
};
use actix_web::web;
use lettre::{FileTransport, SmtpTransport, Transport, message::Mailbox, transport::smtp};
use std::{error::Error, path::Path, sync::Arc, time::Duration};

/// Every kind of job of the outbox.
pub const JOBS: &[Kind] = &[kind::<jobs::Send>(), kind::<jobs::FindStranded>()];

/// Looks for letters that wait for nobody.
pub const FIND_STRANDED: Schedule = crate::app::repeat(jobs::FindStranded::KIND, 10);

/// How long the mail server may take for one answer. A letter takes about ten.
const PATIENCE: Duration = Duration::from_secs(15);

/// Addresses of the outbox.
pub mod paths {
    use super::model::letter::LetterId;

    /// The list of letters.
    pub const LETTERS: &str = "/admin/mail";
    /// Sends a letter to oneself.
    pub const TEST: &str = "/admin/mail/test";
    /// Addresses to which no letters go.
    pub const SUPPRESSED: &str = "/admin/mail/suppressed";
    /// The sender: server, signature, what the DNS should say.
    pub const SENDER: &str = "/admin/mail/sender";

    /// A letter.
    pub fn letter(id: LetterId) -> String {
        format!("{LETTERS}/{id}")
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::LETTERS, read().to(admin::letters::index))
        .route(paths::TEST, read().to(admin::test::ask))
        .route(paths::TEST, post().to(admin::test::send))
        .route(paths::SUPPRESSED, read().to(admin::suppressed::index))
        .route(paths::SUPPRESSED, post().to(admin::suppressed::add))
        .route("/admin/mail/suppressed/{id}/deletion", post().to(admin::suppressed::remove))
        .route(paths::SENDER, read().to(admin::sender::show))
        .route("/admin/mail/sender/key", post().to(admin::sender::make))
        .route("/admin/mail/sender/signing", post().to(admin::sender::sign))
        .route("/admin/mail/sender/deletion", read().to(admin::sender::ask))
        .route("/admin/mail/sender/deletion", post().to(admin::sender::drop_key))
        .route("/admin/mail/{id}", read().to(admin::letter::show))
        .route("/admin/mail/{id}/html", read().to(admin::letter::html))
        .route("/admin/mail/{id}/resend", post().to(admin::letter::resend))
        .route("/admin/mail/{id}/cancellation", read().to(admin::letter::ask))
        .route("/admin/mail/{id}/cancellation", post().to(admin::letter::cancel));
}

/// A letter, before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The address of the reader.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as a document of HTML, for readers that show such.
    pub html: Option<String>,
    /// An address with https that takes the reader off whatever list this letter goes to, by one POST (RFC 8058).
    pub unsubscribe: Option<String>,
}

impl Letter {
    /// A letter of nothing but text.
    pub fn plain(to: impl Into<String>, subject: impl Into<String>, text: impl Into<String>) -> Letter {
        Letter { to: to.into(), subject: subject.into(), text: text.into(), html: None, unsubscribe: None }
    }
}

enum Way {
    Smtp(SmtpTransport, String),
    Files(FileTransport),
}

/// Where letters go; cheap to clone.
#[derive(Clone)]
pub struct Mail(Arc<(Mailbox, Way)>);

/// What became of a letter that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What it means.
    pub outcome: Outcome,
    /// The reply code (RFC 5321, 4.2); `None`: there was no reply.
    pub code: Option<i32>,
    /// What the server said, or why it said nothing.
    pub words: String,
    /// The head of the letter, as it was sent.
    pub headers: String,
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server has it.
    Taken,
    /// Not now: it is worth trying again.
    Again,
    /// Never.
    Refused,
}

/// Replies that are about our own log-in, not about the letter (RFC 4954, 6): whoever mends the settings wants it sent then.
const ABOUT_US: [i32; 4] = [530, 534, 535, 538];

impl Mail {
    /// Over the server at `url`, e.g. `smtps://user:password@mail.example.org` or `smtp://127.0.0.1:25`.
    ///
    /// `smtps` is TLS from the first byte (RFC 8314, port 465); `smtp` with `?tls=required` is STARTTLS or nothing (port 587), with
    /// `?tls=opportunistic` STARTTLS where the server offers it; without either it is plain, for a server on this machine.
    pub fn smtp(from: &str, url: &str) -> AnyResult<Mail> {
        let server = SmtpTransport::from_url(url)?.timeout(Some(PATIENCE)).build();
        let place = url.split_once("://").map_or(url, |(_, rest)| rest);
        let place = place.rsplit_once('@').map_or(place, |(_, host)| host);
        let name = place.split(['/', '?']).next().unwrap_or(place).to_owned();
        Ok(Mail(Arc::new((from.parse()?, Way::Smtp(server, name)))))
    }

    /// As one `.eml` file each in `folder`, which is made.
    pub fn files(from: &str, folder: &Path) -> AnyResult<Mail> {
        std::fs::create_dir_all(folder)?;
        Ok(Mail(Arc::new((from.parse()?, Way::Files(FileTransport::new(folder))))))
    }

    /// Who sends.
    pub fn from(&self) -> &Mailbox {
        &self.0.0
    }

    /// The domain of the sender, as the DNS has it.
    pub fn domain(&self) -> &str {
        self.0.0.email.domain()
    }

    /// Name and port of the mail server, without its password; `None`: letters become files.
    pub fn server(&self) -> Option<&str> {
        match &self.0.1 {
            Way::Smtp(_, name) => Some(name),
            Way::Files(_) => None,
        }
    }

    /// Hands one letter over, and waits for the answer: up to some minutes. Of jobs, and of the page that tests it.
    pub fn send(&self, sheet: &Sheet<'_>) -> Answer {
        let (from, way) = &*self.0;
        let message = match message::build(from, sheet, matches!(way, Way::Files(_))) {
            Ok(message) => message,
            Err(error) => return Answer { outcome: Outcome::Refused, code: None, words: error.to_string(), headers: String::new() },
        };
        let headers = message.headers().to_string();
        match way {
            Way::Files(folder) => match folder.send(&message) {
                Ok(name) => Answer { outcome: Outcome::Taken, code: None, words: format!("Written to {name}.eml"), headers },
                Err(error) => Answer { outcome: Outcome::Again, code: None, words: error.to_string(), headers },
            },
            Way::Smtp(server, _) => match server.send(&message) {
                Ok(reply) => {
                    let words = reply.message().collect::<Vec<_>>().join(" ");
                    Answer { outcome: Outcome::Taken, code: reply.code().to_string().parse().ok(), words, headers }
                }
                Err(error) => failed(&error, headers),
            },
        }
    }
}

fn failed(error: &smtp::Error, headers: String) -> Answer {
    let code = error.status().and_then(|code| code.to_string().parse().ok());
    let about_us = code.is_some_and(|code| ABOUT_US.contains(&code));
    // What lettre itself refuses (no STARTTLS where it is asked for, no way to log in) is about the settings too.
    let outcome = if error.is_permanent() && !about_us { Outcome::Refused } else { Outcome::Again };
    let words = match (code, error.source()) {
        (Some(_), Some(said)) => said.to_string(),
        _ => error.to_string(),
    };
    Answer { outcome, code, words, headers }
}
