//! A person logs in with their browser.

use lockstep_api::simulator::data;

use crate::support::TestApp;

#[tokio::test]
async fn a_person_who_allows_it_is_signed_in_and_asks_for_themselves() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let answer = ada
        .query("{ me { id accountId displayName uri externalUrl images { url } tokenExpiresAt } }")
        .await;
    let me = &answer.data()["me"];
    assert_eq!(me["id"], data::ADA);
    assert_eq!(me["displayName"], "Ada Lindqvist");
    assert_eq!(me["uri"], format!("spotify:user:{}", data::ADA));
}
