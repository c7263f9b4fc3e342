//! Who a profile is.

use futures_util::future::join_all;

use super::{at, on_each, open, profile};
use crate::store::{PersonId, Profile};

#[tokio::test]
async fn a_person_is_made_once_and_found_again() {
    on_each(async |_, store| {
        let ada = profile(Some("acc-ada"), "ada");
        let made = store.identify(&ada, at(0)).await.unwrap();
        assert_eq!(made.account_id.as_deref(), Some("acc-ada"));
        assert_eq!(made.spotify_user_id, "ada");
        assert_eq!(made.display_name, ada.display_name);
        assert_eq!(made.uri, ada.uri);
        assert_eq!(made.external_url, None);

        assert_eq!(store.identify(&ada, at(1)).await.unwrap(), made);
        assert_eq!(store.person(&made.id).await.unwrap(), Some(made));
        assert_eq!(store.person(&PersonId::new()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_profile_that_is_known_costs_no_write() {
    on_each(async |_, store| {
        let known = profile(Some("acc-ada"), "ada");
        store.identify(&known, at(0)).await.unwrap();
        let before = store.statement_count();
        store.identify(&known, at(1)).await.unwrap();
        assert_eq!(store.statement_count() - before, 1);
    })
    .await;
}

#[tokio::test]
async fn the_profile_columns_follow_spotify() {
    on_each(async |_, store| {
        let old = profile(Some("acc-ada"), "ada");
        let id = store.identify(&old, at(0)).await.unwrap().id;
        let new = Profile {
            spotify_user_id: "countess".to_owned(),
            display_name: None,
            external_url: Some("https://open.spotify.com/user/countess".to_owned()),
            ..old
        };
        let person = store.identify(&new, at(1)).await.unwrap();
        assert_eq!(person.id, id);
        assert_eq!(person.spotify_user_id, "countess");
        assert_eq!(person.display_name, None);
        assert_eq!(person.external_url, new.external_url);
        assert_eq!(store.person(&id).await.unwrap(), Some(person));
    })
    .await;
}

#[tokio::test]
async fn an_account_id_learned_later_is_filled_in_and_kept() {
    on_each(async |_, store| {
        let early = store.identify(&profile(None, "ada"), at(0)).await.unwrap();
        assert_eq!(early.account_id, None);

        let told = profile(Some("acc-ada"), "ada");
        let later = store.identify(&told, at(1)).await.unwrap();
        assert_eq!(later.id, early.id);
        assert_eq!(later.account_id.as_deref(), Some("acc-ada"));

        // An answer without it takes nothing back, not even along with another change.
        let renamed = Profile {
            display_name: Some("Ada".to_owned()),
            ..profile(None, "ada")
        };
        let again = store.identify(&renamed, at(2)).await.unwrap();
        assert_eq!(again.id, early.id);
        assert_eq!(again.account_id.as_deref(), Some("acc-ada"));
        assert_eq!(again.display_name.as_deref(), Some("Ada"));
    })
    .await;
}

#[tokio::test]
async fn a_user_id_that_went_to_another_account_is_another_person() {
    on_each(async |_, store| {
        let first = profile(Some("acc-1"), "ada");
        let old = store.identify(&first, at(0)).await.unwrap();
        let second = profile(Some("acc-2"), "ada");
        let new = store.identify(&second, at(1)).await.unwrap();
        assert_ne!(new.id, old.id);
        assert_eq!(new.account_id.as_deref(), Some("acc-2"));

        // Nobody is known by that name now but the new one, with and without the account.
        assert_eq!(store.person(&old.id).await.unwrap(), None);
        let bare = store.identify(&profile(None, "ada"), at(2)).await.unwrap();
        assert_eq!(bare.id, new.id);

        // The old account comes back under another user id, and is who it was.
        let moved = profile(Some("acc-1"), "ada-1815");
        let back = store.identify(&moved, at(3)).await.unwrap();
        assert_eq!(back.id, old.id);
        assert_eq!(store.person(&old.id).await.unwrap(), Some(back));
        assert!(store.person(&new.id).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn two_accounts_that_swap_user_ids_stay_who_they_are() {
    on_each(async |_, store| {
        let one = store
            .identify(&profile(Some("1"), "a"), at(0))
            .await
            .unwrap();
        let two = store
            .identify(&profile(Some("2"), "b"), at(0))
            .await
            .unwrap();
        let one_now = store
            .identify(&profile(Some("1"), "b"), at(1))
            .await
            .unwrap();
        let two_now = store
            .identify(&profile(Some("2"), "a"), at(1))
            .await
            .unwrap();
        assert_eq!((one_now.id, two_now.id), (one.id, two.id));
    })
    .await;
}

#[tokio::test]
async fn a_nul_character_in_a_name_keeps_nobody_out() {
    on_each(async |_, store| {
        let strange = Profile {
            display_name: Some("a\0b".to_owned()),
            ..profile(Some("acc-ada"), "ada")
        };
        let person = store.identify(&strange, at(0)).await.unwrap();
        assert_eq!(person.display_name.as_deref(), Some("a\u{fffd}b"));
        assert_eq!(store.identify(&strange, at(1)).await.unwrap(), person);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_make_one_person() {
    on_each(async |database, store| {
        let other = open(database).await;
        let new = profile(Some("acc-ada"), "ada");
        let calls = (0..40).map(|n| {
            let instance = if n % 2 == 0 { &store } else { &other };
            instance.identify(&new, at(n))
        });
        let people = join_all(calls).await;
        let first = people[0].as_ref().unwrap();
        for person in &people {
            assert_eq!(person.as_ref().unwrap().id, first.id);
        }
        let rows = database.lines("SELECT person_id AS line FROM people").await;
        assert_eq!(rows, [first.id.as_str()]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_with_and_without_account_make_one_person() {
    on_each(async |database, store| {
        let other = open(database).await;
        let calls = (0..40).map(|n| {
            let (store, other) = (store.clone(), other.clone());
            async move {
                let account = (n % 3 == 0).then_some("acc-ada");
                let instance = if n % 2 == 0 { &store } else { &other };
                instance.identify(&profile(account, "ada"), at(n)).await
            }
        });
        for person in join_all(calls).await {
            assert_eq!(person.unwrap().spotify_user_id, "ada");
        }
        let rows = database
            .lines("SELECT account_id || spotify_user_id AS line FROM people")
            .await;
        assert_eq!(rows, ["acc-adaada"]);
    })
    .await;
}
