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
        let ddl = capture(&mut connect(&url));
        Server { server, ddl }
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

fn capture(conn: &mut Conn) -> Vec<String> {
    let tables = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()";
    let tables = diesel::sql_query(tables).load::<Table>(conn).unwrap();
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
    /// With every table and no row.
    pub fn fresh() -> Database {
        let database = Database::empty();
        let conn = &mut database.conn();
        conn.batch_execute("SET FOREIGN_KEY_CHECKS = 0").unwrap();
        for table in &SERVER.ddl {
            diesel::sql_query(table).execute(conn).unwrap(); // one by one: of a batch, only the first statement's error is told
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
        let _ = connect(&SERVER.server.url_of("mysql")).batch_execute(&format!("DROP DATABASE {}", self.name));
    }
}
