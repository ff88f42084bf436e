//! Series: made, filled, put in order, read; and what follows for the posts in them.

use crate::support::{
    answer::Form,
    site::{Site, Visitor, a_page, a_post},
};
use diesel::prelude::*;
use mainstay::{
    content::model::{
        entry::{Entry, EntryId},
        publishing,
        revision::{Draft, Revision},
        saving,
        series::{
            Series, SeriesId,
            changes::{self, Wanted},
        },
        trash,
    },
    journal::Actor,
    schema::series_parts,
    web::person::Role,
};

const LIST: &str = "/admin/series";

fn given_series(site: &Site, title: &str) -> SeriesId {
    let wanted = Wanted { title: title.to_owned(), slug: String::new(), description: String::new() };
    site.write(|conn| changes::create(conn, &wanted, &Actor::default(), site.state.clock.now()))
}

fn given_part(site: &Site, series: SeriesId, title: &str) -> EntryId {
    site.given(a_post(title).published().with(|draft| draft.series = Some(series)))
}

/// The titles of the live parts, as the page of the series shows them.
async fn parts(site: &Site, slug: &str) -> Vec<String> {
    site.visitor().get(&format!("/series/{slug}")).await.texts(".stay-list h3")
}

async fn box_of(site: &Site, path: &str) -> Vec<String> {
    site.visitor().get(path).await.texts("#series-title")
}

async fn submit(by: &Visitor, page: &str, form: &str, change: impl FnOnce(Form) -> Form) {
    let form = by.get(page).await.form(form);
    by.submit(change(form)).await.assert_status(303);
}

fn keys(site: &Site) -> Vec<(EntryId, SeriesId)> {
    let rows = series_parts::table.order(series_parts::position).select((series_parts::entry_id, series_parts::series_id));
    rows.load(&mut site.database.conn()).unwrap()
}

#[actix_web::test]
async fn a_series_is_made_filled_and_read() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    editor.get(LIST).await.assert_status(200).assert_shows("No series yet");
    site.given(a_post("The plan").published());
    site.given(a_post("The work").published());
    let fields = [("title", "Building a boat"), ("description", "From plan to launch.")];
    let made = editor.submit(editor.get("/admin/series/new").await.form("#series").fill(fields)).await;
    made.assert_redirects_to("/admin/series/1");
    for typed in ["/posts/the-plan", "The work"] {
        submit(&editor, "/admin/series/1", "#part", |form| form.fill([("entry", typed)])).await;
    }
    assert_eq!(parts(&site, "building-a-boat").await, ["1. The plan", "2. The work"]);
    let page = site.visitor().get("/posts/the-work").await;
    assert_eq!(page.texts("#series-title"), ["Part 2 of 2 of Building a boat"]);
    assert_eq!(page.attributes(".in-series .turn a", "href"), ["/posts/the-plan"]);
    assert_eq!(page.texts(".in-series [aria-current=page]"), ["The work"]);
    let listed = site.visitor().get("/series").await;
    assert_eq!(
        (listed.link("Building a boat").as_str(), listed.texts(".rows .meta")),
        ("/series/building-a-boat", vec!["2 parts".to_owned()])
    );
    let page = editor.get(LIST).await;
    assert_eq!(page.texts("tbody th a"), ["Building a boat"]);
}

