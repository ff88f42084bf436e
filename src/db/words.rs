//! What people type into a search field, as MySQL's full text search understands it.

/// Words that InnoDB leaves out of its index by default, and would then find nowhere.
const STOP_WORDS: &[&str] = &[
    "about", "are", "com", "for", "from", "how", "that", "the", "this", "und", "was", "what", "when", "where", "who", "will", "with", "www",
];

/// What was typed as a boolean query: up to eight words, each of them needed, each also as a beginning.
///
/// Signs that the database would read as operators are left out. Words that InnoDB does not index (shorter than three letters)
/// are dropped.
pub fn boolean(typed: &str) -> String {
    let words = typed.split(|sign: char| !sign.is_alphanumeric()).filter(|word| word.chars().count() >= 3);
    let words = words.filter(|word| !STOP_WORDS.contains(&word.to_lowercase().as_str())).take(8);
    words.map(|word| format!("+{}*", word.chars().take(40).collect::<String>())).collect::<Vec<_>>().join(" ")
}

/// Makes `%`, `_` and `\` stand for themselves in LIKE.
pub fn literal(words: &str) -> String {
    words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_left_out_of_what_was_typed() {
        assert_eq!(boolean("connection pool"), "+connection* +pool*");
        assert_eq!(boolean("+\"a*b\" -drop (table) @5"), "+drop* +table*");
        assert_eq!((boolean("  of *** "), boolean("what is THE")), (String::new(), String::new()));
        assert_eq!(boolean(&"word ".repeat(200)).split(' ').count(), 8);
    }

    #[test]
    fn wildcards_stand_for_themselves() {
        assert_eq!(literal("100%_\\"), "100\\%\\_\\\\");
    }
}
