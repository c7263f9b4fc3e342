//! The simulator driven from another process, and what it remembers.

use chrono::TimeDelta;
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

    let counts = rig.control("GET", "counts", Value::Null).await.json();
    assert_eq!(counts["counts"]["GET /v1/me"], 1);
    assert_eq!(counts["bytes"], rig.spotify.bytes_sent());

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
async fn tokens_can_be_had_and_taken_back() {
    let mut rig = Rig::new();
    let mint = json!({ "person": data::MINSEO, "scopes": ALL_SCOPES, "ttl_seconds": 60 });
    let tokens = rig.control("POST", "tokens", mint).await.json();
    rig.token = tokens["access_token"].as_str().unwrap().to_owned();
    assert_eq!(rig.get("/v1/me").await.json()["id"], data::MINSEO);
    rig.spotify.advance(TimeDelta::seconds(60));
    assert_eq!(
        rig.get("/v1/me").await.error().1,
        "The access token expired"
    );

    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    let renewed = rig.refresh(refresh_token).await.json();
    rig.token = renewed["access_token"].as_str().unwrap().to_owned();
    assert_eq!(rig.get("/v1/me").await.status, 200);
    let revoke = format!("people/{}/revoke", data::MINSEO);
    assert_eq!(rig.control("POST", &revoke, Value::Null).await.status, 204);
    assert_eq!(rig.get("/v1/me").await.error().1, "Invalid access token");
}
