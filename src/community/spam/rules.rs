//! What counts whatever was learnt: traps, haste, heaps of links, scripts.

use super::{Sent, bayes::THRESHOLD, reading};
use crate::web::bots::is_too_soon;

/// Links that nobody minds.
const LINKS: usize = 3;

/// The rules that a contribution breaks: what each adds to the sum of evidence, and a sentence.
pub(super) fn broken(sent: &Sent<'_>) -> Vec<(f64, String)> {
    let links = reading::read(sent.text).links.len();
    let small: String = sent.text.chars().take(100_000).collect::<String>().to_ascii_lowercase();
    let rules = [
        (sent.trapped, 10.0 * THRESHOLD, "A field was filled in that people do not see.".to_owned()),
        (is_too_soon(sent.seconds), 2.0 * THRESHOLD, "It was sent sooner than anybody could have written it.".to_owned()),
        (links > LINKS, (links.min(20) - LINKS.min(links)) as f64 * THRESHOLD / 4.0, format!("It has {links} links.")),
        (has_script(&small), 2.0 * THRESHOLD, "There is a script in it.".to_owned()),
        (
            small.contains("[url=") || small.contains("[link="),
            THRESHOLD,
            "Its links are written as in forums ([url=…]), not as here.".to_owned(),
        ),
        (is_advertised(sent.name), THRESHOLD / 2.0, "The name is an address.".to_owned()),
    ];
    rules.into_iter().filter(|(is_broken, ..)| *is_broken).map(|(_, weight, sentence)| (weight, sentence)).collect()
}

fn has_script(small: &str) -> bool {
    ["<script", "javascript:", "<iframe", "<object", "<embed", "srcdoc=", "onerror=", "onload=", "onclick=", "onmouseover="]
        .iter()
        .any(|sign| small.contains(sign))
}

fn is_advertised(name: &str) -> bool {
    name.split_whitespace().take(20).any(|word| reading::address(word).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::spam::bayes::{Counts, SPAM_FROM, opinion};

    fn score(sent: &Sent<'_>) -> f64 {
        opinion(&[], &broken(sent), Counts::default()).score
    }

    #[test]
    fn each_rule_says_why() {
        let trapped = Sent { trapped: true, text: "Hello", ..Sent::default() };
        assert!(score(&trapped) > 0.999 && broken(&trapped)[0].1.contains("do not see"));
        assert!(score(&Sent { seconds: Some(1), ..Sent::default() }) > SPAM_FROM);
        assert!(score(&Sent { text: "<ScRipt>x</script>", ..Sent::default() }) > SPAM_FROM);
        assert!(score(&Sent { name: "pills.com", ..Sent::default() }) > 0.5);
    }

    #[test]
    fn three_links_are_nothing_and_ten_are_too_many() {
        let links = |many: usize| (0..many).map(|number| format!("http://host{number}.example/ ")).collect::<String>();
        assert!(broken(&Sent { text: &links(3), ..Sent::default() }).is_empty());
        assert!(score(&Sent { text: &links(10), ..Sent::default() }) > SPAM_FROM);
    }

    #[test]
    fn an_ordinary_contribution_breaks_none() {
        let sent = Sent { name: "Ada", text: "Thank you, this helped.", seconds: Some(40), ..Sent::default() };
        assert!(broken(&sent).is_empty());
    }
}
