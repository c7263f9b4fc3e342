//! Logins: each is finished once, on whichever instance.

use futures_util::future::join_all;

use super::{FIRST, at, login, on_each, open, session, someone, token};
use crate::store::{Error, NewLogin, PersonId};

#[tokio::test]
async fn a_login_that_comes_back_again_stores_nothing_for_anybody() {
    on_each(async |_, store| {
        let (ada, bob) = (someone(&store, "ada").await, someone(&store, "bob").await);
        let first = login(token("1", at(0)), session(1, at(0)));
        let state_hash = first.state_hash;
        assert!(!store.is_login_finished(&state_hash).await.unwrap());
        assert!(store.record_login(&ada, first).await.unwrap());
        assert!(store.is_login_finished(&state_hash).await.unwrap());
        for person in [&ada, &bob] {
            let again = NewLogin {
                state_hash,
                ..login(token("2", at(1)), session(2, at(1)))
            };
            assert!(!store.record_login(person, again).await.unwrap());
            assert_eq!(store.session(person, &[2; 32]).await.unwrap(), None);
        }
        assert_eq!(store.token(&ada).await.unwrap().unwrap().version, FIRST);
        assert_eq!(store.token(&bob).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_finish_a_login_at_once_one_does() {
    on_each(async |database, store| {
        let instances = [store.clone(), open(database).await];
        let ada = someone(&store, "ada").await;
        let state_hash = [7; 32];
        let attempts = (1..=20).map(|byte: u8| {
            let again = NewLogin {
                state_hash,
                ..login(token("1", at(0)), session(byte, at(0)))
            };
            instances[usize::from(byte % 2)].record_login(&ada, again)
        });
        let outcomes = join_all(attempts).await.into_iter().map(Result::unwrap);
        assert_eq!(outcomes.filter(|finished| *finished).count(), 1);
        assert_eq!(store.sessions(&ada, at(1)).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_login_that_could_not_be_stored_is_not_finished() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        let new = login(token("1", at(0)), session(1, at(0)));
        let outcome = store.record_login(&PersonId::new(), new.clone()).await;
        assert!(matches!(outcome, Err(Error::NoPerson)), "{outcome:?}");
        assert!(!store.is_login_finished(&new.state_hash).await.unwrap());
        assert!(store.record_login(&ada, new).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn logins_that_are_late_anyway_are_swept() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        for (byte, seconds) in [(1, 60), (2, 61)] {
            let new = NewLogin {
                state_hash: [byte; 32],
                expires_at: at(seconds),
                ..login(token("1", at(0)), session(byte, at(0)))
            };
            assert!(store.record_login(&ada, new).await.unwrap());
        }
        assert_eq!(store.delete_expired_logins(at(59)).await.unwrap(), 0);
        assert_eq!(store.delete_expired_logins(at(60)).await.unwrap(), 1);
        assert!(!store.is_login_finished(&[1; 32]).await.unwrap());
        assert!(store.is_login_finished(&[2; 32]).await.unwrap());
    })
    .await;
}
