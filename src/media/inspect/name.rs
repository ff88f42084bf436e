//! Names of files: without paths and tricks, ending as their content asks.

use super::format::Format;

/// Longer names are cut, before their ending; the column holds 255 characters.
const LONGEST: usize = 200;

/// The name as it is shown: no folder, no control characters, none that turn the direction of reading, and the ending that
/// belongs to the format. A file without a name is called by its format.
pub(super) fn corrected(name: &str, format: Format) -> String {
    let plain = plain(name);
    let (stem, ending) = split(&plain);
    let known = ending.map(str::to_ascii_lowercase).filter(|ending| format.endings().contains(&ending.as_str()));
    let ending = known.unwrap_or_else(|| format.endings()[0].to_owned());
    let stem: String = stem.chars().take(LONGEST).collect();
    let stem = stem.trim().trim_matches('.');
    format!("{}.{ending}", if stem.is_empty() { "file" } else { stem })
}

/// The name as it came, as far as it can be shown.
pub(super) fn plain(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or("");
    let is_trick =
        |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    name.chars().filter(|c| !is_trick(*c)).collect::<String>().trim().to_owned()
}

/// The ending, where a name has one that looks like it: up to five letters and digits.
pub(super) fn ending(name: &str) -> Option<&str> {
    split(name).1
}

fn split(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('.') {
        Some((stem, ending)) if (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            (stem, Some(ending))
        }
        _ => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_as_their_content_asks() {
        for (name, format, corrected_name) in [
            ("photo.JPG", Format::Jpeg, "photo.jpg"),
            ("photo.jpeg", Format::Jpeg, "photo.jpeg"),
            ("photo.png", Format::Jpeg, "photo.jpg"),
            ("evil.html", Format::Text, "evil.txt"),
            ("C:\\fakepath\\..\\a b.gif", Format::Gif, "a b.gif"),
            ("../../etc/passwd", Format::Text, "passwd.txt"),
            ("report 2.5 final", Format::Pdf, "report 2.5 final.pdf"),
            ("\u{1f680}\u{1f680}.png", Format::Png, "\u{1f680}\u{1f680}.png"),
            ("gpj.\u{202e}exe.jpg", Format::Jpeg, "gpj.exe.jpg"),
            ("a\0\nb.png", Format::Png, "ab.png"),
            ("", Format::Mp3, "file.mp3"),
            (".htaccess", Format::Text, "htaccess.txt"),
            ("..", Format::Text, "file.txt"),
        ] {
            assert_eq!(corrected(name, format), corrected_name, "{name:?}");
        }
        assert_eq!(corrected(&format!("{}.png", "é".repeat(400)), Format::Png).chars().count(), LONGEST + 4);
    }
}
