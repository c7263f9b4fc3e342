//! Sessions: found by hash, ended one by one, swept when over.

use chrono::TimeDelta;

use super::{at, login, on_each, session, someone, token};
use crate::store::{NewSession, Session};

#[tokio::test]
async fn a_session_is_found_by_its_hash_and_its_person() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        let bob = someone(&store, "bob").await;
        let new = session(1, at(0));
        store
            .record_login(&ada, login(token("1", at(0)), new.clone()))
            .await
            .unwrap();
        let found = Session {
            id: new.id,
            device_name: None,
            created_at: new.created_at,
            last_used_at: new.created_at,
            expires_at: new.expires_at,
            granted_at: Some(at(0)),
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
            let login = store.record_login(&ada, login(token("1", at(0)), session(byte, at(0))));
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
                .record_login(&id, login(token("1", at(0)), new))
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

#[tokio::test]
async fn a_use_is_noted_unless_one_was_noted_shortly_before() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        let new = session(1, at(0));
        let hash = new.secret_hash;
        store
            .record_login(&ada, login(token("1", at(0)), new))
            .await
            .unwrap();
        let used_at = async |now, unless_since| {
            let noted = store.note_session_use(&ada, &hash, at(now), at(unless_since));
            noted.await.unwrap();
            store
                .session(&ada, &hash)
                .await
                .unwrap()
                .unwrap()
                .last_used_at
        };
        assert_eq!(used_at(299, -1).await, at(0));
        assert_eq!(used_at(301, 1).await, at(301));
        assert_eq!(used_at(302, 2).await, at(301));
    })
    .await;
}

#[tokio::test]
async fn a_persons_sessions_are_listed_and_the_others_end() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        let bob = someone(&store, "bob").await;
        for (person, byte, seconds) in [(&ada, 1, 0), (&ada, 2, 1), (&ada, 3, 2), (&bob, 4, 3)] {
            let new = NewSession {
                device_name: Some(format!("Pixel {byte} \u{1f4f1}")),
                expires_at: at(100) + TimeDelta::seconds(i64::from(byte)),
                ..session(byte, at(seconds))
            };
            store
                .record_login(person, login(token("1", at(0)), new))
                .await
                .unwrap();
        }
        let listed = async |now| {
            let sessions = store.sessions(&ada, at(now)).await.unwrap().into_iter();
            sessions
                .map(|session| session.device_name.unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            listed(50).await,
            [
                "Pixel 3 \u{1f4f1}",
                "Pixel 2 \u{1f4f1}",
                "Pixel 1 \u{1f4f1}"
            ]
        );
        assert_eq!(listed(101).await.len(), 2, "one has ended by then");
        let second = session(2, at(0)).id;
        assert!(!store.revoke_session(&bob, &second).await.unwrap());
        assert_eq!(
            store
                .revoke_other_sessions(&ada, &second, at(101))
                .await
                .unwrap(),
            1
        );
        assert_eq!(listed(50).await, ["Pixel 2 \u{1f4f1}"]);
        assert!(store.revoke_session(&ada, &second).await.unwrap());
        assert!(!store.revoke_session(&ada, &second).await.unwrap());
        assert_eq!(store.sessions(&bob, at(0)).await.unwrap().len(), 1);
    })
    .await;
}
