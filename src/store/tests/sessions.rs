//! Sessions: found by hash, ended one by one, swept when over.

use chrono::TimeDelta;

use super::{at, on_each, session, someone, token};
use crate::store::{NewSession, Session};

#[tokio::test]
async fn a_session_is_found_by_its_hash_and_its_person() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        let bob = someone(&store, "bob").await;
        let new = session(1, at(0));
        store
            .record_login(&ada, token("1", at(0)), new.clone())
            .await
            .unwrap();
        let found = Session {
            created_at: new.created_at,
            expires_at: new.expires_at,
        };
        assert_eq!(store.session(&ada, &[1; 32]).await.unwrap(), Some(found));
        assert_eq!(store.session(&ada, &[2; 32]).await.unwrap(), None);
        assert_eq!(store.session(&bob, &[1; 32]).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_once_and_alone() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        let bob = someone(&store, "bob").await;
        for byte in [1, 2] {
            let login = store.record_login(&ada, token("1", at(0)), session(byte, at(0)));
            login.await.unwrap();
        }
        assert!(!store.delete_session(&bob, &[1; 32]).await.unwrap());
        assert!(store.delete_session(&ada, &[1; 32]).await.unwrap());
        assert!(!store.delete_session(&ada, &[1; 32]).await.unwrap());
        assert_eq!(store.session(&ada, &[1; 32]).await.unwrap(), None);
        assert!(store.session(&ada, &[2; 32]).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn what_is_over_is_swept_for_everybody() {
    on_each(async |_, store| {
        for (name, byte) in [("ada", 1), ("bob", 2), ("eve", 3)] {
            let id = someone(&store, name).await;
            let new = NewSession {
                expires_at: at(0) + TimeDelta::seconds(i64::from(byte)),
                ..session(byte, at(0))
            };
            store
                .record_login(&id, token("1", at(0)), new)
                .await
                .unwrap();
        }
        assert_eq!(store.delete_expired_sessions(at(0)).await.unwrap(), 0);
        assert_eq!(store.delete_expired_sessions(at(2)).await.unwrap(), 2);
        assert_eq!(store.delete_expired_sessions(at(2)).await.unwrap(), 0);
        let eve = someone(&store, "eve").await;
        assert!(store.session(&eve, &[3; 32]).await.unwrap().is_some());
    })
    .await;
}