#[actix_web::test]
async fn what_programs_are_told_names_series_and_part() {
    let site = Site::start().await;
    let series = given_series(&site, "Steps & more");
    given_part(&site, series, "One");
    given_part(&site, series, "Two");
    let told = |page: &str| {
        let block = page.split("application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
        serde_json::from_str::<serde_json::Value>(block).unwrap()
    };
    let post = told(&site.visitor().get("/posts/two").await.body);
    assert_eq!(post[0]["position"], 2);
    assert_eq!(post[0]["isPartOf"][1]["@type"], "CreativeWorkSeries");
    assert_eq!(post[0]["isPartOf"][1]["url"], "https://example.org/series/steps-more");
    let own = site.visitor().get("/series/steps-more").await;
    assert_eq!(own.attributes("link[rel=canonical]", "href"), ["https://example.org/series/steps-more"]);
    let own = told(&own.body);
    assert_eq!((&own[0]["@type"], &own[0]["hasPart"][1]["position"]), (&"CreativeWorkSeries".into(), &2.into()));
    let sitemap = site.visitor().get("/sitemaps/topics.xml").await;
    sitemap.assert_shows("<loc>https://example.org/series/steps-more</loc>");
    given_series(&site, "Empty");
    site.visitor().get("/sitemaps/topics.xml").await.assert_lacks("/series/empty");
    site.visitor().get("/series/empty").await.assert_status(200).assert_shows("Nothing is published here yet.");
}

#[actix_web::test]
async fn the_editor_puts_a_post_last_and_drafts_do_not_count() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let series = given_series(&site, "Steps");
    given_part(&site, series, "One");
    let form = editor.get("/admin/entries/new").await.form("#editor");
    let form = form.fill([("title", "Two"), ("body", "Text."), ("series", &series.to_string()), ("do", "save")]);
    editor.submit(form).await.assert_status(303);
    assert_eq!(box_of(&site, "/posts/one").await, ["Part 1 of 1 of Steps"], "a draft does not count");
    let two = keys(&site)[1].0;
    submit(&editor, &format!("/admin/entries/{two}"), "#editor", |form| form.fill([("do", "publish")])).await;
    assert_eq!(box_of(&site, "/posts/two").await, ["Part 2 of 2 of Steps"]);
    // What is live stays a part until another draft goes out.
    submit(&editor, &format!("/admin/entries/{two}"), "#editor", |form| form.fill([("series", ""), ("do", "save")])).await;
    assert_eq!(box_of(&site, "/posts/two").await, ["Part 2 of 2 of Steps"]);
    editor.get(&format!("/admin/entries/{two}/revisions")).await.assert_status(200);
    submit(&editor, &format!("/admin/entries/{two}"), "#editor", |form| form.fill([("do", "publish")])).await;
    assert_eq!(box_of(&site, "/posts/two").await, [] as [String; 0]);
    assert_eq!(box_of(&site, "/posts/one").await, ["Part 1 of 1 of Steps"]);
}

#[actix_web::test]
async fn parts_are_put_in_order_by_buttons() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let series = given_series(&site, "Steps");
    let [one, two, three] = ["One", "Two", "Three"].map(|title| given_part(&site, series, title));
    let page = format!("/admin/series/{series}");
    let press = |id: EntryId, to: &'static str| {
        let (editor, page) = (&editor, page.clone());
        async move { submit(editor, &page, &format!("#part-{id} form[action$=position]"), |form| form.fill([("to", to)])).await }
    };
    press(three, "up").await;
    assert_eq!(parts(&site, "steps").await, ["1. One", "2. Three", "3. Two"]);
    press(one, "down").await;
    assert_eq!(parts(&site, "steps").await, ["1. Three", "2. One", "3. Two"]);
    let forged = Form::forged(&format!("{page}/parts/{three}/position"), &[("token", &editor.token), ("to", "up")]);
    editor.submit(forged).await.assert_status(303);
    assert_eq!(parts(&site, "steps").await, ["1. Three", "2. One", "3. Two"], "above the first there is nothing");
    let sideways = Form::forged(&format!("{page}/parts/{two}/position"), &[("token", &editor.token), ("to", "sideways")]);
    editor.submit(sideways).await.assert_status(400);
    submit(&editor, &page, &format!("#part-{one} form[action$=removal]"), |form| form).await;
    assert_eq!(parts(&site, "steps").await, ["1. Three", "2. Two"]);
    site.visitor().get("/posts/one").await.assert_status(200).assert_lacks("in-series");
    let gone = Form::forged(&format!("{page}/parts/{one}/position"), &[("token", &editor.token), ("to", "up")]);
    editor.submit(gone).await.assert_status(409);
}

