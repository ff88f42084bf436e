//! Cross-site scripting: payloads in every text that is shown, on every page there is, in a real Chromium that tells when any of them
//! runs, or tries to and is held back by the policy alone.
//!
//! A small set of our own runs with all tests. `make test-xss` runs the corpora of others (`MAINSTAY_XSS`: files, with colons
//! between; a JSON list of texts, or one a line) and leaves a report in `target/xss-report.md`.

use super::{PASSWORD, chromium::Browser, served::Served};
use crate::{
    permissions::{Rule, rules, things::Things},
    support::site::{Site, a_page, a_post, begin},
};
use diesel::{
    mysql::Mysql,
    prelude::*,
    sql_types::{BigInt, Datetime, Text},
};
use mainstay::{
    accounts::{
        model::{
            password, setup,
            sign_up::{self, SignUp},
            user::NewUser,
        },
        paths,
    },
    content::model::{
        entry::{Entry, EntryId},
        publishing,
        revision::{Draft, Revision},
        saving,
    },
    db::Conn,
    journal::Actor,
    markup,
    schema::embeds,
    site::settings,
    web::person::{Role, UserId},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::Path, time::Instant};

/// Each stands for a family: tags, attributes, addresses, broken markup, other namespaces, Markdown, templates.
const SMALL: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "</title></textarea></style><script>alert(1)</script>",
    "javascript:alert(1)",
    "[x](javascript:alert(1)) ![x](javascript:alert(1))",
    "<a href=\"&#106;avascript&colon;alert(1)\">x</a>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<details open ontoggle=alert(1)>x</details>",
    "<style>@import 'javascript:alert(1)';*{background:url(javascript:alert(1))}</style>",
    "<div style=\"background:url(javascript:alert(1))\" autofocus tabindex=1 onfocus=alert(1)>x</div>",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} <%= alert(1) %>",
    "\u{2028}\u{0}<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
    "```\" onmouseover=alert(1) x=\"\n</code></pre><script>alert(1)</script>\n```",
    "<base href=\"https://evil.example/\"><meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<template><script>alert(1)</script></template><xmp><script>alert(1)</script></xmp><plaintext>",
];

/// Texts of people, by table, key and columns: whatever a page may show and no renderer has made.
const TEXTS: &[(&str, &str, &[&str])] = &[
    ("autosaves", "id", &["title"]),
    ("bulk_items", "run_id", &["title", "said"]),
    ("categories", "id", &["name", "description"]),
    ("comment_bans", "id", &["value", "note"]),
    ("comments", "id", &["author_name", "author_email", "author_url", "source_url", "body", "agent"]),
    ("contact_forms", "id", &["heading", "thanks"]),
    ("contact_messages", "id", &["page_title", "name", "email", "subject", "body", "reasons"]),
    ("embed_providers", "id", &["name", "patterns", "endpoint"]),
    ("embeds", "id", &["title", "author", "provider_name", "told"]),
    ("entries", "id", &["title", "summary", "image_alt", "meta_title", "meta_description"]),
    ("file_folders", "id", &["name"]),
    ("files", "id", &["name", "alt", "caption", "credit"]),
    ("journal", "id", &["subject_label", "agent", "detail"]),
    ("letter_attempts", "id", &["answer"]),
    ("letters", "id", &["recipient", "subject", "text", "html", "reply_to", "headers"]), // the HTML stands in a sandbox
    ("links", "id", &["text"]),
    ("lost_paths", "id", &["path", "referrer"]),
    ("lost_rules", "id", &["pattern"]),
    ("mentions_sent", "id", &["host", "told"]),
    ("menu_items", "id", &["label", "url"]),
    ("menus", "id", &["name"]),
    ("notes", "id", &["guest_name", "quote", "prefix", "suffix", "body"]),
    ("redirect_import_rows", "line", &["from_path", "to_path", "told"]),
    ("redirect_imports", "id", &["name"]),
    ("redirects", "id", &["from_path", "to_path", "note"]),
    ("revisions", "id", &["title", "summary", "body", "image_alt", "meta_title", "meta_description", "name", "note"]),
    ("search_promotions", "id", &["query"]),
    ("search_queries", "id", &["query"]),
    ("search_texts", "entry_id", &["body"]),
    ("series", "id", &["title", "description"]),
    ("settings", "name", &["value"]),
    ("share_links", "id", &["label"]),
    ("sign_ups", "id", &["name"]),
    ("snippets", "id", &["body"]),
    ("spam_words", "hash", &["word"]),
    ("submission_decisions", "id", &["words"]),
    ("submissions", "id", &["workflow_name"]),
    ("suppressed_addresses", "id", &["note"]),
    ("tags", "id", &["name"]),
    ("users", "id", &["name", "bio"]),
    ("workflow_steps", "id", &["name"]),
    ("workflows", "id", &["name"]),
];

