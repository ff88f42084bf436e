//! The appearance: what an admin chooses, and what visitors see of it.

use crate::support::{
    answer::{Answer, Form},
    pictures::png,
    site::{Site, Visitor, a_post},
};
use diesel::prelude::*;
use image::load_from_memory;
use mainstay::{
    app::State,
    db::Db,
    journal::tail::Tail,
    media::model::file::File,
    site::{SiteSettings, look::Look},
    web::{page_cache::PageCache, person::Role},
};
use std::sync::Arc;

const APPEARANCE: &str = "/admin/appearance";
const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"40\"/>";
const DARK: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"40\"><path d=\"M0 0\"/></svg>";

async fn form(admin: &Visitor) -> Form {
    admin.get(APPEARANCE).await.form("#appearance")
}

async fn save<const N: usize>(admin: &Visitor, values: [(&str, &str); N]) -> Answer {
    admin.submit(form(admin).await.fill(values)).await
}

/// The address of the one style sheet of a page, and what it holds.
async fn sheet(visitor: &Visitor, page: &str) -> (String, Answer) {
    let page = visitor.get(page).await;
    let sheets = page.attributes("link[rel=stylesheet]", "href");
    assert_eq!(sheets.len(), 1, "{sheets:?}");
    let css = visitor.get(&sheets[0]).await;
    css.assert_status(200);
    (sheets[0].clone(), css)
}

#[actix_web::test]
async fn nothing_is_asked_for_beside_the_style_sheet_of_the_program_until_something_is_chosen() {
    let site = Site::start().await;
    let (admin, reader) = (site.signed_in(Role::Admin), site.visitor());
    assert!(sheet(&reader, "/").await.0.starts_with("/static/css/mainstay.css?v="));
    save(&admin, [("header", "centred"), ("home", "list")]).await.assert_redirects_to(APPEARANCE);
    assert!(sheet(&reader, "/").await.0.starts_with("/static/css/mainstay.css?v="), "layouts need no sheet of their own");
    save(&admin, [("accent", "#1b4f8f")]).await.assert_status(303);
    let (address, css) = sheet(&reader, "/").await;
    assert!(address.starts_with("/static/css/theme.css?v="), "{address}");
    css.assert_shows("--accent: light-dark(#1b4f8f, #").assert_shows("@layer reset, tokens").assert_shows("url(\"/static/fonts/");
    assert_eq!(
        (css.header("cache-control"), css.header("content-type")),
        ("public, max-age=31536000, immutable", "text/css; charset=utf-8")
    );
    assert_eq!(reader.get(&address).await.header("x-cache"), "hit");
    let old = reader.get("/static/css/theme.css?v=0123456789").await;
    old.assert_status(200).assert_shows("#1b4f8f");
    assert_eq!((old.header("cache-control"), old.header("x-cache")), ("no-store", ""));
}

#[actix_web::test]
async fn a_colour_that_cannot_be_read_is_refused_and_the_nearest_that_can_is_one_press_away() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let refused = save(&admin, [("accent", "gold"), ("footer", "Kept")]).await;
    refused.assert_status(422).assert_shows("in the light theme, where 4.5 is needed. The nearest that passes is #");
    let again = refused.form("#appearance");
    assert_eq!((again.value("accent"), again.value("footer")), ("gold", "Kept"));
    let offered = refused.attributes("button[name=accent_use]", "value")[0].clone();
    admin.submit(again.fill([("accent_use", &offered)])).await.assert_redirects_to(APPEARANCE);
    let stored = SiteSettings::load(&mut site.database.conn()).unwrap();
    assert_eq!((stored.look.accent, stored.footer.as_str()), (offered, "Kept"));
    save(&admin, [("accent_dark", "#203040")]).await.assert_status(422).assert_shows("in the dark theme");
    admin.get("/admin/journal").await.assert_shows("appearance.changed");
}

