//! The number of a form, by which one that is sent twice is known.

/// A new one.
pub fn fresh() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// The number that was sent, if it came from our page.
pub fn ours(sent: &str) -> Option<&str> {
    (sent.len() == 32 && sent.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_like_ours_count() {
        let one = fresh();
        assert_eq!(ours(&one), Some(one.as_str()));
        assert_eq!((ours(""), ours("x"), ours(&"g".repeat(32))), (None, None, None));
    }
}
