//! What the server writes into its log, and its answers, while people log in well and badly: never a
//! token, a code, a cookie or a secret.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use lockstep_api::auth::{Cipher, Purpose, handle};
use lockstep_api::simulator::{
    Body, CLIENT_ID, CLIENT_SECRET, Decision, Fault, Options, Rotation, Rule, Simulator, data,
};
use reqwest::header::{ACCEPT, AUTHORIZATION, LOCATION};
use secrecy::SecretString;
use serde_json::Value;
use tempfile::TempDir;

use super::steps::{changed, consent, consent_of, parameter};
use crate::support::{Answer, Caller, NativeApp, free_address};

const SESSION_SECRET: &str = "a session secret that only this test has";
const ASK: &str = "{ me { playlists(first: 1) { totalCount } } }";
const APP_LOGIN: &str =
    "/login/spotify/?redirect_uri=at.lockstep.player%3A%2F%2Fspotify%2Fcallback";

/// The real binary, as an operator starts it, and all that it writes.
struct Server {
    child: Child,
    log: Option<thread::JoinHandle<String>>,
    base: String,
    _directory: TempDir,
}

impl Server {
    fn start(spotify: &Simulator, format: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let addr = free_address();
        let mut child = Command::new(env!("CARGO_BIN_EXE_lockstep-api"))
            .env_clear()
            .current_dir(&directory)
            .env("SPOTIFY_CLIENT_ID", CLIENT_ID)
            .env("SPOTIFY_CLIENT_SECRET", CLIENT_SECRET)
            .env(
                "SPOTIFY_REDIRECT_URI",
                format!("http://{addr}/login/spotify/"),
            )
            .env("SPOTIFY_API_URL", spotify.url())
            .env("SPOTIFY_ACCOUNTS_URL", spotify.url())
            .env("SESSION_SECRET", SESSION_SECRET)
            .env("LISTEN_ADDR", addr.to_string())
            .env("LOG_FORMAT", format)
            .env("RUST_LOG", "lockstep_api=trace")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (tell, told) = mpsc::channel();
        let log = thread::spawn(move || {
            let mut log = String::new();
            for line in stderr.lines() {
                let line = line.unwrap();
                if line.contains("serving on") {
                    let _ = tell.send(());
                }
                log.push_str(&line);
                log.push('\n');
            }
            log
        });
        told.recv_timeout(Duration::from_secs(60))
            .expect("the server does not start");
        Self {
            child,
            log: Some(log),
            base: format!("http://{addr}"),
            _directory: directory,
        }
    }

    /// Ends it, and returns what it logged.
    fn log(mut self) -> String {
        self.child.kill().unwrap();
        self.log.take().unwrap().join().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody's doings, and what must be read of them nowhere.
struct Story<'a> {
    spotify: &'a Simulator,
    server: &'a Server,
    secrets: Vec<String>,
    bodies: Vec<String>,
}

impl Story<'_> {
    fn browser(&self) -> Caller {
        Caller::at(self.server.base.clone())
    }

    fn heard(&mut self, answer: &Answer) {
        self.bodies.push(answer.text().to_owned());
    }

    /// Up to the redirect back, noting what the browser and the server remember of it.
    async fn callback(&mut self, browser: &Caller, path: &str, decision: Decision) -> String {
        let consent = consent_of(browser, path).await;
        let state = parameter(&consent, "state").unwrap();
        let name = format!("lockstep_login_{}=", handle(&state));
        let cookies = browser.cookies();
        let sealed = cookies.split("; ").find_map(|c| c.strip_prefix(&name));
        let sealed = sealed.unwrap();
        let cipher = Cipher::new(&SecretString::from(SESSION_SECRET).into()).unwrap();
        let opened = URL_SAFE_NO_PAD.decode(sealed).unwrap();
        let opened = cipher.open(Purpose::Login, &handle(&state), &opened);
        let pending: Value = serde_json::from_slice(&opened.unwrap()).unwrap();
        let verifier = pending["pkce_verifier"].as_str().unwrap();
        self.secrets
            .extend([sealed.to_owned(), verifier.to_owned(), state]);
        self.spotify
            .authorize(&consent, data::ADA, decision)
            .unwrap()
    }

