//! Questions with their answers, as texts of help pages have them: `<details>` with a `<summary>`.

use super::{
    SafeHtml,
    tree::{Id, Tree},
};
use memchr::memmem;

/// Of so many at most is told.
const MOST: usize = 50;

/// Each question that can be opened, with its answer as plain text.
///
/// A text with fewer than two has none, since one alone is no list of questions but something folded away. Looks at texts only that have
/// such elements at all.
pub fn questions(html: &SafeHtml) -> Vec<(String, String)> {
    if memmem::find_iter(html.as_str().as_bytes(), "<summary").nth(1).is_none() {
        return Vec::new();
    }
    let tree = Tree::parse(html.as_str());
    let folded = tree.in_order().into_iter().filter(|id| tree.name(*id) == "details");
    let found: Vec<_> = folded.filter_map(|id| question(&tree, id)).take(MOST).collect();
    if found.len() < 2 { Vec::new() } else { found }
}

fn question(tree: &Tree, details: Id) -> Option<(String, String)> {
    let (heads, rest): (Vec<Id>, Vec<Id>) = tree.children(details).iter().partition(|id| tree.name(**id) == "summary");
    let question = words(tree, &heads);
    let answer = words(tree, &rest);
    (question.ends_with(['?', '？', ';', '؟']) && !answer.is_empty()).then_some((question, answer))
}

/// The renderer has a line end between blocks.
fn words(tree: &Tree, nodes: &[Id]) -> String {
    let texts: Vec<String> = nodes.iter().map(|id| tree.text_below(*id, |_, _| false)).collect();
    texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str) -> Vec<(String, String)> {
        questions(&SafeHtml(html.to_owned()))
    }

    #[test]
    fn folded_questions_are_found_with_their_answers() {
        let html = "<p>Before.</p><details><summary>Is it <b>fast</b>?</summary><p>Yes.</p><p>Very.</p></details>\
                    <details><summary>Is it safe?</summary><ul>\n<li>By</li>\n<li>default</li>\n</ul></details>";
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(of(html), [pair("Is it fast?", "Yes. Very."), pair("Is it safe?", "By default")]);
    }

    #[test]
    fn what_is_only_folded_away_is_no_question() {
        assert!(of("<details><summary>Is it fast?</summary>Yes.</details>").is_empty());
        assert!(of("<details><summary>More</summary>a</details><details><summary>The log</summary>b</details>").is_empty());
        assert!(of("<details><summary>What?</summary></details><details><summary>Who?</summary>I.</details>").is_empty());
        assert!(of("<p>No question.</p>").is_empty());
    }
}
