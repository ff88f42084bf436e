//! Public pages cost the same however many entries there are: told by what the server itself counts as rows read.

use crate::support::site::{Site, a_page, a_post};
use diesel::{connection::SimpleConnection, prelude::*, sql_types::BigInt};
use mainstay::{
    content::model::{
        address, category,
        entry::Entry,
        gate,
        list::{self, List},
        live::{Around, Live},
        lost,
        revision::Draft,
        search,
    },
    db::{Conn, Db, cursor::Cursor},
    schema::entries,
    web::person::Role,
};

/// Live posts with a category, a tag and an author each, made by the database.
const MANY: &str = "
    INSERT INTO categories (id, name, slug, path, description, created_at) VALUES (1, 'C', 'c', 'c', '', NOW(6));
    INSERT INTO tags (id, name, slug, created_at) VALUES (1, 'T', 't', NOW(6));
    INSERT INTO entries (kind, slug, path, state, title, summary, body_html, contents, words, renderer, image_url, image_alt, meta_title,
                         meta_description, featured, author_id, published_at, created_at, changed_at)
    SELECT 'post', CONCAT('p-', seq), CONCAT('/posts/p-', seq), 'published', CONCAT('Title ', seq), 'Words', '', '[]', 100, 1, '', '', '', '',
           seq % 100 = 0, 1, '2026-01-01' + INTERVAL seq MINUTE, NOW(6), '2026-01-01' + INTERVAL seq MINUTE
    FROM   seq_1_to_5000;
    INSERT INTO listings SELECT 'all', 0, published_at, id FROM entries;
    INSERT INTO listings SELECT 'category', 1, published_at, id FROM entries;
    INSERT INTO listings SELECT 'tag', 1, published_at, id FROM entries;
    INSERT INTO listings SELECT 'author', 1, published_at, id FROM entries;
    INSERT INTO entry_categories SELECT id, 1, 0 FROM entries;
    INSERT INTO entry_tags SELECT id, 1, 0 FROM entries;
    ANALYZE TABLE entries, listings";

#[derive(QueryableByName)]
struct Reads {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Rows that `work` makes the server read.
fn rows_read<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> QueryResult<T>) -> i64 {
    const SUM: &str = "SELECT CAST(SUM(variable_value) AS SIGNED) AS n FROM information_schema.session_status
                       WHERE variable_name LIKE 'HANDLER_READ%' AND variable_name <> 'HANDLER_READ_RND_DELETED'";
    let sum = |conn: &mut Conn| diesel::sql_query(SUM).get_result::<Reads>(conn).unwrap().n;
    conn.batch_execute("FLUSH STATUS").unwrap();
    let own = sum(conn); // reading the counters counts too
    conn.batch_execute("FLUSH STATUS").unwrap();
    work(conn).unwrap();
    sum(conn) - own
}

#[actix_web::test]
async fn what_a_page_reads_does_not_grow_with_the_site() {
    let site = Site::start().await;
    site.given_user(Role::Author);
    let conn = &mut site.database.conn();
    for statement in MANY.split(';') {
        diesel::sql_query(statement).execute(conn).unwrap();
    }
    let middle: Entry = Entry::query().filter(entries::slug.eq("p-2500")).first(conn).unwrap();
    let cursor = Cursor::parse(Some(&Cursor::of_time(middle.published_at.unwrap(), middle.id.number())), None).unwrap();
    let costs = [
        ("the first page of a list", rows_read(conn, |conn| list::page(conn, List::All, None, 10))),
        ("a page in the middle", rows_read(conn, |conn| list::page(conn, List::Category(1.into()), Some(&cursor), 10))),
        ("a tag's list", rows_read(conn, |conn| list::page(conn, List::Tag(1.into()), None, 10))),
        ("the newest of a category", rows_read(conn, |conn| list::newest_in(conn, &[1.into()], 4))),
        ("the neighbours of a post", rows_read(conn, |conn| list::neighbours(conn, middle.id, middle.published_at))),
        ("a post", rows_read(conn, |conn| Live::at(conn, "/posts/p-2500").map(drop))),
        ("an address that leads nowhere", rows_read(conn, |conn| lost::find(conn, "/posts/p-99999", "").map(drop))),
        ("the list of entries", rows_read(conn, |conn| search::page(conn, &search::Filter::default(), None, 30))),
    ];
    for (what, rows) in costs {
        assert!((1..=250).contains(&rows), "{what} reads {rows} rows");
    }
    let rows = rows_read(conn, |conn| Around::of(conn, middle.id, middle.published_at, &[1.into()], &[1.into()]));
    assert!((1..=500).contains(&rows), "what stands around a post reads {rows} rows");
    let rows = rows_read(conn, list::featured);
    assert!((1..=300).contains(&rows), "featured posts read {rows} rows");
    // The publish gate, of a text with two hundred links on a site with a full trash.
    for statement in ["UPDATE entries SET state = 'trashed', path = NULL WHERE id > 2600", "ANALYZE TABLE entries"] {
        diesel::sql_query(statement).execute(conn).unwrap();
    }
    let paths: Vec<String> = (2500..2700).map(|number| format!("/posts/p-{number}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let rows = rows_read(conn, |conn| address::standing(conn, &paths).map(|found| assert_eq!(found.len(), 101)));
    assert!((1..=500).contains(&rows), "what stands at 200 addresses reads {rows} rows");
    let rows = rows_read(conn, |conn| address::former(conn, &paths[101..]).map(|found| assert_eq!(found.len(), 99)));
    assert!((1..=500).contains(&rows), "what stood at 99 addresses reads {rows} rows");
    let rows = rows_read(conn, |conn| gate::twin(conn, "Title 2000", None));
    assert!((1..=250).contains(&rows), "an entry of the same title reads {rows} rows");
}

/// How many statements the one connection of a pool was sent so far.
fn statements(db: &Db) -> i64 {
    const SENT: &str =
        "SELECT CAST(variable_value AS SIGNED) AS n FROM information_schema.session_status WHERE variable_name = 'QUESTIONS'";
    db.read_here(|conn| Ok(diesel::sql_query(SENT).get_result::<Reads>(conn)?.n)).unwrap()
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
    for (address, most) in [("/posts/two", 2), ("/above/below", 3), ("/", 6), ("/posts", 4), ("/tags/rust", 4)] {
        let before = statements(&state.db);
        visitor.get(&format!("{address}?not=kept")).await.assert_status(200);
        let sent = statements(&state.db) - before - 1;
        assert!((1..=most).contains(&sent), "{address} takes {sent} queries");
    }
}
