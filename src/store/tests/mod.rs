//! The store's behaviour, on both databases.

mod contents;
mod faults;
mod forgetting;
mod histories;
mod login_codes;
mod logins;
mod metadata;
mod migrations;
mod opening;
mod people;
mod pooler;
mod reunion;
mod sessions;
mod tls;
mod tokens;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::testing::TestDatabase;
use super::{
    AnswerMemory, Budget, Error, Given, Metadata, MetadataKey, NewLogin, NewSession, NewToken,
    PersonId, Profile, SealedTokens, Store,
};

/// The version of tokens that were first stored at `at(0)`.
const FIRST: i64 = 1_700_000_000_123;

/// Runs a test on a fresh database of each kind.
async fn on_each(test: impl AsyncFn(&TestDatabase, Store)) {
    for database in TestDatabase::all().await {
        // Seen only when the test fails.
        eprintln!("on {}", database.kind());
        let store = open(&database).await;
        test(&database, store).await;
    }
}

async fn open(database: &TestDatabase) -> Store {
    Store::open(&database.config()).await.unwrap()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(FIRST).unwrap() + TimeDelta::seconds(seconds)
}

fn profile(account_id: Option<&str>, spotify_user_id: &str) -> Profile {
    Profile {
        account_id: account_id.map(str::to_owned),
        spotify_user_id: spotify_user_id.to_owned(),
        display_name: Some(format!("{spotify_user_id} ✨")),
        uri: Some(format!("spotify:user:{spotify_user_id}")),
        external_url: None,
        images: None,
    }
}

async fn someone(store: &Store, name: &str) -> PersonId {
    store
        .identify(&profile(Some(name), name), at(0))
        .await
        .unwrap()
        .id
}

/// A budget for as much as there is.
fn without_end() -> Budget {
    Budget::new(u64::MAX, false, AnswerMemory::new(u64::MAX, u64::MAX))
}

/// The newest of these keys with their contents, however large.
async fn collections(
    store: &Store,
    id: &PersonId,
    keys: &[MetadataKey],
) -> Result<HashMap<MetadataKey, Metadata>, Error> {
    let budget = without_end();
    store
        .newest_unknown_metadata(id, keys, Vec::new(), &budget)
        .await
}

fn token(tag: &str, now: DateTime<Utc>) -> NewToken {
    NewToken {
        sealed: SealedTokens {
            access: format!("access {tag}").into_bytes(),
            refresh: vec![0, 255, b'\'', b';'],
            key_id: "k1".to_owned(),
        },
        token_type: "Bearer".to_owned(),
        scope: Some("playlist-read-private".to_owned()),
        expires_at: now + TimeDelta::hours(1),
        now,
    }
}

/// A login that was begun like no other.
fn login(token: NewToken, given: impl Into<Given>) -> NewLogin {
    let mut state_hash = [0; 32];
    state_hash[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    NewLogin {
        state_hash,
        expires_at: token.now + TimeDelta::minutes(10),
        token,
        given: given.into(),
    }
}

fn session(byte: u8, created_at: DateTime<Utc>) -> NewSession {
    NewSession {
        secret_hash: [byte; 32],
        id: format!("{byte:032x}"),
        device_name: None,
        created_at,
        expires_at: created_at + TimeDelta::days(30),
    }
}
