//! The made-up site: as if the program's own functions had written it, entry by entry.

use crate::support::{
    database::Database,
    site::{Site, a_post, begin},
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use indicatif::ProgressBar;
use mainstay::{
    community::model::signed::Signer,
    content::model::{
        entry::{EntryId, EntryState, Kind},
        publishing,
    },
    db::Conn,
    exchange::generate::{Options, generate},
    journal::Actor,
    markup::render_remark,
    schema::{comments, entries},
    web::person::Role,
};

const SMALL: Options = Options { entries: 2000, seed: 7, words: 120, force: false, folder: None };

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Rows of a query, each as one text, in the order of these texts.
fn lines(conn: &mut Conn, columns: &str, from: &str) -> Vec<String> {
    let text = format!("SELECT CONCAT_WS('|', {columns}) AS line FROM {from} ORDER BY line");
    diesel::sql_query(text).load::<Line>(conn).unwrap().into_iter().map(|row| row.line).collect()
}

/// Everything that follows from what was written, but keys that say nothing and times of changes.
fn following(conn: &mut Conn) -> Vec<Vec<String>> {
    let shown = "id, kind, IFNULL(parent_id, '-'), slug, IFNULL(path, '-'), position, state, title, summary, body_html, contents, words, renderer, \
                 featured, author_id, IFNULL(published_at, '-')";
    let said = "id, entry_id, IFNULL(parent_id, '-'), thread_id, depth, state, visible, author_name, author_email, body, html, renderer, created_at";
    vec![
        lines(conn, said, "comments"),
        lines(conn, "entry_id, mode, shown", "entry_comments"),
        lines(conn, "kind, list_key, published_at, entry_id", "listings"),
        lines(conn, "kind, list_key, entries", "list_counts"),
        lines(conn, "entry_id, category_id, position", "entry_categories"),
        lines(conn, "entry_id, tag_id, position", "entry_tags"),
        lines(conn, "entry_id, revision_id, IFNULL(target_entry_id, '-'), kind, IFNULL(path, '-'), address, text", "links"),
        lines(conn, shown, "entries"),
        lines(conn, "id, name, slug", "tags"),
    ]
}

#[track_caller]
fn assert_same(before: &[Vec<String>], after: &[Vec<String>]) {
    for (before, after) in before.iter().zip(after) {
        let differing = before.iter().zip(after).find(|(before, after)| before != after);
        assert!(before == after, "{} and {} rows, first {differing:#?}", before.len(), after.len());
    }
}

/// Rows that name a row of another table which is not there.
fn orphans(conn: &mut Conn) -> Vec<String> {
    let keys = lines(
        conn,
        "table_name, column_name, referenced_table_name",
        "information_schema.key_column_usage WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL",
    );
    assert!(keys.len() > 20, "{keys:?}");
    let mut found = Vec::new();
    for key in keys {
        let [table, column, to] = key.split('|').collect::<Vec<_>>().try_into().unwrap();
        let text = format!(
            "SELECT COUNT(*) AS n FROM `{table}` AS one LEFT JOIN `{to}` AS other ON other.id = one.`{column}` \
             WHERE one.`{column}` IS NOT NULL AND other.id IS NULL"
        );
        let n = diesel::sql_query(text).get_result::<Count>(conn).unwrap().n;
        if n > 0 {
            found.push(format!("{table}.{column}: {n}"));
        }
    }
    found
}

#[actix_web::test]
async fn a_made_up_site_is_what_the_program_itself_would_have_written() {
    let site = Site::start().await;
    generate(&site.state.db, &SMALL, begin(), &ProgressBar::hidden()).unwrap();
    let conn = &mut site.database.conn();
    assert_eq!(orphans(conn), Vec::<String>::new());
    let counted =
        lines(conn, "kind, list_key, n", "(SELECT kind, list_key, COUNT(*) AS n FROM listings GROUP BY kind, list_key) AS counted");
    assert_eq!(lines(conn, "kind, list_key, entries", "list_counts"), counted);
    let (live, ahead) = ("FROM entries WHERE state = 'published'", "live_revision_id <> latest_revision_id");
    let count =
        |conn: &mut Conn, rest: &str| diesel::sql_query(format!("SELECT COUNT(*) AS n {rest}")).get_result::<Count>(conn).unwrap().n;
    assert_eq!(count(conn, "FROM entries"), 2000);
    assert!((1720..1900).contains(&count(conn, live)));
    assert!((60..140).contains(&count(conn, "FROM entries WHERE kind = 'page'")));
    assert!((80..180).contains(&count(conn, "FROM entries WHERE state = 'draft'")));
    assert!((30..90).contains(&count(conn, "FROM entries WHERE state = 'trashed'")));
    assert!((20..100).contains(&count(conn, &format!("{live} AND {ahead}"))));
    assert!(count(conn, "FROM links WHERE kind = 'inside'") > 500);
    assert!((1000..4000).contains(&count(conn, "FROM comments")));
    assert!((1..100).contains(&count(conn, "FROM comments WHERE state = 'held' AND NOT visible AND told_at IS NOT NULL")));
    assert_eq!(count(conn, "FROM comments WHERE (state = 'shown') <> visible"), 0);
    let counted = "(SELECT entry_id, COUNT(*) AS shown FROM comments WHERE state = 'shown' GROUP BY entry_id) AS counted";
    assert_eq!(lines(conn, "entry_id, shown", "entry_comments"), lines(conn, "entry_id, shown", counted));
    let wrong = "FROM comments LEFT JOIN comments AS above ON above.id = comments.parent_id \
                 WHERE comments.thread_id <> IFNULL(above.thread_id, comments.id) OR comments.entry_id <> IFNULL(above.entry_id, comments.entry_id) \
                 OR comments.depth <> IFNULL(LEAST(above.depth + 1, 4), 0) OR above.state = 'held' OR above.created_at > comments.created_at";
    assert_eq!(count(conn, wrong), 0);
    assert!(count(conn, "FROM comments WHERE depth = 2") > 20);
    let signer = Signer::load(conn, begin()).unwrap();
    let said: Vec<(String, String, String, String)> =
        comments::table.limit(200).select((comments::body, comments::html, comments::author_name, comments::avatar)).load(conn).unwrap();
    for (body, html, name, avatar) in said {
        assert_eq!((render_remark(&body).0.as_str(), signer.avatar(&name)), (html.as_str(), avatar));
    }
    // Publishing an entry again writes everything anew that follows from its text, and all of it is the same.
    let again: Vec<EntryId> = entries::table
        .filter(entries::state.eq(EntryState::Published))
        .filter(entries::live_revision_id.nullable().eq(entries::latest_revision_id))
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("id % 9 = 0"))
        .select(entries::id)
        .load(conn)
        .unwrap();
    assert!(again.len() > 150);
    let before = following(conn);
    for id in again {
        site.write(|conn| publishing::publish(conn, id, &Actor::default(), begin()));
    }
    assert_same(&before, &following(conn));
}

