//! Languages of entries, and entries that are translations of each other.

use crate::support::site::{Site, Visitor, a_page, a_post};
use mainstay::{
    content::model::{
        entry::EntryId,
        publishing,
        translation::{self, Spoken, Wanted},
        trash,
    },
    exchange::{
        markdown::{self, Options},
        source::Source,
    },
    journal::Actor,
    web::person::Role,
};
use std::fs;

fn set(site: &Site, id: EntryId, language: &str, of: Option<EntryId>) {
    let (wanted, now) = (Wanted { language: language.to_owned(), of }, site.state.clock.now());
    site.write(|conn| translation::set(conn, id, &wanted, None, &Actor::default(), now).map(drop));
}

/// An English post, and the German one.
fn given_pair(site: &Site) -> (EntryId, EntryId) {
    let english = site.given(a_post("Harbour").published());
    let german = site.given(a_post("Hafen").published());
    set(site, german, "de", Some(english));
    (english, german)
}

/// Language and address of each alternate.
async fn alternates(site: &Site, path: &str) -> Vec<String> {
    let page = site.visitor().get(path).await;
    let languages = page.attributes("link[rel=alternate][hreflang]", "hreflang");
    let addresses = page.attributes("link[rel=alternate][hreflang]", "href");
    languages.into_iter().zip(addresses).map(|(language, address)| format!("{language} {address}")).collect()
}

async fn say(by: &Visitor, id: EntryId, fields: [(&str, &str); 2]) -> u16 {
    let form = by.get(&format!("/admin/entries/{id}")).await.form("#editor").fill(fields).fill([("do", "save")]);
    by.submit(form).await.status.as_u16()
}

#[actix_web::test]
async fn a_text_in_another_language_says_so_and_the_site_keeps_its_own() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = site.given(a_post("מזח").published().with(|draft| {
        draft.slug = "pier".to_owned();
        draft.summary = "קצר".to_owned();
    }));
    assert_eq!(say(&editor, id, [("language", "HE_il"), ("translates", "")]).await, 303);
    let page = site.visitor().get("/posts/pier").await;
    assert_eq!(page.attributes("html", "lang"), ["he-IL"]);
    assert_eq!(page.attributes("html", "dir"), ["ltr"], "menus and buttons are in the language of the site");
    for (selector, expected) in [
        ("h1", "he-IL rtl"),
        (".standfirst", "he-IL rtl"),
        (".prose", "he-IL rtl"),
        ("main", "en ltr"),
        (".site-head", "en ltr"),
        (".site-foot", "en ltr"),
    ] {
        let told = [page.attributes(selector, "lang"), page.attributes(selector, "dir")].concat().join(" ");
        assert_eq!(told, expected, "{selector}");
    }
    page.assert_shows("\"inLanguage\":\"he-IL\"").assert_shows("<meta property=\"og:locale\" content=\"he_IL\">");
    assert_eq!(page.attributes("link[hreflang]", "hreflang"), [] as [String; 0], "it is no translation of anything");
    let plain = site.given(a_post("Plain").published());
    let page = site.visitor().get("/posts/plain").await;
    assert_eq!((page.attributes("html", "lang"), page.attributes("main, h1, .prose", "lang").len()), (vec!["en".to_owned()], 0));
    assert_eq!(Spoken::of(&mut site.database.conn(), plain).unwrap(), Spoken::default());
}

#[actix_web::test]
async fn translations_lead_to_each_other_by_the_editors_form() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let english = site.given(a_post("Harbour").published());
    let form = editor.get(&format!("/admin/entries/new?translates={english}")).await.form("#editor");
    assert_eq!(form.value("translates"), "/posts/harbour");
    let form = form.fill([("title", "Hafen"), ("body", "Ein Text."), ("language", "de"), ("do", "publish")]);
    editor.submit(form).await.assert_status(303);
    let both =
        ["de https://example.org/posts/hafen", "en https://example.org/posts/harbour", "x-default https://example.org/posts/harbour"];
    assert_eq!(alternates(&site, "/posts/harbour").await, both);
    assert_eq!(alternates(&site, "/posts/hafen").await, both);
    let page = site.visitor().get("/posts/harbour").await;
    assert_eq!(page.texts(".also-in"), ["Also in: Deutsch"]);
    assert_eq!(
        (page.attributes(".also-in a", "lang"), page.attributes(".also-in a", "hreflang")),
        (vec!["de".to_owned()], vec!["de".to_owned()])
    );
    page.assert_shows("<meta property=\"og:locale:alternate\" content=\"de_DE\">");
    site.visitor().get("/posts/hafen").await.assert_shows("og:locale:alternate\" content=\"en_US\"");
    // The original names the translation too, and a save that changes nothing there leaves it.
    let form = editor.get(&format!("/admin/entries/{english}")).await.form("#editor");
    assert_eq!(form.value("translates"), "/posts/hafen");
    editor.submit(form.fill([("body", "Other words."), ("do", "publish")])).await.assert_status(303);
    assert_eq!(alternates(&site, "/posts/hafen").await.len(), 3);
    assert_eq!(say(&editor, english, [("language", ""), ("translates", "")]).await, 303);
    assert_eq!(alternates(&site, "/posts/hafen").await.len(), 0);
    site.visitor().get("/posts/hafen").await.assert_shows("<html lang=\"de\"");
}

