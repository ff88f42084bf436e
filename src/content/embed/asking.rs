//! Asking a provider about an address (oEmbed 1.0, 2.2). All requests pass [`web::outgoing`](crate::web::outgoing). Blocks; for jobs.

use super::{
    answer::{self, Told},
    picture::{LIMITS, Thumbnail},
};
use crate::web::outgoing::{Fault, Outgoing};
use reqwest::Url;

/// Bytes of an answer that are read; ordinary ones have a thousand or two.
const MOST: usize = 256 * 1024;

/// How wide what it tells of may be, in pixels: asks for a thumbnail that suits a card.
const WIDTH: &str = "640";

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The provider has told this; its picture, or why there is none.
    Told(Box<Told>, Result<Option<Thumbnail>, String>),
    /// The provider says that there is nothing to show, with this status.
    Gone(u16),
    /// There was no answer of use; why.
    Nothing(String),
}

/// Asks at this endpoint about this address, and fetches the picture that the answer names.
pub fn ask(outgoing: &Outgoing, endpoint: &str, address: &str) -> Found {
    let Some(question) = question(endpoint, address) else { return Found::Nothing("The provider has no address.".to_owned()) };
    match outgoing.get(question.as_str(), MOST) {
        Ok(found) if (200..300).contains(&found.status) => match answer::read(&found.body, &question) {
            Ok(told) => {
                let picture = told.thumbnail.as_ref().map(|url| fetch(outgoing, url)).transpose();
                Found::Told(Box::new(told), picture)
            }
            Err(sentence) => Found::Nothing(sentence.to_owned()),
        },
        Ok(found) if matches!(found.status, 401 | 403 | 404 | 410) => Found::Gone(found.status),
        Ok(found) => Found::Nothing(format!("The provider cannot tell ({}).", found.status)),
        Err(fault) => Found::Nothing(sentence(&fault)),
    }
}

/// The address of the question. A provider whose address has the format in it (oEmbed 1.0, 2.2) is asked for JSON there too.
fn question(endpoint: &str, address: &str) -> Option<Url> {
    let mut url = Url::parse(&endpoint.replace("{format}", "json")).ok()?;
    url.query_pairs_mut().append_pair("url", address).append_pair("format", "json").append_pair("maxwidth", WIDTH);
    Some(url)
}

fn fetch(outgoing: &Outgoing, url: &Url) -> Result<Thumbnail, String> {
    match outgoing.get(url.as_str(), LIMITS.bytes as usize) {
        Ok(found) if (200..300).contains(&found.status) => Thumbnail::of(&found.body),
        Ok(found) => Err(format!("Its server does not send it ({}).", found.status)),
        Err(fault) => Err(sentence(&fault)),
    }
}

fn sentence(fault: &Fault) -> String {
    format!("It was not reached: {fault}.")
}

#[cfg(test)]
mod tests {
    use super::question;

    #[test]
    fn a_question_names_the_address_and_the_format() {
        let asked = |endpoint: &str| question(endpoint, "https://video.example/watch?v=1&t=2").map(|url| url.to_string());
        let pairs = "url=https%3A%2F%2Fvideo.example%2Fwatch%3Fv%3D1%26t%3D2&format=json&maxwidth=640";
        assert_eq!(asked("https://video.example/oembed"), Some(format!("https://video.example/oembed?{pairs}")));
        assert_eq!(asked("https://video.example/oembed.{format}?a=b"), Some(format!("https://video.example/oembed.json?a=b&{pairs}")));
        assert_eq!(asked("nowhere"), None);
    }
}
