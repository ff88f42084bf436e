//! How many statements a page and a save send: told by what the server itself counts.

use super::Reads;
use crate::support::site::{Site, a_page, a_post};
use diesel::{prelude::*, sql_types::Text};
use mainstay::{
    content::model::{
        category,
        revision::Draft,
        series::changes::{self, Wanted},
        translation,
    },
    db::Db,
    journal::Actor,
    web::person::Role,
};

/// How many statements the one connection of a pool was sent so far.
fn statements(db: &Db) -> i64 {
    counted(db, "QUESTIONS")
}

/// What the server has counted of the one connection of a pool.
fn counted(db: &Db, name: &str) -> i64 {
    const COUNTED: &str = "SELECT CAST(variable_value AS SIGNED) AS n FROM information_schema.session_status WHERE variable_name = ?";
    db.read_here(|conn| Ok(diesel::sql_query(COUNTED).bind::<Text, _>(name).get_result::<Reads>(conn)?.n)).unwrap()
}

#[actix_web::test]
async fn a_page_takes_few_queries() {
    let site = Site::start().await;
    let category = site.write(|conn| category::ensure(conn, "Systems/Databases", None, site.state.clock.now()));
    let about = |draft: &mut Draft| {
        draft.categories = vec![category];
        draft.tags = vec!["mysql".to_owned(), "rust".to_owned()];
    };
    for title in ["One", "Two", "Three"] {
        site.given(a_post(title).published().with(about));
    }
    let above = site.given(a_page("Above").published());
    site.given(a_page("Below").published().with(|draft| draft.parent = Some(above)));
    let (state, visitor) = site.beside(Db::open(&site.database.url(), 1).unwrap()).await;
    visitor.get("/").await.assert_status(200); // settings, menus and topics are in memory from now on
    // The second time, what stands around a post is in memory too.
    for (address, most) in [("/posts/two", 3), ("/posts/two", 1), ("/above/below", 5), ("/", 6), ("/posts", 4), ("/tags/rust", 4)] {
        let before = statements(&state.db);
        visitor.get(&format!("{address}?not=kept")).await.assert_status(200);
        let sent = statements(&state.db) - before - 1;
        assert!((1..=most).contains(&sent), "{address} takes {sent} queries");
    }
}

#[actix_web::test]
async fn a_part_of_a_series_in_several_languages_takes_no_more() {
    let site = Site::start().await;
    let now = site.state.clock.now();
    let wanted = Wanted { title: "Steps".to_owned(), slug: String::new(), description: String::new() };
    let series = site.write(|conn| changes::create(conn, &wanted, &Actor::default(), now));
    let ids = ["One", "Two", "Three", "Four"].map(|title| site.given(a_post(title).published().with(|draft| draft.series = Some(series))));
    let spoken = translation::Wanted { language: "de".to_owned(), of: Some(ids[0]) };
    site.write(|conn| translation::set(conn, ids[1], &spoken, None, &Actor::default(), now));
    let (state, visitor) = site.beside(Db::open(&site.database.url(), 1).unwrap()).await;
    visitor.get("/").await.assert_status(200);
    // The first time nothing is known; the second time everything is.
    for (address, most) in [("/posts/two", 3), ("/posts/three", 3), ("/posts/two", 1), ("/series/steps", 1)] {
        let before = statements(&state.db);
        let page = visitor.get(&format!("{address}?not=kept")).await;
        page.assert_status(200).assert_shows("Steps");
        let sent = statements(&state.db) - before - 1;
        assert!((1..=most).contains(&sent), "{address} takes {sent} queries");
    }
}

#[actix_web::test]
async fn a_post_is_published_with_few_statements_and_nearly_all_of_them_are_prepared_already() {
    let site = Site::start().await;
    let category = site.write(|conn| category::ensure(conn, "Systems/Databases", None, site.state.clock.now()));
    let about = |draft: &mut Draft| {
        draft.categories = vec![category];
        draft.tags = vec!["mysql".to_owned(), "rust".to_owned()];
        draft.body = "Words with [a link](/posts/one).".to_owned();
    };
    site.given(a_post("One").published());
    let post = site.given(a_post("Two").published().with(about));
    let (state, _) = site.beside(Db::open(&site.database.url(), 1).unwrap()).await;
    let owner = site.session_on(&state, site.given_user(Role::Owner)).await;
    let edit = format!("/admin/entries/{post}");
    let mut sent = Vec::new();
    for time in 0..3 {
        let form = owner.get(&edit).await.form("#editor").fill([("title", &*format!("Two {time}")), ("do", "publish")]);
        let before = [counted(&state.db, "QUESTIONS"), counted(&state.db, "COM_STMT_PREPARE")];
        owner.submit(form).await.assert_redirects_to(&edit);
        sent = vec![counted(&state.db, "QUESTIONS") - before[0] - 2, counted(&state.db, "COM_STMT_PREPARE") - before[1] - 2];
    }
    assert!((20..=100).contains(&sent[0]), "{sent:?} statements");
    assert!((0..=10).contains(&sent[1]), "{sent:?} prepared");
    let before = [counted(&state.db, "QUESTIONS"), counted(&state.db, "COM_STMT_PREPARE")];
    owner.get(&edit).await.assert_status(200);
    let sent = [counted(&state.db, "QUESTIONS") - before[0] - 2, counted(&state.db, "COM_STMT_PREPARE") - before[1] - 2];
    assert!((10..=60).contains(&sent[0]), "the editor: {sent:?} statements");
    assert!((0..=5).contains(&sent[1]), "the editor: {sent:?} prepared");
}