#[actix_web::test]
async fn a_part_keeps_its_place_while_it_is_away() {
    let site = Site::start().await;
    let series = given_series(&site, "Steps");
    let [_, two, _] = ["One", "Two", "Three"].map(|title| given_part(&site, series, title));
    let now = site.state.clock.now();
    site.write(|conn| trash::trash(conn, two, &Actor::default(), now));
    assert_eq!(parts(&site, "steps").await, ["1. One", "2. Three"]);
    site.write(|conn| trash::restore(conn, two, &Actor::default(), now).map(drop));
    assert_eq!(parts(&site, "steps").await, ["1. One", "2. Three"], "it came back as a draft");
    site.write(|conn| publishing::publish(conn, two, &Actor::default(), now));
    assert_eq!(parts(&site, "steps").await, ["1. One", "2. Two", "3. Three"]);
    site.write(|conn| publishing::unpublish(conn, two, &Actor::default(), now));
    site.write(|conn| trash::trash(conn, two, &Actor::default(), now));
    site.write(|conn| trash::delete(conn, two, &Actor::default(), now));
    assert_eq!((parts(&site, "steps").await.len(), keys(&site).len()), (2, 2));
    assert_eq!(site.count(&format!("list_counts WHERE kind = 'series' AND list_key = {series} AND entries = 2")), 1);
}

#[actix_web::test]
async fn an_address_that_changes_leads_on_and_a_series_that_goes_leaves_its_posts() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let series = given_series(&site, "Steps");
    let one = given_part(&site, series, "One");
    let page = format!("/admin/series/{series}");
    submit(&editor, &page, "#series", |form| form.fill([("title", "First steps"), ("slug", "first-steps")])).await;
    site.visitor().get("/series/steps").await.assert_moved_to("/series/first-steps");
    assert_eq!(box_of(&site, "/posts/one").await, ["Part 1 of 1 of First steps"]);
    editor.get(&format!("{page}/deletion")).await.assert_shows("1 post is part of it and stays");
    submit(&editor, &format!("{page}/deletion"), "#deletion", |form| form).await;
    site.visitor().get("/series/first-steps").await.assert_moved_to("/series");
    site.visitor().get("/series/steps").await.assert_moved_to("/series");
    site.visitor().get("/posts/one").await.assert_status(200).assert_lacks("in-series");
    assert_eq!((keys(&site).len(), site.count("revisions WHERE series_id IS NOT NULL")), (0, 0));
    let newest = Entry::find(&mut site.database.conn(), one).unwrap().latest_revision_id.unwrap();
    assert_eq!(Revision::find(&mut site.database.conn(), newest).unwrap().draft().series, None);
    assert_eq!(site.count("list_counts WHERE kind = 'series' AND entries <> 0"), 0);
    submit(&editor, "/admin/series/new", "#series", |form| form.fill([("title", "Steps")])).await;
    site.visitor().get("/series/steps").await.assert_status(200);
}

#[actix_web::test]
async fn what_cannot_be_is_told_and_nothing_that_was_typed_is_lost() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let series = given_series(&site, "Steps");
    for (fields, sentence) in [
        ([("title", ""), ("slug", "x")], "Give the series a title"),
        ([("title", "Other"), ("slug", "Not a slug")], "Use lower-case letters a to z"),
        ([("title", "Other"), ("slug", "steps")], "There is already a series at /series/steps."),
    ] {
        let form = editor.get("/admin/series/new").await.form("#series").fill(fields).fill([("description", "Kept words.")]);
        let answer = editor.submit(form).await;
        answer.assert_status(422).assert_shows(sentence).assert_shows("Kept words.");
    }
    site.given(a_page("A page").published());
    site.given(a_post("Twice").published());
    site.given(a_post("Twice").published());
    for (typed, sentence) in [
        ("", "There is no entry at this address"),
        ("/posts/nowhere", "There is no entry at this address"),
        ("Twice", "Several entries have this title."),
        ("/a-page", "Pages have an order in their tree."),
    ] {
        let form = editor.get(&format!("/admin/series/{series}")).await.form("#part").fill([("entry", typed)]);
        let answer = editor.submit(form).await;
        answer.assert_status(422).assert_shows(sentence);
        assert_eq!(answer.form("#part").value("entry"), typed);
    }
    let form = editor.get("/admin/entries/new").await.form("#editor").fill([("title", "Mine"), ("body", "Long words.")]);
    let gone = form.fill([("series", "999999"), ("do", "publish")]);
    editor.submit(gone).await.assert_status(422).assert_shows("This series is gone.").assert_shows("Long words.");
    editor.get("/admin/series/999999").await.assert_status(404);
    site.visitor().get("/series/nowhere").await.assert_status(404);
    // The same form sent twice adds a part once.
    let form = editor.get(&format!("/admin/series/{series}")).await.form("#part").fill([("entry", "https://example.org/posts/twice")]);
    editor.submit(form.clone()).await.assert_status(303);
    editor.submit(form).await.assert_status(303);
    assert_eq!(keys(&site).len(), 1);
}

