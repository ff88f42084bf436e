//! Width and height of pictures, so that nothing jumps when they arrive.

use super::Rendered;
use crate::markup::SafeHtml;
use std::collections::HashMap;

impl Rendered {
    /// Adds the sizes that are known, by address, to the pictures that have none yet: width and height in pixels.
    pub fn with_sizes(self, sizes: &HashMap<String, (i32, i32)>) -> Rendered {
        Rendered { html: SafeHtml(sized(self.html.as_str(), sizes)), ..self }
    }
}

fn sized(html: &str, sizes: &HashMap<String, (i32, i32)>) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some(start) = rest.find("<img ") {
        let end = start + tag_end(&rest[start..]);
        let tag = &rest[start..end];
        out.push_str(&rest[..start]);
        match attribute(tag, "src").and_then(|src| sizes.get(src)).filter(|_| attribute(tag, "width").is_none()) {
            Some((width, height)) => out.push_str(&tag.replacen("<img ", &format!("<img width=\"{width}\" height=\"{height}\" "), 1)),
            None => out.push_str(tag),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Where a tag ends: the first `>` outside of quotes.
fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (place, sign) in text.char_indices() {
        match sign {
            '"' => quoted = !quoted,
            '>' if !quoted => return place + 1,
            _ => {}
        }
    }
    text.len()
}

/// The value of an attribute of a tag that our serializer wrote: always in double quotes.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::render;

    #[test]
    fn pictures_are_given_their_sizes() {
        let sizes = HashMap::from([("/files/a/b.png".to_owned(), (640, 480))]);
        let html = render("![a > b](/files/a/b.png)\n\n![other](/files/c.png)\n\n<img src=\"/files/a/b.png\" width=\"10\" alt=\"x\">")
            .with_sizes(&sizes)
            .html;
        assert_eq!(html.as_str().matches("width=\"640\" height=\"480\"").count(), 1, "{html}");
        assert_eq!(html.as_str().matches("<img ").count(), 3);
        assert!(html.as_str().contains("width=\"10\""));
    }

    #[test]
    fn text_without_pictures_stays_as_it_is() {
        let html = render("1 < 2 and `<img src=\"x\">`").html;
        assert_eq!(sized(html.as_str(), &HashMap::new()), html.as_str());
    }
}