/// Settings that are texts; the others are words and numbers of forms.
const SHOWN_SETTINGS: &[&str] = &["title", "tagline", "description", "footer"];

/// The window: what is not painted costs nothing, and scripts do not ask for the width.
const NARROW: u32 = 500;

/// Notes what runs: dialogs, and what the policy refuses.
const TRAP: &str = "
    window.caught = [];
    for (const name of ['alert', 'confirm', 'prompt', 'print']) {
        window[name] = (...words) => { window.caught.push(name + '(' + words.join() + ')'); return false };
    }
    document.addEventListener('securitypolicyviolation', (event) => window.caught.push('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));";

/// What was caught on this page, and what waits for a click or a mouse.
const LOOK: &str = r#"
    const runs = (value) => { try { return /^(javascript:|vbscript:|data:text)/.test(new URL(value, document.baseURI).href) } catch { return false } };
    const found = [...(window.caught || ['the trap is gone'])];
    const isData = (script) => { try { return script.type === 'application/ld+json' && !!JSON.parse(script.textContent) } catch { return false } };
    const ours = (script) => script.src.startsWith(location.origin + '/static/') || script.type === 'application/json' || isData(script);
    const isEmpty = (frame) => frame.localName === 'iframe' && !frame.hasAttribute('src') && !frame.hasAttribute('srcdoc');
    for (const element of document.querySelectorAll('*')) {
        if (element.localName === 'script' && !ours(element)) found.push('a script: ' + element.outerHTML.slice(0, 100));
        if (['iframe', 'object', 'embed', 'base', 'frame'].includes(element.localName) && !(element.src || '').startsWith(location.origin) && !isEmpty(element)) found.push('a ' + element.localName);
        for (const { name, value } of element.attributes) {
            if (/^on/i.test(name)) found.push('a handler: ' + name + '=' + value.slice(0, 60));
            if (['href', 'src', 'action', 'formaction', 'xlink:href', 'srcdoc', 'data', 'poster'].includes(name) && runs(value)) found.push('an address: ' + name + '=' + value.slice(0, 60));
        }
    }
    return found"#;

#[actix_web::test]
async fn a_small_set_of_scripts_runs_nowhere() {
    let all: Vec<String> = SMALL.iter().map(|payload| (*payload).to_owned()).collect();
    let report = attack(&all, SMALL.len()).await;
    assert!(report.findings.is_empty(), "{}", report.text());
    assert!(report.pages > 150, "{} pages only", report.pages);
}

#[actix_web::test]
#[ignore = "takes many minutes and needs the corpora: make test-xss"]
async fn the_corpora_run_nowhere() {
    let Ok(files) = env::var("MAINSTAY_XSS") else { panic!("name the files of payloads in MAINSTAY_XSS, with colons between") };
    let every: usize = env::var("MAINSTAY_XSS_EVERY").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let all: BTreeSet<String> = files.split(':').flat_map(read).collect();
    let all: Vec<String> = all.into_iter().step_by(every).collect();
    let report = attack(&all, 200).await;
    fs::write("target/xss-report.md", report.text()).unwrap();
    eprintln!("{}", report.text());
    assert!(report.findings.is_empty(), "see target/xss-report.md");
}

fn read(path: &str) -> Vec<String> {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut payloads: Vec<String> = match Path::new(path).extension().is_some_and(|ending| ending == "json") {
        true => serde_json::from_str(&text).unwrap(),
        false => text.lines().map(str::to_owned).collect(),
    };
    payloads.retain(|payload| !payload.trim().is_empty()); // what has no title does not go out
    payloads
}

/// What came of it.
struct Report {
    payloads: usize,
    pages: usize,
    seconds: u64,
    /// Address, what was found, and the payload if only one was there.
    findings: Vec<(String, String, String)>,
}

impl Report {
    fn text(&self) -> String {
        let mut text = format!(
            "# Cross-site scripting\n\n{} payloads, {} pages opened in Chromium in {} s, {} executed or left something that would.\n",
            self.payloads,
            self.pages,
            self.seconds,
            self.findings.len()
        );
        for (address, what, payload) in &self.findings {
            write!(text, "\n- `{address}`: {what}\n  {payload:?}\n").unwrap();
        }
        text
    }
}

/// Puts payloads everywhere, so many at a time, and opens every page.
async fn attack(payloads: &[String], at_once: usize) -> Report {
    let (site, begun) = (Site::start().await, Instant::now());
    let served = Served::start(&site);
    let owner = owner(&site);
    let pages = every_page(&site, owner);
    know_the_embed(&site);
    let [post, page] = [a_post("Under attack"), a_page("Under attack too")].map(|entry| site.given(entry.by(owner).published()));
    told_by_others(&site, post);
    let fields = fields(&site);
    let browser = Browser::open("attacked", NARROW, true).await;
    log_in(&browser, &served).await;
    browser.trap(TRAP);
    let mut report = Report { payloads: payloads.len(), pages: 0, seconds: 0, findings: Vec::new() };
    for batch in payloads.chunks(at_once) {
        for payload in batch {
            plant(&site, &fields, std::slice::from_ref(payload));
            write_body(&site, post, payload);
            write_body(&site, page, &in_markdown(payload));
            plant(&site, &fields, std::slice::from_ref(payload));
            let typed = in_an_address(payload);
            let edit = format!("/admin/entries/{post}");
            for address in
                ["/posts/under-attack", "/under-attack-too", &edit, &format!("/search?q={typed}"), &format!("/{typed}?q={typed}")]
            {
                look(&browser, &served, address, payload, &mut report).await;
            }
        }
        plant(&site, &fields, batch);
        for address in &pages {
            look(&browser, &served, address, "", &mut report).await;
        }
    }
    browser.close();
    clear(&site);
    report.seconds = begun.elapsed().as_secs();
    report
}

fn owner(site: &Site) -> UserId {
    let new = NewUser { email: "ada@example.org".to_owned(), name: "Ada Byron".to_owned(), role: Role::Owner };
    let hashed = password::hash(PASSWORD).unwrap();
    site.write(|conn| setup::create(conn, &new, &hashed, &Actor::default(), begin()))
}

async fn log_in(browser: &Browser, served: &Served) {
    browser.go(&served.url("/login")).await;
    browser.fill("#email", "ada@example.org").await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Log in").await;
    browser.is_at("/admin").await;
}

/// The address of every page that the application has, each with a thing to show; what is no page is opened as well.
fn every_page(site: &Site, owner: UserId) -> Vec<String> {
    let things = Things::new(site);
    // A letter alone is in a sandbox without scripts, where no trap can be set; the page that shows it in a frame is opened.
    let is_page = |route: &str| !route.ends_with(".csv") && !route.starts_with("/healthz") && route != "/admin/mail/{id}/html";
    let reads = |rule: &&Rule| !rule.is_post() && is_page(rule.route);
    let mut pages: Vec<String> =
        rules().iter().filter(reads).map(|rule| things.address(rule.method, rule.route, Some(owner), true)).collect();
    pages.push(signing_up(site));
    pages
}

/// The page on which somebody who signs up is greeted by name.
fn signing_up(site: &Site) -> String {
    let wanted = SignUp { email: "eve@example.org".to_owned(), name: "Eve".to_owned() };
    let token = site.write(|conn| {
        settings::put(conn, "reader_sign_up", "true", begin())?;
        Ok(sign_up::for_letter(conn, &wanted, begin())?)
    });
    format!("{}?token={}", paths::SIGN_UP_CONFIRMATION, token.unwrap())
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    key: String,
}

#[derive(QueryableByName)]
struct Width {
    #[diesel(sql_type = BigInt)]
    characters: i64,
}

/// A column that people fill.
struct Field {
    table: &'static str,
    key: &'static str,
    column: &'static str,
    /// Characters that it takes.
    width: i64,
}

/// The columns of [`TEXTS`].
fn fields(site: &Site) -> Vec<Field> {
    let conn = &mut site.database.conn();
    let mut width = |table: &str, column: &str| {
        let query = "SELECT COALESCE(MAX(character_maximum_length), 1000) AS characters FROM information_schema.columns \
                     WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?";
        let query = diesel::sql_query(query).bind::<Text, _>(table.to_owned()).bind::<Text, _>(column.to_owned());
        query.get_result::<Width>(conn).unwrap().characters
    };
    let mut found = Vec::new();
    for (table, key, columns) in TEXTS {
        found.extend(columns.iter().map(|column| Field { table, key, column, width: width(table, column) }));
    }
    found
}

/// The rows of a table that pages show: the first ones and the newest. Tables grow with every payload, and pages show no more.
fn rows(conn: &mut Conn, table: &str, key: &str) -> Vec<String> {
    if table == "settings" {
        return SHOWN_SETTINGS.iter().map(|name| (*name).to_owned()).collect();
    }
    let of = |order: &str, most: u8| format!("(SELECT CAST({key} AS CHAR) AS `key` FROM {table} ORDER BY {key} {order} LIMIT {most})");
    let found: Vec<Key> = diesel::sql_query(format!("{} UNION {}", of("ASC", 20), of("DESC", 60))).load(conn).unwrap();
    found.into_iter().map(|row| row.key).collect()
}

/// What another site answered to a mention, and words that the spam filter has learnt: nobody types them here.
fn told_by_others(site: &Site, post: EntryId) {
    let conn = &mut site.database.conn();
    let mention = "INSERT INTO mentions_sent (entry_id, target_hash, target, host, source, state, told, is_linked, tried_at) \
                   VALUES (?, REPEAT('h', 32), 'https://far.example/', 'far.example', 'https://near.example/', 'refused', 'No.', TRUE, ?)";
    diesel::sql_query(mention).bind::<BigInt, _>(post.number()).bind::<Datetime, _>(begin()).execute(conn).unwrap();
    let words = "INSERT INTO spam_words (hash, word, wanted, spam, times, lean) VALUES (1, 'w:one', 0, ?, 9, 9), (2, 'w:two', 9, 0, 9, -9)";
    diesel::sql_query(words).bind::<BigInt, _>(9).execute(conn).unwrap();
}

/// Writes payloads into every text of people, past all forms: row after row, the next payload.
fn plant(site: &Site, fields: &[Field], payloads: &[String]) {
    let conn = &mut site.database.conn();
    for field in fields {
        let rows = rows(conn, field.table, field.key);
        match payloads {
            [payload] => put(conn, field, &rows, payload),
            _ => rows.iter().zip(payloads.iter().cycle()).for_each(|(row, payload)| put(conn, field, std::slice::from_ref(row), payload)),
        }
    }
    site.state.pages.tell(&["site".to_owned()]);
}

/// What clashes with another row, or is none of what a column takes, is left out.
fn put(conn: &mut Conn, field: &Field, rows: &[String], payload: &str) {
    let text = match field.column {
        "detail" => serde_json::json!({ "words": payload, payload: 1 }).to_string(),
        "from_path" | "to_path" | "path" | "pattern" | "referrer" | "url" => format!("/{payload}"), // the forms take no other
        _ => payload.to_owned(),
    };
    let Field { table, key, column, width } = field;
    let places = vec!["?"; rows.len()].join(", ");
    if places.is_empty() {
        return;
    }
    let update = format!("UPDATE IGNORE {table} SET {column} = LEFT(?, {width}) WHERE {key} IN ({places})");
    let update = diesel::sql_query(update).into_boxed::<Mysql>().bind::<Text, _>(text);
    rows.iter().fold(update, |update, row| update.bind::<Text, _>(row.clone())).execute(conn).unwrap();
}

/// Publishes a text as an author would.
fn write_body(site: &Site, id: EntryId, body: &str) {
    let now = site.state.clock.now();
    site.write(|conn| {
        let newest = Entry::find(conn, id)?.latest_revision_id.unwrap();
        let newest = Revision::find(conn, newest)?;
        let draft = Draft { body: body.to_owned(), ..newest.draft() };
        saving::save(conn, id, newest.id, &draft, &Actor::default(), now)?;
        publishing::publish(conn, id, &Actor::default(), now)
    });
}

/// A link alone in a paragraph, and the card of it, whose words are planted as those of people are.
const EMBED: &str = "https://www.youtube.com/watch?v=attacked";

fn know_the_embed(site: &Site) {
    let row = (
        embeds::address_hash.eq(Sha256::digest(EMBED).to_vec()),
        embeds::address.eq(EMBED),
        embeds::provider.eq("youtube"),
        embeds::state.eq("known"),
        embeds::created_at.eq(begin()),
        embeds::fetched_at.eq(begin()),
    );
    diesel::insert_into(embeds::table).values(row).execute(&mut site.database.conn()).unwrap();
}

/// The payload in each place of Markdown that takes text or an address.
fn in_markdown(payload: &str) -> String {
    let line = payload.replace(['\n', '\r'], " ");
    format!(
        "{EMBED}\n\n## {line}\n\n[{line}]({line})\n\n[x](<{line}> \"{line}\")\n\n![{line}](/files/x.png \"{line}\")\n\n<{line}>\n\n`{line}`\n\n> {line}\n\n\
         | {line} | b |\n|---|---|\n| {line} | <b title=\"{line}\">b</b> |\n\n- {line}\n\nA note.[^1]\n\n[^1]: {line}\n\n[ref]: {line} \"{line}\"\n\n[ref]\n\n\
         <a href=\"{line}\">x</a> <img src=\"{line}\" alt=\"{line}\">\n\n```{line}\n{line}\n```\n\n{{{{ snippet: {line} }}}}\n\n{payload}\n"
    )
}

/// As a browser writes it into an address.
fn in_an_address(payload: &str) -> String {
    payload.bytes().take(500).fold(String::new(), |mut text, byte| {
        if byte != 0 {
            write!(text, "%{byte:02X}").unwrap();
        }
        text
    })
}

/// Opens a page and looks what happened on it.
async fn look(browser: &Browser, served: &Served, address: &str, payload: &str, report: &mut Report) {
    report.pages += 1;
    let opened = browser.client().goto(&served.url(address)).await;
    let found = match opened {
        Ok(()) => browser.client().execute(LOOK, Vec::new()).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(Value::Array(found)) => {
            for what in found {
                report.findings.push((address.to_owned(), what.as_str().unwrap_or_default().to_owned(), payload.to_owned()));
            }
        }
        other => report.findings.push((address.to_owned(), format!("{other:?}"), payload.to_owned())),
    }
}

/// Letters and other jobs are not what is tried here.
fn clear(site: &Site) {
    diesel::sql_query("DELETE FROM jobs WHERE id > ?").bind::<BigInt, _>(0).execute(&mut site.database.conn()).unwrap();
}

#[test]
fn every_place_of_markdown_is_tried() {
    let html = markup::render(&in_markdown("x y")).html.as_str().to_owned();
    assert!(html.matches("x y").count() > 6, "{html}");
}
