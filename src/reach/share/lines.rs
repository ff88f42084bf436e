//! Lines of a title: as large as it fits.

/// Size of letters in pixels, with the lines that fit then.
const SIZES: [(u32, usize); 4] = [(88, 3), (72, 4), (58, 5), (46, 7)];

/// A title in lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Set {
    pub size: u32,
    pub lines: Vec<String>,
}

/// Sets a title into that width; one that is too long even in the smallest size ends with an ellipsis.
pub(super) fn set(title: &str, width: u32, measure: impl Fn(&str, u32) -> f32 + Copy) -> Set {
    let mut last = None;
    for (size, most) in SIZES {
        let lines = broken(title, width, size, measure);
        if lines.len() <= most {
            return Set { size, lines };
        }
        last = Some((size, most, lines));
    }
    let (size, most, mut lines) = last.unwrap_or_default();
    lines.truncate(most);
    if let Some(end) = lines.last_mut() {
        *end = cut(&format!("{end} …"), width, size, measure);
    }
    Set { size, lines }
}

/// A text in one line, with an ellipsis where it is too long.
pub(super) fn cut(text: &str, width: u32, size: u32, measure: impl Fn(&str, u32) -> f32 + Copy) -> String {
    if measure(text, size) <= width as f32 {
        return text.to_owned();
    }
    let mut short: Vec<char> = text.trim_end_matches([' ', '…']).chars().collect();
    while !short.is_empty() && measure(&format!("{}…", short.iter().collect::<String>()), size) > width as f32 {
        short.pop();
    }
    format!("{}…", short.iter().collect::<String>().trim_end())
}

fn broken(title: &str, width: u32, size: u32, measure: impl Fn(&str, u32) -> f32 + Copy) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(title) {
        if measure(format!("{line}{piece}").trim_end(), size) <= width as f32 {
            line.push_str(piece);
            continue;
        }
        lines.extend(Some(line.trim_end().to_owned()).filter(|line| !line.is_empty()));
        line.clear();
        // A word that is wider than the line is broken anywhere.
        for sign in piece.chars() {
            if measure(&format!("{line}{sign}"), size) > width as f32 && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push(sign);
        }
    }
    lines.extend(Some(line.trim_end().to_owned()).filter(|line| !line.is_empty()));
    lines
}

/// Words with the blanks behind them; signs of scripts that have no blanks between words stand alone.
fn pieces(title: &str) -> Vec<&str> {
    let (mut found, mut start) = (Vec::new(), 0);
    for (at, sign) in title.char_indices() {
        let end = at + sign.len_utf8();
        if sign.is_whitespace() || is_alone(sign) {
            found.push(&title[start..end]);
            start = end;
        } else if is_alone_after(&title[start..at]) {
            found.push(&title[start..at]);
            start = at;
        }
    }
    found.push(&title[start..]);
    found.retain(|piece| !piece.is_empty());
    found
}

fn is_alone(sign: char) -> bool {
    matches!(u32::from(sign), 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

fn is_alone_after(before: &str) -> bool {
    before.chars().next_back().is_some_and(is_alone)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every letter is as wide as half its size.
    fn wide(text: &str, size: u32) -> f32 {
        text.chars().count() as f32 * size as f32 / 2.0
    }

    #[test]
    fn a_title_is_set_as_large_as_it_fits() {
        let short = set("Knots and bends", 1040, wide);
        assert_eq!((short.size, short.lines), (88, vec!["Knots and bends".to_owned()]));
        let longer = set(&"word ".repeat(20), 1040, wide);
        assert_eq!((longer.size, longer.lines.len()), (72, 4));
        let endless = set(&"word ".repeat(100), 1040, wide);
        assert_eq!((endless.size, endless.lines.len()), (46, 7));
        assert!(endless.lines[6].ends_with('…') && endless.lines.iter().all(|line| wide(line, 46) <= 1040.0), "{endless:?}");
    }

    #[test]
    fn long_words_and_scripts_without_blanks_are_broken() {
        let lines = set(&"W".repeat(60), 1040, wide).lines;
        assert_eq!(lines.concat(), "W".repeat(60));
        let lines = set(&"結び目".repeat(20), 1040, wide).lines;
        assert_eq!(lines.concat(), "結び目".repeat(20));
        assert!(lines.len() > 1);
        assert!(set("", 1040, wide).lines.is_empty());
    }

    #[test]
    fn what_is_too_long_for_one_line_ends_with_an_ellipsis() {
        assert_eq!(cut("A site", 400, 36, wide), "A site");
        assert_eq!(cut("A site with a long name", 180, 36, wide), "A site wi…");
    }
}