#[actix_web::test]
async fn the_same_seed_makes_the_same_site() {
    let rows = |seed: u64| {
        let database = Database::fresh();
        let db = mainstay::db::Db::open(&database.url(), 2).unwrap();
        generate(&db, &Options { entries: 300, seed, ..SMALL }, begin(), &ProgressBar::hidden()).unwrap();
        following(&mut database.conn())
    };
    let one = rows(1);
    assert_same(&one, &rows(1));
    assert!(one != rows(2));
}

#[actix_web::test]
async fn a_made_up_site_stands_beside_what_is_there_only_when_forced() {
    let site = Site::start().await;
    site.given(a_post("Mine").published());
    let small = Options { entries: 100, ..SMALL };
    let refused = generate(&site.state.db, &small, begin(), &ProgressBar::hidden()).unwrap_err().to_string();
    assert!(refused.contains("--force"), "{refused}");
    assert_eq!(site.count("entries"), 1);
    let forced = Options { force: true, ..small };
    generate(&site.state.db, &forced, begin(), &ProgressBar::hidden()).unwrap();
    generate(&site.state.db, &forced, begin(), &ProgressBar::hidden()).unwrap();
    assert_eq!(site.count("entries"), 201);
    assert_eq!(orphans(&mut site.database.conn()), Vec::<String>::new());
    site.visitor().get("/posts").await.assert_shows("Mine");
}

#[actix_web::test]
async fn a_made_up_site_is_read_and_edited_like_any_other() {
    let site = Site::start().await;
    generate(&site.state.db, &SMALL, begin(), &ProgressBar::hidden()).unwrap();
    let (visitor, editor) = (site.visitor(), site.signed_in(Role::Editor));
    // From the home page two steps into every direction.
    let mut seen = vec!["/".to_owned()];
    let mut next = 0;
    while next < seen.len().min(120) {
        let page = visitor.get(&seen[next].clone()).await;
        page.assert_status(200);
        for link in page.attributes("main a[href^='/']", "href") {
            let link = link.split('#').next().unwrap().to_owned();
            if !seen.contains(&link) {
                seen.push(link);
            }
        }
        next += 1;
    }
    assert!(next == 120, "only {seen:?}");
    for list in ["/posts", "/posts?after=0~0", "/categories", "/tags", "/search?q=measuring"] {
        visitor.get(list).await.assert_status(200).assert_shows("<h1");
    }
    let (id, path): (EntryId, Option<String>) = entries::table
        .filter(entries::kind.eq(Kind::Post))
        .filter(entries::state.eq(EntryState::Published))
        .order(entries::id.desc())
        .select((entries::id, entries::path))
        .first(&mut site.database.conn())
        .unwrap();
    let path = path.unwrap();
    visitor.get(&path).await.assert_status(200);
    let page = editor.get(&format!("/admin/entries/{id}")).await;
    let form = page.form("#editor").fill([("title", "Written over"), ("do", "publish")]);
    editor.submit(form).await.assert_status(303);
    visitor.get(&path).await.assert_status(200).assert_shows("Written over");
    let most = "SELECT entries.path AS line FROM entry_comments JOIN entries ON entries.id = entry_id ORDER BY shown DESC LIMIT 1";
    let most = diesel::sql_query(most).get_result::<Line>(&mut site.database.conn()).unwrap().line;
    visitor.get(&most).await.assert_status(200).assert_shows("class=\"comment");
    editor.get("/admin/comments").await.assert_status(200).assert_shows("Waiting");
    visitor.get("/posts").await.assert_shows("Written over");
}

#[actix_web::test]
async fn from_files_it_becomes_the_same_site_with_the_same_keys() {
    let folder = std::env::temp_dir().join(format!("mainstay-generate-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let made = |folder: Option<std::path::PathBuf>| {
        let database = Database::fresh();
        let db = mainstay::db::Db::open(&database.url(), 2).unwrap();
        let keys = |conn: &mut Conn| {
            let columns = "table_name, index_name, seq_in_index, column_name, non_unique, index_type";
            lines(conn, columns, "information_schema.statistics WHERE table_schema = DATABASE()")
        };
        let before = keys(&mut database.conn());
        generate(&db, &Options { folder, ..SMALL }, begin(), &ProgressBar::hidden()).unwrap();
        let conn = &mut database.conn();
        assert_eq!((before, Vec::<String>::new()), (keys(conn), orphans(conn)));
        following(conn)
    };
    assert_same(&made(None), &made(Some(folder.clone())));
    std::fs::remove_dir(&folder).unwrap(); // nothing is left in it
}
