//! A bug in a handler is that request's end and no other's.

use axum::Router;
use axum::routing::get;
use lockstep_api::app::App;
use lockstep_api::http::{HttpState, Server, layered};
use lockstep_api::spotify::RetryPolicy;
use reqwest::header::{CONTENT_TYPE, HeaderName};

use super::assert_refused;
use crate::support::TestApp;

async fn broken() -> &'static str {
    panic!("a secret of the inside")
}

#[tokio::test]
async fn a_panic_is_a_masked_500_with_the_request_id_and_the_process_lives() {
    let app = TestApp::start().await;
    let same = App::start(
        app.config.clone(),
        app.clock.clone(),
        RetryPolicy::default(),
    );
    let state = HttpState::new(&same.await.unwrap());
    let routes = Router::new()
        .route("/broken", get(broken))
        .route("/fine", get(async || "fine"));
    let any_port = "127.0.0.1:0".parse().unwrap();
    let server = Server::bind("LISTEN_ADDR", any_port, layered(routes, state))
        .await
        .unwrap();
    let base = format!("http://{}", server.addr());
    tokio::spawn(server.run(std::future::pending()));
    let caller = app.anonymous();
    for _ in 0..3 {
        let answer = caller.get(&format!("{base}/broken")).await;
        let error = assert_refused(&answer, 500, "INTERNAL_SERVER_ERROR");
        assert!(!answer.text().contains("secret"), "{}", answer.text());
        let id = answer.header(HeaderName::from_static("x-request-id"));
        assert_eq!(error["extensions"]["requestId"], id);
        assert_eq!(
            answer.header(CONTENT_TYPE),
            "application/json; charset=utf-8"
        );
        assert_eq!(caller.get(&format!("{base}/fine")).await.text(), "fine");
    }
}
