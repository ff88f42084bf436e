//! The spam filter on a real table: what is learnt, taken back, forgotten, and asked in one query.

use crate::support::site::Site;
use diesel::{connection::SimpleConnection, prelude::*, sql_types::Text};
use mainstay::{
    community::spam::{self, Class, Opinion, Sent, jobs::Prune, model, tokens},
    jobs::Job,
    web::person::Role,
};

const WANTED: &[&str] = &[
    "Thank you, this explained the pool to me.",
    "How does this change behind a proxy?",
    "I measured the same with our database, thank you.",
    "There is a mistake in the third figure, I think.",
    "This explained why our queue was slow.",
    "Does the advice change for writes?",
];
const SPAM: &[&str] = &[
    "Cheap pills online http://pills.example/buy",
    "Earn money online, visit http://money.example/now",
    "FREE followers!!! http://followers.example",
    "Buy cheap followers http://followers.example/buy",
    "Visit my site http://pills.example for cheap pills",
    "Earn FREE money!!! http://money.example",
];

fn sent(text: &str) -> Sent<'_> {
    Sent { name: "Sam", email: "sam@example.org", text, seconds: Some(60), ..Sent::default() }
}

fn judge(site: &Site, text: &str) -> Opinion {
    site.write(|conn| spam::judge(conn, &sent(text)))
}

fn learn(site: &Site, text: &str, class: Class) {
    site.write(|conn| spam::learn(conn, &sent(text), class));
}

async fn a_site_that_has_learnt() -> Site {
    let site = Site::start().await;
    for _ in 0..5 {
        WANTED.iter().for_each(|text| learn(&site, text, Class::Wanted));
        SPAM.iter().for_each(|text| learn(&site, text, Class::Spam));
    }
    site
}

/// Every row of the table, in order.
fn table(site: &Site) -> Vec<(i64, String, i32, i32, i32, i32)> {
    use mainstay::schema::spam_words::dsl::{hash, spam_words};
    spam_words.order(hash).load(&mut site.database.conn()).unwrap()
}

#[actix_web::test]
async fn what_moderators_decide_moves_the_score_and_undoing_it_moves_it_back() {
    let site = a_site_that_has_learnt().await;
    let (text, before, rows) = ("Knitted hats from my grandmother", judge(&site, "Knitted hats from my grandmother"), table(&site));
    for _ in 0..10 {
        learn(&site, text, Class::Spam);
    }
    let after = judge(&site, text);
    assert!(after.score > before.score + 0.2 && after.is_spam(), "{before:?} {after:?}");
    assert!(after.reasons.iter().any(|reason| reason.contains("“knitted") || reason.contains("hats")), "{after:?}");
    for _ in 0..10 {
        site.write(|conn| spam::forget(conn, &sent(text), Class::Spam));
    }
    assert_eq!((table(&site), judge(&site, text)), (rows, before));
}

#[actix_web::test]
async fn a_site_learns_what_its_own_spam_is() {
    let site = a_site_that_has_learnt().await;
    let spam = judge(&site, "Buy cheap pills at http://pills.example now");
    assert!(spam.is_spam() && spam.reasons[0].starts_with("For spam speak: "), "{spam:?}");
    let wanted = judge(&site, "Thank you, I think this explained the mistake.");
    assert!(wanted.score < 0.2, "{wanted:?}");
}

#[actix_web::test]
async fn a_new_site_holds_nothing_for_its_words_that_is_not_surely_spam() {
    let site = Site::start().await;
    for text in WANTED {
        assert!(!judge(&site, text).is_spam(), "{text}: {:?}", judge(&site, text));
    }
    let trapped = site.write(|conn| spam::judge(conn, &Sent { trapped: true, ..sent("Thank you") }));
    assert!(trapped.is_spam() && trapped.reasons[0].contains("do not see"), "{trapped:?}");
}

#[actix_web::test]
async fn what_was_never_learnt_is_taken_back_without_harm() {
    let site = Site::start().await;
    site.write(|conn| spam::forget(conn, &sent("Hello there"), Class::Wanted));
    assert_eq!(site.count("spam_words"), 0);
    learn(&site, "Hello there", Class::Wanted);
    for _ in 0..3 {
        site.write(|conn| spam::forget(conn, &sent("Hello there"), Class::Spam));
        site.write(|conn| spam::forget(conn, &sent("Hello there"), Class::Wanted));
    }
    assert_eq!(site.count("spam_words"), 0, "{:?}", table(&site));
}

#[actix_web::test]
async fn a_few_long_texts_do_not_poison_it() {
    let site = a_site_that_has_learnt().await;
    let before = judge(&site, SPAM[0]).score;
    // Spam that is stuffed with words of wanted texts is more than doubtful.
    let stuffed = judge(&site, &format!("{} thank you this explained", SPAM.join(" ")));
    assert!(stuffed.score > 0.5, "{stuffed:?}");
    // Somebody gets texts approved that hold every word of spam, a thousand times.
    let poison = format!("Thank you. {}", SPAM.join(" ").repeat(1000));
    for _ in 0..3 {
        learn(&site, &poison, Class::Wanted);
    }
    let after = judge(&site, SPAM[0]);
    assert!(after.score > before - 0.1 && after.is_spam(), "{before} {after:?}");
}

