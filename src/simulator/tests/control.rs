//! The simulator driven from another process, and what it remembers.

use serde_json::json;

use super::*;
use crate::simulator::data::playlist_id;

impl Rig {
    async fn control(&self, method: &str, path: &str, body: Value) -> Answer {
        let method = method.parse().unwrap();
        let request = self
            .http
            .request(method, format!("{}/_simulator/{path}", self.spotify.url()))
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        answer(request).await.unwrap()
    }
}

#[tokio::test]
async fn requests_are_remembered_and_counted() {
    let rig = Rig::new();
    let id = playlist_id(51);
    rig.get("/v1/me").await;
    let page = rig
        .get(&format!(
            "/v1/playlists/{id}/items?limit=1&offset=7&fields=total"
        ))
        .await;
    rig.refresh("nonsense").await;

    let requests = rig.spotify.requests();
    assert_eq!(requests.len(), 3);
    let request = &requests[1];
    assert_eq!(request.endpoint, "GET /v1/playlists/{id}/items");
    assert_eq!(request.path, format!("/v1/playlists/{id}/items"));
    assert_eq!(request.parameter("offset"), Some("7"));
    assert_eq!(request.parameter("fields"), Some("total"));
    assert_eq!(request.person.as_deref(), Some(data::ADA));
    assert_eq!(
        (request.status, request.bytes),
        (Some(200), page.text.len() as u64)
    );
    assert_eq!(requests[2].endpoint, "POST /api/token");
    assert_eq!(
        requests[2].query,
        [("grant_type".to_owned(), "refresh_token".to_owned())]
    );
    assert_eq!(
        (requests[2].status, requests[2].person.as_deref()),
        (Some(400), None)
    );
    assert_eq!(rig.spotify.count("GET /v1/me"), 1);
    assert_eq!(rig.spotify.counts().len(), 3);
    assert_eq!(
        rig.spotify.bytes_sent(),
        requests.iter().map(|request| request.bytes).sum::<u64>()
    );

    let remote = rig.control("GET", "requests", Value::Null).await.json();
    assert_eq!(remote[1]["endpoint"], "GET /v1/playlists/{id}/items");
    assert!(!remote.to_string().contains(&rig.token));
    let counts = rig.control("GET", "counts", Value::Null).await.json();
    assert_eq!(counts["counts"]["GET /v1/me"], 1);
    assert_eq!(counts["bytes"], rig.spotify.bytes_sent());
    assert_eq!(counts["max_in_flight"], 1);

    assert_eq!(
        rig.control("DELETE", "requests", Value::Null).await.status,
        204
    );
    assert!(rig.spotify.requests().is_empty());
    assert_eq!(
        (rig.spotify.count("GET /v1/me"), rig.spotify.bytes_sent()),
        (0, 0)
    );
}

#[tokio::test]
async fn faults_can_be_asked_for() {
    let rig = Rig::new();
    for (fault, status) in [
        (json!({ "status": { "status": 503, "body": "empty" } }), 503),
        (
            json!({ "status": { "status": 500, "body": { "nested": "Oops" } } }),
            500,
        ),
        (json!({ "rate_limited": { "seconds": 3 } }), 429),
        (json!({ "quota_exceeded": "missing" }), 429),
        (json!({ "latency": 1 }), 200),
    ] {
        let rule = json!({ "endpoint": "GET /v1/me", "fault": fault, "times": 1 });
        let asked = rig.control("POST", "faults", rule).await;
        assert_eq!(asked.status, 204, "{asked:?}");
        assert_eq!(rig.get("/v1/me").await.status, status);
    }
    let rule = json!({
        "endpoint": "GET /v1/me", "fault": "drop", "after": 1, "person": data::ADA, "parameters": { "x": "1" },
    });
    assert_eq!(rig.control("POST", "faults", rule).await.status, 204);
    assert_eq!(rig.get("/v1/me").await.status, 200);
    assert_eq!(rig.get("/v1/me?x=1").await.status, 200);
    assert!(answer(rig.request("/v1/me?x=1")).await.is_err());
    assert_eq!(
        rig.control("DELETE", "faults", Value::Null).await.status,
        204
    );
    assert_eq!(rig.get("/v1/me?x=1").await.status, 200);

    let typo = json!({ "endpoint": "GET /v1/me", "fault": "drop", "time": 1 });
    assert_eq!(rig.control("POST", "faults", typo).await.status, 422);
}

