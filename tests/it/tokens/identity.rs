//! Who is who: what links what a person has here with who they are at Spotify.

use std::time::Duration;

use lockstep_api::simulator::{ALL_SCOPES, Fault, Rule, data};
use serde_json::json;

use super::PROFILE;
use crate::support::{Caller, TestApp};

const READ: &str =
    r#"{ me { id accountId } metadata(trackId: "4uLU6hMCjMI75M1A2tKUQC") { version } }"#;

/// Somebody with a fresh token, whose profile Spotify will tell as `id` and `account_id`.
fn told(app: &TestApp, id: &str, account_id: Option<&str>) -> Caller {
    let mut profile = json!({ "id": id, "uri": format!("spotify:user:{id}"), "display_name": id });
    if let Some(account_id) = account_id {
        profile["account_id"] = account_id.into();
    }
    let fault = Fault::json(&profile.to_string());
    app.spotify.inject(Rule::on(PROFILE, fault).times(1));
    let tokens = app
        .spotify
        .mint(data::ADA, &ALL_SCOPES, Duration::from_secs(3600));
    app.anonymous().with_bearer(&tokens.access_token)
}

async fn upload(caller: &Caller) {
    let track = "4uLU6hMCjMI75M1A2tKUQC";
    caller.upload(track, "beats", 7, "{}").await.data();
}

async fn sees_upload(caller: &Caller) -> bool {
    caller.query(READ).await.data()["metadata"]["version"] == 7
}

#[tokio::test]
async fn the_account_links_a_person_though_their_user_id_changed() {
    let app = TestApp::start().await;
    let before = told(&app, "ada.lindqvist", Some("account1"));
    upload(&before).await;
    let after = told(&app, "ada.new", Some("account1"));
    assert!(sees_upload(&after).await);
    assert_eq!(after.query(READ).await.data()["me"]["id"], "ada.new");
    assert_eq!(app.count_rows("people"), 1);
}

#[tokio::test]
async fn without_an_account_id_the_user_id_links() {
    let app = TestApp::start().await;
    upload(&told(&app, "ada", None)).await;
    assert!(sees_upload(&told(&app, "ada", None)).await);
    assert!(!sees_upload(&told(&app, "ada2", None)).await);
    assert_eq!(app.count_rows("people"), 2);
}

#[tokio::test]
async fn an_account_id_that_spotify_begins_to_tell_is_learned() {
    let app = TestApp::start().await;
    upload(&told(&app, "ada", None)).await;
    assert!(sees_upload(&told(&app, "ada", Some("account1"))).await);
    let renamed = told(&app, "ada.new", Some("account1"));
    assert!(sees_upload(&renamed).await);
    let forgot = told(&app, "ada.new", None);
    assert!(sees_upload(&forgot).await);
    let me = forgot.query(READ).await.data()["me"].clone();
    assert_eq!(me["accountId"], "account1");
    assert_eq!(app.count_rows("people"), 1);
}

#[tokio::test]
async fn a_user_id_that_went_over_to_another_account_brings_nothing_along() {
    let app = TestApp::start().await;
    upload(&told(&app, "ada", Some("account1"))).await;
    let newcomer = told(&app, "ada", Some("account2"));
    assert!(!sees_upload(&newcomer).await);
    assert!(sees_upload(&told(&app, "ada.elsewhere", Some("account1"))).await);
    assert_eq!(app.count_rows("people"), 2);
}

#[tokio::test]
async fn a_browser_and_an_app_of_one_person_share_what_is_theirs() {
    let app = TestApp::start().await;
    upload(&app.logged_in(data::ADA).await).await;
    assert!(sees_upload(&app.bearer(data::ADA)).await);
    assert!(!sees_upload(&app.bearer(data::MINSEO)).await);
}
