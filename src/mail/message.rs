//! A letter as it goes over the wire (RFC 5322, MIME).

use super::Letter;
use crate::error::AnyResult;
use lettre::{
    Message,
    message::{
        Body, Mailbox, MultiPart, SinglePart,
        dkim::DkimConfig,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

/// A letter with what only its sending needs.
pub struct Sheet<'a> {
    /// The letter.
    pub letter: &'a Letter,
    /// The part of the Message-ID before the `@`; the same each time it is tried, so that two copies are known to be one.
    pub key: &'a str,
    /// Where answers go, as in a header; empty: to the sender.
    pub reply_to: &'a str,
    /// Signs it (RFC 6376).
    pub dkim: Option<&'a DkimConfig>,
}

/// Characters of a subject that are sent.
const LONGEST_SUBJECT: usize = 250;

/// Writes it; `readable`: as one would read it in a file.
pub(super) fn build(from: &Mailbox, sheet: &Sheet<'_>, readable: bool) -> AnyResult<Message> {
    let letter = sheet.letter;
    let mut message = Message::builder()
        .from(from.clone())
        .to(letter.to.parse()?)
        .subject(one_line(&letter.subject))
        .message_id(Some(format!("<{}@{}>", sheet.key, from.email.domain())))
        // Nobody answers a program: no “I am on holiday” comes back (RFC 3834, 5).
        .raw_header(header("Auto-Submitted", "auto-generated"));
    if !sheet.reply_to.is_empty() {
        message = message.reply_to(one_line(sheet.reply_to).parse()?);
    }
    for one in unsubscription(letter.unsubscribe.as_deref()) {
        message = message.raw_header(one);
    }
    let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body(&letter.text, readable));
    let mut message = match &letter.html {
        None => message.singlepart(text)?,
        Some(html) => {
            let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(body(html, readable));
            message.multipart(MultiPart::alternative().singlepart(text).singlepart(html))?
        }
    };
    if let Some(dkim) = sheet.dkim {
        message.sign(dkim);
    }
    Ok(message)
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.to_owned(), value.to_owned())
}

/// Where one unsubscribes (RFC 2369), and that one POST does it (RFC 8058, which asks for https).
fn unsubscription(url: Option<&str>) -> Vec<HeaderValue> {
    let fits = |url: &&str| url.starts_with("http") && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>,".contains(&byte));
    let Some(url) = url.filter(fits).filter(|url| url.len() <= 900) else { return Vec::new() };
    let mut headers = vec![header("List-Unsubscribe", &format!("<{url}>"))];
    if url.starts_with("https://") {
        headers.push(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    headers
}

/// The text as it is where somebody reads the file: lettre would break long lines and escape `=`, and a link is copied by hand.
fn body(text: &str, readable: bool) -> Body {
    if !readable {
        return Body::new(text.to_owned());
    }
    Body::dangerous_pre_encoded(text.replace('\n', "\r\n").into_bytes(), ContentTransferEncoding::EightBit)
}

/// What a header may hold: line ends and other control characters are blanks.
pub(super) fn one_line(text: &str) -> String {
    let plain = text.chars().map(|sign| if sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}') { ' ' } else { sign });
    plain.take(LONGEST_SUBJECT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Mail;

    /// What is written for this letter; `None`: it is not sent.
    fn written(letter: &Letter, reply_to: &str) -> Option<String> {
        let folder = std::env::temp_dir().join(format!("mainstay-mail-{}-{:x}", std::process::id(), rand::random::<u64>()));
        let mail = Mail::files("Mainstay <site@example.org>", &folder).expect("a folder");
        let answer = mail.send(&Sheet { letter, key: "abc", reply_to, dkim: None });
        let file =
            std::fs::read_dir(&folder).expect("the folder").flatten().find(|item| item.path().extension().is_some_and(|it| it == "eml"));
        let text = file.map(|item| std::fs::read_to_string(item.path()).expect("a letter"));
        std::fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(answer.outcome == crate::mail::Outcome::Taken, text.is_some());
        text
    }

    fn plain(to: &str, subject: &str) -> Option<String> {
        written(&Letter::plain(to, subject, "Hello.\nBcc: in the text"), "")
    }

    fn head(letter: &str) -> &str {
        letter.split("\r\n\r\n").next().unwrap_or_default()
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
            let letter = plain("ada@example.org", subject).expect("sent");
            let head = head(&letter);
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
            assert_eq!(plain(to, "Hi"), None, "{to:?}");
            assert_eq!(written(&Letter::plain("ada@example.org", "Hi", ""), to).is_some(), to.is_empty(), "{to:?}");
        }
    }

    #[test]
    fn a_letter_says_who_it_is_and_that_a_program_sent_it() {
        let letter = plain("ada@example.org", "Hi 🦀").expect("sent");
        for line in ["Message-ID: <abc@example.org>", "Auto-Submitted: auto-generated", "MIME-Version: 1.0"] {
            assert!(head(&letter).lines().any(|one| one == line), "{line}: {letter}");
        }
        assert!(!letter.contains("List-Unsubscribe"));
    }

    #[test]
    fn one_click_takes_a_reader_off_a_list_where_the_site_is_on_https() {
        let with = |url: &str| {
            let letter = Letter { unsubscribe: Some(url.to_owned()), ..Letter::plain("ada@example.org", "Hi", "Hello.") };
            written(&letter, "").expect("sent").matches("List-Unsubscribe").count()
        };
        assert_eq!(with("https://example.org/u/1"), 3, "two headers, and the value of the second");
        assert_eq!(with("http://example.org/u/1"), 1);
        assert_eq!(["https://example.org/\r\nBcc: x", "javascript:x", "https://example.org/ü", "<https://x>"].map(with), [0; 4]);
    }

    #[test]
    fn text_stands_before_html_and_answers_go_where_it_says() {
        let letter = Letter { html: Some("<p>Hello.</p>".to_owned()), ..Letter::plain("ada@example.org", "Hi", "Hello.") };
        let letter = written(&letter, "Grace <grace@example.net>").expect("sent");
        assert!(head(&letter).contains("Content-Type: multipart/alternative") && head(&letter).contains("grace@example.net"), "{letter}");
        assert!(letter.find("text/plain") < letter.find("text/html"));
    }
}
