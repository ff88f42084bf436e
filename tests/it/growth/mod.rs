//! Pages cost the same however many entries there are: told by what the server itself counts as rows read, on a made-up site of a
//! thousand entries and on one of a hundred thousand.

mod categories;
mod comments;
mod library;
mod statements;
mod words;

use crate::support::site::{Site, Visitor, begin};
use diesel::{connection::SimpleConnection, prelude::*, sql_types::BigInt, sql_types::Text};
use indicatif::ProgressBar;
use mainstay::{
    app::State,
    clock::Clock,
    content::model::{address, gate},
    db::{Conn, Db},
    exchange::generate::{Options, generate},
    web::{page_cache::PageCache, person::Role},
};
use std::{collections::BTreeMap, sync::Arc};

#[derive(QueryableByName)]
struct Reads {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// A site whose pages are never kept and all use one connection, so that this connection's counters tell what a page has read.
struct Counted {
    site: Site,
    state: State,
    visitor: Visitor,
    editor: Visitor,
    author: Visitor,
}

impl Counted {
    async fn of(entries: usize) -> Counted {
        let site = Site::start().await;
        let (editor, author) = (site.given_user(Role::Owner), site.given_user(Role::Author));
        let options = Options { entries, seed: 1, words: 20, force: false, folder: None };
        generate(&site.state.db, &options, begin(), &ProgressBar::hidden()).unwrap();
        // As many redirects as entries.
        const REDIRECTS: &str = "INSERT INTO redirects (from_hash, from_path, target_entry_id, origin, created_at, hits)
            SELECT UNHEX(SHA2(CONCAT('/old/', id), 256)), CONCAT('/old/', id), id, 'import', created_at, id % 97 FROM entries";
        for statement in [REDIRECTS, "ANALYZE TABLE redirects"] {
            diesel::sql_query(statement).execute(&mut site.database.conn()).unwrap();
        }
        let db = Db::open(&site.database.url(), 1).unwrap();
        let state = State { db, pages: Arc::new(PageCache::new(0, Clock::default())), ..site.state.clone() };
        let visitor = site.visitor_of(&state).await;
        let (editor, author) = (site.session_on(&state, editor).await, site.session_on(&state, author).await);
        Counted { site, state, visitor, editor, author }
    }

    fn on_its_connection<T>(&self, work: impl FnOnce(&mut Conn) -> T) -> T {
        self.state.db.read_here(|conn| Ok(work(conn))).unwrap()
    }

    fn counter(&self) -> i64 {
        const SUM: &str = "SELECT CAST(SUM(variable_value) AS SIGNED) AS n FROM information_schema.session_status
                           WHERE variable_name LIKE 'HANDLER_READ%' AND variable_name <> 'HANDLER_READ_RND_DELETED'";
        self.on_its_connection(|conn| diesel::sql_query(SUM).get_result::<Reads>(conn).unwrap().n)
    }

    /// Rows that a page makes the server read.
    async fn rows_read(&self, who: &Visitor, path: &str) -> i64 {
        who.get(path).await; // the first time prepares statements and reads the description of tables
        self.on_its_connection(|conn| conn.batch_execute("FLUSH STATUS").unwrap());
        let own = self.counter(); // reading the counters counts too
        self.on_its_connection(|conn| conn.batch_execute("FLUSH STATUS").unwrap());
        let answer = who.get(path).await;
        let read = self.counter() - own;
        assert!(answer.status.is_success() || matches!(answer.status.as_u16(), 301 | 302 | 404), "{path}: {}", answer.status);
        read
    }

    /// What a query finds, to put into an address.
    fn word(&self, query: &str) -> String {
        diesel::sql_query(query).get_result::<Word>(&mut self.site.database.conn()).unwrap().word
    }

