//! Tokens are sealed anew beside a server at work: nobody's login is lost over it.

use std::mem::replace;

use lockstep_api::auth::Cipher;
use lockstep_api::reseal::{self, Left, Report};
use lockstep_api::simulator::{Fault, Rotation, Rule, data};
use secrecy::SecretString;

use super::{ASK, TOKEN, arrived, minutes, refreshes};
use crate::support::TestApp;

const NEW: &str = "another secret that tests use, too";

/// From now on there is a new secret, and the present one only opens.
async fn change_secret(app: &mut TestApp) {
    let secrets = &mut app.config.secrets;
    let old = replace(&mut secrets.session_secret, SecretString::from(NEW));
    secrets.older_secrets.insert(0, old);
    app.restart().await;
}

async fn reseal(app: &TestApp) -> Report {
    let cipher = Cipher::new(&app.config.secrets).unwrap();
    reseal::run(&app.store, &cipher).await.unwrap()
}

async fn forget_old_secrets(app: &mut TestApp) {
    app.config.secrets.older_secrets.clear();
    app.restart().await;
}

#[tokio::test]
async fn a_new_secret_before_the_old_one_asks_nobody_to_log_in_again() {
    let mut app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    change_secret(&mut app).await;
    ada.query(ASK).await.data();
    // What is refreshed is sealed with the new one.
    app.clock.advance(minutes(61));
    ada.query(ASK).await.data();
    let report = reseal(&app).await;
    assert_eq!((report.already, report.resealed), (1, 0));
    forget_old_secrets(&mut app).await;
    ada.query(ASK).await.data();
}

#[tokio::test]
async fn a_refresh_under_way_outlives_the_resealing_of_what_it_began_with() {
    let mut app = TestApp::with(|setup| setup.spotify.rotation = Rotation::Rotate).await;
    let ada = app.logged_in(data::ADA).await;
    app.logged_in(data::MINSEO).await;
    change_secret(&mut app).await;
    app.clock.advance(minutes(61));
    app.spotify.reset_counts();
    app.spotify.inject(Rule::on(TOKEN, Fault::Hang).times(1));
    let asking = {
        let ada = ada.clone();
        tokio::spawn(async move { ada.query(ASK).await })
    };
    arrived(&app, TOKEN).await;

    // Two at once, with a refresh under way.
    let (one, other) = tokio::join!(reseal(&app), reseal(&app));
    assert_eq!(one.resealed + other.resealed, 2);
    assert!(one.is_complete() && other.is_complete());

    // The old refresh token is dead by now: only if the new one was stored, this works.
    app.spotify.clear_faults();
    asking.await.unwrap().data();
    assert_eq!(refreshes(&app.spotify), 1);
    forget_old_secrets(&mut app).await;
    ada.query(ASK).await.data();
    app.clock.advance(minutes(61));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 2);
}

#[tokio::test]
async fn what_does_not_open_is_left_and_told() {
    let mut app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let first = Cipher::new(&app.config.secrets).unwrap();
    change_secret(&mut app).await;
    // Damaged, under a key that is known.
    app.execute("UPDATE tokens SET sealed_access = sealed_refresh")
        .await;
    let report = reseal(&app).await;
    let left = Left {
        tokens: 1,
        listed: true,
    };
    assert_eq!(report.left[first.key_id()], left);
    assert!(report.to_string().contains("damaged"), "{report}");
    assert_eq!((report.already, report.resealed), (0, 0));
    assert_eq!(app.count_rows("tokens"), 1);

    // A new login puts it right.
    let back = crate::login::steps::callback(&app, &ada).await;
    ada.get(&back).await;
    assert!(reseal(&app).await.is_complete());
}

#[tokio::test]
async fn more_people_than_are_read_at_a_time_are_all_done() {
    use lockstep_api::auth::seal_tokens;
    use lockstep_api::store::NewToken;

    const PEOPLE: u64 = 1_100;
    let mut app = TestApp::start().await;
    let cipher = Cipher::new(&app.config.secrets).unwrap();
    let secret = SecretString::from("a token");
    let now = app.clock.now();
    for n in 0..PEOPLE {
        let person = app
            .store
            .ensure_person(&format!("p{n}"), now)
            .await
            .unwrap();
        let token = NewToken {
            sealed: seal_tokens(&cipher, &person, &secret, &secret).unwrap(),
            token_type: "Bearer".to_owned(),
            scope: None,
            expires_at: now,
            now,
        };
        assert!(app.store.put_missing_token(&person, token).await.unwrap());
    }
    change_secret(&mut app).await;
    let report = reseal(&app).await;
    assert_eq!((report.already, report.resealed), (0, PEOPLE));
    assert!(report.is_complete());
}
