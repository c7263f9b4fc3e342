//! Behind pgbouncer in transaction mode, where each transaction may meet another server connection.
//!
//! A real pgbouncer is started for it, if there is one on the `PATH`.

use std::env;
use std::io::{ErrorKind, Write, stderr};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};
use url::Url;

use super::{FIRST, at, collections, login, profile, session, someone, token};
use crate::config::{Database, DatabaseUrl};
use crate::store::testing::TestDatabase;
use crate::store::{Error, MetadataKey, NewMetadata, PersonId, Store};

struct Pooler {
    process: Child,
    port: u16,
    _configuration: TempDir,
}

impl Pooler {
    /// Two server connections for all clients, so that these have to take turns.
    async fn start(server: &Url) -> Option<Self> {
        let port = {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        };
        let configuration = TempDir::new().unwrap();
        let file = configuration.path().join("pgbouncer.ini");
        let password = server
            .password()
            .map(|password| format!(" password={password}"));
        let text = format!(
            "[databases]\n* = host={} port={} user={}{}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n",
            server.host_str().unwrap(),
            server.port().unwrap_or(5432),
            server.username(),
            password.unwrap_or_default(),
        );
        std::fs::write(&file, text).unwrap();
        let mut command = Command::new("pgbouncer");
        if is_root() {
            command.args(["-u", "nobody"]);
        }
        let command = command
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = match command.spawn() {
            Ok(process) => process,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
                assert!(env::var_os("CI").is_none(), "pgbouncer is not installed");
                let _ = writeln!(
                    stderr(),
                    "\n*** pgbouncer was NOT tested: not installed ***\n"
                );
                return None;
            }
        };
        let pooler = Self {
            process,
            port,
            _configuration: configuration,
        };
        let listening = async {
            let mut tick = interval(Duration::from_millis(20));
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tick.tick().await;
            }
        };
        timeout(Duration::from_secs(10), listening)
            .await
            .expect("pgbouncer to listen");
        Some(pooler)
    }

    fn url(&self, database: &TestDatabase) -> Url {
        let mut url = Url::parse(&database.url()).unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(self.port)).unwrap();
        url.set_query(Some("pgbouncer=true"));
        url
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_works_behind_a_pooler_in_transaction_mode() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let Some(pooler) = Pooler::start(&Url::parse(&database.url()).unwrap()).await else {
        return;
    };
    let url = DatabaseUrl::Postgres(String::from(pooler.url(&database)).into());
    let config = Database { url };
    // More connections than the pooler has, by far, and two of them migrate at once.
    let (one, two) = tokio::join!(Store::open(&config), Store::open(&config));
    let (one, two) = (one.unwrap(), two.unwrap());

    let id = someone(&one, "ada").await;
    one.record_login(&id, login(token("1", at(0)), session(1, at(0))))
        .await
        .unwrap();
    let key = MetadataKey {
        track_id: "t".to_owned(),
        kind: "beats".to_owned(),
    };
    let work = (0..60).map(|n| {
        let (instance, id, key) = (if n % 2 == 0 { &one } else { &two }, &id, &key);
        async move {
            let new = NewMetadata {
                key: key.clone(),
                version: n,
                content: format!(r#"{{"n":{n}}}"#).into(),
                created_at: at(0),
            };
            let stored = instance.insert_metadata(id, new).await.unwrap();
            assert_eq!(stored.version, n);
            let person = profile(Some("ada"), "ada");
            assert_eq!(instance.identify(&person, at(1)).await.unwrap().id, *id);
            assert!(instance.session(id, &[1; 32]).await.unwrap().is_some());
            let keys = std::slice::from_ref(key);
            let newest = collections(instance, id, keys).await.unwrap();
            assert!(newest[key].content.is_some());
            // One that fails leaves nothing in the way of the next.
            let nobody = PersonId::new();
            let login = instance.record_login(&nobody, login(token("2", at(0)), session(2, at(0))));
            assert!(matches!(login.await, Err(Error::NoPerson)));
        }
    });
    join_all(work).await;
    assert!(
        two.replace_token(&id, FIRST, token("2", at(2)))
            .await
            .unwrap()
    );
    assert_eq!(one.token(&id).await.unwrap().unwrap().version, FIRST + 1);

    let history = "SELECT cast(count(DISTINCT seq) AS text) AS line FROM metadata";
    assert_eq!(database.lines(history).await, ["60"]);
    // Names of prepared statements would clash with those of another process.
    let statements = "SELECT name AS line FROM pg_prepared_statements";
    for _ in 0..4 {
        let mut url = pooler.url(&database);
        url.set_query(None);
        let (client, connection) = tokio_postgres::connect(url.as_str(), tokio_postgres::NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        let left = client.simple_query(statements).await.unwrap();
        let left = left
            .iter()
            .filter(|message| matches!(message, tokio_postgres::SimpleQueryMessage::Row(_)));
        assert_eq!(left.count(), 0);
    }
}
