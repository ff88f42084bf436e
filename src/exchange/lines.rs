//! Lines of a Markdown text, code told from the rest.

/// Every line with its end, and whether it belongs to a code block.
pub fn lines(body: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut fence: Option<&str> = None;
    body.split_inclusive('\n').map(move |line| {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        let code = fence.is_some() || mark.is_some() || line.starts_with("    ");
        fence = match (fence, mark) {
            (None, mark) => mark,
            (Some(open), Some(mark)) if open == mark => None,
            (open, _) => open,
        };
        (line, code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_and_indents_are_code() {
        let text = "a\n```rust\n~~~\nb\n```\nc\n    d\ne";
        assert_eq!(lines(text).map(|(_, code)| code).collect::<Vec<_>>(), [false, true, true, true, true, false, true, false]);
        assert_eq!(lines(text).map(|(line, _)| line).collect::<String>(), text);
    }
}