#[actix_web::test]
async fn any_script_is_learnt_as_it_is_written() {
    let site = Site::start().await;
    for (text, word) in
        [("加微信免费领取", "w:微"), ("💊💊 Pillen 𝕬𝖓𝖌𝖊𝖇𝖔𝖙", "w:angebot"), ("أدوية رخيصة", "w:رخيصة"), ("ZÜRICH zürich", "w:zürich")]
    {
        for _ in 0..8 {
            learn(&site, text, Class::Spam);
        }
        assert!(table(&site).iter().any(|row| row.1 == word), "{word} in {:?}", table(&site));
        assert!(judge(&site, text).score > 0.7, "{text}: {:?}", judge(&site, text));
    }
    learn(&site, "a\u{0}b\u{feff} \u{202e}", Class::Spam);
    learn(&site, "", Class::Wanted);
}

#[derive(QueryableByName, Debug)]
struct Plan {
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    key: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    rows: Option<String>,
}

#[actix_web::test]
async fn a_table_of_many_words_is_asked_in_one_query_by_its_key() {
    let site = a_site_that_has_learnt().await;
    let conn = &mut site.database.conn();
    conn.batch_execute("INSERT INTO spam_words VALUES (9007199254740992, 'w:filler', 1, 0, 1, -1)").unwrap();
    for step in 0..18 {
        let by = 1_i64 << step;
        let copy = format!(
            "INSERT INTO spam_words SELECT hash + {by}, CONCAT('w:', hash), 1, 0, 1, -1 FROM spam_words WHERE hash BETWEEN 9007199254740992 AND 9007199254740991 + {by}"
        );
        conn.batch_execute(&copy).unwrap();
    }
    conn.batch_execute("ANALYZE TABLE spam_words").unwrap();
    assert!(site.count("spam_words") > 262_000);
    let text = SPAM.join(" ").repeat(20);
    let tokens = tokens::of(&sent(&text));
    let keys: Vec<String> = tokens.iter().map(|token| token.hash.to_string()).collect();
    let explain = format!("EXPLAIN SELECT hash, wanted, spam FROM spam_words WHERE hash IN (0,{})", keys.join(","));
    let plan: Vec<Plan> = diesel::sql_query(explain).load(conn).unwrap();
    let rows: usize = plan[0].rows.as_deref().unwrap().parse().unwrap();
    assert!(plan.len() == 1 && plan[0].key.as_deref() == Some("PRIMARY") && rows < 2 * keys.len() + 10, "{plan:?}");
    assert!(judge(&site, &text).is_spam());

    // The rarest go, the totals and what was seen often stay.
    let often = site.write(|conn| Ok(model::counts(conn, &tokens)?));
    site.write(|conn| Ok(Prune.enqueue(conn, site.state.clock.now())?));
    site.run_jobs();
    assert_eq!(site.count("spam_words"), model::MOST + 1);
    let still = site.write(|conn| Ok(model::counts(conn, &tokens)?));
    assert_eq!((still.totals, still.tokens.len()), (often.totals, often.tokens.len()));
}

#[actix_web::test]
async fn moderators_see_what_it_has_learnt_try_a_text_and_let_it_forget() {
    let site = Site::start().await;
    let (editor, path) = (site.signed_in(Role::Editor), "/admin/comments/filter");
    editor.get(path).await.assert_status(200).assert_shows("It has learnt nothing yet").assert_shows("Nothing learnt yet");
    for text in WANTED {
        learn(&site, text, Class::Wanted);
    }
    for text in SPAM {
        learn(&site, text, Class::Spam);
    }
    let page = editor.get(path).await;
    page.assert_shows("from 12 decisions, 6 of them spam").assert_lacks("Nothing learnt yet");
    assert!(page.texts("#for-spam th[scope=row]").iter().any(|word| word == "“cheap”"), "{:?}", page.texts("#for-spam th"));
    assert!(
        page.texts("#for-wanted th[scope=row]").iter().any(|word| word == "“you”" || word == "“thank”"),
        "{:?}",
        page.texts("#for-wanted th")
    );

    let rows = table(&site);
    let tried =
        editor.submit(page.form("#try").fill([("text", "<b>Cheap</b> pills & more http://pills.example"), ("name", "Pills")])).await;
    tried
        .assert_status(200)
        .assert_shows("of 100")
        .assert_shows("For spam speak: ")
        .assert_shows("&#60;b&#62;Cheap")
        .assert_lacks("<b>Cheap");
    assert_eq!(table(&site), rows, "nothing is learnt by trying");
    editor.submit(page.form("#try")).await.assert_status(422).assert_shows("Write or paste a text to try");
    editor
        .submit(page.form("#try").fill([("text", &"💊".repeat(20_001))]))
        .await
        .assert_status(422)
        .assert_shows("of at most 20,000 characters");

    let asked = editor.get(&page.link("Forget all of it")).await;
    asked.assert_shows("Forget 12 decisions?");
    editor.submit(asked.form("#reset")).await.assert_redirects_to(path);
    editor.get(path).await.assert_shows("The filter has forgotten 12 decisions.").assert_shows("It has learnt nothing yet");
    assert_eq!(site.count("spam_words"), 0);
    site.signed_in(Role::Owner).get("/admin/journal").await.assert_shows("made the spam filter forget what it had learnt");
}
