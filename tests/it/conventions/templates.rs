//! Templates: everything escaped, nothing inline, a token in every form.

use super::{Source, assert_none, files};

/// Forms that people without a session send; they have no token. The check of `Sec-Fetch-Site` and `Origin` guards them.
const WITHOUT_TOKEN: &[&str] = &["templates/accounts/public/login.html"];

fn templates() -> Vec<Source> {
    files("templates", "html")
}

#[test]
fn nothing_is_printed_unescaped() {
    // `SafeHtml`, which only the renderer makes, is the one way to raw HTML.
    let loud = |text: &str| {
        let bare: String = text.split_whitespace().collect();
        bare.contains("|safe") || bare.contains("escape(\"none\"") || bare.contains("|escape(")
    };
    assert_none("with |safe", &templates().into_iter().filter(|it| loud(&it.text)).map(|it| it.path).collect::<Vec<_>>());
}

#[test]
fn no_script_or_style_is_inline() {
    let mut wrong = Vec::new();
    // Readers of mail know no other; no page of the site shows a letter but in a sandbox.
    let is_letter = |it: &Source| it.path.starts_with("templates/mail/") && !it.path.starts_with("templates/mail/admin/");
    for template in templates().into_iter().filter(|it| !is_letter(it)) {
        for tag in tags(&template.text) {
            let name = tag.split_whitespace().next().unwrap_or("");
            let mut attributes = tag.split_whitespace().skip(1).filter_map(|word| word.split_once('=')).map(|(name, _)| name);
            let inline = attributes.find(|name| *name == "style" || name.starts_with("on"));
            if inline.is_some() || name == "style" || (name == "script" && !tag.contains(" src=")) || tag.contains("javascript:") {
                wrong.push(format!("{}: <{tag}>", template.path));
            }
        }
    }
    assert_none("inline, so the browser refuses it", &wrong);
}

/// What stands in each opening tag.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.split('<')
        .skip(1)
        .filter(|part| part.starts_with(|sign: char| sign.is_ascii_alphabetic()))
        .map(|part| part.split('>').next().unwrap())
}

#[test]
fn every_form_that_changes_something_carries_the_token() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for template in templates() {
        for form in template.text.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            if !form.split('>').next().unwrap().contains("method=\"post\"") {
                continue;
            }
            seen += 1;
            let exempt = WITHOUT_TOKEN.contains(&template.path.as_str());
            if exempt == form.contains("page.token_field()") {
                wrong.push(format!("{}: <form{}>", template.path, form.split('>').next().unwrap()));
            }
        }
    }
    assert!(seen > 3, "{seen} forms");
    assert_none("a form without the token, or with one where WITHOUT_TOKEN names its file", &wrong);
}

#[test]
fn a_page_names_files_by_their_content() {
    // Style sheets name fonts without a version, and a preload must name the same address.
    let fixed = |text: &str| {
        tags(text).filter(|tag| tag.replace("=\"/static/fonts/", "").contains("=\"/static/")).map(str::to_owned).collect::<Vec<_>>()
    };
    let wrong: Vec<String> =
        templates().iter().flat_map(|it| fixed(&it.text).into_iter().map(|tag| format!("{}: <{tag}>", it.path))).collect();
    assert_none("an address under /static without page.asset()", &wrong);
}
