//! Operations that clients name instead of sending: Apollo's automatic persisted queries, which
//! clients register as they go, and trusted documents, which the operator lists.

mod hash;
mod manifest;
mod registered;

use std::collections::HashMap;
use std::sync::Arc;

pub(crate) use self::hash::QueryHash;
pub use self::manifest::ManifestError;

use self::registered::Registered;
use crate::config::Documents;

/// What a request tells of its document.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// The document itself.
    pub(crate) text: Option<String>,
    /// `documentId`
    pub(crate) id: Option<String>,
    /// `extensions.persistedQuery.sha256Hash`
    pub(crate) hash: Option<QueryHash>,
}

/// A document that may be executed.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) text: Arc<str>,
    /// The operator has listed it.
    pub(crate) trusted: bool,
    /// What it is to be registered as, once it has shown to be of use.
    register: Option<QueryHash>,
}

/// Why there is no document to execute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The request tells nothing of one.
    Unasked,
    /// None is known by that name.
    Unknown,
    /// Nothing can be registered here.
    Unsupported,
    /// The hash is that of another document.
    Mismatch,
    /// Only what the operator has listed is executed.
    Untrusted,
}

/// All documents that are known by a name.
#[derive(Clone, Debug)]
pub struct PersistedDocuments(Arc<Known>);

#[derive(Debug)]
enum Known {
    Trusted {
        by_id: HashMap<String, Arc<str>>,
        by_hash: HashMap<QueryHash, Arc<str>>,
    },
    Registered(Registered),
    Nothing,
}

impl PersistedDocuments {
    /// Reads the operator's list, where there is one.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn open(documents: &Documents) -> Result<Self, ManifestError> {
        let known = match (&documents.trusted, documents.registered_bytes) {
            (Some(path), _) => {
                let by_id = manifest::read(path)?;
                let by_hash = by_id.values();
                let by_hash = by_hash.map(|text| (QueryHash::of(text), text.clone()));
                Known::Trusted {
                    by_hash: by_hash.collect(),
                    by_id,
                }
            }
            (None, 0) => Known::Nothing,
            (None, bytes) => Known::Registered(Registered::new(bytes)),
        };
        Ok(Self(Arc::new(known)))
    }

    /// The document that a request asks for.
    ///
    /// # Errors
    /// See [`Missing`].
    pub(crate) fn find(&self, asked: Asked) -> Result<Document, Missing> {
        let Asked { text, id, hash } = asked;
        if let (Some(text), Some(hash)) = (&text, hash)
            && QueryHash::of(text) != hash
        {
            return Err(Missing::Mismatch);
        }
        match &*self.0 {
            Known::Trusted { by_id, by_hash } => {
                let found = match (&id, hash, &text) {
                    (Some(id), _, _) => by_id.get(id).or_else(|| by_hash.get(&id.parse().ok()?)),
                    (None, Some(hash), _) => {
                        by_hash.get(&hash).or_else(|| by_id.get(&hash.to_string()))
                    }
                    (None, None, Some(text)) => by_hash.get(&QueryHash::of(text)),
                    (None, None, None) => return Err(Missing::Unasked),
                };
                match found {
                    Some(text) => Ok(Document {
                        text: text.clone(),
                        trusted: true,
                        register: None,
                    }),
                    None if text.is_some() => Err(Missing::Untrusted),
                    None => Err(Missing::Unknown),
                }
            }
            Known::Registered(registered) => match (text, hash, id) {
                (Some(text), register, _) => Ok(Document {
                    text: text.into(),
                    trusted: false,
                    register,
                }),
                (None, Some(hash), _) => registered.find(hash),
                (None, None, Some(id)) => match id.parse() {
                    Ok(hash) => registered.find(hash),
                    Err(_) => Err(Missing::Unknown),
                },
                (None, None, None) => Err(Missing::Unasked),
            },
            Known::Nothing => match (text, hash, id) {
                (Some(text), _, _) => Ok(Document {
                    text: text.into(),
                    trusted: false,
                    register: None,
                }),
                (None, None, None) => Err(Missing::Unasked),
                _ => Err(Missing::Unsupported),
            },
        }
    }

    /// Takes note of a document that came with its hash and was of use.
    pub(crate) fn register(&self, document: &Document) {
        if let (Known::Registered(registered), Some(hash)) = (&*self.0, document.register) {
            registered.add(hash, document.text.clone());
        }
    }
}
