//! `lockstep-api reseal`: what older secrets of `SESSION_SECRET` sealed is sealed anew with the first,
//! so that the older ones can be dropped.
//!
//! It works person by person beside servers at work, and may be run any number of times: a person's
//! tokens are replaced only while they are what was read, and a refresh meanwhile is worth more.

use std::collections::BTreeMap;
use std::fmt;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::auth::{self, Cipher};
use crate::progress;
use crate::store::{Error, PersonId, SealedTokens, Store};

/// How many people's tokens are read at a time.
const PAGE: i64 = 500;

/// How many people are under way at a time. Few, as others use the database too.
const AT_ONCE: usize = 4;

/// How often somebody's tokens are read again because they were changed meanwhile.
const TRIES: usize = 10;

/// What it did, and what is left.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Tokens that the first secret had sealed before.
    pub already: u64,
    /// Tokens that were sealed anew.
    pub resealed: u64,
    /// Tokens that are left as they are: how many, by the key that sealed them.
    pub left: BTreeMap<String, Left>,
}

/// What is left of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// How many people's tokens.
    pub tokens: u64,
    /// Whether `SESSION_SECRET` lists the secret of this key.
    pub listed: bool,
}

impl Report {
    /// Whether every stored token opens with the first secret alone.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.left.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            already, resealed, ..
        } = self;
        let left: u64 = self.left.values().map(|left| left.tokens).sum();
        writeln!(f, "sealed with the first secret before: {already}")?;
        writeln!(f, "sealed anew: {resealed}")?;
        write!(f, "left: {left}")?;
        for (key, Left { tokens, listed }) in &self.left {
            let why = if *listed {
                "by an instance for which that is still the first, or they are damaged (the log \
                 names them)"
            } else {
                "which SESSION_SECRET does not list"
            };
            write!(f, "\n  - {tokens} sealed with the key {key}, {why}")?;
        }
        Ok(())
    }
}

/// Seals anew what is stored.
///
/// # Errors
/// The database's. What was sealed anew by then stays so, and running it again does the rest.
pub async fn run(store: &Store, cipher: &Cipher) -> Result<Report, Error> {
    let present = cipher.key_id();
    let mut already = 0;
    let mut others = 0;
    for (key, tokens) in store.count_tokens_by_key().await? {
        let sum = if key == present {
            &mut already
        } else {
            &mut others
        };
        *sum += tokens;
    }
    let progress = progress::bar(others);

    let mut resealed = 0;
    let mut after: Option<PersonId> = None;
    loop {
        let page = store
            .tokens_of_other_keys(present, after.as_ref(), PAGE)
            .await?;
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        let outcomes = stream::iter(page)
            .map(|(person, sealed)| async {
                let outcome = reseal(store, cipher, person, sealed).await;
                progress.inc(1);
                outcome
            })
            .buffer_unordered(AT_ONCE)
            .try_collect::<Vec<_>>()
            .await?;
        resealed += outcomes.into_iter().map(u64::from).sum::<u64>();
    }
    progress.finish_and_clear();

    // Counted again: servers that seal with another secret may have been at work meanwhile.
    let left = store.count_tokens_by_key().await?.into_iter();
    let left = left.filter(|(key, _)| key != present).map(|(key, tokens)| {
        let listed = cipher.has_key(&key);
        (key, Left { tokens, listed })
    });
    Ok(Report {
        already,
        resealed,
        left: left.collect(),
    })
}

/// Seals one person's tokens anew; tells whether that was done here.
async fn reseal(
    store: &Store,
    cipher: &Cipher,
    person: PersonId,
    mut sealed: SealedTokens,
) -> Result<bool, Error> {
    for _ in 0..TRIES {
        let Ok(anew) = auth::reseal(cipher, &person, &sealed) else {
            tracing::warn!(
                person = person.as_str(),
                sealed_with = sealed.key_id,
                "these tokens do not open"
            );
            return Ok(false);
        };
        if store.reseal_tokens(&person, sealed, anew).await? {
            return Ok(true);
        }
        sealed = match store.token(&person).await? {
            Some(token) if token.sealed.key_id != cipher.key_id() => token.sealed,
            // Gone, or sealed with the first secret by somebody else.
            _ => return Ok(false),
        };
    }
    Ok(false)
}
