//! Tags in the admin: found, renamed, merged, deleted, and what follows.

use crate::support::{
    answer::Form,
    site::{Site, a_post},
};
use diesel::{prelude::*, sql_types::Text};
use mainstay::{
    clock::Clock,
    content::model::{
        entry::EntryId,
        list::{self, List},
        publishing, redirect,
        tag::{self, Tag, TagId},
    },
    journal::Actor,
    schema::tags,
    web::{page_cache::PageCache, person::Role},
};

const LIST: &str = "/admin/tags";

fn given_post(site: &Site, title: &str, names: &[&str]) -> EntryId {
    site.given(a_post(title).with(|draft| draft.tags = names.iter().map(|name| (*name).to_owned()).collect()).published())
}

fn tag(site: &Site, slug: &str) -> TagId {
    Tag::by_slug(&mut site.database.conn(), slug).unwrap().id
}

fn names_on(site: &Site, entry: EntryId) -> Vec<String> {
    tag::of_entry(&mut site.database.conn(), entry).unwrap().into_iter().map(|tag| tag.name).collect()
}

fn leads_to(site: &Site, from: &str) -> Option<String> {
    redirect::target(&mut site.database.conn(), from).unwrap()
}

/// How many posts a tag's list has; by its rows and by its count, which must agree.
#[track_caller]
fn posts(site: &Site, id: TagId) -> i64 {
    let conn = &mut site.database.conn();
    let no_memory = PageCache::new(0, Clock::default());
    let counted = list::count(conn, List::Tag(id)).unwrap();
    assert_eq!(counted, list::page(conn, &no_memory, List::Tag(id), None, 100).unwrap().rows.len() as i64, "list_counts is wrong");
    counted
}

fn last_change(site: &Site) -> (String, String) {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = Text)]
        cache_tags: String,
    }
    let row: Row =
        diesel::sql_query("SELECT kind, cache_tags FROM journal ORDER BY id DESC LIMIT 1").get_result(&mut site.database.conn()).unwrap();
    (row.kind, format!(" {} ", row.cache_tags))
}

fn given_tags(site: &Site, count: usize) {
    let rows: Vec<_> = (0..count)
        .map(|number| {
            (
                tags::name.eq(format!("Tag {number:03}")),
                tags::slug.eq(format!("tag-{number:03}")),
                tags::created_at.eq(site.state.clock.now()),
            )
        })
        .collect();
    diesel::insert_into(tags::table).values(rows).execute(&mut site.database.conn()).unwrap();
}

#[actix_web::test]
async fn tags_are_listed_with_how_many_posts_they_have() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    editor.get(LIST).await.assert_status(200).assert_shows("No tags yet");
    given_post(&site, "One", &["Rust", "MySQL"]);
    given_post(&site, "Two", &["Rust"]);
    let page = editor.get(LIST).await;
    assert_eq!(page.texts("tbody th a"), ["MySQL", "Rust"]);
    assert_eq!(page.texts("tbody td a").iter().map(|text| text.chars().next().unwrap()).collect::<String>(), "12");
}

#[actix_web::test]
async fn a_long_list_is_turned_page_by_page_both_ways() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    given_tags(&site, 120);
    let first = editor.get(LIST).await;
    let names = first.texts("tbody th a");
    assert_eq!((names.len(), names[0].as_str(), names[49].as_str()), (50, "Tag 000", "Tag 049"));
    let second = editor.get(&first.link("Next")).await;
    let third = editor.get(&second.link("Next")).await;
    assert_eq!((second.texts("tbody th a")[0].as_str(), third.texts("tbody th a").len()), ("Tag 050", 20));
    let back = editor.get(&third.link("Back")).await;
    assert_eq!(back.texts("tbody th a"), second.texts("tbody th a"));
    assert_eq!(editor.get(&back.link("Back")).await.texts("tbody th a"), names);
}

#[actix_web::test]
async fn a_search_looks_into_names_and_keeps_to_its_words_over_pages() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    given_tags(&site, 120);
    given_post(&site, "One", &["100% coverage", "Coverage"]);
    let form = editor.get(LIST).await.form("#search").fill([("q", "tag 1")]);
    let found = editor.get(&format!("{LIST}?q={}", form.value("q").replace(' ', "%20"))).await;
    assert_eq!(found.texts("tbody th a").len(), 20);
    let many = editor.get(&format!("{LIST}?q=tag")).await;
    assert_eq!(editor.get(&many.link("Next")).await.texts("tbody th a").len(), 50);
    assert_eq!(editor.get(&format!("{LIST}?q=100%25")).await.texts("tbody th a"), ["100% coverage"], "a % stands for itself");
    editor.get(&format!("{LIST}?q=nowhere")).await.assert_shows("No tag has “nowhere” in its name.");
}