#[tokio::test]
async fn a_hang_can_be_released() {
    let rig = Rig::new();
    let rule = json!({ "endpoint": "GET /v1/me", "fault": "hang" });
    rig.control("POST", "faults", rule).await;
    let hanging = tokio::spawn(answer(rig.request("/v1/me")));
    rig.spotify.wait_for("GET /v1/me", 1).await;
    assert_eq!(
        rig.control("POST", "release", Value::Null).await.status,
        204
    );
    assert_eq!(hanging.await.unwrap().unwrap().status, 200);
}

#[tokio::test]
async fn tokens_time_and_limits_can_be_had() {
    let mut rig = Rig::new();
    let mint = json!({ "person": data::MINSEO, "scopes": ALL_SCOPES, "ttl_seconds": 60 });
    let tokens = rig.control("POST", "tokens", mint).await.json();
    rig.token = tokens["access_token"].as_str().unwrap().to_owned();
    assert_eq!(rig.get("/v1/me").await.json()["id"], data::MINSEO);
    rig.control("POST", "clock", json!({ "advance_seconds": 60 }))
        .await;
    assert_eq!(
        rig.get("/v1/me").await.error().1,
        "The access token expired"
    );

    let renewed = rig
        .refresh(tokens["refresh_token"].as_str().unwrap())
        .await
        .json();
    rig.token = renewed["access_token"].as_str().unwrap().to_owned();
    rig.control(
        "PUT",
        "rate_limit",
        json!({ "allowance": 0, "window_seconds": 30 }),
    )
    .await;
    assert_eq!(rig.get("/v1/me").await.status, 429);
    rig.control("PUT", "rate_limit", Value::Null).await;
    assert_eq!(rig.get("/v1/me").await.status, 200);

    rig.control("POST", "tokens/expire", Value::Null).await;
    assert_eq!(
        rig.get("/v1/me").await.error().1,
        "The access token expired"
    );
    rig.control(
        "POST",
        &format!("people/{}/revoke", data::MINSEO),
        Value::Null,
    )
    .await;
    assert_eq!(rig.get("/v1/me").await.error().1, "Invalid access token");
}

#[tokio::test]
async fn playlists_and_options_can_be_changed() {
    let rig = Rig::new();
    let id = playlist_id(50);
    let entries = format!("playlists/{id}/entries");
    let change = json!({ "position": 0, "count": 2 });
    assert_eq!(
        rig.control("POST", &entries, change.clone()).await.status,
        204
    );
    assert_eq!(rig.spotify.playlist(&id).len(), 52);
    assert_eq!(
        rig.control("DELETE", &entries, change.clone()).await.status,
        204
    );
    assert_eq!(rig.spotify.playlist(&id).len(), 50);
    assert_eq!(
        rig.control("POST", "playlists/nonsense/entries", change)
            .await
            .status,
        404
    );

    let options = json!({ "mode": "legacy", "rotation": "rotate", "access_token_ttl_seconds": 7 });
    assert_eq!(rig.control("PATCH", "options", options).await.status, 204);
    assert_eq!(
        rig.get(&format!("/v1/playlists/{id}/tracks")).await.status,
        200
    );
    let token = rig.spotify.mint(data::ADA, &ALL_SCOPES, HOUR).refresh_token;
    let reply = rig.refresh(&token).await.json();
    assert_eq!(reply["expires_in"], 7);
    assert_ne!(reply["refresh_token"], token);
}