#[actix_web::test]
async fn every_mistake_is_told_at_its_field_and_nothing_typed_is_lost() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let text = site.given_file("note.txt", b"words").address;
    let long = "x".repeat(501);
    for (field, value, sentence) in [
        ("accent", "greenish", "Give a colour such as #1a7f5a"),
        ("accent", "#11223344", "without transparency"),
        ("logo", "/files/none/none.svg", "There is no file of this site at this address."),
        ("logo", "https://example.net/x.svg", "There is no file of this site at this address."),
        ("logo", text.as_str(), "Choose a picture: SVG, PNG, WebP, AVIF, JPEG and GIF are taken here."),
        ("favicon", text.as_str(), "Choose a picture: SVG, PNG, JPEG and WebP are taken here."),
        ("header", "logo", "Give a logo first"),
        ("footer", long.as_str(), "Shorten the text at the foot"),
        ("css", "a{}\n@import url(//evil.example/x.css);", "Line 2: @import is not allowed."),
        ("css", "a { background: url(https://evil.example/x) }", "leads away from this site"),
        ("css", "a { color: red", "is not closed"),
    ] {
        let answer = admin.submit(form(&admin).await.fill([("accent_dark", "#aaffcc"), (field, value)])).await;
        answer.assert_status(422).assert_shows(sentence);
        let again = answer.form("#appearance");
        assert_eq!((again.value("accent_dark"), again.value(field)), ("#aaffcc", value), "{field}");
        assert!(answer.attributes(".error-summary a", "href").contains(&format!("#{field}")), "{field}");
    }
    assert_eq!((site.count("settings"), site.count("journal WHERE kind = 'appearance.changed'")), (0, 0));
}

#[actix_web::test]
async fn logo_favicon_fonts_and_foot_stand_on_every_page() {
    let site = Site::start().await;
    let (admin, reader) = (site.signed_in(Role::Admin), site.visitor());
    let (light, dark) = (site.given_file("logo.svg", SVG), site.given_file("dark.svg", DARK));
    let chosen = [
        ("logo", light.address.as_str()),
        ("logo_dark", &dark.url()),
        ("favicon", &light.address),
        ("fonts", "sans"),
        ("header", "logo"),
        ("footer", "**CC BY** [4.0](/licence) <script>alert(1)</script>"),
    ];
    save(&admin, chosen).await.assert_redirects_to(APPEARANCE);
    let page = reader.get("/").await;
    assert_eq!(page.attributes(".site-name img", "src").join(" "), light.url());
    assert_eq!(page.attributes(".site-name img", "alt"), ["A new site"]);
    assert_eq!(
        (page.attributes(".site-name img", "width"), page.attributes(".site-name source", "srcset")),
        (vec!["120".to_owned()], vec![dark.url()])
    );
    assert_eq!(page.attributes("link[rel=icon]", "href"), [light.url()]);
    assert_eq!(page.attributes("link[rel=preload]", "href"), ["/static/fonts/figtree-latin.woff2"]);
    page.assert_shows("A new site. <strong>CC BY</strong> <a href=\"/licence\">4.0</a>").assert_lacks("alert(1)");
    save(&admin, [("header", "centred"), ("fonts", "system-sans")]).await.assert_status(303);
    let page = reader.get("/").await;
    assert_eq!((page.attributes("link[rel=preload]", "href").len(), page.texts(".site-name")), (0, vec!["A new site".to_owned()]));
    assert_eq!(page.attributes(".site-head", "class"), ["site-head is-centred"]);
}

