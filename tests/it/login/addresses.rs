//! Which addresses a login has, and which it has not.

use lockstep_api::simulator::data;
use reqwest::StatusCode;
use reqwest::header::{ALLOW, CONTENT_TYPE, LOCATION};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::steps::{SetCookie, callback, visit};
use crate::support::TestApp;

#[tokio::test]
async fn there_is_no_other_provider() {
    let app = TestApp::start().await;
    for path in [
        "/login/github/",
        "/login/github/?code=x&state=y",
        "/login/Spotify/",
        "/login/spotify/x",
        "/login/spotify//",
        "/login/",
        "/login",
        "/login/spotify%2F",
        "/login/..%2f",
    ] {
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let kind = answer.header(CONTENT_TYPE);
        assert!(kind.starts_with("application/json"), "{path}: {kind}");
        assert!(answer.json()["errors"][0]["message"].is_string(), "{path}");
        assert!(SetCookie::all(&answer).is_empty());
    }
}

#[tokio::test]
async fn without_its_last_slash_the_address_leads_to_the_right_one_with_all_parameters() {
    let app = TestApp::start().await;
    for query in ["", "?redirect_uri=x%3A%2F%2Fy&a=%20b", "?code=c&state=s"] {
        let answer = app.anonymous().get(&format!("/login/spotify{query}")).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
        assert_eq!(answer.header(LOCATION), format!("/login/spotify/{query}"));
    }
}

#[tokio::test]
async fn a_query_that_is_not_ascii_stays_in_a_header_that_is() {
    let app = TestApp::start().await;
    let mut connection = TcpStream::connect(app.addr).await.unwrap();
    let request = "GET /login/spotify?x=\u{e4}\u{1F600} HTTP/1.1\r\nHost: x\r\n\
                   Connection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let refused = answer.starts_with("HTTP/1.1 400");
    let redirected = answer.starts_with("HTTP/1.1 308")
        && answer.contains("location: /login/spotify/?x=%C3%A4%F0%9F%98%80\r\n");
    assert!(refused || redirected, "{answer}");
}

#[tokio::test]
async fn a_login_is_a_get() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let back = callback(&app, &browser).await;
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        for address in ["/login/spotify/", "/login/spotify", &back] {
            let request = browser.request(method, address);
            let answer = crate::support::Answer::of(request).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
            assert_eq!(answer.header(ALLOW), "GET,HEAD");
            assert!(answer.json()["errors"][0]["message"].is_string());
        }
    }
    let landed = browser.get(&back).await;
    assert_eq!(landed.header(LOCATION), "/", "the code is still good");
}

#[tokio::test]
async fn a_server_behind_a_path_prefix_leads_back_to_it() {
    let app = TestApp::with(|setup| {
        let uri = &mut setup.config.spotify.redirect_uri;
        *uri = uri.join("/lockstep/login/spotify/").unwrap();
    })
    .await;
    let browser = app.anonymous();
    let slash = browser.get("/login/spotify?a=b").await;
    assert_eq!(slash.header(LOCATION), "/lockstep/login/spotify/?a=b");
    // What stands in front takes the prefix away.
    let back = callback(&app, &browser).await.replace("/lockstep", "");
    let landed = browser.get(&back).await;
    assert_eq!(landed.header(LOCATION), "/lockstep/");
    let me = browser.query("{ me { id } }").await;
    assert_eq!(me.data()["me"]["id"], data::ADA);
}

#[tokio::test]
async fn the_page_of_a_failed_login_finds_its_looks_and_its_way_back() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    let page = visit(&browser, "/login/spotify/?code=x&state=y").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let links = page.text().split("href=\"").skip(1);
    let links: Vec<&str> = links
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .collect();
    assert_eq!(links.len(), 3, "{links:?}");
    for link in links {
        let status = browser.get(link).await.status;
        assert!(status.is_success() || status.is_redirection(), "{link}");
    }
}
