//! What every page relies on.

use crate::support::{
    program::within,
    site::{BASE, Site, a_post},
};
use actix_web::test::TestRequest;
use diesel::{connection::SimpleConnection, prelude::*};
use mainstay::{
    db::{Conn, Db, unhurried},
    error::{AppError, AppResult},
    schema::users,
    web::person::{Role, UserId},
};
use std::{
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

#[actix_web::test]
async fn a_signed_in_person_sees_the_settings_form() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let page = admin.get("/admin/settings").await;
    page.assert_status(200).assert_shows("Save the settings").assert_shows("Admin 1");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.form("#settings").value("posts_per_page"), "10");
}

#[actix_web::test]
async fn a_post_can_be_given_and_published() {
    let site = Site::start().await;
    site.given(a_post("Hello, world").published());
    assert_eq!((site.count("entries"), site.count("revisions"), site.count("listings")), (1, 1, 3));
    assert_eq!(site.run_jobs(), 0);
}

#[actix_web::test]
async fn other_sites_cannot_post() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let post = || {
        TestRequest::post()
            .uri("/admin/settings")
            .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
            .set_payload("title=x")
    };
    for request in [
        post(),
        post().insert_header(("Sec-Fetch-Site", "cross-site")),
        post().insert_header(("Sec-Fetch-Site", "same-site")),
        post().insert_header(("Origin", "https://evil.example")),
        post().insert_header(("Sec-Fetch-Site", "cross-site")).insert_header(("Origin", BASE)),
    ] {
        admin.send(request).await.assert_status(403);
    }
    // From our own pages, but without the token of the session.
    admin.send(post().insert_header(("Sec-Fetch-Site", "same-origin"))).await.assert_status(403);
    assert_eq!(site.count("settings"), 0);
}

#[actix_web::test]
async fn a_command_over_the_whole_site_waits_longer_than_a_page_and_gives_the_connection_back_as_it_was() {
    #[derive(QueryableByName, Debug, PartialEq)]
    struct Waits {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        seconds: i64,
    }
    fn waits(conn: &mut Conn) -> QueryResult<i64> {
        Ok(diesel::sql_query("SELECT @@innodb_lock_wait_timeout AS seconds").get_result::<Waits>(conn)?.seconds)
    }
    let site = Site::start().await;
    let told = site.state.db.read_here(|conn| {
        let inside = unhurried(conn, waits)?;
        let failed: QueryResult<i64> = unhurried(conn, |_| Err(diesel::result::Error::NotFound));
        Ok([inside, i64::from(failed.is_err()), waits(conn)?])
    });
    assert_eq!(told.unwrap(), [300, 1, 5]);
}

/// How long a test waits for what would never come.
const PATIENCE: Duration = Duration::from_secs(30);

fn number(conn: &mut Conn, sql: &str) -> i64 {
    diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(sql)).get_result(conn).unwrap()
}

/// Read row by row, so that what is in the way breaks it off amid its answer.
fn owners(conn: &mut Conn) -> AppResult<Vec<UserId>> {
    Ok(users::table.filter(users::role.eq(Role::Owner)).order(users::id).select(users::id).for_update().load(conn)?)
}

/// Does it beside the test.
fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (tell, told) = channel();
    thread::spawn(move || tell.send(work()));
    told
}

#[actix_web::test]
async fn a_transaction_that_a_deadlock_breaks_off_amid_an_answer_is_run_again() {
    let site = Site::start().await;
    let [owner, admin] = [Role::Owner, Role::Admin].map(|role| site.given_user(role));
    let (db, (tell, connections)) = (site.state.db.clone(), channel());
    let mut other = site.database.conn();
    // What it has changed makes it the one of both that goes on.
    other.batch_execute("BEGIN").unwrap();
    for _ in 0..5 {
        diesel::update(users::table.find(owner)).set(users::name.eq(users::name.concat("!"))).execute(&mut other).unwrap();
    }
    let hold = move |conn: &mut Conn| users::table.find(admin).select(users::id).for_update().first::<UserId>(conn);
    let counted = beside(move || {
        db.write_here(|conn| {
            hold(conn)?;
            tell.send(number(conn, "CONNECTION_ID()")).unwrap();
            Ok(owners(conn)?.len())
        })
    });
    let waits = format!(
        "(SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT' AND trx_mysql_thread_id = {})",
        connections.recv_timeout(PATIENCE).unwrap()
    );
    let is_waiting = || {
        thread::sleep(Duration::from_millis(150)); // asked more often the server says the same again
        number(&mut other, &waits) > 0
    };
    assert!(within(PATIENCE, is_waiting));
    assert_eq!(hold(&mut other), Ok(admin), "the other one was broken off");
    other.batch_execute("ROLLBACK").unwrap();
    assert_eq!(counted.recv_timeout(PATIENCE).expect("it does not wait for ever").unwrap(), 1);
    assert!(connections.try_recv().is_ok(), "it ran twice");
}

#[actix_web::test]
async fn a_connection_on_which_a_statement_has_failed_is_used_no_further() {
    fn told(conn: &mut Conn) -> AppResult<(i64, usize)> {
        Ok((number(conn, "CONNECTION_ID()"), owners(conn)?.len()))
    }
    let site = Site::start().await;
    let owner = site.given_user(Role::Owner);
    let db = Db::open(&site.database.url(), 1).unwrap();
    let (first, _) = db.read_here(told).unwrap();

    // A row that is refused is an answer like others.
    let refused = db.read_here(|conn| Ok(diesel::sql_query("INSERT INTO users SELECT * FROM users").execute(conn)?));
    assert!(matches!(refused, Err(AppError::Internal(_))));
    assert_eq!(db.read_here(told).unwrap(), (first, 1));

    let mut other = site.database.conn();
    other.batch_execute(&format!("BEGIN; UPDATE users SET name = 'Held' WHERE id = {owner}")).unwrap();
    let waited = db.read_here(|conn| {
        conn.batch_execute("SET innodb_lock_wait_timeout = 1")?;
        Ok(owners(conn)?.len())
    });
    assert!(matches!(waited, Err(AppError::Internal(error)) if error.to_string().starts_with("Lock wait timeout")));
    other.batch_execute("ROLLBACK").unwrap();
    let after = beside(move || db.read_here(told).unwrap()).recv_timeout(PATIENCE).expect("it does not wait for ever");
    assert!(after.0 != first && after.1 == 1, "{after:?}");
}