#[actix_web::test]
async fn a_logo_comes_with_the_form_and_is_taken_away_by_a_button() {
    let site = Site::start().await;
    let (admin, author, reader) = (site.signed_in(Role::Admin), site.signed_in(Role::Author), site.visitor());
    let typed = form(&admin).await.fill([("footer", "Kept")]);
    assert_eq!(typed.value("logo"), "");
    admin.submit_files(typed, "logo_file", &[("\u{1f6a2} ship.svg", SVG)]).await.assert_redirects_to(APPEARANCE);
    let file: File = File::query().first(&mut site.database.conn()).unwrap();
    let page = reader.get("/").await;
    page.assert_shows("Kept");
    assert_eq!(page.attributes(".site-name img", "src"), [file.url()]);
    assert_eq!(admin.get(APPEARANCE).await.attributes(".picked-now img", "src"), [file.url()]);

    let library = format!("/admin/media/{}", file.id);
    assert_eq!(admin.get(&library).await.texts("#uses li"), ["Site logo on every page"]);
    assert_eq!(admin.get(&library).await.attributes("#uses a", "href"), [APPEARANCE]);
    assert_eq!(author.get(&library).await.attributes("#uses a", "href").len(), 0, "nobody is sent where the door is shut");
    let question = admin.get(&format!("{library}/deletion")).await;
    question.assert_shows("One place shows it");
    admin.submit(question.form("#deletion")).await.assert_status(422).assert_shows("Tick the box");
    assert_eq!(admin.get("/admin/media?folder=unused").await.texts("#files bdi").len(), 0);

    let again = form(&admin).await.fill([("remove", "logo")]);
    admin.submit_files(again, "logo_file", &[("other.svg", DARK)]).await.assert_redirects_to(APPEARANCE);
    assert!(reader.get("/").await.attributes(".site-name img", "src").is_empty());
    assert_eq!(site.count("files"), 1, "what is taken away is not taken in");
    admin.submit(admin.get(APPEARANCE).await.form("#undo")).await.assert_status(303);
    assert_eq!(reader.get("/").await.attributes(".site-name img", "src"), [file.url()]);
    let css = format!(".site-head {{ background: url({}) }}", file.address);
    save(&admin, [("remove", "logo"), ("css", &css)]).await.assert_status(303);
    assert_eq!(admin.get(&library).await.texts("#uses li"), ["The style sheet of your own on every page"]);
}

#[actix_web::test]
async fn a_picture_that_is_none_is_told_and_a_good_one_is_not_lost_by_another_mistake() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    for (name, bytes, sentence) in [
        ("paper.svg", &b"%PDF-1.4 and so on"[..], "It is PDF; taken here are SVG, PNG, WebP, AVIF, JPEG and GIF."),
        ("empty.png", b"", "It is empty: it has 0 bytes."),
        ("cut.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0d", "It begins as PNG does"),
    ] {
        let typed = form(&admin).await.fill([("accent", "gold"), ("footer", "Kept")]);
        let refused = admin.submit_files(typed, "logo_file", &[(name, bytes)]).await;
        refused.assert_status(422).assert_shows(sentence).assert_shows("in the light theme, where 4.5 is needed");
        assert_eq!(refused.form("#appearance").value("footer"), "Kept");
        assert!(refused.attributes(".error-summary a", "href").contains(&"#logo".to_owned()));
    }
    assert_eq!(site.count("files"), 0);
    let typed = form(&admin).await.fill([("accent", "gold")]);
    let refused = admin.submit_files(typed, "favicon_file", &[("icon.svg", SVG)]).await;
    let again = refused.assert_status(422).form("#appearance").fill([("accent", "")]);
    assert!(again.value("favicon").starts_with("/files/"));
    admin.submit(again).await.assert_status(303);
    let file: File = File::query().first(&mut site.database.conn()).unwrap();
    let page = site.visitor().get("/").await;
    assert_eq!(
        (page.attributes("link[rel=icon]", "href"), page.attributes("link[rel=icon]", "type")),
        (vec![file.url()], vec!["image/svg+xml".to_owned()])
    );
    let gif = b"GIF89a\x01\0\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x01\x44\0\x3b";
    let refused = admin.submit_files(form(&admin).await, "favicon_file", &[("icon.gif", gif)]).await;
    refused.assert_status(422).assert_shows("It is GIF; taken here are SVG, PNG, JPEG and WebP.");
}