#[actix_web::test]
async fn one_that_goes_is_gone_from_the_others_at_once() {
    let site = Site::start().await;
    let (english, german) = given_pair(&site);
    let french = site.given(a_post("Port"));
    set(&site, french, "fr", Some(german));
    let now = site.state.clock.now();
    let act = |work: &dyn Fn(&mut mainstay::db::Conn) -> mainstay::error::AppResult<()>| site.write(work);
    assert_eq!(alternates(&site, "/posts/harbour").await.len(), 3, "a draft is not told");
    act(&|conn| publishing::publish(conn, french, &Actor::default(), now));
    assert_eq!(site.visitor().get("/posts/harbour").await.texts(".also-in a"), ["Deutsch", "Français"]);
    act(&|conn| publishing::unpublish(conn, german, &Actor::default(), now));
    assert_eq!(site.visitor().get("/posts/harbour").await.texts(".also-in a"), ["Français"]);
    act(&|conn| trash::trash(conn, french, &Actor::default(), now));
    assert_eq!(alternates(&site, "/posts/harbour").await.len(), 0);
    act(&|conn| trash::delete(conn, french, &Actor::default(), now));
    act(&|conn| publishing::publish(conn, german, &Actor::default(), now));
    assert_eq!(alternates(&site, "/posts/harbour").await.len(), 3);
    act(&|conn| trash::trash(conn, english, &Actor::default(), now));
    assert_eq!(alternates(&site, "/posts/hafen").await.len(), 0);
    let page = site.visitor().get("/posts/hafen").await;
    assert_eq!((page.attributes("html", "lang"), page.texts(".also-in").len()), (vec!["de".to_owned()], 0));
}

#[actix_web::test]
async fn what_cannot_be_a_translation_is_told_at_its_field() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let (english, german) = given_pair(&site);
    let other = site.given(a_post("Anderer Hafen").published());
    site.given(a_page("A page").published());
    for (fields, sentence) in [
        ([("language", "Deutsch"), ("translates", "")], "Give a language tag such as en, de or pt-BR"),
        ([("language", "de"), ("translates", "/posts/harbour")], "“Hafen” is the text in Deutsch already."),
        ([("language", ""), ("translates", "/posts/hafen")], "“Harbour” is the text in English already."),
        ([("language", "fr"), ("translates", "/posts/nowhere")], "There is no entry at this address"),
        ([("language", "fr"), ("translates", "/posts/anderer-hafen")], "This is the entry itself."),
        ([("language", "fr"), ("translates", "/a-page")], "A post is translated by a post"),
    ] {
        let form = editor.get(&format!("/admin/entries/{other}")).await.form("#editor");
        let answer = editor.submit(form.fill(fields).fill([("body", "Long words."), ("do", "publish")])).await;
        answer.assert_status(422).assert_shows(sentence).assert_shows("Long words.");
        assert_eq!(answer.form("#editor").value("translates"), fields[1].1);
    }
    assert_eq!(site.count("translations"), 2);
    assert_ne!(english, german);
}

