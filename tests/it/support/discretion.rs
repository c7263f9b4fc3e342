//! What no answer that tells of an error, and no line of the log, may tell, whatever the test is about.
//!
//! Every error that any test gets, and all that the servers of this process log, at the level at which
//! most is told, is kept, and looked through when the test's server goes.

use std::io;
use std::sync::{Mutex, Once, PoisonError};

use lockstep_api::simulator::CLIENT_SECRET;
use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What the tests' servers are sealed with.
pub const SESSION_SECRET: &str = "a secret that is used in tests only";

/// Statements, and places in the source or on the disk.
const INSIDE: [&str; 18] = [
    // Statements first.
    "SELECT ",
    "select ",
    "INSERT INTO",
    "UPDATE ",
    "DELETE FROM",
    "WHERE ",
    "sqlite",
    "diesel",
    "postgres",
    "PRAGMA",
    ".rs:",
    "src/",
    "/root/",
    "/home/",
    "/tmp/",
    "/usr/",
    "RUST_BACKTRACE",
    "stack backtrace",
];

/// How many of them are statements.
const STATEMENTS: usize = 6;

/// Parameters of a redirect that are nobody else's business.
const HANDED_OVER: [&str; 4] = ["access_token", "refresh_token", "code", "state"];

/// Longer bodies are looked through this far: an error is among the first things in them, or the last.
const LOOKED_THROUGH: usize = 64 * 1024;

#[derive(Default)]
struct Heard {
    errors: Vec<String>,
    secrets: Vec<String>,
    log: String,
}

static HEARD: Mutex<Heard> = Mutex::new(Heard {
    errors: Vec::new(),
    secrets: Vec::new(),
    log: String::new(),
});

fn heard() -> std::sync::MutexGuard<'static, Heard> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How much had been heard when a server began.
#[derive(Clone, Copy)]
pub struct Mark {
    errors: usize,
    secrets: usize,
    log: usize,
}

impl Mark {
    /// Listens from now on.
    pub fn now() -> Self {
        static LISTENS: Once = Once::new();
        LISTENS.call_once(|| {
            let lines = tracing_subscriber::fmt::layer()
                .with_ansi(false)
                .with_writer(|| Log);
            let own = Targets::new().with_target("lockstep_api", LevelFilter::TRACE);
            // Where the log is to be seen, it is not kept.
            let _ = tracing_subscriber::registry()
                .with(own)
                .with(lines)
                .try_init();
        });
        let heard = heard();
        Self {
            errors: heard.errors.len(),
            secrets: heard.secrets.len(),
            log: heard.log.len(),
        }
    }

    /// Fails where anything was told since then that should not have been: of the inside, or one of
    /// `secrets`.
    pub fn assert_discreet(self, secrets: &[String]) {
        let (errors, handed_out, log) = {
            let heard = heard();
            let errors = heard.errors[self.errors..].to_vec();
            let handed_out = heard.secrets[self.secrets..].to_vec();
            (errors, handed_out, heard.log[self.log..].to_owned())
        };
        let own = [SESSION_SECRET, CLIENT_SECRET].map(str::to_owned);
        let secrets: Vec<&String> = secrets.iter().chain(&handed_out).chain(&own).collect();
        if let Some(indiscretion) = indiscretion(&errors, &log, &secrets) {
            panic!("{indiscretion}");
        }
    }
}

/// The first thing that should not have been told.
fn indiscretion(errors: &[String], log: &str, secrets: &[&String]) -> Option<String> {
    let lines = || log.lines().map(str::to_owned);
    let told = errors.iter().cloned().chain(lines());
    for said in told {
        if let Some(secret) = secrets.iter().find(|secret| said.contains(**secret)) {
            return Some(format!("the secret {secret:?} in {said}"));
        }
    }
    let of_errors = errors.iter().cloned().map(|said| (said, &INSIDE[..]));
    // The log may name what it is about; statements may hold what people wrote.
    let of_log = lines().map(|said| (said, &INSIDE[..STATEMENTS]));
    of_errors.chain(of_log).find_map(|(said, inside)| {
        let inside = inside.iter().find(|inside| said.contains(**inside))?;
        Some(format!("{inside:?} in {said}"))
    })
}

