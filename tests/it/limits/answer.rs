//! How large an answer may be.

use lockstep_api::simulator::data;
use serde_json::json;

use super::{ask, warn_only};
use crate::support::TestApp;

fn tracks(first: u32) -> String {
    format!(
        "{{ playlist(id: \"{}\") {{ tracks(first: {first}) {{ nodes {{ uri name }} }} }} }}",
        data::playlist_id(1000)
    )
}

#[tokio::test]
async fn an_answer_has_so_many_bytes_and_no_more() {
    let app = TestApp::with(|setup| setup.config.limits.answer_bytes = 10_000).await;
    let ada = app.logged_in(data::ADA).await;
    ask(&ada, &tracks(50), json!({})).await.data();
    let answer = ask(&ada, &tracks(1000), json!({})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json().get("data"), Some(&json!(null)));
    let error = answer.error();
    assert_eq!(error["extensions"]["code"], "QUERY_TOO_COMPLEX");
    assert_eq!(error["extensions"]["limit"], "answerBytes");
    assert_eq!(error["extensions"]["max"], 10_000);
    assert!(error["extensions"]["found"].as_u64().unwrap() > 10_000);
}

#[tokio::test]
async fn the_bound_can_warn_only() {
    let app = TestApp::with(|setup| {
        setup.config.limits.answer_bytes = 10_000;
        warn_only(setup);
    })
    .await;
    let ada = app.logged_in(data::ADA).await;
    let answer = ask(&ada, &tracks(1000), json!({})).await;
    assert!(answer.text().len() > 10_000);
    answer.data();
}
