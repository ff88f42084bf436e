//! The appearance: what an admin chooses, and what visitors see of it.

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_post},
};
use mainstay::{
    app::State,
    db::Db,
    journal::tail::Tail,
    site::{SiteSettings, look::Look},
    web::{page_cache::PageCache, person::Role},
};
use std::sync::Arc;

const APPEARANCE: &str = "/admin/appearance";
const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"40\"/>";

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
        ("logo", text.as_str(), "Choose a picture."),
        ("favicon", text.as_str(), "Choose an SVG or PNG file."),
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
    let (light, dark) = (site.given_file("logo.svg", SVG).address, site.given_file("dark.svg", &[SVG, b" "].concat()).address);
    let chosen = [
        ("logo", light.as_str()),
        ("logo_dark", &dark),
        ("favicon", &light),
        ("fonts", "sans"),
        ("header", "logo"),
        ("footer", "**CC BY** [4.0](/licence) <script>alert(1)</script>"),
    ];
    save(&admin, chosen).await.assert_redirects_to(APPEARANCE);
    let page = reader.get("/").await;
    assert_eq!(page.attributes(".site-name img", "src").join(" "), light);
    assert_eq!(page.attributes(".site-name img", "alt"), ["A new site"]);
    assert_eq!(
        (page.attributes(".site-name img", "width"), page.attributes(".site-name source", "srcset")),
        (vec!["120".to_owned()], vec![dark])
    );
    assert_eq!(page.attributes("link[rel=icon]", "href"), [light]);
    assert_eq!(page.attributes("link[rel=preload]", "href"), ["/static/fonts/figtree-latin.woff2"]);
    page.assert_shows("A new site. <strong>CC BY</strong> <a href=\"/licence\">4.0</a>").assert_lacks("alert(1)");
    save(&admin, [("header", "centred"), ("fonts", "system-sans")]).await.assert_status(303);
    let page = reader.get("/").await;
    assert_eq!((page.attributes("link[rel=preload]", "href").len(), page.texts(".site-name")), (0, vec!["A new site".to_owned()]));
    assert_eq!(page.attributes(".site-head", "class"), ["site-head is-centred"]);
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