/// Takes note of an answer, if it tells of an error, and of the secrets that it hands out.
pub fn note(status: u16, headers: &HeaderMap, body: &[u8]) {
    let cookies = headers.get_all(SET_COOKIE).iter().filter_map(|cookie| {
        let cookie = cookie.to_str().ok()?;
        let (_, value) = cookie.split(';').next()?.split_once('=')?;
        (!value.is_empty()).then(|| value.to_owned())
    });
    let secrets: Vec<String> = cookies
        .chain(handed_over(headers))
        .chain(api_token(body))
        .collect();
    let start = &body[..body.len().min(LOOKED_THROUGH)];
    let end = &body[body.len().saturating_sub(LOOKED_THROUGH)..];
    let holds_errors = |part: &[u8]| part.windows(9).any(|window| window == b"\"errors\":");
    let failed = status >= 400 || holds_errors(start) || holds_errors(end);
    let mut heard = heard();
    heard.secrets.extend(secrets);
    if failed {
        let mut text = String::from_utf8_lossy(start).into_owned();
        for (name, value) in headers {
            if name != SET_COOKIE && name != LOCATION {
                text += &format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes()));
            }
        }
        heard.errors.push(text);
    }
}

/// What an answer sends the browser on with.
fn handed_over(headers: &HeaderMap) -> Vec<String> {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let query = location.and_then(|location| location.split_once('?'));
    let query = query.map(|(_, query)| query).unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| HANDED_OVER.contains(&name.as_ref()) && value.len() > 8)
        .map(|(_, value)| value.into_owned())
        .collect()
}

/// The API token that an answer holds.
fn api_token(body: &[u8]) -> Option<String> {
    let from = body.windows(4).position(|window| window == b"lsk_")?;
    let token = body[from..].split(|byte| *byte == b'"').next()?;
    Some(String::from_utf8_lossy(token).into_owned())
}

/// Where the log is kept.
struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        heard().log += &String::from_utf8_lossy(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_should_not_have_been_told_is_found() {
    let secret = "the-secret".to_owned();
    let tells =
        |error: &str, log: &str| indiscretion(&[error.to_owned()], log, &[&secret]).is_some();
    assert!(!tells("all is well", "one line\nanother"));
    assert!(tells("near SELECT id FROM people", ""));
    assert!(tells("at src/main.rs:7", ""));
    assert!(tells("no such file: /tmp/lockstep.db", ""));
    assert!(tells("token the-secret", ""));
    assert!(tells("", "one line\nthe-secret of another"));
    assert!(tells("", "failed: INSERT INTO people"));
}

#[tokio::test]
async fn errors_cookies_and_log_lines_are_heard() {
    let mark = Mark::now();
    let mut headers = HeaderMap::new();
    headers.insert(SET_COOKIE, "a=heard-cookie; Path=/".parse().unwrap());
    note(200, &headers, b"{}");
    headers.insert(
        LOCATION,
        "x://y?code=heard-code&state=heard-state".parse().unwrap(),
    );
    note(303, &headers, b"");
    note(200, &HeaderMap::new(), b"{\"token\":\"lsk_heard\"}");
    note(400, &HeaderMap::new(), b"heard-error");
    note(200, &HeaderMap::new(), b"{\"errors\":[\"heard-partial\"]}");
    note(200, &HeaderMap::new(), b"not heard");
    tracing::trace!(target: "lockstep_api", "heard-line");
    let heard = heard();
    let errors = heard.errors[mark.errors..].join(" ");
    assert!(errors.contains("heard-error") && errors.contains("heard-partial"));
    assert!(!errors.contains("not heard"));
    let secrets = &heard.secrets[mark.secrets..];
    for secret in ["heard-cookie", "heard-code", "heard-state", "lsk_heard"] {
        assert!(secrets.iter().any(|heard| heard == secret), "{secret}");
    }
    let seen_elsewhere = std::env::var_os("TEST_LOG").is_some();
    assert!(seen_elsewhere || heard.log[mark.log..].contains("heard-line"));
}
