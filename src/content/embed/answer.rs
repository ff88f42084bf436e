//! What a provider answers (oEmbed 1.0, 2.3.4), as far as it is used. Everything in it is text of strangers.

use reqwest::Url;
use serde_json::Value;

/// Longer words are cut: characters.
const LONGEST_TITLE: usize = 290;
const LONGEST_AUTHOR: usize = 150;
const LONGEST_PROVIDER: usize = 60;

/// What was told of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// `video`, `photo`, `rich` or `link`.
    pub kind: &'static str,
    /// Its title, or empty.
    pub title: String,
    /// Whose it is, or empty.
    pub author: String,
    /// How the provider calls itself, or empty.
    pub provider: String,
    /// Where its picture lies.
    pub thumbnail: Option<Url>,
}

/// Reads an answer in JSON, which came from `base`; else the sentence says what it is instead. A picture that is not at an address of
/// the web is left out.
pub fn read(body: &[u8], base: &Url) -> Result<Told, &'static str> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| "The answer is no JSON.")?; // which knows how deep is too deep
    let answer = answer.as_object().ok_or("The answer is no object.")?;
    let words = |name: &str, most: usize| answer.get(name).and_then(Value::as_str).map(|text| words(text, most)).unwrap_or_default();
    let thumbnail = answer.get("thumbnail_url").and_then(Value::as_str).and_then(|address| base.join(address.trim()).ok());
    let told = Told {
        kind: kind(answer.get("type").and_then(Value::as_str).unwrap_or("")),
        title: words("title", LONGEST_TITLE),
        author: words("author_name", LONGEST_AUTHOR),
        provider: words("provider_name", LONGEST_PROVIDER),
        thumbnail: thumbnail.filter(|url| matches!(url.scheme(), "http" | "https")),
    };
    let is_empty = told.title.is_empty() && told.author.is_empty() && told.thumbnail.is_none();
    if is_empty { Err("The answer has no title, no author and no picture.") } else { Ok(told) }
}

fn kind(word: &str) -> &'static str {
    ["video", "photo", "rich"].into_iter().find(|known| *known == word).unwrap_or("link")
}

/// In one line, without signs that show nothing, cut where it is too long.
fn words(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|sign| !sign.is_control()).collect();
    match line.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(answer: &Value) -> Result<Told, &'static str> {
        read(answer.to_string().as_bytes(), &Url::parse("https://video.example/oembed?url=x").unwrap())
    }

    #[test]
    fn what_is_used_is_read_and_html_is_not() {
        let told = of(&json!({
            "type": "video", "version": "1.0", "title": " A\n talk 👩‍🚀 ", "author_name": "Ada", "provider_name": "Tube", "width": "480",
            "thumbnail_url": "https://i.video.example/1.jpg", "thumbnail_width": 480, "html": "<iframe src='https://video.example'></iframe>"
        }));
        let thumbnail = Url::parse("https://i.video.example/1.jpg").ok();
        let wanted = Told { kind: "video", title: "A talk 👩‍🚀".into(), author: "Ada".into(), provider: "Tube".into(), thumbnail };
        assert_eq!(told, Ok(wanted));
        assert_eq!(of(&json!({ "title": "x" })).map(|told| told.kind), Ok("link"));
        assert_eq!(of(&json!({ "title": "x", "type": "<b>" })).map(|told| told.kind), Ok("link"));
    }

    #[test]
    fn a_picture_lies_at_an_address_of_the_web() {
        let at = |address: &str| of(&json!({ "title": "x", "thumbnail_url": address })).unwrap().thumbnail.map(|url| url.to_string());
        assert_eq!(at("//i.example/1.jpg").as_deref(), Some("https://i.example/1.jpg"));
        assert_eq!(at("/1.jpg").as_deref(), Some("https://video.example/1.jpg"));
        for odd in ["javascript:alert(1)", "data:image/png;base64,AAAA", "file:///etc/passwd", "https://"] {
            assert_eq!(at(odd), None, "{odd}");
        }
        assert_eq!(of(&json!({ "title": "x", "thumbnail_url": 7 })).unwrap().thumbnail, None);
    }

    #[test]
    fn hostile_answers_are_refused_or_cut() {
        for nothing in [json!(null), json!([]), json!("x"), json!({}), json!({ "title": "", "author_name": 5 }), json!({ "title": ["x"] })]
        {
            assert!(of(&nothing).is_err(), "{nothing}");
        }
        let base = Url::parse("https://video.example/").unwrap();
        for text in ["<html>", "", "{\"title\":", &format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))] {
            assert!(read(text.as_bytes(), &base).is_err());
        }
        assert!(read(b"{\"title\": \"\xff\"}", &base).is_err());
        let long = of(&json!({ "title": "𝕬 ".repeat(5000), "author_name": "a\u{0}b\u{1b}[31m" })).unwrap();
        assert!(long.title.ends_with('…') && long.title.chars().count() <= LONGEST_TITLE + 1);
        assert_eq!(long.author, "ab[31m");
    }
}
