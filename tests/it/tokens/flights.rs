//! One refresh, however many need it, and whoever goes away meanwhile.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use lockstep_api::simulator::{Body, Fault, Rotation, Rule, data};
use reqwest::header::LOCATION;

use super::{ASK, LIBRARY, TOKEN, arrived, minutes, refreshes};
use crate::login::steps::callback;
use crate::support::{Caller, TestApp};

async fn rotating(rotation: Rotation) -> TestApp {
    TestApp::with(|setup| setup.spotify.rotation = rotation).await
}

/// The next refresh hangs until it is released.
fn hang(app: &TestApp) {
    let rule = Rule::on(TOKEN, Fault::Hang).with("grant_type", "refresh_token");
    app.spotify.inject(rule.times(1));
}

async fn ask_in_background(caller: &Caller) -> tokio::task::JoinHandle<crate::support::Answer> {
    let caller = caller.clone();
    tokio::spawn(async move { caller.query(ASK).await })
}

#[tokio::test]
async fn two_hundred_requests_at_the_moment_the_token_expires_make_one_refresh() {
    for rotation in [Rotation::Omit, Rotation::Rotate] {
        let app = rotating(rotation).await;
        let ada = app.logged_in(data::ADA).await;
        for (round, pause) in [minutes(61), minutes(11)].into_iter().enumerate() {
            app.clock.advance(pause);
            for answer in join_all((0..200).map(|_| ada.query(ASK))).await {
                answer.data();
            }
            assert_eq!(refreshes(&app.spotify), round + 1, "{rotation:?}");
        }
    }
}

#[tokio::test]
async fn fifty_requests_at_the_moment_the_token_is_revoked_make_one_refresh() {
    let app = rotating(Rotation::Rotate).await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.expire_access_tokens();
    for answer in join_all((0..50).map(|_| ada.query(ASK))).await {
        answer.data();
    }
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn each_person_has_a_refresh_of_their_own() {
    let app = TestApp::start().await;
    let mut everybody = Vec::new();
    for person in &data::PEOPLE {
        everybody.push((person, app.logged_in(person.id).await));
    }
    app.clock.advance(minutes(61));
    let asked = everybody.iter().flat_map(|(person, caller)| {
        let query = "{ me { id playlists(first: 1) { totalCount } } }";
        (0..4).map(move |_| async move { (person.id, caller.query(query).await) })
    });
    for (id, answer) in join_all(asked).await {
        assert_eq!(answer.data()["me"]["id"], id);
    }
    assert_eq!(refreshes(&app.spotify), data::PEOPLE.len());
}

#[tokio::test]
async fn a_refresh_is_carried_through_though_whoever_needed_it_has_gone() {
    let app = rotating(Rotation::Rotate).await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(61));
    hang(&app);
    app.spotify.reset_counts();
    let gone = ask_in_background(&ada).await;
    arrived(&app, TOKEN).await;
    gone.abort();
    let _ = gone.await;
    app.spotify.release();
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 1);
    // The rotated token was stored: the next refresh succeeds with it.
    app.clock.advance(minutes(61));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 2);
}

#[tokio::test]
async fn who_runs_out_of_time_during_a_refresh_finds_it_done_later() {
    let app = TestApp::with(|setup| {
        setup.spotify.rotation = Rotation::Rotate;
        setup.config.http.request_timeout = Duration::from_secs(2);
    })
    .await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(61));
    hang(&app);
    assert_eq!(ada.query(ASK).await.code(), "TIMEOUT");
    app.spotify.release();
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn while_a_token_lives_nobody_waits_long_for_its_refresh() {
    let app = rotating(Rotation::Rotate).await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(11));
    hang(&app);
    let start = Instant::now();
    for _ in 0..20 {
        ada.query(ASK).await.data();
    }
    // A second for the first of them, next to nothing for the others.
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(refreshes(&app.spotify), 1);
    app.spotify.release();
    // When the living token is dead, the refreshed one has taken its place.
    app.clock.advance(minutes(50));
    ada.query(ASK).await.data();
    assert!(refreshes(&app.spotify) <= 2);
}

#[tokio::test]
async fn a_refresh_that_ends_after_a_new_login_does_not_undo_it() {
    for rotation in [Rotation::Omit, Rotation::Rotate] {
        let app = rotating(rotation).await;
        let ada = app.logged_in(data::ADA).await;
        app.clock.advance(minutes(61));
        hang(&app);
        app.spotify.reset_counts();
        let waiting = ask_in_background(&ada).await;
        arrived(&app, TOKEN).await;

        let phone = app.anonymous();
        let landed = phone.get(&callback(&app, &phone).await).await;
        assert_eq!(landed.header(LOCATION), "/", "{}", landed.text());
        let granted = phone.query("{ me { tokenExpiresAt } }").await.data();
        app.clock.advance(chrono::TimeDelta::seconds(5));
        app.spotify.release();
        waiting.await.unwrap().data();

        let now = phone.query("{ me { tokenExpiresAt } }").await.data();
        assert_eq!(now, granted, "the login's token stays");
        app.clock.advance(minutes(61));
        phone.query(ASK).await.data();
        assert_eq!(refreshes(&app.spotify), 2, "{rotation:?}");
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_though_an_ordinary_refresh_is_under_way() {
    let app = rotating(Rotation::Rotate).await;
    let ada = app.logged_in(data::ADA).await;
    // One that is due hangs; the living token that serves meanwhile is revoked.
    app.clock.advance(minutes(11));
    hang(&app);
    app.spotify.reset_counts();
    let first = ask_in_background(&ada).await;
    arrived(&app, TOKEN).await;
    app.spotify.expire_access_tokens();
    let others: Vec<_> = join_all((0..5).map(|_| ask_in_background(&ada))).await;
    arrived(&app, LIBRARY).await;
    app.spotify.release();
    first.await.unwrap().data();
    for other in others {
        other.await.unwrap().data();
    }
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn a_refused_token_is_not_handed_out_again_by_an_ordinary_refresh_that_failed() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(11));
    app.spotify.expire_access_tokens();
    // It outlasts the patience, so the revoked token is tried meanwhile, and then fails.
    let slow = Fault::Latency(Duration::from_secs(2));
    let body = Body::Flat {
        error: "invalid_client".to_owned(),
        description: String::new(),
    };
    let fault = Fault::Status { status: 400, body };
    app.spotify.inject(Rule::on(TOKEN, slow).times(1));
    app.spotify.inject(Rule::on(TOKEN, fault).times(1));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 2);
}
