//! Code blocks: a figure with the file's name and the language, and colours for the parts that
//! the stylesheet knows.
//!
//! The first word of the info string (`CommonMark` "fenced code blocks") names the language; what
//! follows a comma there are rustdoc's attributes. `title="…"` gives the file's name. Colours
//! are classes (`hl-keyword`), taken from the scopes that `syntect` finds.

use super::tree::{Id, Tree};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);
static COLORS: LazyLock<Vec<(Scope, Option<&'static str>)>> = LazyLock::new(colors);

/// Longer blocks stay without colours, as do those with a longer line.
const LARGEST: usize = 50 * 1024;
const LONGEST_LINE: usize = 2_000;
/// How long one text may be coloured; beyond it code stays plain.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// The time one text has spent on colours.
#[derive(Debug, Default)]
pub(super) struct Highlighter {
    spent: Duration,
}

/// Turns a `pre` into the figure of a code block.
pub(super) fn figure(tree: &mut Tree, pre: Id, parent: Id, highlighter: &mut Highlighter) -> Vec<Id> {
    let children: Vec<Id> = tree.children(pre).iter().copied().filter(|child| !tree.is_blank(*child)).collect();
    let code = children.first().copied().filter(|only| children.len() == 1 && tree.name(*only) == "code");
    let note = |name: &str| code.and_then(|code| tree.attr(code, name)).or_else(|| tree.attr(pre, name)).unwrap_or("").to_owned();
    let (info, meta) = (note("data-language"), note("data-meta"));
    let language = Language::find(&info);
    let title = title(&meta);
    if let Some(code) = code {
        let source = tree.text_below(code, |_, _| false);
        let source = source.strip_suffix('\n').unwrap_or(&source);
        let colored = language.syntax.and_then(|syntax| highlighter.highlight(tree, source, syntax));
        let parts = colored.unwrap_or_else(|| vec![tree.text(source)]);
        let keep_spans = language.syntax.is_none() && tree.children(code).iter().any(|child| tree.name(*child) == "span");
        if !keep_spans {
            tree.set_children(code, parts);
        }
    }
    let label = match (&title, language.label.as_str()) {
        (Some(title), _) => format!("Code: {title}"),
        (None, "") => "Code".to_owned(),
        (None, language) => format!("Code, {language}"),
    };
    tree.set_attr(pre, "tabindex", "0");
    tree.set_attr(pre, "role", "group");
    tree.set_attr(pre, "aria-label", label);
    if tree.name(parent) == "figure" && tree.has_class(parent, "code") {
        return vec![pre];
    }
    let mut inside = Vec::new();
    if title.is_some() || !language.label.is_empty() {
        let mut caption: Vec<Id> = title.into_iter().map(|title| tree.text(title)).collect();
        if !language.label.is_empty() {
            let name = tree.text(language.label);
            caption.push(tree.element("span", &[], vec![name]));
        }
        inside.push(tree.element("figcaption", &[], caption));
    }
    inside.push(pre);
    vec![tree.element("figure", &[("class", "code")], inside)]
}

/// A language as people call it, and how it is parsed.
#[derive(Default)]
struct Language {
    label: String,
    syntax: Option<&'static SyntaxReference>,
}

impl Language {
    fn find(info: &str) -> Language {
        let mut words = info.split([',', '{', ' ']).map(|word| word.trim_matches(['}', '.'])).filter(|word| !word.is_empty());
        let Some(word) = words.next() else { return Language::default() };
        let word = if is_rustdoc(word) { "rust" } else { word };
        let small = word.to_ascii_lowercase();
        let token = match small.as_str() {
            "text" | "txt" | "plain" | "plaintext" | "none" | "output" | "math" => {
                let label = if matches!(small.as_str(), "output" | "math") { word } else { "" };
                return Language { label: label.to_owned(), syntax: None };
            }
            "console" | "shell" | "sh" | "zsh" | "shell-session" | "shellsession" | "terminal" => "bash",
            "jsonc" | "json5" => "json",
            "docker" => "dockerfile",
            "c++" => "cpp",
            "rs" | "rustdoc" => "rust",
            other => other,
        };
        let syntax = SYNTAXES.find_syntax_by_token(token).filter(|syntax| syntax.name != "Plain Text");
        let label = match syntax.map(|syntax| syntax.name.as_str()) {
            Some(_) if token == "bash" => "Shell",
            Some(_) if token == "ts" || token == "typescript" => "TypeScript",
            Some("JavaScript (Babel)") => "JavaScript",
            Some("HTML (Twig)") if token == "html" => "HTML",
            Some(name) => name,
            None => word,
        };
        Language { label: label.chars().take(40).collect(), syntax }
    }
}

fn is_rustdoc(word: &str) -> bool {
    matches!(word, "ignore" | "no_run" | "should_panic" | "compile_fail" | "test_harness" | "standalone") || word.starts_with("edition20")
}

/// The value of `title` (or `filename`) in the rest of the info string.
fn title(meta: &str) -> Option<String> {
    let (_, rest) = meta.split_once("title=").or_else(|| meta.split_once("filename="))?;
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next(),
        _ => rest.split([' ', ',', '}']).next(),
    };
    value.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
}

