//! Fresh databases for tests, one of each kind, gone again when dropped.
//!
//! PostgreSQL is the server of `TEST_POSTGRES_URL`, by default
//! `postgres://postgres@127.0.0.1:5432/postgres`. The user must be allowed to create databases. It may
//! be behind pgbouncer: the tests then go through it as the store does, with `pgbouncer=true`.

#![allow(
    clippy::expect_used,
    reason = "a test without its database has nothing to go on with"
)]

use std::env;
use std::io::{Write, stderr};
use std::sync::Once;
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection};
use tempfile::TempDir;
use tokio_postgres::{NoTls, SimpleQueryMessage};
use url::Url;
use uuid::Uuid;

use crate::config;

const DEFAULT_URL: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// A database of a test's own.
#[derive(Debug)]
pub struct TestDatabase(Kind);

#[derive(Debug)]
enum Kind {
    Sqlite { directory: TempDir },
    Postgres { server: Url, database: Url },
}

impl TestDatabase {
    /// A path in an empty directory. The file is made when the store is opened.
    ///
    /// # Panics
    ///
    /// When there is no directory for temporary files.
    #[must_use]
    pub fn sqlite() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        Self(Kind::Sqlite { directory })
    }

    /// An empty database on the PostgreSQL server.
    ///
    /// Without a server there is none; that is said on standard error, past the capture of test
    /// output.
    ///
    /// # Panics
    ///
    /// Without a server where `CI` is set: there, both databases must be tested.
    pub async fn postgres() -> Option<Self> {
        let server = env::var("TEST_POSTGRES_URL").unwrap_or_else(|_| DEFAULT_URL.to_owned());
        let server = Url::parse(&server).expect("TEST_POSTGRES_URL to be a URL");
        match Self::create(server).await {
            Ok(database) => Some(database),
            Err(error) => {
                let report = format!(
                    "PostgreSQL was NOT tested: {error:?}. Set TEST_POSTGRES_URL to a server where \
                     databases can be created."
                );
                assert!(env::var_os("CI").is_none(), "{report}");
                static ONCE: Once = Once::new();
                ONCE.call_once(|| {
                    let _ = writeln!(stderr(), "\n*** {report} ***\n");
                });
                None
            }
        }
    }

    /// An empty database on the PostgreSQL server at this URL.
    ///
    /// # Panics
    ///
    /// When it cannot be created there.
    pub async fn on_server(url: &str) -> Self {
        let server = Url::parse(url).expect("the URL of a server");
        Self::create(server).await.expect("the server")
    }

    async fn create(server: Url) -> Result<Self, tokio_postgres::Error> {
        let name = format!("lockstep_test_{}", Uuid::new_v4().simple());
        execute(&server, &format!("CREATE DATABASE {name}")).await?;
        let mut database = server.clone();
        database.set_path(&name);
        Ok(Self(Kind::Postgres { server, database }))
    }

    /// One of each kind that there is.
    pub async fn all() -> Vec<Self> {
        let mut databases = vec![Self::sqlite()];
        databases.extend(Self::postgres().await);
        databases
    }

    /// `SQLite` or `PostgreSQL`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.0 {
            Kind::Sqlite { .. } => "SQLite",
            Kind::Postgres { .. } => "PostgreSQL",
        }
    }

    /// The configuration that opens it.
    #[must_use]
    pub fn config(&self) -> config::Database {
        let url = match &self.0 {
            Kind::Sqlite { directory } => {
                config::DatabaseUrl::Sqlite(directory.path().join("lockstep.db"))
            }
            Kind::Postgres { database, .. } => {
                config::DatabaseUrl::Postgres(String::from(database.clone()).into())
            }
        };
        config::Database { url }
    }

    /// The value of `DATABASE_URL` that opens it.
    ///
    /// # Panics
    ///
    /// When the directory for temporary files has a name that is not text.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.0 {
            Kind::Sqlite { .. } => format!("sqlite://{}", self.file()),
            Kind::Postgres { database, .. } => database.clone().into(),
        }
    }

    /// Runs statements past the store.
    ///
    /// # Panics
    ///
    /// When the database refuses them.
    pub async fn execute(&self, sql: &str) {
        match &self.0 {
            Kind::Sqlite { .. } => {
                let mut conn = SqliteConnection::establish(&self.file()).expect("the file");
                // A server may be writing.
                conn.batch_execute("PRAGMA busy_timeout = 5000")
                    .expect("the setting");
                conn.batch_execute(sql).expect("the statements");
            }
            Kind::Postgres { database, .. } => {
                execute(database, sql).await.expect("the statements");
            }
        }
    }

    /// The rows of a query past the store, whose one column is a text called `line`.
    ///
    /// # Panics
    ///
    /// When the database refuses it.
    pub async fn lines(&self, sql: &str) -> Vec<String> {
        match &self.0 {
            Kind::Sqlite { .. } => {
                #[derive(QueryableByName)]
                struct Row {
                    #[diesel(sql_type = Text)]
                    line: String,
                }
                let mut conn = SqliteConnection::establish(&self.file()).expect("the file");
                let rows = diesel::sql_query(sql).load::<Row>(&mut conn);
                let rows = rows.expect("the query").into_iter();
                rows.map(|row| row.line).collect()
            }
            Kind::Postgres { database, .. } => {
                let messages = execute(database, sql).await.expect("the query");
                let rows = messages.iter().filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => row.get("line"),
                    _ => None,
                });
                rows.map(str::to_owned).collect()
            }
        }
    }

    /// SQLite's file.
    fn file(&self) -> String {
        match self.config().url {
            config::DatabaseUrl::Sqlite(path) => {
                path.into_os_string().into_string().expect("a path in text")
            }
            config::DatabaseUrl::Postgres(_) => String::new(),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Kind::Postgres { server, database } = &self.0 else {
            return;
        };
        let name = database.path().trim_start_matches('/');
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        // A drop cannot wait for a future, and the runtime around it may be ending.
        thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                if let Err(error) = runtime.block_on(execute(server, &sql)) {
                    let _ = writeln!(stderr(), "{name} is left behind: {error}");
                }
            });
        });
    }
}

async fn execute(url: &Url, sql: &str) -> Result<Vec<SimpleQueryMessage>, tokio_postgres::Error> {
    // Ours alone; the driver does not know it.
    let query = url.query().map(|query| query.replace("pgbouncer=true", ""));
    let mut url = url.clone();
    url.set_query(query.as_deref().filter(|query| !query.is_empty()));
    let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await?;
    let driver = tokio::spawn(connection);
    let outcome = client.simple_query(sql).await;
    driver.abort();
    outcome
}
