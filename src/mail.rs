//! Letters: over SMTP, or into files while no server is set. Sent from jobs only.

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
        let message = Message::builder().from(from.clone()).to(letter.to.parse()?).subject(&letter.subject).header(ContentType::TEXT_PLAIN);
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