    /// Every page whose cost might grow, with the rows that it reads.
    async fn costs(&self) -> BTreeMap<String, i64> {
        let by_count = |kind: &str, order: &str| {
            self.word(&format!(
                "SELECT CAST(list_key AS CHAR) AS word FROM list_counts WHERE kind = '{kind}' ORDER BY entries {order}, list_key LIMIT 1"
            ))
        };
        let path_of = |table: &str, column: &str, id: &str| self.word(&format!("SELECT {column} AS word FROM {table} WHERE id = {id}"));
        let live = "FROM entries WHERE state = 'published' AND kind = 'post' ORDER BY published_at";
        let (oldest, newest) =
            (self.word(&format!("SELECT path AS word {live} LIMIT 1")), self.word(&format!("SELECT path AS word {live} DESC LIMIT 1")));
        let old = self.word("SELECT CONCAT('/old/', id) AS word FROM entries WHERE state = 'published' ORDER BY id LIMIT 1");
        let page = self.word("SELECT path AS word FROM entries WHERE kind = 'page' AND state = 'published' ORDER BY id DESC LIMIT 1");
        let category = path_of("categories", "path", &by_count("category", "DESC"));
        let (tag, rare_tag) = (path_of("tags", "slug", &by_count("tag", "DESC")), path_of("tags", "slug", &by_count("tag", "")));
        let author = path_of("users", "slug", &by_count("author", "DESC"));
        let (big, small) = (by_count("author", "DESC"), by_count("author", ""));
        let middle = self.word("SELECT CONCAT(id, '~', CAST(UNIX_TIMESTAMP(published_at) * 1000000 AS SIGNED)) AS word FROM entries WHERE state = 'published' AND id > 500 LIMIT 1");
        let month = self.word("SELECT CONCAT(list_key DIV 100, '/', LPAD(list_key MOD 100, 2, '0')) AS word FROM list_counts WHERE kind = 'month' ORDER BY entries DESC LIMIT 1");
        let mut costs = BTreeMap::new();
        for (what, path) in [
            ("the home page", "/".to_owned()),
            ("the oldest post", oldest),
            ("the newest post", newest),
            ("a page of the tree", page),
            ("an address that leads nowhere", "/posts/leads-nowhere".to_owned()),
            ("a deep address that leads nowhere", "/a/b/c/d/e/f/g/h/leads-nowhere".to_owned()),
            ("an old address", old),
            ("the first page of all posts", "/posts".to_owned()),
            ("a page in the middle", format!("/posts?before={middle}")),
            ("the last page of all posts", "/posts?after=0~0".to_owned()),
            ("a category", format!("/categories/{category}")),
            ("the last page of a category", format!("/categories/{category}?after=0~0")),
            ("the most used tag", format!("/tags/{tag}")),
            ("its last page", format!("/tags/{tag}?after=0~0")),
            ("the least used tag", format!("/tags/{rare_tag}")),
            ("an author", format!("/authors/{author}")),
            ("the last page of an author", format!("/authors/{author}?after=0~0")),
            ("the feed of all posts", "/feeds/atom".to_owned()),
            ("the feed of a category", format!("/feeds/json/categories/{category}")),
            ("which sitemaps there are", "/sitemap.xml".to_owned()),
            ("a sitemap", "/sitemaps/0.xml".to_owned()),
            ("what language models are told", "/llms.txt".to_owned()),
            ("a month", format!("/posts/{month}")),
            ("the last page of a month", format!("/posts/{month}?after=0~0")),
        ] {
            costs.insert(what.to_owned(), self.rows_read(&self.visitor, &path).await);
        }
        for (what, path) in SEARCHES {
            costs.insert(what.to_owned(), self.rows_read(&self.visitor, path).await);
        }
        let topics = [by_count("category", "DESC"), by_count("category", "")];
        let mut filters = vec![String::new(), format!("author={big}"), format!("author={small}"), format!("author={small}&view=draft")];
        filters.extend(["live", "draft", "trash", "scheduled"].map(|view| format!("view={view}")));
        filters.extend(["kind=page", "kind=post&view=draft", "kind=page&view=draft"].map(str::to_owned));
        for filter in filters {
            let shown = filter.replace(&format!("author={big}"), "author=big").replace(&format!("author={small}"), "author=small");
            for order in ["", "order=title"] {
                let last = if order.is_empty() { "after=0~0" } else { "after=0~zzzz" };
                for place in ["", last] {
                    let rows = self.rows_read(&self.editor, &format!("/admin/entries?{filter}&{order}&{place}")).await;
                    costs.insert(format!("the list of entries: {shown} {order} {place}"), rows);
                }
            }
        }
        for (what, topic) in ["the largest category", "the smallest category"].into_iter().zip(topics) {
            costs.insert(
                format!("the list of entries: {what}"),
                self.rows_read(&self.editor, &format!("/admin/entries?category={topic}")).await,
            );
        }
        for (what, who, path) in [
            ("a word that no title has", &self.editor, "/admin/entries?q=nowherefound"),
            ("a word that many titles have", &self.editor, "/admin/entries?q=measuring"),
            ("a word that many titles of pages have", &self.editor, "/admin/entries?q=measuring&kind=page"),
            ("an author's own entries", &self.author, "/admin/entries"),
            ("the dashboard", &self.editor, "/admin"),
            ("an author's dashboard", &self.author, "/admin"),
            ("the journal", &self.editor, "/admin/journal"),
            ("a kind of change", &self.editor, "/admin/journal?kind=entries.generated"),
            ("what was not found", &self.editor, "/admin/lost"),
            ("broken links", &self.editor, "/admin/links"),
            ("the editor", &self.editor, "/admin/entries/700"),
        ] {
            costs.insert(what.to_owned(), self.rows_read(who, path).await);
        }
        for query in ["", "order=hits", "order=used&after=0~1970-01-01", "origin=import", "origin=import&order=hits&after=0~0", "q=/old/9"]
        {
            costs.insert(format!("the redirects: {query}"), self.rows_read(&self.editor, &format!("/admin/redirects?{query}")).await);
        }
        self.tree(&mut costs).await;
        costs
    }

