//! Letters: over SMTP, or into files while no server is set. Sent from jobs only.
//!
//! The mail server is named by the operator in the environment, by nobody else, so it may stand on this machine or in a private
//! network: it does not pass `web::outgoing`. What goes into a header of a letter is one line without control characters, and a
//! recipient is one address, so that no name or title can add a header or a reader.

use crate::error::AnyResult;
use lettre::{
    FileTransport, Message, SmtpTransport, Transport,
    message::{
        Body, Mailbox,
        header::{ContentTransferEncoding, ContentType},
    },
};
use std::{path::Path, sync::Arc};

/// A letter, before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The address of the reader.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

enum Way {
    Smtp(SmtpTransport),
    Files(FileTransport),
}

/// Where letters go; cheap to clone.
#[derive(Clone)]
pub struct Mail(Arc<(Mailbox, Way)>);

impl Mail {
    /// Over the server at `url`, e.g. `smtps://user:password@mail.example.org` or `smtp://127.0.0.1:25`.
    pub fn smtp(from: &str, url: &str) -> AnyResult<Mail> {
        Ok(Mail(Arc::new((from.parse()?, Way::Smtp(SmtpTransport::from_url(url)?.build())))))
    }

    /// As one `.eml` file each in `folder`, which is made.
    pub fn files(from: &str, folder: &Path) -> AnyResult<Mail> {
        std::fs::create_dir_all(folder)?;
        Ok(Mail(Arc::new((from.parse()?, Way::Files(FileTransport::new(folder))))))
    }

    /// Sends one letter.
    pub fn send(&self, letter: &Letter) -> AnyResult<()> {
        let (from, way) = &*self.0;
        let (to, subject) = (letter.to.parse()?, one_line(&letter.subject));
        let message = Message::builder().from(from.clone()).to(to).subject(subject).header(ContentType::TEXT_PLAIN);
        match way {
            Way::Smtp(server) => server.send(&message.body(letter.text.clone())?).map(drop)?,
            Way::Files(folder) => folder.send(&message.body(readable(&letter.text))?).map(drop)?,
        }
        Ok(())
    }
}

/// The text as it is, where lettre would break long lines and escape `=`: out of a file a link is copied by hand.
fn readable(text: &str) -> Body {
    Body::dangerous_pre_encoded(text.replace('\n', "\r\n").into_bytes(), ContentTransferEncoding::EightBit)
}

/// What a header may hold: line ends and other control characters are blanks.
fn one_line(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}') { ' ' } else { sign }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written for this letter; `None`: it is not sent.
    fn written(to: &str, subject: &str) -> Option<String> {
        let folder = std::env::temp_dir().join(format!("mainstay-mail-{}-{:x}", std::process::id(), rand::random::<u64>()));
        let mail = Mail::files("Mainstay <site@example.org>", &folder).expect("a folder");
        let sent = mail.send(&Letter { to: to.to_owned(), subject: subject.to_owned(), text: "Hello.\nBcc: in the text".to_owned() });
        let file =
            std::fs::read_dir(&folder).expect("the folder").flatten().find(|item| item.path().extension().is_some_and(|it| it == "eml"));
        let text = file.map(|item| std::fs::read_to_string(item.path()).expect("a letter"));
        std::fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(sent.is_ok(), text.is_some());
        text
    }

    #[test]
    fn no_title_adds_a_header() {
        for subject in [
            "Hi\r\nBcc: evil@example.net",
            "Hi\nBcc: evil@example.net",
            "Hi\rBcc: evil@example.net",
            "Hi\u{2028}Bcc: evil@example.net",
            "Hi\0\u{b}\u{c}\u{85}Bcc: x",
        ] {
            let letter = written("ada@example.org", subject).expect("sent");
            let head = letter.split("\r\n\r\n").next().unwrap_or_default();
            assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
            assert_eq!(head.lines().filter(|line| line.starts_with("Subject:")).count(), 1);
        }
    }

    #[test]
    fn no_address_adds_a_reader() {
        for to in [
            "ada@example.org\r\nBcc: evil@example.net",
            "ada@example.org, evil@example.net",
            "ada@example.org\nRCPT TO:<x@y>",
            "",
            "<ada@example.org",
        ] {
            assert_eq!(written(to, "Hi"), None, "{to:?}");
        }
    }
}
