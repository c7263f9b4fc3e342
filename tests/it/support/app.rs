//! A server under test.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lockstep_api::app::App;
use lockstep_api::clock::Clock;
use lockstep_api::config::{Cache, Config, DatabaseUrl, FairUse, Http, Secrets, Spotify};
use lockstep_api::http::{HttpState, Server, operations_router, router};
use lockstep_api::simulator::{ALL_SCOPES, CLIENT_ID, CLIENT_SECRET, Decision, Options, Simulator};
use lockstep_api::spotify::RetryPolicy;
use lockstep_api::store::Store;
use lockstep_api::store::testing::TestDatabase;
use reqwest::header::LOCATION;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Caller;
use super::discretion::{Mark, SESSION_SECRET};

/// What the tests' Android app is called back by.
pub const APP_REDIRECT_URI: &str = "at.lockstep.player://spotify/callback";

/// What a test may change before the start.
pub struct Setup {
    pub config: Config,
    pub spotify: Options,
    pub retry: RetryPolicy,
}

/// A server on a free port, with its own Spotify, its own database, and its own time, which all
/// three share. Dropping it stops it.
pub struct TestApp {
    pub spotify: Simulator,
    pub clock: Clock,
    pub config: Config,
    pub store: Store,
    pub addr: SocketAddr,
    retry: RetryPolicy,
    database: TestDatabase,
    directory: TempDir,
    running: Running,
    begun: Mark,
}

struct Running {
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
    operations: (SocketAddr, JoinHandle<()>),
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        Self::on(database().await, change).await
    }

    /// A server that gives Spotify few chances, and soon one after the other.
    pub async fn impatient() -> Self {
        Self::with(|setup| {
            setup.retry.base_delay = Duration::from_millis(1);
            setup.retry.busy_tries = 3;
        })
        .await
    }

    /// With SQLite, whatever the other tests run on: for what is SQLite's alone.
    pub async fn on_sqlite() -> Self {
        Self::on(TestDatabase::sqlite(), |_| {}).await
    }

    async fn on(database: TestDatabase, change: impl FnOnce(&mut Setup)) -> Self {
        let clock = Clock::system();
        let directory = TempDir::new().unwrap();
        // The redirect URI needs the port before the server has it.
        let addr = free_address();
        let nowhere = "http://127.0.0.1:9".parse().unwrap();
        let spotify = Spotify {
            client_id: CLIENT_ID.to_owned(),
            client_secret: SecretString::from(CLIENT_SECRET),
            redirect_uri: format!("http://{addr}/login/spotify/").parse().unwrap(),
            app_redirect_uris: vec![APP_REDIRECT_URI.to_owned()],
            api_url: nowhere,
            accounts_url: "http://127.0.0.1:9".parse().unwrap(),
        };
        let secrets = Secrets::from(SecretString::from(SESSION_SECRET));
        let mut setup = Setup {
            config: Config {
                http: Http {
                    listen_addr: addr,
                    // No test is to fail because the machine is busy.
                    request_timeout: Duration::from_secs(60),
                    max_upload_bytes: 1024 * 1024,
                    ..Http::default()
                },
                fair_use: FairUse::OFF,
                cache: Cache::OFF,
                ..Config::new(spotify, database.config(), secrets)
            },
            spotify: Options {
                clock: clock.clone(),
                ..Options::default()
            },
            retry: RetryPolicy {
                base_delay: Duration::from_millis(5),
                ..RetryPolicy::default()
            },
        };
        change(&mut setup);
        if let Ok(filter) = std::env::var("TEST_LOG") {
            setup.config.log.filter = filter.parse().unwrap();
            lockstep_api::telemetry::init(&setup.config.log);
        }
        let begun = Mark::now();
        let spotify = Simulator::start(setup.spotify).unwrap();
        setup.config.spotify.api_url = spotify.url().parse().unwrap();
        setup.config.spotify.accounts_url = spotify.url().parse().unwrap();
        let (running, store) = run(&setup.config, &clock, setup.retry).await;
        Self {
            spotify,
            clock,
            config: setup.config,
            store,
            addr,
            retry: setup.retry,
            database,
            directory,
            running,
            begun,
        }
    }

    /// Stops the server and starts another on the same address, database and Spotify: nothing that
    /// was only in memory is left.
    pub async fn restart(&mut self) {
        if let Some(stop) = self.running.stop.take() {
            let _ = stop.send(());
        }
        (&mut self.running.server).await.unwrap();
        self.running.operations.1.abort();
        (self.running, self.store) = run(&self.config, &self.clock, self.retry).await;
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// An address at the second listener.
    pub fn operations_url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.operations.0)
    }

    /// An empty folder of the test's own.
    pub fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// The database's file, of an app that runs on SQLite.
    pub fn sqlite_file(&self) -> std::path::PathBuf {
        match &self.config.database.url {
            DatabaseUrl::Sqlite(path) => path.clone(),
            DatabaseUrl::Postgres(_) => panic!("this test is for SQLite"),
        }
    }

    /// Runs statements past the server.
    pub async fn execute(&self, sql: &str) {
        self.database.execute(sql).await;
    }

    /// How many rows a table of the database has.
    pub fn count_rows(&self, table: &str) -> i64 {
        let sql = format!("SELECT CAST(count(*) AS text) AS line FROM {table}");
        let lines = std::thread::scope(|scope| {
            let ask = || {
                let runtime = tokio::runtime::Runtime::new().unwrap();
                runtime.block_on(self.database.lines(&sql))
            };
            scope.spawn(ask).join().unwrap()
        });
        lines[0].parse().unwrap()
    }

    /// Another instance of the server beside this one: the same database, Spotify and secrets.
    pub async fn instance(&self) -> Instance {
        Self::beside(self.config.clone(), self.clock.clone()).await
    }

    /// An instance of the server with these settings, on an address of its own.
    pub async fn beside(mut config: Config, clock: Clock) -> Instance {
        config.http.listen_addr = "127.0.0.1:0".parse().unwrap();
        let listen_addr = config.http.listen_addr;
        let app = App::start(config, clock, RetryPolicy::default()).await;
        let router = router(HttpState::new(&app.unwrap()));
        let server = Server::bind("LISTEN_ADDR", listen_addr, router)
            .await
            .unwrap();
        let addr = server.addr();
        let server = tokio::spawn(async move {
            server.run(std::future::pending()).await.unwrap();
        });
        Instance { addr, server }
    }

    /// Somebody without any credential, as a browser is at first: keeps cookies, follows nothing.
    pub fn anonymous(&self) -> Caller {
        Caller::new(self)
    }

    /// Somebody who sends `Authorization: Bearer` with an access token of that person's.
    pub fn bearer(&self, person: &str) -> Caller {
        let hour = Duration::from_secs(3600);
        let tokens = self.spotify.mint(person, &ALL_SCOPES, hour);
        self.anonymous().with_bearer(&tokens.access_token)
    }

    /// That person in a browser, after logging in.
    pub async fn logged_in(&self, person: &str) -> Caller {
        let browser = self.anonymous();
        let out = browser.get("/login/spotify/").await;
        let consent = out.header(LOCATION);
        let back = self
            .spotify
            .authorize(&consent, person, Decision::Allow)
            .unwrap();
        let landed = browser.get(&back).await;
        assert_eq!(landed.header(LOCATION), "/", "{}", landed.text());
        browser
    }
}