    async fn go(&mut self, browser: &Caller, address: &str) -> Answer {
        let request = browser.request("GET", address).header(ACCEPT, "text/html");
        let answer = Answer::of(request).await;
        self.heard(&answer);
        answer
    }

    async fn log_in(&mut self, path: &str) -> (Caller, Answer) {
        let browser = self.browser();
        let back = self.callback(&browser, path, Decision::Allow).await;
        let landed = self.go(&browser, &back).await;
        if let Some((_, secret)) = browser.cookies().split_once('.') {
            self.secrets.push(secret.to_owned());
        }
        (browser, landed)
    }

    async fn ask(&mut self, caller: &Caller) -> Answer {
        let answer = caller.query(ASK).await;
        self.heard(&answer);
        answer
    }

    /// Logins and requests that go well.
    async fn good_days(&mut self) -> Caller {
        let (ada, landed) = self.log_in("/login/spotify/").await;
        assert_eq!(landed.header(LOCATION), "/", "{}", landed.text());
        for _ in 0..3 {
            // Each needs a refresh: a token lives for a minute.
            self.ask(&ada).await.data();
        }
        self.app_login_by_code().await;
        let (_, landed) = self.log_in(APP_LOGIN).await;
        let location = landed.header(LOCATION);
        let access_token = parameter(&location, "access_token").unwrap();
        let bearer = self.browser().with_bearer(&access_token);
        self.ask(&bearer).await.data();
        ada
    }

    /// An app's code, redeemed well and badly, and its token.
    async fn app_login_by_code(&mut self) {
        let native = NativeApp::new();
        let (_, landed) = self.log_in(&native.address()).await;
        let code = native.code(&landed.header(LOCATION).parse().unwrap());
        let redeemed = native.redeem(&self.browser(), &code).await;
        let token = redeemed.data()["redeemLoginCode"]["token"].clone();
        let token = token.as_str().unwrap().to_owned();
        let phone = self.browser().with_bearer(&token);
        self.ask(&phone).await.data();
        let damaged = self.browser().with_bearer(&token[..70]);
        self.ask(&damaged).await;
        let replayed = native.redeem(&self.browser(), &code).await;
        self.heard(&replayed);
        self.ask(&phone).await;
        self.secrets.extend([code, token, native.verifier]);
    }

    /// Logins that fail, each in its way.
    async fn failed_logins(&mut self) {
        let browser = self.browser();
        let denied = self.callback(&browser, "/login/spotify/", Decision::Deny);
        let denied = denied.await;
        self.go(&browser, &denied).await;
        let back = self.callback(&browser, "/login/spotify/", Decision::Allow);
        let back = back.await;
        for wrong in ["state", "code"] {
            let wrong = changed(&back, wrong, Some("not-a-secret"));
            let failed = self.go(&browser, &wrong).await;
            assert_eq!(failed.status.as_u16(), 400);
        }
        self.go(&browser, &back).await;
        self.go(&self.browser(), &back).await;

        for error in ["invalid_grant", "invalid_client"] {
            let back = self.callback(&browser, "/login/spotify/", Decision::Allow);
            let back = back.await;
            // Spotify repeats what it was sent.
            let description = format!("bad code {}", parameter(&back, "code").unwrap());
            self.refuse_token(error, description);
            let failed = self.go(&browser, &back).await;
            assert!(failed.status.as_u16() >= 400);
        }
        for fault in [Fault::status(403), Fault::status(401)] {
            self.spotify.inject(Rule::on("GET /v1/me", fault).times(1));
            let (_, failed) = self.log_in("/login/spotify/").await;
            assert!(failed.status.as_u16() >= 400);
        }
    }

