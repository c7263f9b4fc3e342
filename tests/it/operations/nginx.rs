//! The nginx configurations of docs/deploy make several instances one server.

use lockstep_api::simulator::{ALL_SCOPES, data};
use reqwest::StatusCode;
use reqwest::header::LOCATION;
use serde_json::json;

use super::Process;
use super::site::{Place, Site};
use crate::support::Answer;

/// What holds wherever the API stands.
async fn works_at(place: Place) {
    let redirect_uri = place.redirect_uri();
    let settings = [
        ("SPOTIFY_REDIRECT_URI", redirect_uri.as_str()),
        ("TRUSTED_PROXY_HOPS", "1"),
    ];
    let one = Process::with(&settings).await;
    let database = one.directory().join("lockstep.db");
    let database = format!("sqlite://{}", database.display());
    let shared = [settings[0], settings[1], ("DATABASE_URL", &database)];
    let two = one.beside(&shared).await;
    let Some(site) = Site::start(place, vec![one, two]).await else {
        return;
    };
    let Place { host, path, .. } = place;

    // Plain http leads to https.
    let plain = site
        .browser
        .get(format!("http://127.0.0.1:{}{path}graphql", site.http));
    let plain = Answer::of(plain.header("host", host)).await;
    assert_eq!(plain.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(
        plain.header(LOCATION),
        format!("https://{host}{path}graphql")
    );

    // A login may end at another instance than it began at, and its session holds at both.
    site.log_in(data::ADA).await;
    let page = Answer::of(site.request("GET", "")).await;
    assert_eq!(page.status, StatusCode::OK);
    let me = json!({ "query": "{ me { id } }" });
    let mut answered = Vec::new();
    for _ in 0..8 {
        let request = site.request("POST", "graphql").json(&me);
        let answer = Answer::of(request.header("x-forwarded-for", "6.6.6.6")).await;
        assert_eq!(answer.data()["me"]["id"], data::ADA);
        answered.push(answer.header("x-request-id".parse().unwrap()));
    }
    for (instance, other) in [(0, 1), (1, 0)] {
        let log = site.instances[instance].log().concat();
        let here = answered.iter().filter(|id| log.contains(id.as_str()));
        assert!(here.count() > 0, "{other} answered everything");
        assert!(log.contains("\"client\":\"127.0.0.1\"") && !log.contains("6.6.6.6"));
    }

    // An upload beyond nginx's usual limit.
    let beats = "0.123456789,".repeat(200_000);
    let upload = json!({
        "query": "mutation ($c: JSON!) { uploadMetadata(input: {trackId: \
            \"6rqhFgbbKwnb9MLmUQDhG6\", type: \"beats\", version: 1, collection: $c}) \
            { metadata { sizeBytes } } }",
        "variables": { "c": { "beats": beats } },
    });
    let spotify = &site.instances[0].spotify;
    let token = spotify.mint(data::ADA, &ALL_SCOPES, std::time::Duration::from_secs(60));
    let stored = site.request("POST", "graphql").json(&upload);
    let stored = Answer::of(stored.bearer_auth(token.access_token))
        .await
        .data();
    let size = stored["uploadMetadata"]["metadata"]["sizeBytes"].as_i64();
    assert!(size.unwrap() > 2_000_000);

    // What is for operators stays inside.
    for inside in ["metrics", "readyz", "healthz"] {
        let answer = Answer::of(site.request("GET", inside)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{inside}");
    }

    // One instance stops in the middle of it all, and nobody notices.
    let asking = (0..200).map(|n| {
        let request = site.request("POST", "graphql").json(&me);
        let stopping = &site.instances[1];
        async move {
            if n == 50 {
                stopping.signal("TERM");
            }
            Answer::of(request).await.data()
        }
    });
    let answers = futures_util::StreamExt::buffer_unordered(futures_util::stream::iter(asking), 8);
    let answers: Vec<_> = futures_util::StreamExt::collect(answers).await;
    assert!(answers.iter().all(|data| data["me"]["id"] == data::ADA));
    site.instances[1].logged("\"stopped\"").await;
}

#[tokio::test]
async fn two_instances_behind_nginx_are_one_server() {
    works_at(Place::ROOT).await;
}

#[tokio::test]
async fn two_instances_behind_nginx_under_a_path_are_one_server() {
    works_at(Place::PREFIX).await;
}
