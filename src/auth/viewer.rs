//! Who is calling.

use secrecy::SecretString;

use crate::store::{Person, PersonId};

/// What a request says of its caller, not yet believed.
pub enum Credential {
    /// Nothing.
    None,
    /// `Authorization: Bearer`, a Spotify access token.
    Bearer(SecretString),
    /// The session cookie: whose it says it is, and the hash of its secret.
    Session {
        /// The person that the cookie names.
        person: PersonId,
        /// What the store knows the session by.
        hash: [u8; 32],
    },
    /// Something that is no credential of ours. Never treated as nothing.
    Malformed(&'static str),
}

/// The caller, believed.
#[derive(Debug)]
pub struct Viewer {
    /// Whose data is read and written.
    pub person: Person,
    /// How they proved it.
    pub proof: Proof,
}

/// How a viewer proved who they are.
pub enum Proof {
    /// By an access token of their own, with which Spotify told whose it is.
    Bearer(SecretString),
    /// By a session; the server keeps their token.
    Session,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Bearer(_) => "Bearer",
            Self::Session { .. } => "Session",
            Self::Malformed(_) => "Malformed",
        })
    }
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Bearer(_) => "Bearer",
            Self::Session => "Session",
        })
    }
}
