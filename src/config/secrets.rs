//! The secret that keys are derived from.

use secrecy::SecretString;

/// What cookies and stored tokens are sealed with.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// `SESSION_SECRET`, or `FLASK_SECRET_KEY` where that is not set. At least 32 bytes.
    pub session_secret: SecretString,
}