    /// The pages about the tree of pages.
    async fn tree(&self, costs: &mut BTreeMap<String, i64>) {
        let inner = self.word(
            "SELECT CAST(parent_id AS CHAR) AS word FROM entries WHERE kind = 'page' AND parent_id IS NOT NULL ORDER BY id DESC LIMIT 1",
        );
        for (what, path) in [
            ("the tree of pages", "/admin/pages".to_owned()),
            ("the last pages at its top", "/admin/pages?after=0~999999".to_owned()),
            ("a branch of it, open", format!("/admin/pages?below={inner}&open={inner}")),
            ("where a page may go", format!("/admin/pages/{inner}/move")),
            ("where it may go, by words", format!("/admin/pages/{inner}/move?q=nowherefound")),
            ("pages by the beginning of their address", "/admin/pages/suggestions?q=/a".to_owned()),
            ("the editor of a page", format!("/admin/entries/{inner}")),
            ("snippets", "/admin/snippets".to_owned()),
        ] {
            costs.insert(what.to_owned(), self.rows_read(&self.editor, &path).await);
        }
    }
}

const SEARCHES: [(&str, &str); 5] = [
    ("a search for a common word", "/search?q=measuring"),
    ("a search for two words", "/search?q=measuring%20index"),
    ("a search for pages", "/search?q=index&kind=page"),
    ("a search for what nothing has", "/search?q=nowherefound%20zzzqqq"),
    ("a search for many beginnings", "/search?q=a*%20b*%20c*%20d*%20e*%20m"),
];

/// Rows that no page may read more of, whatever the size: lists of topics, months and authors are part of most.
const MOST: i64 = 1500;

/// No index has the entries of a category in the order of their changes. Those of a small one are sorted, and 2,000 counted before;
/// where the category is large all entries are read in order until enough are found.
const CATEGORIES: [&str; 2] = ["the list of entries: the largest category", "the list of entries: the smallest category"];

/// Words are looked for among the next 2,000 entries of the list, each read three times at most, and where these have nearly enough among
/// some more; the index of words has the rare ones.
const WORDS: [&str; 4] =
    ["a word that many titles have", "a word that many titles of pages have", "a word that no title has", "where it may go, by words"];

/// A search looks at the thousand newest documents, or at as many that the index of words finds, and at some of the vocabulary.
const SEARCH: &str = "a search for ";

#[actix_web::test]
async fn what_a_page_reads_does_not_grow_with_the_site() {
    let (small, large) = (Counted::of(1000).await.costs().await, Counted::of(100_000).await.costs().await);
    let table: Vec<String> = small.iter().map(|(what, rows)| format!("{rows:>6} {:>8}  {what}", large[what])).collect();
    let grown = small.iter().filter(|(what, rows)| match what.as_str() {
        category if CATEGORIES.contains(&category) => large[*what] > 2_000 + MOST,
        search if search.starts_with(SEARCH) => large[*what] > 6 * MOST,
        words if WORDS.contains(&words) => large[*what] > 8 * MOST,
        // Up to 10,000 entries, each with its live revision.
        "a sitemap" => large[*what] > 2 * 10_000 + MOST,
        // Of the comments that wait a hundred are counted on every page of the admin; a small site has fewer.
        _ => large[*what] > MOST || large[*what] > **rows * 2 + 500,
    });
    let grown: Vec<&String> = grown.map(|(what, _)| what).collect();
    assert!(grown.is_empty(), "these grow: {grown:#?}\n{}", table.join("\n"));
}

#[actix_web::test]
async fn what_the_gate_asks_does_not_grow_with_the_site() {
    let site = Counted::of(5000).await;
    let live = "SELECT path AS word FROM entries WHERE kind = 'post' AND state = 'published' AND id BETWEEN 2500 AND 2730 ORDER BY id";
    let load = |query: &str| diesel::sql_query(query).load::<Word>(&mut site.site.database.conn()).unwrap();
    let paths: Vec<String> = load(live).into_iter().map(|row| row.word).take(200).collect();
    let title = site.word("SELECT title AS word FROM entries WHERE id = 100");
    site.site.change_entries("UPDATE entries SET state = 'trashed', path = NULL WHERE id > 2600");
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let kept = load(live).len();
    assert!(paths.len() == 200 && (50..150).contains(&kept));
    let rows_read = |work: &dyn Fn(&mut Conn)| {
        site.on_its_connection(|conn| conn.batch_execute("FLUSH STATUS").unwrap());
        let own = site.counter();
        site.on_its_connection(|conn| conn.batch_execute("FLUSH STATUS").unwrap());
        site.on_its_connection(work);
        site.counter() - own
    };
    let rows = rows_read(&|conn| assert_eq!(address::standing(conn, &paths).unwrap().len(), kept));
    assert!((1..=500).contains(&rows), "what stands at 200 addresses reads {rows} rows");
    let rows = rows_read(&|conn| assert_eq!(address::former(conn, &paths[kept..]).unwrap().len(), 200 - kept));
    assert!((1..=1000).contains(&rows), "what stood at the others reads {rows} rows");
    let rows = rows_read(&|conn| assert!(gate::twin(conn, &title, None).is_ok()));
    assert!((1..=250).contains(&rows), "an entry of the same title reads {rows} rows");
}

/// A long series, made of the posts of the site.
const IN_SERIES: [&str; 4] = [
    "INSERT INTO series (id, title, slug, description, created_at, changed_at) VALUES (1, 'Long', 'long', '', NOW(6), NOW(6))",
    "INSERT INTO series_parts (entry_id, series_id, position)
     SELECT id, 1, ROW_NUMBER() OVER (ORDER BY id) FROM entries WHERE kind = 'post' AND state = 'published' ORDER BY id LIMIT ",
    "INSERT INTO list_counts (kind, list_key, entries) SELECT 'series', 1, COUNT(*) FROM series_parts",
    "ANALYZE TABLE series_parts",
];

#[actix_web::test]
async fn what_a_series_reads_is_bounded() {
    let site = Counted::of(2000).await;
    let conn = &mut site.site.database.conn();
    diesel::sql_query(IN_SERIES[0]).execute(conn).unwrap();
    diesel::sql_query(format!("{} 500", IN_SERIES[1])).execute(conn).unwrap();
    for statement in &IN_SERIES[2..] {
        diesel::sql_query(*statement).execute(conn).unwrap();
    }
    let part = site.word("SELECT path AS word FROM entries JOIN series_parts ON entry_id = entries.id WHERE series_parts.position = 250");
    for (who, path) in [
        (&site.visitor, part.as_str()),
        (&site.visitor, "/series/long"),
        (&site.visitor, "/series"),
        (&site.editor, "/admin/series"),
        (&site.editor, "/admin/series/1"),
    ] {
        let rows = site.rows_read(who, path).await;
        // Without memory each page reads the 500 parts with the state of each.
        assert!((1..=2 * 500 + MOST).contains(&rows), "{path} reads {rows} rows");
    }
}

#[actix_web::test]
async fn a_page_of_the_admin_writes_nothing() {
    const WRITTEN: &str = "SELECT CAST(SUM(variable_value) AS SIGNED) AS n FROM information_schema.session_status
                           WHERE variable_name IN ('HANDLER_UPDATE', 'HANDLER_WRITE', 'HANDLER_DELETE')";
    let site = Site::start().await;
    let (state, _) = site.beside(Db::open(&site.database.url(), 1).unwrap()).await;
    let owner = site.session_on(&state, site.given_user(Role::Owner)).await;
    let written = || state.db.read_here(|conn| Ok(diesel::sql_query(WRITTEN).get_result::<Reads>(conn)?.n)).unwrap();
    owner.get("/admin/settings").await.assert_status(200);
    let first = written();
    let own = written() - first; // reading the counters counts too
    owner.get("/admin/settings").await.assert_status(200);
    assert_eq!(written() - first - own, own, "the session was written, or something else");
}
