//! The released binary, in a process of its own.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::child::Child;
use crate::connection::{Connection, request};
use crate::spotify::Spotify;

/// A running server with a database of its own.
pub struct Server {
    pub child: Child,
    pub addr: SocketAddr,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
    operations: SocketAddr,
    directory: TempDir,
}

/// Another binary than the released one, where somebody wants that measured.
pub fn chosen() -> Option<PathBuf> {
    std::env::var_os("SERVER").map(|path| std::path::absolute(path).unwrap())
}

/// Makes the released binary: `cargo bench` itself builds everything with the simulator in it.
pub fn build() {
    if chosen().is_some() {
        return;
    }
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--quiet"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success(), "the server cannot be built");
}

/// Where the server is.
pub fn binary() -> PathBuf {
    if let Some(chosen) = chosen() {
        return chosen;
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target"),
        PathBuf::from,
    );
    target.join("release/lockstep-api")
}

impl Server {
    /// Starts one, with these settings besides those that it needs.
    pub async fn start(spotify: &Spotify, settings: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (addr, operations) = (free_address(), free_address());
        let log = File::create(directory.path().join("log")).unwrap();
        let mut command = Command::new(binary());
        command
            // No .env of somebody's.
            .current_dir(directory.path())
            .env_clear()
            .env("SPOTIFY_CLIENT_ID", lockstep_api::simulator::CLIENT_ID)
            .env(
                "SPOTIFY_CLIENT_SECRET",
                lockstep_api::simulator::CLIENT_SECRET,
            )
            .env(
                "SPOTIFY_REDIRECT_URI",
                format!("http://{addr}/login/spotify/"),
            )
            .env("SPOTIFY_API_URL", &spotify.url)
            .env("SPOTIFY_ACCOUNTS_URL", &spotify.url)
            .env("SESSION_SECRET", "a secret that is used by benchmarks only")
            .env("DATABASE_URL", "sqlite://lockstep.db")
            .env("LISTEN_ADDR", addr.to_string())
            .env("RATE_LIMIT_POINTS_PER_MINUTE", "0")
            .env("OPS_ADDR", operations.to_string())
            .envs(settings.iter().copied())
            .stderr(Stdio::from(log));
        let spawned = Instant::now();
        let child = Child::spawn(&mut command);
        let probe = request("x-probe: 1", r#"{"query":"{ __typename }"}"#);
        let mut connection = loop {
            if let Ok(connection) = Connection::open(addr).await {
                break connection;
            }
            assert!(spawned.elapsed().as_secs() < 10, "it does not start");
            tokio::time::sleep(Duration::from_micros(200)).await;
        };
        connection.exchange(&probe).await;
        let started_in = spawned.elapsed();
        Self {
            child,
            addr,
            started_in,
            operations,
            directory,
        }
    }

    /// Bytes that the database has on disk, with all that is in its write-ahead log moved to where it stays.
    pub fn database_bytes(&self) -> u64 {
        let file = self.directory.path().join("lockstep.db");
        let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
        conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA wal_checkpoint(TRUNCATE);")
            .unwrap();
        let log = self.directory.path().join("lockstep.db-wal");
        assert_eq!(log.metadata().unwrap().len(), 0, "the log is in use");
        file.metadata().unwrap().len()
    }

    /// How many statements its database was sent so far.
    pub async fn statements(&self) -> u64 {
        let metrics = format!("http://{}/metrics", self.operations);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let text = client.get(metrics).send().await.unwrap();
        let text = text.text().await.unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("lockstep_database_statements_total "));
        line.unwrap().parse().unwrap()
    }
}

fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}
