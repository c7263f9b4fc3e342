//! Why a caller's identity, or their access to Spotify, could not be had.

use std::sync::Arc;

use crate::{spotify, store};

/// Clonable, because all who wait for one refresh or one lookup share its outcome.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No credential, or one that is not (or no longer) valid. The text is for the client.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The caller is known, and may not do this. The text is for the client.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Spotify refused the stored refresh token, or it does not open: the person has to log in
    /// again.
    #[error("Spotify no longer accepts the stored authorization")]
    ReauthorizationRequired,
    /// Spotify could not be asked, or said no.
    #[error(transparent)]
    Spotify(#[from] spotify::Error),
    /// The database.
    #[error("the store failed: {0}")]
    Store(#[source] Arc<store::Error>),
    /// The request's time was over before the database answered.
    #[error("the request's time was over before the database answered")]
    StoreDeadlineExceeded,
    /// The request has asked Spotify as often as one may, which is so often.
    #[error("the request needs more than {0} calls to Spotify")]
    CallsExhausted(u64),
    /// A bug, or a record that does not open; the text is for the log.
    #[error("{0}")]
    Internal(&'static str),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<aws_lc_rs::error::Unspecified> for Error {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Internal("the cryptographic library failed")
    }
}