#[actix_web::test]
async fn nobody_gives_away_a_draft_or_changes_what_visitors_see_without_the_right() {
    let site = Site::start().await;
    site.given(a_post("Secret").published().with(|draft| draft.slug = "open".to_owned()));
    site.given(a_post("A draft"));
    let (author, contributor) = (site.given_user(Role::Author), site.given_user(Role::Contributor));
    let own = site.given(a_post("Mein Text").by(author));
    let by = site.session_of(author);
    let form = by.get(&format!("/admin/entries/{own}")).await.form("#editor");
    let guess = form.clone().fill([("language", "de"), ("translates", "/posts/a-draft"), ("do", "save")]);
    by.submit(guess).await.assert_status(422).assert_shows("There is no entry at this address");
    assert_eq!(say(&by, own, [("language", "de"), ("translates", "/posts/open")]).await, 303);
    let live = site.given(a_post("Live").by(contributor).published());
    let by = site.session_of(contributor);
    let form = by.get(&format!("/admin/entries/{live}")).await.form("#editor");
    let answer = by.submit(form.fill([("language", "de"), ("body", "Long words."), ("do", "save")])).await;
    answer.assert_status(422).assert_shows("Your role does not change what visitors see.").assert_shows("Long words.");
}

#[actix_web::test]
async fn sitemaps_and_feeds_tell_languages() {
    let site = Site::start().await;
    site.visitor().get("/sitemaps/0.xml").await.assert_status(404);
    given_pair(&site);
    site.given(a_post("Alone").published());
    let sitemap = site.visitor().get("/sitemaps/0.xml").await;
    sitemap.assert_shows("xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"");
    let german = "<xhtml:link rel=\"alternate\" hreflang=\"de\" href=\"https://example.org/posts/hafen\"/>";
    let default = "<xhtml:link rel=\"alternate\" hreflang=\"x-default\" href=\"https://example.org/posts/harbour\"/>";
    let told = |what: &str| sitemap.body.matches(what).count();
    assert_eq!((told(german), told(default), told("<url>"), told("xhtml:link")), (2, 2, 3, 6));
    site.visitor().get("/feeds/atom").await.assert_shows("xml:lang=\"de\"");
    site.visitor().get("/feeds/rss").await.assert_shows("<dc:language>de</dc:language>");
    let json: serde_json::Value = serde_json::from_str(&site.visitor().get("/feeds/json").await.body).unwrap();
    let told: Vec<_> = json["items"].as_array().unwrap().iter().filter_map(|item| item["language"].as_str()).collect();
    assert_eq!((json["language"].as_str(), told), (Some("en"), vec!["de"]));
}

#[actix_web::test]
async fn an_import_brings_languages_translations_and_series() {
    let site = Site::start().await;
    let folder = site.folder.join("tree");
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, head: &str| fs::write(folder.join(name), format!("---\n{head}\n---\nText of {name}.")).unwrap();
    write("2026-11-20-harbour.md", "title: Harbour\ntranslationKey: harbour\nseries: [Water]");
    write("2026-11-21-hafen.md", "title: Hafen\nlang: de\ntranslationKey: harbour\nseries: [Water]");
    write("2026-11-22-again.md", "title: Again\nlang: de\ntranslationKey: harbour");
    let import = || {
        let (source, bar) = (Source::Folder(folder.clone()), indicatif::ProgressBar::hidden());
        markdown::import(&site.state.db, &site.state.storage, &source, &Options::default(), &site.state.clock, &bar).unwrap()
    };
    assert_eq!(import().created, 3);
    assert_eq!(alternates(&site, "/posts/harbour").await.len(), 3);
    site.visitor().get("/posts/again").await.assert_shows("<html lang=\"de\"").assert_lacks("hreflang");
    assert_eq!(site.visitor().get("/series/water").await.texts(".stay-list h3"), ["1. Harbour", "2. Hafen"]);
    assert_eq!(import().unchanged, 3);
    write("2026-11-20-harbour.md", "title: The harbour\ntranslationKey: harbour\nseries: [Water]");
    assert_eq!(import().updated, 1);
    assert_eq!(alternates(&site, "/posts/hafen").await.len(), 3, "the first of them, brought in again");
    site.run_jobs();
}

#[actix_web::test]
async fn a_copy_has_the_language_and_is_no_translation() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let (_, german) = given_pair(&site);
    let form = editor.get(&format!("/admin/entries/{german}/duplication")).await.form("#confirm");
    editor.submit(form).await.assert_status(303);
    assert_eq!(site.count("translations WHERE language = 'de'"), 2);
    assert_eq!(site.count("translation_groups"), 2);
    assert_eq!(alternates(&site, "/posts/harbour").await.len(), 3);
}