#[actix_web::test]
async fn a_renamed_tag_keeps_its_old_address_and_shows_on_every_post() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let post = given_post(&site, "One", &["Databses"]);
    let id = tag(&site, "databses");
    let form = editor.get(&format!("{LIST}/{id}")).await.form("#tag");
    editor.submit(form.fill([("name", "Databases"), ("slug", "")])).await.assert_redirects_to(LIST);
    editor.get(LIST).await.assert_shows("Saved the tag “Databases”.");
    assert_eq!((names_on(&site, post), tag(&site, "databases")), (vec!["Databases".to_owned()], id));
    site.visitor().get("/tags/databses").await.assert_moved_to("/tags/databases");
    site.visitor().get("/tags/databases").await.assert_status(200).assert_shows("One");
    let (kind, cache_tags) = last_change(&site);
    assert_eq!(kind, "tag.renamed");
    assert!(cache_tags.contains(&format!(" tag:{id} ")) && cache_tags.contains(" tags "), "{cache_tags}");
}

#[actix_web::test]
async fn an_old_name_in_a_draft_leads_to_the_tag_that_took_it_over() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let post = given_post(&site, "One", &["Postgres", "SQL"]);
    given_post(&site, "Two", &["PostgreSQL"]);
    let (postgres, sql) = (tag(&site, "postgres"), tag(&site, "sql"));
    let form = editor.get(&format!("{LIST}/{postgres}/merge")).await.form("#merge");
    editor.submit(form.fill([("into", "postgresql")])).await.assert_redirects_to(LIST);
    let form = editor.get(&format!("{LIST}/{sql}")).await.form("#tag");
    editor.submit(form.fill([("name", "Structured queries"), ("slug", "queries")])).await.assert_redirects_to(LIST);

    // The revision still says what was typed.
    let now = site.state.clock.now();
    site.write(|conn| publishing::publish(conn, post, &Actor::default(), now));
    assert_eq!(names_on(&site, post), ["PostgreSQL", "Structured queries"]);
    assert_eq!(site.count("tags"), 2, "nothing was made anew");
}

#[actix_web::test]
async fn a_name_that_no_longer_matches_its_address_is_still_found_by_its_name() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    given_post(&site, "One", &["C plus plus"]);
    let id = tag(&site, "c-plus-plus");
    let form = editor.get(&format!("{LIST}/{id}")).await.form("#tag");
    editor.submit(form.fill([("name", "Bjarne’s language"), ("slug", "cpp")])).await.assert_redirects_to(LIST);
    let post = given_post(&site, "Two", &["Bjarne’s language"]);
    assert_eq!((names_on(&site, post).len(), site.count("tags"), posts(&site, id)), (1, 1, 2));
}

#[actix_web::test]
async fn a_merge_gives_every_post_the_other_tag_once() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let one = given_post(&site, "One", &["JS"]);
    let two = given_post(&site, "Two", &["JS", "JavaScript"]);
    site.given(a_post("Draft").with(|draft| draft.tags = vec!["JS".to_owned()]));
    let (js, javascript) = (tag(&site, "js"), tag(&site, "javascript"));

    let asked = editor.get(&format!("{LIST}/{js}/merge")).await;
    asked.assert_shows("3 entries have it and get the other tag, drafts included.");
    editor.submit(asked.form("#merge").fill([("into", "JavaScript")])).await.assert_redirects_to(LIST);
    editor.get(LIST).await.assert_shows("Merged the tag into “JavaScript”.");

    assert_eq!((names_on(&site, one), names_on(&site, two)), (vec!["JavaScript".to_owned()], vec!["JavaScript".to_owned()]));
    assert_eq!((posts(&site, javascript), posts(&site, js), site.count("entry_tags")), (2, 0, 3));
    assert_eq!(leads_to(&site, "/tags/js").as_deref(), Some("/tags/javascript"));
    let (kind, cache_tags) = last_change(&site);
    assert_eq!(kind, "tag.merged");
    for tag in [format!(" list:tag:{js} "), format!(" list:tag:{javascript} "), format!(" tag:{js} ")] {
        assert!(cache_tags.contains(&tag), "{tag} not in {cache_tags}");
    }
    editor.get(&format!("{LIST}/{js}")).await.assert_status(404);
}