    /// Refreshes that fail.
    async fn failed_refreshes(&mut self, ada: &Caller) {
        for error in ["invalid_grant", "invalid_client"] {
            // What was refused is not tried again for a while, but for a new login.
            let (_, landed) = self.log_in(APP_LOGIN).await;
            let refresh_token = parameter(&landed.header(LOCATION), "refresh_token").unwrap();
            self.refuse_token(error, format!("bad token {refresh_token}"));
            self.ask(ada).await;
        }
    }

    /// Credentials that are none, or no longer.
    async fn bad_credentials(&mut self) {
        let unknown = "BQunknownButStillNobodysBusiness";
        let bearer = self.browser().with_bearer(unknown);
        assert_eq!(self.ask(&bearer).await.code(), "UNAUTHENTICATED");
        let malformed = "c29tZWJvZHk6dGhlaXJwYXNzd29yZA";
        let request = self
            .browser()
            .request("POST", "/graphql")
            .header(AUTHORIZATION, format!("Basic {malformed}"))
            .header("content-type", "application/json")
            .body(format!("{{\"query\":\"{ASK}\"}}"));
        let answer = Answer::of(request).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED");
        self.heard(&answer);
        let forged = "forgedButItCouldBeSomebodysRealOne";
        let browser = self.browser();
        browser.set_cookie(&format!("lockstep_session={forged}"));
        assert_eq!(self.ask(&browser).await.code(), "UNAUTHENTICATED");
        self.secrets
            .extend([unknown, malformed, forged].map(str::to_owned));
    }

    fn refuse_token(&self, error: &str, description: String) {
        let body = Body::Flat {
            error: error.to_owned(),
            description,
        };
        let fault = Fault::Status { status: 400, body };
        self.spotify
            .inject(Rule::on("POST /api/token", fault).times(1));
    }
}

/// Returns the log.
async fn nothing_secret_is_told(format: &str) -> String {
    let spotify = Simulator::start(Options {
        access_token_ttl: Duration::from_secs(60),
        rotation: Rotation::Rotate,
        ..Options::default()
    })
    .unwrap();
    let server = Server::start(&spotify, format);
    let mut story = Story {
        spotify: &spotify,
        server: &server,
        secrets: Vec::new(),
        bodies: Vec::new(),
    };
    let ada = story.good_days().await;
    story.failed_refreshes(&ada).await;
    story.failed_logins().await;
    story.bad_credentials().await;
    let logout = ada.query("mutation { logout { loggedOut } }").await;
    assert_eq!(logout.data()["logout"]["loggedOut"], true);
    consent(&ada).await;

    let Story {
        mut secrets,
        bodies,
        ..
    } = story;
    let log = server.log();
    secrets.extend(spotify.secrets());
    secrets.extend([CLIENT_SECRET, SESSION_SECRET].map(str::to_owned));
    secrets.push(STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    assert!(secrets.len() > 40, "{}", secrets.len());
    for secret in &secrets {
        assert!(!secret.is_empty());
        assert!(!log.contains(secret), "{secret} in\n{log}");
        for body in &bodies {
            assert!(!body.contains(secret), "{secret} in {body}");
        }
    }
    for said in [
        "logged in",
        "redeemed its login code",
        "a login code was used again",
        "refresh token refused",
        "refresh failed",
        "/login/spotify/",
    ] {
        assert!(log.contains(said), "{said} is missing in\n{log}");
    }
    log
}

#[tokio::test]
async fn the_log_for_people_tells_no_secret_even_when_it_tells_everything() {
    nothing_secret_is_told("text").await;
}

#[tokio::test]
async fn the_log_for_machines_tells_no_secret_even_when_it_tells_everything() {
    let log = nothing_secret_is_told("json").await;
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(
            line["timestamp"].is_string() && line["level"].is_string(),
            "{line}"
        );
    }
}