#[actix_web::test]
async fn a_favicon_is_made_in_the_sizes_that_browsers_ask_for() {
    let site = Site::start().await;
    let (admin, reader) = (site.signed_in(Role::Admin), site.visitor());
    let ours = reader.get("/favicon.ico").await;
    assert!(ours.assert_status(302).header("location").starts_with("/static/img/favicon.svg?v="));
    admin.submit_files(form(&admin).await, "favicon_file", &[("icon.png", &png(200, 210))]).await.assert_status(303);
    let file: File = File::query().first(&mut site.database.conn()).unwrap();
    assert_eq!(reader.get("/").await.attributes("link[rel=icon]", "href"), [file.url()], "as it is, until they are made");
    site.run_jobs();
    let page = reader.get("/").await;
    assert_eq!(page.attributes("link[rel=icon]", "sizes"), ["32x32", "192x192", "200x200"]);
    let touch = page.attributes("link[rel=apple-touch-icon]", "href");
    for (address, side) in page.attributes("link[rel=icon]", "href").iter().zip([32, 192, 200]).chain([(&touch[0], 180)]) {
        let answer = reader.get(address).await;
        let icon = load_from_memory(&answer.assert_status(200).bytes).unwrap();
        assert_eq!((answer.kind(), icon.width(), icon.height()), ("image/png", side, side));
    }
    let small = page.attributes("link[rel=icon]", "href").remove(0);
    assert_eq!(reader.get("/favicon.ico").await.header("location"), small);
    assert_eq!(site.count("jobs WHERE kind = 'media.render'"), 0);

    let replacement = admin.get(&format!("/admin/media/{}/replacement", file.id)).await.form("#replacement");
    admin.submit_files(replacement, "file", &[("new.png", &png(40, 40))]).await.assert_status(303);
    let now: File = File::query().first(&mut site.database.conn()).unwrap();
    assert_ne!(now.url(), file.url());
    assert_eq!(reader.get("/").await.attributes("link[rel=icon]", "href"), [now.url()]);
    site.run_jobs();
    let page = reader.get("/").await;
    assert_eq!(page.attributes("link[rel=icon]", "sizes"), ["32x32", "40x40"]);
    assert_eq!(page.attributes("link[rel=apple-touch-icon]", "href").len(), 0, "nothing is made larger");
    reader.get(&small).await.assert_status(200); // pages that are open somewhere name it for a day
    // A picture that has its renditions already gets the sizes of an icon as well, and keeps what it has.
    let other = site.given_file("other.png", &png(60, 50));
    site.run_jobs();
    let before = site.count("renditions");
    save(&admin, [("favicon", &other.address)]).await.assert_status(303);
    site.run_jobs();
    assert_eq!(reader.get("/").await.attributes("link[rel=icon]", "sizes"), ["32x32", "50x50"]);
    assert_eq!((site.count("renditions"), site.count("renditions WHERE shown = 1 AND dropped_at IS NOT NULL")), (before, 0));
}

#[actix_web::test]
async fn a_large_logo_is_shown_by_a_smaller_form_of_its_own_kind() {
    let site = Site::start().await;
    let (admin, reader) = (site.signed_in(Role::Admin), site.visitor());
    let logo = site.given_file("logo.png", &png(600, 160));
    save(&admin, [("logo", &logo.address)]).await.assert_status(303);
    assert_eq!(reader.get("/").await.attributes(".site-name img", "src"), [logo.url()]);
    site.run_jobs();
    let page = reader.get("/").await;
    let src = page.attributes(".site-name img", "src").remove(0);
    assert!(src.ends_with("/480.png"), "{src}");
    assert_eq!(page.attributes(".site-name img", "width"), ["600"]);
    assert_eq!(reader.get(&src).await.kind(), "image/png");
}

#[actix_web::test]
async fn the_home_page_is_laid_out_as_chosen() {
    let site = Site::start().await;
    let (admin, reader) = (site.signed_in(Role::Admin), site.visitor());
    for number in 1..=3 {
        site.given(a_post(&format!("Post {number}")).published().with(|draft| {
            if number == 1 {
                draft.image_url = "/files/a/b.png".to_owned();
            }
        }));
    }
    assert_eq!(reader.get("/").await.texts(".lead-story h3").len(), 1);
    save(&admin, [("home", "list")]).await.assert_status(303);
    assert_eq!(reader.get("/").await.texts(".rows.is-dated h3").len(), 3);
    save(&admin, [("home", "grid")]).await.assert_status(303);
    let page = reader.get("/").await;
    assert_eq!((page.texts(".picture-grid h3").len(), page.attributes(".picture-grid img", "src")), (3, vec!["/files/a/b.png".to_owned()]));
}

