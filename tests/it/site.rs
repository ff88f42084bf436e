//! The settings of the site.

use crate::support::{
    answer::Form,
    site::{Site, Visitor, a_page},
};
use mainstay::{site::SiteSettings, web::person::Role};

const SETTINGS: &str = "/admin/settings";

async fn form(admin: &Visitor) -> Form {
    admin.get(SETTINGS).await.form("#settings")
}

fn stored(site: &Site) -> SiteSettings {
    SiteSettings::load(&mut site.database.conn()).unwrap()
}

#[actix_web::test]
async fn an_admin_changes_the_settings_and_finds_them_again() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    site.given(a_page("Welcome").published());
    let filled = form(&admin).await.fill([
        ("title", "The Backend Handbook"),
        ("tagline", "What holds when it blows"),
        ("description", "Notes from the engine room."),
        ("language", "de-CH"),
        ("time_zone", "Europe/Zurich"),
        ("posts_per_page", "25"),
        ("home_page", "/welcome/"),
    ]);
    admin.submit(filled).await.assert_redirects_to(SETTINGS);

    let page = admin.get(SETTINGS).await;
    page.assert_shows("Saved the settings.");
    let again = page.form("#settings");
    for (name, value) in
        [("title", "The Backend Handbook"), ("language", "de-CH"), ("time_zone", "Europe/Zurich"), ("home_page", "/welcome")]
    {
        assert_eq!(again.value(name), value);
    }
    assert_eq!(stored(&site).posts_per_page, 25);
    admin.get("/admin/journal").await.assert_shows("settings.changed");
}

#[actix_web::test]
async fn saving_without_a_change_is_no_change() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    admin.submit(form(&admin).await).await.assert_redirects_to(SETTINGS);
    assert_eq!((site.count("settings"), site.count("journal")), (0, 0));
}

#[actix_web::test]
async fn every_mistake_is_told_at_its_field_and_nothing_typed_is_lost() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let (long, very_long) = ("x".repeat(201), "x".repeat(501));
    let cases = [
        ("title", "", "Give the site a name of at most 120 characters."),
        ("title", long.as_str(), "Give the site a name of at most 120 characters."),
        ("tagline", long.as_str(), "Shorten the tagline to 200 characters."),
        ("description", very_long.as_str(), "Shorten the description to 500 characters."),
        ("language", "English", "Give a language tag such as en, de or pt-BR."),
        ("time_zone", "Mars/Olympus", "Choose a time zone from the list"),
        ("posts_per_page", "0", "Give a whole number from 1 to 100."),
        ("posts_per_page", "many", "Give a whole number from 1 to 100."),
        ("home_page", "about", "Give the path of a page, such as /about"),
        ("home_page", "/nowhere", "There is no published page at this path."),
    ];
    let fresh = form(&admin).await;
    for (field, value, sentence) in cases {
        let other = if field == "tagline" { "title" } else { "tagline" };
        let answer = admin.submit(fresh.clone().fill([(other, "Typed with care"), (field, value)])).await;
        answer.assert_status(422).assert_shows(sentence).assert_shows("One thing to put right");
        assert_eq!(answer.attributes(&format!("#{field}"), "aria-invalid"), ["true"], "{field}");
        assert_eq!(answer.attributes(".error-summary a", "href"), [format!("#{field}")]);
        let again = answer.form("#settings");
        assert_eq!(again.value(other), "Typed with care", "{field}");
        if field != "time_zone" {
            assert_eq!(again.value(field), value);
        }
    }
    assert_eq!((site.count("settings"), site.count("journal")), (0, 0));
}

#[actix_web::test]
async fn several_mistakes_are_told_at_once() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Owner);
    let answer = admin.submit(form(&admin).await.fill([("title", ""), ("language", "?"), ("posts_per_page", "x")])).await;
    answer.assert_status(422).assert_shows("3 things to put right");
    assert_eq!(answer.attributes(".error-summary a", "href"), ["#language", "#posts_per_page", "#title"]);
}

#[actix_web::test]
async fn a_draft_cannot_be_the_home_page() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    site.given(a_page("Hidden"));
    let answer = admin.submit(form(&admin).await.fill([("home_page", "/hidden")])).await;
    answer.assert_status(422).assert_shows("There is no published page at this path.");
}

#[actix_web::test]
async fn owners_and_admins_may_and_editors_and_authors_may_not() {
    let site = Site::start().await;
    for role in [Role::Owner, Role::Admin] {
        site.signed_in(role).get(SETTINGS).await.assert_status(200);
    }
    for role in [Role::Editor, Role::Author] {
        let person = site.signed_in(role);
        person.get(SETTINGS).await.assert_status(403);
        let token = person.get("/admin").await.form("form[action='/logout']").value("token").to_owned();
        person.submit(Form::forged(SETTINGS, &[("token", &token), ("title", "Mine now")])).await.assert_status(403);
    }
    assert_eq!(site.count("settings"), 0);
}
