//! Tokens: a login replaces them, a refresh only what it started from.

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::{FIRST, at, login, on_each, open, session, someone, token};
use crate::store::{Error, MetadataKey, NewMetadata, NewToken, PersonId};

#[tokio::test]
async fn a_login_stores_tokens_and_session() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        assert!(store.token(&id).await.unwrap().is_none());
        let given = token("1", at(0));
        store
            .record_login(&id, login(given.clone(), session(1, at(0))))
            .await
            .unwrap();

        let stored = store.token(&id).await.unwrap().unwrap();
        assert_eq!(stored.sealed, given.sealed);
        assert_eq!(stored.scope, given.scope);
        assert_eq!(stored.expires_at, given.expires_at);
        assert_eq!(stored.granted_at, at(0));
        assert_eq!(stored.refused_at, None);
        assert_eq!(stored.version, FIRST);
        let found = store.session(&id, &[1; 32]).await.unwrap().unwrap();
        assert_eq!(found.created_at, at(0));
    })
    .await;
}

#[tokio::test]
async fn another_login_replaces_all_of_the_tokens() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        store
            .record_login(&id, login(token("1", at(0)), session(1, at(0))))
            .await
            .unwrap();
        assert!(store.mark_refused(&id, FIRST, at(5)).await.unwrap());
        let refused = store.token(&id).await.unwrap().unwrap();
        assert_eq!(refused.refused_at, Some(at(5)));
        assert_eq!(refused.version, FIRST);

        let scopeless = NewToken {
            scope: None,
            ..token("2", at(9))
        };
        store
            .record_login(&id, login(scopeless.clone(), session(2, at(9))))
            .await
            .unwrap();
        let stored = store.token(&id).await.unwrap().unwrap();
        assert_eq!(stored.sealed, scopeless.sealed);
        assert_eq!(stored.scope, None);
        assert_eq!(stored.granted_at, at(9));
        assert_eq!(stored.refused_at, None);
        assert_eq!(stored.version, FIRST + 1);
        // Other devices stay signed in.
        assert!(store.session(&id, &[1; 32]).await.unwrap().is_some());
        assert!(store.session(&id, &[2; 32]).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_login_is_stored_whole_or_not_at_all() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        store
            .record_login(&id, login(token("1", at(0)), session(1, at(0))))
            .await
            .unwrap();
        // The session exists already, so its half fails after the tokens' half.
        let outcome = store
            .record_login(&id, login(token("2", at(1)), session(1, at(1))))
            .await;
        assert!(outcome.is_err());
        let stored = store.token(&id).await.unwrap().unwrap();
        assert_eq!(stored.version, FIRST);
        assert_eq!(stored.sealed, token("1", at(0)).sealed);

        let nobody = PersonId::new();
        let outcome = store
            .record_login(&nobody, login(token("3", at(1)), session(3, at(1))))
            .await;
        assert!(matches!(outcome, Err(Error::NoPerson)), "{outcome:?}");
        assert!(store.token(&nobody).await.unwrap().is_none());
        // The failure cost nobody else anything.
        store
            .record_login(&id, login(token("4", at(2)), session(4, at(2))))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_refresh_replaces_only_the_tokens_it_started_from() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        assert!(
            !store
                .replace_token(&id, FIRST, token("0", at(0)))
                .await
                .unwrap()
        );
        store
            .record_login(&id, login(token("1", at(0)), session(1, at(0))))
            .await
            .unwrap();
        assert!(store.mark_refused(&id, FIRST, at(1)).await.unwrap());

        assert!(
            store
                .replace_token(&id, FIRST, token("2", at(2)))
                .await
                .unwrap()
        );
        let stored = store.token(&id).await.unwrap().unwrap();
        assert_eq!(stored.version, FIRST + 1);
        assert_eq!(stored.sealed, token("2", at(2)).sealed);
        assert_eq!(stored.granted_at, at(0), "a refresh is no login");
        assert_eq!(stored.refused_at, None, "what succeeded is not refused");

        // A slow one that started from the first version comes too late, with good news and with bad.
        assert!(
            !store
                .replace_token(&id, FIRST, token("old", at(3)))
                .await
                .unwrap()
        );
        assert!(!store.mark_refused(&id, FIRST, at(3)).await.unwrap());
        assert_eq!(store.token(&id).await.unwrap().unwrap(), stored);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_from_before_a_person_left_does_not_touch_the_tokens_of_their_return() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let upload = NewMetadata {
            key: MetadataKey {
                track_id: "t".to_owned(),
                kind: "beats".to_owned(),
            },
            version: 1,
            content: "{}".into(),
            created_at: at(0),
        };
        store.insert_metadata(&id, upload).await.unwrap();
        let log_in = async |tag: &str, byte, now| {
            let login = login(token(tag, now), session(byte, now));
            assert!(store.record_login(&id, login).await.unwrap());
            store.token(&id).await.unwrap().unwrap()
        };
        let former = log_in("1", 1, at(0)).await.version;
        assert_eq!(store.forget(&id, false).await.unwrap(), 1);
        let returned = log_in("2", 2, at(1)).await;
        let late = store.replace_token(&id, former, token("old", at(2)));
        assert!(!late.await.unwrap());
        assert!(!store.mark_refused(&id, former, at(2)).await.unwrap());
        assert_eq!(store.token(&id).await.unwrap().unwrap(), returned);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_refreshes_at_once_one_is_stored() {
    on_each(async |database, store| {
        let other = open(database).await;
        let id = someone(&store, "ada").await;
        store
            .record_login(&id, login(token("0", at(0)), session(1, at(0))))
            .await
            .unwrap();
        for version in FIRST..FIRST + 5 {
            let calls = (0..20).map(|n| {
                let instance = if n % 2 == 0 { &store } else { &other };
                instance.replace_token(&id, version, token(&n.to_string(), at(n)))
            });
            let outcomes = join_all(calls).await;
            let stored = outcomes.iter().filter(|outcome| *outcome.as_ref().unwrap());
            assert_eq!(stored.count(), 1);
        }
        assert_eq!(store.token(&id).await.unwrap().unwrap().version, FIRST + 5);
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_lasts_longer_than_any_can_is_taken_over() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let login = login(token("1", at(0)), session(1, at(0)));
        store.record_login(&id, login).await.unwrap();
        let take = async |holder, now| {
            let until = now + TimeDelta::seconds(6);
            store.take_lease(&id, holder, now, until).await.unwrap()
        };
        // A minute is how far apart clocks may be; a day is a clock that was wrong.
        assert!(take("ahead", at(60)).await);
        assert!(!take("right", at(0)).await);
        assert!(take("ahead", at(24 * 60 * 60)).await);
        assert!(take("right", at(0)).await);
        assert!(!take("ahead", at(1)).await);
    })
    .await;
}

#[tokio::test]
async fn sealed_tokens_are_not_printed() {
    on_each(async |_, store| {
        let id = someone(&store, "ada").await;
        let given = token("1", at(0));
        let printed = format!("{given:?}");
        store
            .record_login(&id, login(given, session(1, at(0))))
            .await
            .unwrap();
        let printed = printed + &format!("{:?}", store.token(&id).await.unwrap());
        assert!(printed.contains("k1"));
        // The bytes of "access 1", and the others'.
        assert!(!printed.contains("97, 99, 99"), "{printed}");
        assert!(!printed.contains("255"), "{printed}");
    })
    .await;
}
