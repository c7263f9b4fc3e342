//! The real binary, as a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use lockstep_api::simulator::{ALL_SCOPES, CLIENT_ID, CLIENT_SECRET, Decision, Options, Simulator};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::support::Answer;

/// Far more than anything here takes.
const LONG: Duration = Duration::from_secs(60);

/// A server process with its own Spotify and its own directory. Dropping it kills it.
pub struct Process {
    pub spotify: Arc<Simulator>,
    pub addr: SocketAddr,
    pub operations: SocketAddr,
    child: Child,
    log: Arc<Log>,
    reader: Option<JoinHandle<()>>,
    http: Client,
    directory: TempDir,
}

/// Runs a command of the binary to its end, with these settings besides the required ones.
pub async fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    let directory = TempDir::new().unwrap();
    let mut command = command(&directory);
    command.args(arguments).envs(settings.iter().copied());
    let output = spawn_blocking(move || {
        let _until_the_end = directory;
        command.stdin(Stdio::null()).output()
    });
    let output = tokio::time::timeout(LONG, output).await;
    output.expect("it goes on").unwrap().unwrap()
}

/// The binary, with nothing of this process's environment.
fn command(directory: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep-api"));
    command
        // Where no .env is.
        .current_dir(directory.path())
        .env_clear()
        .env("SPOTIFY_CLIENT_ID", CLIENT_ID)
        .env("SPOTIFY_CLIENT_SECRET", CLIENT_SECRET)
        .env("SESSION_SECRET", "a secret that is used in tests only");
    command
}

#[derive(Default)]
struct Log {
    state: Mutex<(Vec<String>, bool)>,
    grown: Condvar,
}

impl Process {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts it with these settings besides what it needs.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let spotify = Arc::new(Simulator::start(Options::default()).unwrap());
        Self::at(spotify, settings).await
    }

    /// Starts another with the same Spotify.
    pub async fn beside(&self, settings: &[(&str, &str)]) -> Self {
        Self::at(self.spotify.clone(), settings).await
    }

    async fn at(spotify: Arc<Simulator>, settings: &[(&str, &str)]) -> Self {
        let directory = TempDir::new().unwrap();
        let mut child = command(&directory)
            .env("SPOTIFY_API_URL", spotify.url())
            .env("SPOTIFY_ACCOUNTS_URL", spotify.url())
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("OPS_ADDR", "127.0.0.1:0")
            .env("LOG_FORMAT", "json")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = child.stderr.take().unwrap();
        let log = Arc::new(Log::default());
        let reader = std::thread::spawn({
            let log = log.clone();
            move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    log.add(line);
                }
                log.end();
            }
        });
        let addr = |prefix: &'static str| {
            let log = log.clone();
            async move {
                let line = spawn_blocking(move || log.wait_for(&[prefix]));
                let line = line.await.unwrap();
                let (_, addr) = line.split_once(prefix).unwrap();
                let addr = addr.split('"').next().unwrap();
                addr.parse().unwrap()
            }
        };
        let operations = addr("operations on http://").await;
        let addr = addr("serving on http://").await;
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            // All is plain http, and reading the system's certificates takes its time.
            .tls_certs_only([])
            .build()
            .unwrap();
        Self {
            spotify,
            addr,
            operations,
            child,
            log,
            reader: Some(reader),
            http,
            directory,
        }
    }

    /// A request to the public listener that is not sent yet.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.addr);
        self.http.request(method.parse().unwrap(), url)
    }

    /// A GraphQL request in the name of whom `person` is a bearer of.
    pub fn graphql(&self, person: &str, query: &str, variables: &Value) -> RequestBuilder {
        let token = self.spotify.mint(person, &ALL_SCOPES, LONG).access_token;
        self.request("POST", "/graphql")
            .bearer_auth(token)
            .json(&json!({ "query": query, "variables": variables }))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request("GET", path)).await
    }

    /// The cookies of a browser in which that person has logged in.
    pub async fn log_in(&self, person: &str) -> String {
        let out = self.get("/login/spotify/").await;
        let pending = out.header(SET_COOKIE);
        let consent = out.header(LOCATION);
        let back = self.spotify.authorize(&consent, person, Decision::Allow);
        let back: url::Url = back.unwrap().parse().unwrap();
        let path = format!("{}?{}", back.path(), back.query().unwrap());
        let landed = self.request("GET", &path).header(COOKIE, pending);
        let landed = Answer::of(landed).await;
        assert_eq!(landed.status, StatusCode::SEE_OTHER, "{}", landed.text());
        let cookies = landed.headers.get_all(SET_COOKIE).iter();
        let cookies = cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap());
        cookies.collect::<Vec<_>>().join("; ")
    }

    /// Asks the second listener.
    pub async fn operations(&self, path: &str) -> Answer {
        let url = format!("http://{}{path}", self.operations);
        Answer::of(self.http.get(url)).await
    }

    pub fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// Waits for a line of the log that holds `part`, whatever its format.
    pub async fn written(&self, part: &str) -> String {
        let (log, part) = (self.log.clone(), part.to_owned());
        spawn_blocking(move || log.wait_for(&[&part]))
            .await
            .unwrap()
    }

    /// Waits for the line that a request's answer leaves, whatever its format. What failed in the request
    /// has its id too, and is written before.
    pub async fn answered(&self, request_id: &str) -> String {
        let (log, id) = (self.log.clone(), request_id.to_owned());
        spawn_blocking(move || log.wait_for(&["answered", &id]))
            .await
            .unwrap()
    }

    /// Waits for a log line with this in it.
    pub async fn logged(&self, part: &str) -> Value {
        let line = self.written(part).await;
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// All log lines up to now.
    pub fn log(&self) -> Vec<String> {
        self.log.lines()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, name: &str) {
        let pid = self.pid();
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -{name} {pid}")])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end of the process.
    pub async fn ended(&mut self) -> ExitStatus {
        let reader = self.reader.take().unwrap();
        // Its log ends with it.
        tokio::time::timeout(LONG, spawn_blocking(move || reader.join().unwrap()))
            .await
            .unwrap_or_else(|_| panic!("it goes on: {:#?}", self.log()))
            .unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Log {
    fn add(&self, line: String) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0.push(line);
        self.grown.notify_all();
    }

    fn end(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.1 = true;
        self.grown.notify_all();
    }

    fn lines(&self) -> Vec<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0.clone()
    }

    /// Waits for a line that holds all these parts.
    fn wait_for(&self, parts: &[&str]) -> String {
        let holds = |line: &&String| parts.iter().all(|part| line.contains(part));
        let find = |lines: &[String]| lines.iter().find(holds).cloned();
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = self
            .grown
            .wait_timeout_while(state, LONG, |(lines, ended)| {
                !*ended && find(lines).is_none()
            });
        let (state, _) = waiting.unwrap_or_else(PoisonError::into_inner);
        find(&state.0).unwrap_or_else(|| panic!("no line has {parts:?}: {:#?}", state.0))
    }
}
