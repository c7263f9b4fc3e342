//! What takes nothing but who the caller is, is not worked out again while they are known, and everything else is.

use std::time::Duration;

use chrono::TimeDelta;
use lockstep_api::config::Cache;
use lockstep_api::simulator::data::{self, playlist_id};
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp};

const ME: &str = "{ me { id displayName } }";

/// So long that it is not over, however slow the machine is, unless a test lets it pass.
const FRESHNESS: Duration = Duration::from_secs(60);

async fn app() -> TestApp {
    TestApp::with(|setup| {
        setup.config.cache = Cache {
            session_freshness: FRESHNESS,
            ..Cache::default()
        };
    })
    .await
}

/// How many answers were given once more, and how many might have been.
async fn given(app: &TestApp) -> (u32, u32) {
    let metrics = app.anonymous().get(&app.operations_url("/metrics")).await;
    let count = |outcome: &str| {
        let series =
            format!("lockstep_cache_lookups_total{{cache=\"answers\",outcome=\"{outcome}\"}} ");
        let mut lines = metrics.text().lines();
        let value = lines.find_map(|line| line.strip_prefix(series.as_str()));
        value.unwrap().parse().unwrap()
    };
    (count("hit"), count("miss"))
}

async fn me(caller: &Caller) -> Value {
    caller.query(ME).await.data()["me"].take()
}

/// Lets somebody's answer be kept, and given once.
async fn ask_until_given(app: &TestApp, caller: &Caller) {
    for _ in 0..3 {
        me(caller).await;
    }
    assert!(given(app).await.0 > 0);
}

fn described(id: &str) -> Value {
    let person = data::Person::find(id).unwrap();
    json!({ "id": person.id, "displayName": person.display_name })
}

#[tokio::test]
async fn who_the_caller_is_is_worked_out_twice_and_then_given_once_more() {
    let app = app().await;
    for (caller, hits) in [
        (app.logged_in(data::ADA).await, 3),
        (app.bearer(data::ADA), 7),
    ] {
        for _ in 0..5 {
            assert_eq!(me(&caller).await, described(data::ADA));
        }
        // The first time of all, the document is new; to each caller, it is answered once.
        assert_eq!(given(&app).await.0, hits);
    }
}

#[tokio::test]
async fn everybody_is_told_of_themselves() {
    let app = app().await;
    let people = [data::ADA, data::MINSEO, data::JOERG];
    let mut callers = Vec::new();
    for id in people {
        callers.push((id, app.logged_in(id).await));
        callers.push((id, app.bearer(id)));
    }
    for _ in 0..4 {
        for (id, caller) in &callers {
            assert_eq!(me(caller).await, described(id));
        }
    }
    assert!(given(&app).await.0 > 0);
    assert_eq!(app.anonymous().query(ME).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn what_takes_more_is_worked_out_each_time() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    for query in [
        "{ me { id tokenExpiresAt } }",
        "{ me { id sessions { id } } }",
        "{ me { id authorization { scopes } } }",
        "{ me { id metadata { totalCount } } }",
        "{ me { id playlists(first: 1) { totalCount } } }",
        "{ me { id } metadataTypes(trackId: \"6rqhFgbbKwnb9MLmUQDhG6\") }",
        "{ me { id } metadata(trackId: \"6rqhFgbbKwnb9MLmUQDhG6\") { id } }",
        &format!(
            "{{ me {{ id }} playlist(id: \"{}\") {{ id }} }}",
            playlist_id(1000)
        ),
        // They need nobody.
        "{ __typename }",
        "{ limits { cost } }",
        // It may be executed otherwise the next time.
        "query($no: Boolean = false) { me { id @skip(if: $no) } }",
    ] {
        for _ in 0..4 {
            ada.query(query).await.data();
        }
        assert_eq!(given(&app).await, (0, 0), "{query}");
    }
}

#[tokio::test]
async fn an_upload_shows_beside_who_the_caller_is() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let query = "{ me { id metadata { totalCount } } }";
    for uploads in 0..4 {
        let me = ada.query(query).await.data()["me"].take();
        assert_eq!(me["metadata"]["totalCount"], uploads);
        ada.upload(
            "6rqhFgbbKwnb9MLmUQDhG6",
            "beats",
            uploads + 1,
            json!({ "beats": [uploads] }),
        )
        .await
        .uploaded();
    }
}

#[tokio::test]
async fn one_whose_session_has_ended_is_told_nothing() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    let elsewhere = app.logged_in(data::ADA).await;
    ask_until_given(&app, &elsewhere).await;
    let revoke = "mutation { revokeOtherSessions { revokedCount } }";
    ada.query(revoke).await.data();
    assert_eq!(elsewhere.query(ME).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_profile_that_has_changed_shows_as_soon_as_its_session_is_looked_up_anew() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    ask_until_given(&app, &ada).await;
    app.execute("UPDATE people SET display_name = 'Ada L.'")
        .await;
    assert_eq!(me(&ada).await, described(data::ADA));
    app.clock.advance(TimeDelta::from_std(FRESHNESS).unwrap());
    for _ in 0..3 {
        assert_eq!(me(&ada).await["displayName"], "Ada L.");
    }
}

#[tokio::test]
async fn a_profile_is_asked_for_after_a_day_though_there_is_an_answer() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock
        .advance(TimeDelta::days(1) - TimeDelta::seconds(30));
    ask_until_given(&app, &ada).await;
    app.spotify.reset_counts();
    app.clock.advance(TimeDelta::seconds(40));
    assert_eq!(me(&ada).await, described(data::ADA));
    assert_eq!(app.spotify.count("GET /v1/me"), 1);
}

#[tokio::test]
async fn what_stands_beside_the_data_is_of_this_request() {
    let app = app().await;
    let ada = app.logged_in(data::ADA).await;
    ask_until_given(&app, &ada).await;
    let before = given(&app).await.0;
    let request = ada
        .request("POST", "/graphql")
        .header("graphql-cost", "report");
    let answer = Answer::of(request.json(&json!({ "query": ME }))).await;
    assert_eq!(answer.data()["me"], described(data::ADA));
    assert_eq!(answer.json()["extensions"]["cost"]["estimated"], 3);
    // In another type, and by another method.
    let get = ada.request(
        "GET",
        "/graphql?query={%20me%20{%20id%20displayName%20}%20}",
    );
    let answer = Answer::of(get.header("apollo-require-preflight", "true")).await;
    assert_eq!(
        answer.json(),
        json!({ "data": { "me": described(data::ADA) } })
    );
    assert_eq!(given(&app).await.0, before + 2);
}
