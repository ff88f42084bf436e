//! The last part of a page's address, made from its title.

const LONGEST: usize = 100;

/// Turns a title into small ASCII letters, digits and single hyphens.
///
/// Other scripts are transliterated; `C++` and `C#` differ from `C`. The result is at most 100 characters, cut between words
/// where possible, and never empty: a title of which nothing is left gives `untitled`.
pub fn slugify(title: &str) -> String {
    let mut slug = String::new();
    let mut in_word = false;
    for c in deunicode::deunicode(title).chars() {
        let spoken = match c {
            '+' if in_word => "-plus",
            '#' if in_word => "-sharp",
            _ => "",
        };
        in_word = c.is_ascii_alphanumeric() || !spoken.is_empty();
        if !spoken.is_empty() {
            slug.push_str(spoken);
        } else if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !matches!(c, '\'' | '`') && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() > 2 * LONGEST {
            break;
        }
    }
    let mut slug = slug.trim_end_matches('-');
    if slug.len() > LONGEST {
        let whole_words = slug[..=LONGEST].rfind('-').filter(|at| *at > 0);
        slug = &slug[..whole_words.unwrap_or(LONGEST)];
    }
    if slug.is_empty() { "untitled".to_owned() } else { slug.to_owned() }
}

/// Whether a text can be a slug: lower-case letters, digits and hyphens, none of these at an end, at most 120.
pub fn is_slug(text: &str) -> bool {
    let signs = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    (1..=120).contains(&text.len()) && signs && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::{is_slug, slugify};

    #[test]
    fn slugs_are_small_letters_digits_and_hyphens() {
        for good in ["a", "a-b", "2026", &"x".repeat(120)] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "ä", "a b", "a/b", "a_b", &"x".repeat(121)] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn titles_become_small_letters_and_single_hyphens() {
        assert_eq!(slugify("What a pool does, while you sleep!"), "what-a-pool-does-while-you-sleep");
        assert_eq!(slugify("  --Don't   panic--  "), "dont-panic");
        assert_eq!(slugify("Rust 1.89 & more"), "rust-1-89-more");
        assert_eq!(["C", "C++", "C#", "#5 + 6"].map(slugify), ["c", "c-plus-plus", "c-sharp", "5-6"]);
    }

    #[test]
    fn other_scripts_are_transliterated() {
        assert_eq!(slugify("Ærøskøbing Größe"), "aeroskobing-grosse");
        assert_eq!(slugify("Ж"), "zh");
        assert!(slugify("日本語").bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
    }

    #[test]
    fn nothing_left_is_untitled() {
        for title in ["", "---", "!!!", "\u{0}", " '` "] {
            assert_eq!(slugify(title), "untitled", "{title:?}");
        }
    }

    #[test]
    fn long_titles_are_cut_between_words() {
        let slug = slugify(&"seventeen ".repeat(20));
        assert_eq!(slug, ["seventeen"; 10].join("-"));
        assert_eq!(slugify(&"x".repeat(300)).len(), 100);
        let slug = slugify(&format!("{} {}", "a".repeat(60), "b".repeat(60)));
        assert_eq!(slug, "a".repeat(60));
    }
}