impl Highlighter {
    fn highlight(&mut self, tree: &mut Tree, source: &str, syntax: &SyntaxReference) -> Option<Vec<Id>> {
        if source.len() > LARGEST || self.spent > PATIENCE || source.lines().any(|line| line.len() > LONGEST_LINE) {
            return None;
        }
        let start = Instant::now();
        let left = PATIENCE.saturating_sub(self.spent);
        let runs = color(source, syntax, || start.elapsed() > left);
        self.spent += start.elapsed();
        let parts = runs?.into_iter().map(|(class, text)| {
            let text = tree.text(text);
            match class {
                Some(class) => tree.element("span", &[("class", class)], vec![text]),
                None => text,
            }
        });
        Some(parts.collect())
    }
}

/// Cuts the source into runs of one colour; none when the grammar fails or time is up.
fn color(source: &str, syntax: &SyntaxReference, is_late: impl Fn() -> bool) -> Option<Vec<(Option<&'static str>, String)>> {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut runs: Vec<(Option<&'static str>, String)> = Vec::new();
    for line in source.split_inclusive('\n') {
        if is_late() {
            return None;
        }
        let whole = if line.ends_with('\n') { line.to_owned() } else { format!("{line}\n") };
        let mut at = 0;
        for (place, op) in state.parse_line(&whole, &SYNTAXES).ok()? {
            let place = place.min(line.len());
            push(&mut runs, class_of(&stack), line.get(at..place)?);
            at = place;
            stack.apply(&op).ok()?;
        }
        push(&mut runs, class_of(&stack), &line[at..]);
    }
    Some(runs)
}

fn push(runs: &mut Vec<(Option<&'static str>, String)>, class: Option<&'static str>, text: &str) {
    if text.is_empty() {
        return;
    }
    let blank = text.trim().is_empty();
    match runs.last_mut() {
        Some((last, run)) if *last == class || blank => run.push_str(text),
        _ => runs.push((if blank { None } else { class }, text.to_owned())),
    }
}

/// The colour of the innermost scope that has one.
fn class_of(stack: &ScopeStack) -> Option<&'static str> {
    let known = |scope: &Scope| COLORS.iter().find(|(start, _)| start.is_prefix_of(*scope)).map(|(_, class)| *class);
    stack.as_slice().iter().rev().find_map(known).flatten()
}

/// Scopes and their colours, the narrower first. Those without one end the search: operators,
/// and code inside a string.
fn colors() -> Vec<(Scope, Option<&'static str>)> {
    let table = [
        ("comment", Some("hl-comment")),
        ("string", Some("hl-string")),
        ("constant", Some("hl-constant")),
        ("keyword.operator.word", Some("hl-keyword")),
        ("keyword.operator.logical.python", Some("hl-keyword")),
        ("keyword.operator", None),
        ("keyword", Some("hl-keyword")),
        ("storage.type.numeric", Some("hl-constant")),
        ("storage", Some("hl-keyword")),
        ("entity.name", Some("hl-entity")),
        ("entity.other.attribute-name", Some("hl-entity")),
        ("variable.function", Some("hl-function")),
        ("variable.annotation", Some("hl-function")),
        ("support.function", Some("hl-function")),
        ("support.macro", Some("hl-function")),
        ("support", Some("hl-support")),
        ("markup.inserted", Some("hl-string")),
        ("markup.deleted", Some("hl-keyword")),
        ("meta.interpolation", None),
        ("source", None),
        ("text", None),
    ];
    table.into_iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, class))).collect()
}