#[actix_web::test]
async fn a_merge_into_nothing_or_into_itself_is_refused() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    given_post(&site, "One", &["Rust"]);
    let id = tag(&site, "rust");
    let form = editor.get(&format!("{LIST}/{id}/merge")).await.form("#merge");
    for (into, sentence) in
        [("", "Give the name of the tag"), ("Ruust", "There is no tag of this name."), ("rust", "This is the tag itself.")]
    {
        let answer = editor.submit(form.clone().fill([("into", into)])).await;
        answer.assert_status(422).assert_shows(sentence);
        assert_eq!(answer.form("#merge").value("into"), into);
    }
    assert_eq!(site.count("tags"), 1);
}

#[actix_web::test]
async fn a_deleted_tag_is_off_every_post_and_typed_again_is_made_anew() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let post = given_post(&site, "One", &["Misc", "Rust"]);
    let id = tag(&site, "misc");
    let form = editor.get(&format!("{LIST}/{id}")).await.form("#tag");
    editor.submit(form.fill([("name", "Odds"), ("slug", "odds")])).await.assert_redirects_to(LIST);

    let asked = editor.get(&format!("{LIST}/{id}/deletion")).await;
    asked.assert_shows("1 entry has it and loses it");
    editor.submit(asked.form("#deletion")).await.assert_redirects_to(LIST);
    assert_eq!((names_on(&site, post), leads_to(&site, "/tags/misc")), (vec!["Rust".to_owned()], None));
    assert_eq!((posts(&site, id), last_change(&site).0.as_str()), (0, "tag.deleted"));

    let again = given_post(&site, "Two", &["Misc"]);
    assert_eq!(names_on(&site, again), ["Misc"]);
    assert_ne!(tag(&site, "misc"), id);
}

#[actix_web::test]
async fn a_rename_onto_another_tag_is_refused_and_nothing_typed_is_lost() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    given_post(&site, "One", &["Rust", "MySQL"]);
    let id = tag(&site, "rust");
    let form = editor.get(&format!("{LIST}/{id}")).await.form("#tag");
    let long = "x".repeat(81);
    let cases = [
        ("", "rust", "name", "Give the tag a name"),
        (long.as_str(), "rust", "name", "at most 80 characters"),
        ("a, b", "rust", "name", "Leave out the comma"),
        ("Other", "mysql", "slug", "There is already a tag at /tags/mysql."),
        ("Other", "Not A Slug", "slug", "Use lower-case letters"),
        ("mysql", "other", "name", "There is already a tag of this name."),
    ];
    for (name, slug, field, sentence) in cases {
        let answer = editor.submit(form.clone().fill([("name", name), ("slug", slug)])).await;
        answer.assert_status(422).assert_shows(sentence);
        let again = answer.form("#tag");
        assert_eq!((again.value("name"), again.value("slug")), (name, slug));
        assert_eq!(answer.attributes(&format!("#{field}"), "aria-invalid"), ["true"], "{sentence}");
    }
    assert_eq!(tag(&site, "rust"), id);
}

#[actix_web::test]
async fn owners_admins_and_editors_may_and_authors_may_not() {
    let site = Site::start().await;
    given_post(&site, "One", &["Rust"]);
    let id = tag(&site, "rust");
    for role in [Role::Owner, Role::Admin, Role::Editor] {
        site.signed_in(role).get(LIST).await.assert_status(200);
    }
    let author = site.signed_in(Role::Author);
    for page in [LIST.to_owned(), format!("{LIST}/{id}"), format!("{LIST}/{id}/merge"), format!("{LIST}/{id}/deletion")] {
        author.get(&page).await.assert_status(403);
    }
    let token = author.get("/admin").await.form("form[action='/logout']").value("token").to_owned();
    for action in [format!("{LIST}/{id}"), format!("{LIST}/{id}/merge"), format!("{LIST}/{id}/deletion")] {
        author.submit(Form::forged(&action, &[("token", &token), ("name", "x")])).await.assert_status(403).assert_shows("Your role");
    }
    assert_eq!(site.count("tags"), 1);
}
