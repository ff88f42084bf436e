//! What generated texts are made of: words about a trade, put together into sentences.

use super::dice::Dice;

const THINGS: &[&str] = &[
    "index",
    "queue",
    "cache",
    "backup",
    "deployment",
    "transaction",
    "session",
    "worker",
    "migration",
    "cursor",
    "token",
    "schema",
    "replica",
    "pipeline",
    "timeout",
    "proxy",
    "journal",
    "container",
    "ledger",
    "socket",
    "thread",
    "lock",
    "endpoint",
    "cluster",
    "parser",
    "compiler",
    "package",
    "release",
    "incident",
    "dashboard",
    "alert",
    "gateway",
    "request",
    "response",
    "header",
    "cookie",
    "certificate",
    "password",
    "snapshot",
    "archive",
];
const KINDS: &[&str] = &[
    "slow",
    "quiet",
    "shared",
    "private",
    "nightly",
    "forgotten",
    "sorted",
    "broken",
    "careful",
    "durable",
    "distributed",
    "temporary",
    "ordinary",
    "honest",
    "hidden",
    "stale",
    "readable",
    "stubborn",
    "reliable",
    "legacy",
    "small",
    "busy",
    "nested",
    "remote",
];
const DEEDS: &[&str] = &[
    "measuring",
    "naming",
    "testing",
    "moving",
    "splitting",
    "restoring",
    "watching",
    "reading",
    "sizing",
    "replacing",
    "explaining",
    "documenting",
    "tuning",
    "retiring",
    "debugging",
    "reviewing",
    "sharing",
    "rewriting",
    "protecting",
    "counting",
];
const ENDS: &[&str] = &[
    "before the weekend",
    "without downtime",
    "in an afternoon",
    "that nobody owns",
    "on two cores",
    "with one query",
    "for small teams",
    "after the outage",
    "by hand",
    "once and for all",
    "under load",
    "in plain words",
    "from first principles",
    "at the worst moment",
    "when the disk is full",
    "in production",
    "on a budget",
    "with a checklist",
    "and what it cost",
    "step by step",
];
const OPENINGS: &[&str] = &[
    "Nobody plans for",
    "Every team meets",
    "It began with",
    "Look closely at",
    "Most guides skip",
    "The trouble starts with",
    "We learned from",
    "There is a simple rule for",
    "Two people can agree on",
    "You can tell a lot by",
];
const MIDDLES: &[&str] = &[
    "and it is usually older than the code around it",
    "because the second reader never asks the first one",
    "so write it down before anybody needs it",
    "which is why the numbers looked fine all morning",
    "until the first real Monday arrives",
    "and that is cheaper than a meeting",
    "although the manual says otherwise",
    "while everything else keeps working",
    "so that a mistake stays a small one",
    "and nobody noticed for a year",
];
const NAMES: &[&str] = &[
    "Amara Okoye",
    "Björn Ström",
    "Chloé Martin",
    "Dmitri Volkov",
    "Elif Demir",
    "Farah Haddad",
    "Giulia Rossi",
    "Hana Sato",
    "Ivo Novák",
    "Jana Keller",
    "Kofi Mensah",
    "Lena Fischer",
    "Mateo Silva",
    "Nora Lindqvist",
    "Omar Farouk",
    "Priya Nair",
    "Quentin Dubois",
    "Rosa Vega",
    "Søren Holm",
    "Tala Rahimi",
    "Uma Patel",
    "Viktor Hale",
    "Wanda Nowak",
    "Ximena Cruz",
    "Yusuf Aydin",
    "Zoë Baker",
];

fn one<'a>(dice: &mut Dice, words: &[&'a str]) -> &'a str {
    words.get(dice.below(words.len())).copied().unwrap_or_default()
}

/// Names of people, each once.
pub fn names() -> &'static [&'static str] {
    NAMES
}

/// A headline, such as “Measuring the slow index without downtime”; letters and spaces only.
pub fn title(dice: &mut Dice) -> String {
    let (deed, kind, thing) = (one(dice, DEEDS), one(dice, KINDS), one(dice, THINGS));
    let title = match dice.below(4) {
        0 => format!("{deed} the {kind} {thing} {}", one(dice, ENDS)),
        1 => format!("a {kind} {thing} {}", one(dice, ENDS)),
        2 => format!("{deed} a {thing} and a {kind} {}", one(dice, THINGS)),
        _ => format!("the {kind} {thing} {} and the art of {deed} it", one(dice, ENDS)),
    };
    capital(&title)
}

/// The nth of many different pairs of words, for names of tags and categories.
pub fn topic(number: usize) -> String {
    let (kind, row, round) = (number % KINDS.len(), number / KINDS.len(), number / (KINDS.len() * THINGS.len()));
    let (kind, thing) = (KINDS[kind], THINGS[(row + kind * 7) % THINGS.len()]);
    if round == 0 { format!("{kind} {thing}") } else { format!("{kind} {thing} {}", round + 1) }
}

/// A sentence of 10 to 25 words.
pub fn sentence(dice: &mut Dice) -> String {
    let (opening, kind, thing, end, middle) =
        (one(dice, OPENINGS), one(dice, KINDS), one(dice, THINGS), one(dice, ENDS), one(dice, MIDDLES));
    format!("{opening} a {kind} {thing} {end}, {middle}.")
}

/// A paragraph in Markdown, of some 20 to 100 words, now and then with emphasis and code.
pub fn paragraph(dice: &mut Dice) -> String {
    let mut sentences: Vec<String> = (0..1 + dice.below(5)).map(|_| sentence(dice)).collect();
    match dice.below(6) {
        0 => sentences.push(format!("The word for it is *{} {}*.", one(dice, KINDS), one(dice, THINGS))),
        1 => sentences.push(format!("In the log it is `{}_{}`.", one(dice, THINGS), one(dice, THINGS))),
        2 => sentences.push(format!("**{}** always comes first.", capital(one(dice, DEEDS)))),
        _ => {}
    }
    sentences.join(" ")
}

/// A list of three to six points in Markdown.
pub fn list(dice: &mut Dice) -> String {
    let points: Vec<String> = (0..3 + dice.below(4)).map(|_| format!("- {} {}", capital(one(dice, KINDS)), one(dice, THINGS))).collect();
    points.join("\n")
}

/// A fenced block of code in Markdown.
pub fn code(dice: &mut Dice) -> String {
    let (thing, other) = (one(dice, THINGS), one(dice, THINGS));
    format!(
        "```rust\nlet {thing} = open(\"{other}\")?;\nfor item in {thing}.iter().take({}) {{\n    check(item)?;\n}}\n```",
        dice.below(90) + 10
    )
}

/// A heading without its sign, a different one for each number below 480.
pub fn heading(number: usize) -> String {
    capital(&format!("{} the {}", DEEDS[number % DEEDS.len()], topic(number / DEEDS.len() * 7 + number)))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
