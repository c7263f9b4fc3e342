//! The secrets that keys are derived from.

use secrecy::SecretString;

/// What cookies and stored tokens are sealed with, each of at least 32 bytes.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The first of `SESSION_SECRET`, or `FLASK_SECRET_KEY` where that is not set. It seals.
    pub session_secret: SecretString,
    /// The others, which only open: what is being replaced.
    pub older_secrets: Vec<SecretString>,
}

impl From<SecretString> for Secrets {
    fn from(session_secret: SecretString) -> Self {
        Self {
            session_secret,
            older_secrets: Vec::new(),
        }
    }
}
