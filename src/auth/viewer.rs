//! Who is calling.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::cache::{AccessToken, KnownPerson, Owner};
use crate::store::PersonId;

/// What a request says of its caller, not yet believed.
pub enum Credential {
    /// Nothing.
    None,
    /// `Authorization: Bearer`, a Spotify access token.
    Bearer(SecretString),
    /// The session cookie or an API token: whose it says it is, and the hash of its secret.
    Session {
        /// The person that it names.
        person: PersonId,
        /// What the store knows the session by.
        hash: [u8; 32],
        /// In what it came.
        carrier: Carrier,
    },
    /// Something that is no credential of ours. Never treated as nothing.
    Malformed(&'static str),
    /// A session cookie that is none of ours, and never treated as nothing either.
    MalformedCookie,
}

/// What carries a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A browser's cookie, which any page can have sent along.
    Cookie,
    /// `Authorization: Bearer` with an API token, which only who has it can send.
    ApiToken,
}

impl Credential {
    /// What tells it from any other, without being of use to anybody; `None` where there is none to
    /// tell.
    #[must_use]
    pub fn fingerprint(&self) -> Option<[u8; 32]> {
        match self {
            Self::None | Self::Malformed(_) | Self::MalformedCookie => None,
            Self::Bearer(token) => Some(fingerprint(token)),
            Self::Session { hash, .. } => Some(*hash),
        }
    }

    /// Whether a browser sends it by itself, whichever page makes the request.
    #[must_use]
    pub fn is_cookie(&self) -> bool {
        match self {
            Self::Session { carrier, .. } => *carrier == Carrier::Cookie,
            Self::MalformedCookie => true,
            Self::None | Self::Bearer(_) | Self::Malformed(_) => false,
        }
    }
}

/// A plain hash is enough for a secret that cannot be guessed.
pub(super) fn fingerprint(token: &SecretString) -> [u8; 32] {
    let digest = digest(&SHA256, token.expose_secret().as_bytes());
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest.as_ref());
    fingerprint
}

/// The caller, believed.
#[derive(Debug)]
pub struct Viewer {
    /// Whose data is read and written.
    pub person: Arc<KnownPerson>,
    /// How they proved it.
    pub proof: Proof,
    /// For whom is kept what they are shown.
    pub owner: Arc<Owner>,
    /// The token that this request uses; another where Spotify refuses it.
    pub(super) token: Mutex<Option<Arc<AccessToken>>>,
}

impl Viewer {
    /// The session that they came with, if it was one.
    #[must_use]
    pub fn session(&self) -> Option<&ViewerSession> {
        match &self.proof {
            Proof::Session(session) => Some(session),
            Proof::Bearer(_) => None,
        }
    }
}

/// How a viewer proved who they are.
pub enum Proof {
    /// By an access token of their own, with which Spotify told whose it is.
    Bearer(SecretString),
    /// By a session; the server keeps their token.
    Session(ViewerSession),
}

/// The session of a viewer.
#[derive(Clone, Debug)]
pub struct ViewerSession {
    /// What clients call it.
    pub id: String,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
}

impl Viewer {
    /// Somebody with a session.
    #[must_use]
    pub fn by_session(person: Arc<KnownPerson>, session: ViewerSession) -> Self {
        Self::new(person, Proof::Session(session), None)
    }

    /// Somebody with an access token, whose hash is `hash`.
    #[must_use]
    pub fn by_bearer(person: Arc<KnownPerson>, token: SecretString, hash: [u8; 32]) -> Self {
        Self::new(person, Proof::Bearer(token), Some(hash))
    }

    /// The same, whose profile has changed.
    #[must_use]
    pub fn known_as(&self, person: Arc<KnownPerson>) -> Self {
        let proof = match &self.proof {
            Proof::Bearer(token) => Proof::Bearer(token.clone()),
            Proof::Session(session) => Proof::Session(session.clone()),
        };
        Self::new(person, proof, self.owner.bearer)
    }

    fn new(person: Arc<KnownPerson>, proof: Proof, bearer: Option<[u8; 32]>) -> Self {
        let owner = Owner {
            person: person.id.clone(),
            bearer,
        };
        Self {
            person,
            proof,
            owner: Arc::new(owner),
            token: Mutex::default(),
        }
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Bearer(_) => "Bearer",
            Self::Session { .. } => "Session",
            Self::Malformed(_) => "Malformed",
            Self::MalformedCookie => "MalformedCookie",
        })
    }
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Bearer(_) => "Bearer",
            Self::Session(_) => "Session",
        })
    }
}
