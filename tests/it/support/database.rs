//! One private server for the run, by the same code as in production; one database for each test.

use diesel::{connection::SimpleConnection, prelude::*, sql_types::Text};
use mainstay::db::{self, Conn, private_server::PrivateServer};
use std::{
    path::Path,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// Statics are never dropped; the server dies with the pipe that this holds.
struct Server {
    server: PrivateServer,
    ddl: Vec<String>,
    /// Tables into which the migrations put rows; one knows which have been run, for programs that start on such a database.
    filled: Vec<String>,
}

static SERVER: LazyLock<Server> = LazyLock::new(Server::start);
static COUNT: AtomicU32 = AtomicU32::new(0);

impl Server {
    fn start() -> Server {
        let seed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mariadb-seed");
        let server = PrivateServer::throw_away(&seed).unwrap();
        let url = server.url_of("template");
        connect(&server.url_of("mysql")).batch_execute("CREATE DATABASE template").unwrap();
        db::migrate(&url).unwrap();
        let conn = &mut connect(&url);
        let (ddl, filled) = (capture(conn), filled(conn));
        Server { server, ddl, filled }
    }
}

fn connect(url: &str) -> Conn {
    Conn::establish(url).unwrap()
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Ddl {
    #[diesel(sql_type = Text, column_name = "Create Table")]
    text: String,
}

const TABLES: &str = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()";

fn filled(conn: &mut Conn) -> Vec<String> {
    let tables = diesel::sql_query(TABLES).load::<Table>(conn).unwrap().into_iter().map(|table| table.name);
    let has_rows = |name: &String| {
        let some = diesel::dsl::sql::<diesel::sql_types::Bool>(&format!("EXISTS (SELECT 1 FROM `{name}`)"));
        diesel::select(some).get_result::<bool>(&mut *conn).unwrap()
    };
    tables.filter(has_rows).collect()
}

fn capture(conn: &mut Conn) -> Vec<String> {
    let tables = diesel::sql_query(TABLES).load::<Table>(conn).unwrap();
    tables
        .iter()
        .map(|table| diesel::sql_query(format!("SHOW CREATE TABLE `{}`", table.name)).get_result::<Ddl>(conn).unwrap().text)
        .collect()
}

/// A database of one test, gone with it.
pub struct Database {
    name: String,
}

impl Database {
    /// With every table and no row but those that migrations put there.
    pub fn fresh() -> Database {
        let database = Database::empty();
        let conn = &mut database.conn();
        conn.batch_execute("SET FOREIGN_KEY_CHECKS = 0").unwrap();
        for table in &SERVER.ddl {
            diesel::sql_query(table).execute(conn).unwrap(); // one by one: of a batch, only the first statement's error is told
        }
        for table in &SERVER.filled {
            diesel::sql_query(format!("INSERT INTO `{table}` SELECT * FROM template.`{table}`")).execute(conn).unwrap();
        }
        database
    }

    /// Without a table.
    pub fn empty() -> Database {
        let name = format!("t{}", COUNT.fetch_add(1, Ordering::Relaxed));
        connect(&SERVER.server.url_of("mysql")).batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Database { name }
    }

    pub fn url(&self) -> String {
        SERVER.server.url_of(&self.name)
    }

    pub fn conn(&self) -> Conn {
        connect(&self.url())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A test that has failed may leave a transaction that holds it.
        let drop = format!("SET lock_wait_timeout = 10; DROP DATABASE {}", self.name);
        let _ = connect(&SERVER.server.url_of("mysql")).batch_execute(&drop);
    }
}
