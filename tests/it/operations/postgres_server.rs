//! A PostgreSQL server of a test's own, which can be stopped: everybody else's is left alone.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::tools::{free_port, is_root, tool};

/// Of its user, `postgres`.
const PASSWORD: &str = "a-password-of-tests";

/// It offers no TLS. Dropping it stops it and removes its data.
pub struct PostgresServer {
    pg_ctl: PathBuf,
    port: u16,
    directory: TempDir,
}

impl PostgresServer {
    /// Makes one that trusts everybody and starts it, where PostgreSQL is installed.
    pub async fn start() -> Option<Self> {
        Self::with("trust").await
    }

    /// One that wants the password.
    pub async fn start_with_password() -> Option<Self> {
        Self::with("scram-sha-256").await
    }

    async fn with(authentication: &str) -> Option<Self> {
        let (initdb, pg_ctl) = (tool("initdb")?, tool("pg_ctl")?);
        let directory = TempDir::new().unwrap();
        if is_root() {
            // PostgreSQL does not run as root.
            let mut chown = Command::new("chown");
            let given = chown.arg("nobody").arg(directory.path()).status();
            assert!(given.unwrap().success());
        }
        let server = Self {
            pg_ctl,
            port: free_port(),
            directory,
        };
        let password = server.directory.path().join("password");
        std::fs::write(&password, PASSWORD).unwrap();
        let mut initdb = server.command(&initdb);
        initdb.args([
            "--username=postgres",
            "--auth",
            authentication,
            "--pwfile=password",
        ]);
        initdb.args(["--no-sync", "--encoding=UTF8"]);
        run(initdb).await;
        server.start_again().await;
        Some(server)
    }

    pub fn url(&self) -> String {
        format!(
            "postgres://postgres:{PASSWORD}@127.0.0.1:{}/postgres",
            self.port
        )
    }

    /// Stops it: `immediate`, as a crash does, or `fast`, by ending every connection in good order.
    pub async fn stop(&self, mode: &str) {
        let mut stop = self.command(&self.pg_ctl);
        stop.args(["stop", "--mode", mode]);
        run(stop).await;
    }

    /// Starts it and waits until it takes connections.
    pub async fn start_again(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''",
            self.port
        );
        let mut start = self.command(&self.pg_ctl);
        start.args(["start", "--wait", "--log=log", "--options", &options]);
        run(start).await;
    }

    fn command(&self, program: &PathBuf) -> Command {
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
            command.arg(program);
            command
        } else {
            Command::new(program)
        };
        command
            .current_dir(self.directory.path())
            .env("PGDATA", self.directory.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        let mut stop = self.command(&self.pg_ctl);
        let _ = stop
            .args(["stop", "--mode=immediate"])
            .stderr(Stdio::null())
            .status();
    }
}

async fn run(mut command: Command) {
    let status = spawn_blocking(move || command.status()).await.unwrap();
    assert!(status.unwrap().success());
}