#[actix_web::test]
async fn a_look_is_tried_by_one_person_and_seen_by_nobody_else() {
    let site = Site::start().await;
    let (admin, other, reader) = (site.signed_in(Role::Admin), site.signed_in(Role::Owner), site.visitor());
    site.given(a_post("Hello").published());
    let tried = form(&admin).await.fill([("accent", "#8a1c4a"), ("home", "grid"), ("footer", "Tried")]).to("/admin/appearance/preview");
    admin.submit(tried.clone()).await.assert_redirects_to("/admin/appearance/preview");
    let page = admin.get("/admin/appearance/preview").await;
    page.assert_status(200).assert_shows("picture-grid").assert_shows("Tried").assert_lacks("Log out");
    assert!(page.header("content-security-policy").contains("frame-ancestors 'self'"));
    admin.get(&page.attributes("link[rel=stylesheet]", "href")[0]).await.assert_status(200).assert_shows("#8a1c4a");
    admin.get("/admin/appearance/preview?of=article").await.assert_shows("The text of Hello.").assert_shows("Tried");
    other.get("/admin/appearance/preview").await.assert_lacks("Tried");
    reader.get("/").await.assert_lacks("Tried").assert_lacks("theme.css");
    let refused = admin.submit(tried.fill([("accent", "gold")])).await;
    refused.assert_status(422).assert_shows("Not shown yet").assert_shows("The nearest that passes");
    save(&admin, [("home", "list")]).await.assert_status(303);
    assert_eq!(site.count("appearance_previews"), 0, "what is saved needs no trying");
}

#[actix_web::test]
async fn the_last_change_is_undone_and_the_first_look_comes_back() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let look = |site: &Site| SiteSettings::load(&mut site.database.conn()).unwrap().look;
    assert_eq!(admin.get(APPEARANCE).await.texts("#undo").len(), 0);
    save(&admin, [("accent", "#1b4f8f")]).await.assert_status(303);
    save(&admin, [("accent", "#8a1c4a"), ("css", "a { color: red }")]).await.assert_status(303);
    let undo = admin.get(APPEARANCE).await.form("#undo");
    admin.submit(undo.clone()).await.assert_redirects_to(APPEARANCE);
    assert_eq!((look(&site).accent.as_str(), look(&site).css.as_str()), ("#1b4f8f", ""));
    admin.submit(undo.clone()).await.assert_status(303);
    assert_eq!(look(&site).accent, "#8a1c4a", "an undoing is undone in the same way");
    let ask = admin.get("/admin/appearance/reset").await;
    admin.submit(ask.assert_status(200).form("#reset")).await.assert_redirects_to(APPEARANCE);
    assert_eq!(look(&site), Look::default());
    admin.submit(undo).await.assert_status(303);
    assert_eq!(look(&site).accent, "#8a1c4a");
    save(&admin, [("accent", "#8a1c4a")]).await.assert_redirects_to(APPEARANCE);
    admin.get(APPEARANCE).await.assert_shows("Nothing was different");
}

#[actix_web::test]
async fn the_settings_leave_the_look_alone() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    save(&admin, [("accent", "#1b4f8f"), ("footer", "Foot")]).await.assert_status(303);
    let settings = admin.get("/admin/settings").await.form("#settings").fill([("title", "Renamed")]);
    admin.submit(settings).await.assert_status(303);
    let stored = SiteSettings::load(&mut site.database.conn()).unwrap();
    assert_eq!((stored.title.as_str(), stored.look.accent.as_str(), stored.footer.as_str()), ("Renamed", "#1b4f8f", "Foot"));
}

#[actix_web::test]
async fn every_node_has_the_new_look_and_none_keeps_an_old_one_under_its_name() {
    let site = Site::start().await;
    let (admin, here) = (site.signed_in(Role::Admin), site.visitor());
    let pages = Arc::new(PageCache::new(16, site.state.clock.clone()));
    let db = Db::open(&site.database.url(), 4).unwrap().telling(State::hook_of(&pages));
    let other = State { db, pages, ..site.state.clone() };
    let there = site.visitor_of(&other).await;
    let mut tail = Tail::new(other.db.clone(), State::hook_of(&other.pages));
    tail.look().unwrap();
    let before = sheet(&there, "/").await.0;
    save(&admin, [("accent", "#1b4f8f")]).await.assert_status(303);
    let (address, css) = sheet(&here, "/").await;
    // The other node has not heard of it, and is asked for the new sheet by a reader of a page from here.
    assert_eq!(sheet(&there, "/").await.0, before);
    let early = there.get(&address).await;
    assert_eq!((early.body.clone(), early.header("cache-control")), (css.body, "public, max-age=31536000, immutable"));
    tail.look().unwrap();
    assert_eq!(sheet(&there, "/").await.0, address);
}
