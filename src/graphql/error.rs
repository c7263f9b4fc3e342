//! The one place where a failure becomes an error that a client reads.
//!
//! Resolvers fail with [`Error`]. What a client reads is made in [`dress`], once, at the boundary:
//! so nothing internal leaks by the way, and the cause is logged exactly once.

use std::sync::Arc;

use async_graphql::{ErrorExtensionValues, ServerError, Value};

use super::code::Code;
use crate::causes::causes;
use crate::{auth, spotify, store};

/// Why a resolver failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// An argument fails its rule.
    #[error("{argument}: {message}")]
    Input {
        /// The argument's name, with a dotted path into input objects.
        argument: &'static str,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// The caller, Spotify or the store.
    #[error(transparent)]
    Auth(#[from] auth::Error),
}

impl Error {
    /// An argument that fails its rule.
    pub fn input(argument: &'static str, message: impl Into<String>) -> Self {
        Self::Input {
            argument,
            message: message.into(),
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Auth(error.into())
    }
}

/// What a resolver gives.
pub type Result<T> = std::result::Result<T, Error>;

/// What the boundary knows and an error's text may need.
#[derive(Clone, Copy, Debug)]
pub struct Boundary<'a> {
    /// Told to the client with an internal error, and found in the log.
    pub request_id: &'a str,
    /// Where a person renews their authorization.
    pub login_url: &'a str,
}

/// An error without a place in the document, such as of a request that never ran.
#[must_use]
pub fn request_error(code: Code, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    set(&mut error, "code", code.as_str());
    error
}

/// The caller, Spotify or the store, failing before anything is executed. To be dressed.
#[must_use]
pub(crate) fn before_execution(error: auth::Error) -> ServerError {
    ServerError {
        source: Some(Arc::new(Error::from(error))),
        ..ServerError::new("", None)
    }
}

/// The most characters that are told of where in an argument something is wrong: clients choose the keys.
const MAX_ARGUMENT: usize = 200;

/// An argument that fails its rule, found before anything is executed.
#[must_use]
pub(crate) fn argument_error(argument: &str, problem: &str) -> ServerError {
    let argument = match argument.char_indices().nth(MAX_ARGUMENT) {
        Some((end, _)) => &format!("{}…", &argument[..end]),
        None => argument,
    };
    let mut error = request_error(Code::BadUserInput, format!("{argument}: {problem}"));
    set(&mut error, "argument", argument);
    error
}

/// Gives an error its code, its message and what else a client needs, and logs what it may not see.
#[must_use]
pub fn dress(mut error: ServerError, boundary: Boundary<'_>) -> ServerError {
    if code_of(&error).is_some() {
        return error;
    }
    match error
        .source
        .take()
        .as_deref()
        .and_then(|s| s.downcast_ref())
    {
        Some(Error::Input { argument, message }) => {
            error.message = format!("{argument}: {message}");
            set(&mut error, "argument", *argument);
            set_code(&mut error, Code::BadUserInput);
        }
        Some(Error::Auth(cause)) => dress_auth(&mut error, cause, boundary),
        // What async-graphql itself finds wrong.
        None => match argument_of(&error.message) {
            Some(argument) => {
                set(&mut error, "argument", argument);
                set_code(&mut error, Code::BadUserInput);
            }
            None if error.path.is_empty() => set_code(&mut error, Code::GraphqlValidationFailed),
            None => set_code(&mut error, Code::BadUserInput),
        },
    }
    error
}

fn dress_auth(error: &mut ServerError, cause: &auth::Error, boundary: Boundary<'_>) {
    match cause {
        auth::Error::Unauthenticated(why) => {
            error.message = (*why).to_owned();
            set_code(error, Code::Unauthenticated);
        }
        auth::Error::Forbidden(why) => {
            error.message = (*why).to_owned();
            set_code(error, Code::Forbidden);
        }
        auth::Error::ReauthorizationRequired => {
            error.message = "Spotify no longer accepts the stored authorization (it ends six \
                             months after it was given, or when it is revoked): log in again"
                .to_owned();
            set(error, "loginUrl", boundary.login_url);
            set_code(error, Code::ReauthorizationRequired);
        }
        auth::Error::Spotify(cause) => dress_spotify(error, cause),
        auth::Error::Store(cause) => dress_store(error, cause, boundary),
        auth::Error::StoreDeadlineExceeded => {
            tracing::warn!(error = %cause, path = ?error.path, "the store is slow");
            error.message = format!("{cause}: try again later");
            set_code(error, Code::Timeout);
        }
        auth::Error::CallsExhausted(max) => {
            error.message = format!(
                "the request needs more than {max} calls to Spotify, which are the most that one \
                 may make: ask for fewer at once (first)"
            );
            set(error, "limit", "upstreamCalls");
            set(error, "max", *max);
            set_code(error, Code::QueryTooComplex);
        }
        auth::Error::Internal(_) => internal(error, cause, boundary),
    }
}

fn dress_spotify(error: &mut ServerError, cause: &spotify::Error) {
    use spotify::Error as E;
    match cause {
        E::Unauthorized { .. } => {
            error.message = "Spotify did not accept the access token".to_owned();
            set_code(error, Code::Unauthenticated);
        }
        E::Forbidden { message } => {
            error.message = format!("Spotify refused this ({message}). {}", likely(message));
            set_spotify(error, 403, message);
            set_code(error, Code::Forbidden);
        }
        E::RateLimited { retry_after } => {
            let seconds = seconds(*retry_after);
            error.message =
                format!("Spotify's rate limit for this app is reached: try again in {seconds} s");
            set(error, "retryAfterSeconds", seconds);
            set_code(error, Code::RateLimited);
        }
        E::QuotaExceeded {
            message,
            retry_after,
        } => {
            error.message =
                format!("the Spotify quota of this app's developer account is used up ({message})");
            if let Some(after) = retry_after {
                let seconds = seconds(*after);
                error
                    .message
                    .push_str(&format!(": try again in {seconds} s"));
                set(error, "retryAfterSeconds", seconds);
            }
            set_code(error, Code::QuotaExceeded);
        }
        E::NotFound { message } => {
            error.message = format!("Spotify does not have this ({message})");
            set_spotify(error, 404, message);
            set_code(error, Code::UpstreamError);
        }
        E::Rejected { status, message } => {
            error.message = format!(
                "Spotify answered {status} ({message}), which will not change by itself: tell this \
                 server's operator"
            );
            set_spotify(error, *status, message);
            set_code(error, Code::UpstreamError);
        }
        E::Unavailable { status, message } => {
            error.message = format!("Spotify answered {status} ({message}): try again later");
            set_spotify(error, *status, message);
            set_code(error, Code::UpstreamError);
        }
        E::Unreadable { status } => {
            error.message = "Spotify's answer could not be read: try again later".to_owned();
            set_spotify(error, *status, "unreadable answer");
            set_code(error, Code::UpstreamError);
        }
        E::Connection => {
            error.message = "Spotify could not be reached: try again later".to_owned();
            set_code(error, Code::UpstreamError);
        }
        E::DeadlineExceeded => {
            error.message = "the request's time was over before Spotify answered: ask for less at \
                             once, or try again later"
                .to_owned();
            set_code(error, Code::Timeout);
        }
    }
    tracing::warn!(error = %cause, path = ?error.path, "Spotify call failed");
}

/// Why Spotify refused with this `message`, as far as it says so itself, and what to do.
fn likely(message: &str) -> String {
    let message = message.to_ascii_lowercase();
    if message.contains("scope") {
        let [private, collaborative] = auth::SCOPES;
        format!("Log in again, and allow both {private} and {collaborative}")
    } else if message.contains("registered") {
        "While the app is in development mode, it answers only people whom the app's developer has \
         added: ask this server's operator to add you"
            .to_owned()
    } else {
        "It gives the tracks of a playlist only to its owner and collaborators, and answers only \
         people whom the app's developer has added while the app is in development mode"
            .to_owned()
    }
}

fn dress_store(error: &mut ServerError, cause: &Arc<store::Error>, boundary: Boundary<'_>) {
    use store::Error as E;
    match **cause {
        E::Unavailable(_) | E::Full | E::ReadOnly => {
            tracing::error!(error = causes(cause), path = ?error.path, "the store failed");
            error.message = "the database cannot take this now; nothing was lost that was \
                             acknowledged: try again later"
                .to_owned();
            set(error, "requestId", boundary.request_id);
            set_code(error, Code::ServiceUnavailable);
        }
        E::NoPerson => {
            error.message = "this account was disconnected a moment ago: log in again".to_owned();
            set_code(error, Code::Unauthenticated);
        }
        E::TooMuch { found, max } => {
            error.message = format!(
                "the collections that this asks for have {found} bytes together, and {max} are the \
                 most that one answer takes: ask for fewer at once (first)"
            );
            set(error, "limit", "answerBytes");
            set(error, "max", max);
            set(error, "found", found);
            set_code(error, Code::QueryTooComplex);
        }
        E::NoMemory => {
            tracing::warn!(error = causes(cause), path = ?error.path, "ANSWER_MEMORY_BYTES is spent");
            error.message = "other answers that are under way to you, or to everybody, leave no \
                             memory for these collections: read those answers, and try again in 1 s"
                .to_owned();
            // Most answers are over in a moment.
            set(error, "retryAfterSeconds", 1);
            set_code(error, Code::ServiceUnavailable);
        }
        E::Corrupt(_) | E::Other(_) => internal(error, &**cause, boundary),
    }
}

fn internal(error: &mut ServerError, cause: &dyn std::error::Error, boundary: Boundary<'_>) {
    tracing::error!(error = causes(cause), path = ?error.path, "internal error");
    error.message = "internal error; the request id leads to it in the server's log".to_owned();
    set(error, "requestId", boundary.request_id);
    set_code(error, Code::InternalServerError);
}

/// The argument that async-graphql names in its message about a value of the wrong type.
fn argument_of(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("Invalid value for argument \"")?;
    let (argument, _) = rest.split_once('"')?;
    Some(argument.to_owned())
}

/// Whole seconds, rounded up, so that waiting that long is long enough.
fn seconds(duration: std::time::Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

fn set_code(error: &mut ServerError, code: Code) {
    set(error, "code", code.as_str());
}

fn set_spotify(error: &mut ServerError, status: u16, message: &str) {
    let answer = [
        ("status", Value::from(status)),
        ("message", Value::from(message)),
    ];
    let answer = answer.map(|(name, value)| (async_graphql::Name::new(name), value));
    set(
        error,
        "spotify",
        Value::Object(answer.into_iter().collect()),
    );
}

fn set(error: &mut ServerError, name: &str, value: impl Into<Value>) {
    error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set(name, value);
}

/// The code that an error was given.
#[must_use]
pub fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}
