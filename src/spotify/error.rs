//! What can go wrong with a call to Spotify, by meaning.

mod complaint;

use std::time::Duration;

pub(super) use self::complaint::Complaint;
pub(crate) use self::complaint::clean;

/// Why Spotify did not give what was asked.
///
/// Messages are Spotify's, shortened and without control characters. No variant carries a URL, a
/// header or a token, so every one may be shown and logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// 401: the access token is malformed, expired or revoked.
    #[error("Spotify refused the access token: {message}")]
    Unauthorized {
        /// What Spotify said.
        message: String,
    },
    /// 403: the person may not see this, or the app may not ask for it.
    #[error("Spotify forbids this: {message}")]
    Forbidden {
        /// What Spotify said.
        message: String,
    },
    /// 404: there is no such thing.
    #[error("Spotify has no such thing: {message}")]
    NotFound {
        /// What Spotify said.
        message: String,
    },
    /// 429 that outlasted the call's tries or time, or a call that the shut gate held back.
    #[error("Spotify's rate limit is reached; retry after {} s", .retry_after.as_secs_f64().ceil())]
    RateLimited {
        /// From now on, as Spotify said it, however long.
        retry_after: Duration,
    },
    /// 429 with the reason `QUOTA_EXCEEDED`, or a call that the gate, shut because of one, held back:
    /// waiting a little does not help.
    #[error("the app's Spotify quota is used up: {message}")]
    QuotaExceeded {
        /// What Spotify said.
        message: String,
        /// From now on, where Spotify said so.
        retry_after: Option<Duration>,
    },
    /// Any other 4xx, 501, 505, or a redirect, which is not followed with a token.
    #[error("Spotify rejected the request with {status}: {message}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// What Spotify said.
        message: String,
    },
    /// Any other 5xx, after the tries such an answer is worth.
    #[error("Spotify is unavailable, {status}: {message}")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// What Spotify said.
        message: String,
    },
    /// An answer that is cut off, too large, not JSON, or not of the expected shape.
    #[error("Spotify's answer with status {status} could not be read")]
    Unreadable {
        /// The HTTP status.
        status: u16,
    },
    /// No answer at all: no connection, or one that broke or hung.
    #[error("Spotify could not be reached")]
    Connection,
    /// The time of the call was over first.
    #[error("the time for this call to Spotify is over")]
    DeadlineExceeded,
}

impl Error {
    /// The status of Spotify's answer, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unauthorized { .. } => Some(401),
            Self::Forbidden { .. } => Some(403),
            Self::NotFound { .. } => Some(404),
            Self::RateLimited { .. } | Self::QuotaExceeded { .. } => Some(429),
            Self::Rejected { status, .. }
            | Self::Unavailable { status, .. }
            | Self::Unreadable { status } => Some(*status),
            Self::Connection | Self::DeadlineExceeded => None,
        }
    }
}