/// Another instance of a server under test. Dropping it kills it.
pub struct Instance {
    addr: SocketAddr,
    server: JoinHandle<()>,
}

impl Instance {
    /// What `caller` sends goes to this instance from now on, cookies and all.
    pub fn called_by(&self, caller: &Caller) -> Caller {
        caller.moved_to(self.addr)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// SQLite, or PostgreSQL where `TEST_BACKEND=postgres` asks for it.
async fn database() -> TestDatabase {
    match std::env::var("TEST_BACKEND").as_deref() {
        Err(_) | Ok("sqlite") => TestDatabase::sqlite(),
        Ok("postgres") => TestDatabase::postgres()
            .await
            .expect("TEST_BACKEND=postgres needs a PostgreSQL server: set TEST_POSTGRES_URL"),
        Ok(other) => panic!("TEST_BACKEND is sqlite or postgres, not {other}"),
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.running.server.abort();
        self.running.operations.1.abort();
        if !std::thread::panicking() {
            self.begun.assert_discreet(&self.spotify.secrets());
        }
    }
}

/// An address that nobody listens on, with a port below those that the system gives out by itself:
/// no other test's connection takes it before the server does, or while the server restarts.
pub fn free_address() -> SocketAddr {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(97);
    loop {
        let offset = first.wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed)) % 20_000;
        let port = 10_000 + u16::try_from(offset).unwrap();
        let addr = SocketAddr::from(([127, 0, 0, 1], port));
        if std::net::TcpListener::bind(addr).is_ok() {
            return addr;
        }
    }
}

async fn run(config: &Config, clock: &Clock, retry: RetryPolicy) -> (Running, Store) {
    let app = App::start(config.clone(), clock.clone(), retry)
        .await
        .unwrap();
    let state = HttpState::new(&app);
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let operations = Server::bind("OPS_ADDR", any_port, operations_router(state.clone()));
    let operations = operations.await.unwrap();
    let operations_addr = operations.addr();
    let operations = tokio::spawn(async move {
        operations.run(std::future::pending()).await.unwrap();
    });
    let server = Server::bind("LISTEN_ADDR", config.http.listen_addr, router(state));
    let server = server.await.unwrap().with_connections(config.connections);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        server.run(stopped).await.unwrap();
    });
    let running = Running {
        stop: Some(stop),
        server,
        operations: (operations_addr, operations),
    };
    (running, app.services.store)
}