#[actix_web::test]
async fn titles_of_any_script_and_length_are_shown_whole() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    for title in ["😀 𝕾𝖊𝖗𝖎𝖊𝖘 <b>&amp;", "סדרה על ים", &"long ".repeat(40)] {
        submit(&editor, "/admin/series/new", "#series", |form| form.fill([("title", title)])).await;
    }
    let all: Vec<Series> = Series::all(&mut site.database.conn()).unwrap();
    for series in all {
        let title = series.title.clone();
        given_part(&site, series.id, &format!("Part of {}", series.id));
        let shown = site.visitor().get(&series.url()).await;
        assert_eq!(shown.texts("h1"), [title.trim()]);
        assert_eq!(box_of(&site, &format!("/posts/part-of-{}", series.id)).await, [format!("Part 1 of 1 of {}", title.trim())]);
    }
    editor.get(LIST).await.assert_status(200);
}

#[actix_web::test]
async fn a_long_series_is_shown_around_the_part_and_paged() {
    let site = Site::start().await;
    let series = given_series(&site, "Long");
    for number in 1..=60 {
        given_part(&site, series, &format!("Part {number}"));
    }
    let page = site.visitor().get("/posts/part-30").await;
    assert_eq!(page.texts("#series-title"), ["Part 30 of 60 of Long"]);
    let near = page.texts(".in-series li");
    assert_eq!((near.len(), near[0].as_str(), near[8].as_str()), (9, "26. Part 26", "34. Part 34"));
    assert_eq!(page.link("All 60 parts"), "/series/long");
    let first = site.visitor().get("/series/long").await;
    let second = site.visitor().get(&first.link("Next")).await;
    assert_eq!((first.texts(".stay-list h3").len(), second.texts(".stay-list h3")[0].as_str()), (50, "51. Part 51"));
    assert_eq!(second.attributes("meta[name=robots]", "content"), ["noindex, follow"]);
    assert_eq!(site.visitor().get(&second.link("Back")).await.texts(".stay-list h3"), first.texts(".stay-list h3"));
    let editor = site.signed_in(Role::Editor);
    let page = editor.get(&format!("/admin/series/{series}")).await;
    let next = editor.get(&page.link("Next")).await;
    assert_eq!(next.texts("tbody th")[0], "51. Part 51/posts/part-51");
}

#[actix_web::test]
async fn a_copy_and_an_old_revision_have_the_series_that_stands_in_their_words() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let series = given_series(&site, "Steps");
    let one = given_part(&site, series, "One");
    submit(&editor, &format!("/admin/entries/{one}/duplication"), "#confirm", |form| form).await;
    assert_eq!(keys(&site).iter().filter(|(_, of)| *of == series).count(), 2);
    assert_eq!(parts(&site, "steps").await, ["1. One"], "the copy is a draft");
    let now = site.state.clock.now();
    site.write(|conn| {
        let newest = Entry::find(conn, one)?.latest_revision_id.unwrap();
        let draft = Draft { series: None, ..Revision::find(conn, newest)?.draft() };
        saving::save(conn, one, newest, &draft, &Actor::default(), now)?;
        publishing::publish(conn, one, &Actor::default(), now)
    });
    assert_eq!(parts(&site, "steps").await, [] as [String; 0]);
    submit(&editor, &format!("/admin/entries/{one}/revisions/1/restoration"), "#confirm", |form| form).await;
    site.write(|conn| publishing::publish(conn, one, &Actor::default(), now));
    assert_eq!(parts(&site, "steps").await, ["1. One"]);
}

#[actix_web::test]
async fn entries_are_suggested_to_who_may_see_them() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    site.given(a_post("Harbour lights").published());
    site.given(a_post("Harbour plans"));
    let found = author.get("/admin/entries/suggestions?q=harbour").await;
    found.assert_status(200).assert_shows("Harbour lights").assert_lacks("Harbour plans");
    author.get("/admin/entries/suggestions?q=/posts/harbour").await.assert_shows("/posts/harbour-lights").assert_lacks("plans");
    let editor = site.signed_in(Role::Editor);
    editor.get("/admin/entries/suggestions?q=/posts/harbour").await.assert_shows("/posts/harbour-plans");
}
