//! Login codes: each is good for one attempt, on whichever instance.

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::{at, login, on_each, open, session, someone, token};
use crate::store::{NewLoginCode, PersonId, Redemption, Store};

const URI: &str = "at.lockstep.player://spotify/callback";

fn code(byte: u8) -> NewLoginCode {
    NewLoginCode {
        code_hash: [byte; 32],
        challenge: "challenge".to_owned(),
        redirect_uri: URI.to_owned(),
        created_at: at(0),
        expires_at: at(60),
    }
}

fn uris() -> Vec<String> {
    vec!["https://other.example/".to_owned(), URI.to_owned()]
}

/// Redeems the code of that byte, at that time, for a session of that other byte.
async fn redeem(
    store: &Store,
    person: &PersonId,
    (code, challenge): (u8, &str),
    uris: &[String],
    (given, now): (u8, i64),
) -> Redemption {
    let (code, session) = ([code; 32], session(given, at(now)));
    let redeemed = store.redeem_login_code(person, &code, challenge, uris, session);
    redeemed.await.unwrap()
}

#[tokio::test]
async fn a_code_is_redeemed_once_and_then_it_takes_back_what_it_gave() {
    on_each(async |database, store| {
        let ada = someone(&store, "ada").await;
        store
            .record_login(&ada, login(token("1", at(0)), code(7)))
            .await
            .unwrap();
        let other = open(database).await;
        let redeem = async |store, given, challenge| {
            redeem(store, &ada, (7, challenge), &uris(), (given, 30)).await
        };
        assert_eq!(redeem(&store, 1, "challenge").await, Redemption::Redeemed);
        assert!(store.session(&ada, &[1; 32]).await.unwrap().is_some());
        let replayed = redeem(&other, 2, "challenge").await;
        assert_eq!(replayed, Redemption::Replayed { ended: true });
        assert_eq!(store.session(&ada, &[1; 32]).await.unwrap(), None);
        assert_eq!(store.session(&ada, &[2; 32]).await.unwrap(), None);
        let replayed = redeem(&store, 3, "other").await;
        assert_eq!(replayed, Redemption::Replayed { ended: false });
    })
    .await;
}

#[tokio::test]
async fn a_wrong_attempt_uses_the_code_up() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        let bob = someone(&store, "bob").await;
        for byte in [1, 2, 3, 4] {
            store
                .record_login(&ada, login(token("1", at(0)), code(byte)))
                .await
                .unwrap();
        }
        let redeem = async |person, byte, challenge, uris: &[String], now| {
            redeem(&store, person, (byte, challenge), uris, (byte, now)).await
        };
        let uris = uris();
        assert_eq!(
            redeem(&bob, 1, "challenge", &uris, 1).await,
            Redemption::Unknown
        );
        assert_eq!(
            redeem(&ada, 9, "challenge", &uris, 1).await,
            Redemption::Unknown
        );
        assert_eq!(
            redeem(&ada, 1, "Challenge", &uris, 1).await,
            Redemption::Refused
        );
        assert_eq!(
            redeem(&ada, 2, "challenge", &uris[..1], 1).await,
            Redemption::Refused
        );
        assert_eq!(
            redeem(&ada, 3, "challenge", &uris, 60).await,
            Redemption::Refused
        );
        for byte in [1, 2, 3] {
            let again = redeem(&ada, byte, "challenge", &uris, 1).await;
            assert_eq!(again, Redemption::Replayed { ended: false });
            assert_eq!(store.session(&ada, &[byte; 32]).await.unwrap(), None);
        }
        assert_eq!(
            redeem(&ada, 4, "challenge", &uris, 59).await,
            Redemption::Redeemed
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_redeem_at_once_one_is_first_and_none_keeps_a_session() {
    on_each(async |database, store| {
        let ada = someone(&store, "ada").await;
        store
            .record_login(&ada, login(token("1", at(0)), code(7)))
            .await
            .unwrap();
        let instances = [store.clone(), open(database).await];
        let attempts = (1..=20).map(|byte: u8| {
            let (store, ada) = (instances[usize::from(byte % 2)].clone(), ada.clone());
            tokio::spawn(
                async move { redeem(&store, &ada, (7, "challenge"), &uris(), (byte, 1)).await },
            )
        });
        let outcomes = join_all(attempts).await.into_iter().map(Result::unwrap);
        let outcomes = outcomes.collect::<Vec<_>>();
        let count = |wanted| {
            outcomes
                .iter()
                .filter(|outcome| **outcome == wanted)
                .count()
        };
        assert_eq!(count(Redemption::Redeemed), 1, "{outcomes:?}");
        assert_eq!(
            count(Redemption::Replayed { ended: true }),
            1,
            "{outcomes:?}"
        );
        assert_eq!(
            count(Redemption::Replayed { ended: false }),
            18,
            "{outcomes:?}"
        );
        assert_eq!(store.sessions(&ada, at(1)).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn codes_that_are_long_over_are_swept() {
    on_each(async |_, store| {
        let ada = someone(&store, "ada").await;
        for (byte, seconds) in [(1, 0), (2, 10)] {
            let new = NewLoginCode {
                expires_at: at(60) + TimeDelta::seconds(seconds),
                ..code(byte)
            };
            store
                .record_login(&ada, login(token("1", at(0)), new))
                .await
                .unwrap();
        }
        assert_eq!(store.delete_expired_login_codes(at(59)).await.unwrap(), 0);
        assert_eq!(store.delete_expired_login_codes(at(60)).await.unwrap(), 1);
        let left = redeem(&store, &ada, (2, "challenge"), &uris(), (1, 1)).await;
        assert_eq!(left, Redemption::Redeemed);
    })
    .await;
}
