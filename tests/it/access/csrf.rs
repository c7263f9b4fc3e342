//! What a page of another origin can send without asking first, it cannot do with the person's cookie.

use lockstep_api::simulator::data;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::json;

use crate::support::{Answer, Caller, TestApp};

const QUERY: &str = "/graphql?query=%7Bme%7Bid%7D%7D";

async fn get(caller: &Caller, headers: &[(&str, &str)]) -> Answer {
    let request = caller.request("GET", QUERY);
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    Answer::of(request).await
}

#[tokio::test]
async fn a_get_with_a_cookie_needs_what_no_form_can_send() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for refused in [
        vec![],
        vec![("accept", "text/html,*/*")],
        vec![("content-type", "text/plain")],
        vec![("content-type", "application/x-www-form-urlencoded")],
        vec![("content-type", "multipart/form-data; boundary=x")],
        vec![("content-type", "text/plain; charset=application/json")],
        vec![("apollo-require-preflight", "")],
        vec![("x-apollo-operation-name", " ")],
        vec![("origin", "https://evil.example")],
        vec![("sec-fetch-site", "same-origin")],
        vec![("x-requested-with", "XMLHttpRequest")],
    ] {
        let mut headers = refused.clone();
        if refused.iter().all(|(name, _)| *name != "accept") {
            headers.push(("accept", "application/json"));
        }
        let answer = get(&ada, &headers).await;
        assert_eq!(answer.status, 403, "{refused:?}: {}", answer.text());
        assert_eq!(answer.code(), "CSRF_PREVENTED");
        assert!(answer.json().get("data").is_none());
        let message = answer.error()["message"].to_string();
        assert!(message.contains("apollo-require-preflight"), "{message}");
    }
    for taken in [
        ("apollo-require-preflight", "true"),
        ("Apollo-Require-Preflight", "1"),
        ("x-apollo-operation-name", "Me"),
        ("content-type", "application/json"),
    ] {
        let answer = get(&ada, &[taken]).await;
        assert_eq!(answer.data()["me"]["id"], data::ADA, "{taken:?}");
    }
}

#[tokio::test]
async fn a_get_without_a_cookie_needs_nothing() {
    let app = TestApp::start().await;
    // As urql sends it.
    let accept = "application/graphql-response+json, application/graphql+json, application/json, \
                  text/event-stream, multipart/mixed";
    let answer = get(&app.bearer(data::ADA), &[("accept", accept)]).await;
    assert_eq!(answer.data()["me"]["id"], data::ADA);
    let answer = get(&app.anonymous(), &[("accept", accept)]).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_bearer_beside_a_cookie_counts_and_needs_nothing() {
    let app = TestApp::start().await;
    let browser = app.logged_in(data::ADA).await;
    let hour = std::time::Duration::from_secs(3600);
    let scopes = lockstep_api::simulator::ALL_SCOPES;
    let tokens = app.spotify.mint(data::MINSEO, &scopes, hour);
    let bearer = format!("Bearer {}", tokens.access_token);
    let answer = get(&browser, &[("authorization", &bearer)]).await;
    assert_eq!(answer.data()["me"]["id"], data::MINSEO);
}

#[tokio::test]
async fn a_sites_password_beside_a_cookie_does_not_count_and_needs_what_the_cookie_needs() {
    let app = TestApp::start().await;
    let browser = app.logged_in(data::ADA).await;
    let basic = ("authorization", "Basic YTpi");
    let digest = ("authorization", "digest username=\"ada\"");
    let negotiate = ("authorization", "Negotiate YII");
    let preflighted = ("apollo-require-preflight", "true");
    // The browser might send both by itself.
    for password in [basic, digest, negotiate] {
        let answer = get(&browser, &[password]).await;
        assert_eq!(answer.code(), "CSRF_PREVENTED", "{password:?}");
        let answer = get(&browser, &[password, preflighted]).await;
        assert_eq!(answer.data()["me"]["id"], data::ADA);
    }
    // Without a cookie it is nobody, who is told what everybody is.
    let answer = get(&app.anonymous(), &[basic]).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    let nobody = get(&app.anonymous(), &[]).await;
    assert_eq!(answer.error()["message"], nobody.error()["message"]);
    // And a bad bearer is nobody beside a cookie too.
    for bad in ["Bearer", "Bearer ", "bearer a b", "abc", ""] {
        let answer = get(&browser, &[("authorization", bad), preflighted]).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED", "{bad:?}");
    }
    let two = [basic, ("authorization", "Basic YTpj"), preflighted];
    assert_eq!(get(&browser, &two).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_cookie_that_is_none_of_ours_is_judged_alike_so_that_nothing_is_told_by_it() {
    let app = TestApp::start().await;
    let browser = app.anonymous();
    browser.set_cookie("lockstep_session=nonsense");
    assert_eq!(get(&browser, &[]).await.code(), "CSRF_PREVENTED");
    let other = app.anonymous();
    other.set_cookie("theme=dark");
    assert_eq!(get(&other, &[]).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn no_form_changes_anything() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let mutation = "mutation { logout { loggedOut } }";
    let json = json!({ "query": mutation }).to_string();
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("query", mutation)
        .finish();
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{}\r\n--x--";
    for (content_type, body) in [
        ("text/plain", json.as_str()),
        ("application/x-www-form-urlencoded", &form),
        ("application/x-www-form-urlencoded", &json),
        ("multipart/form-data; boundary=x", multipart),
    ] {
        let request = ada.request("POST", "/graphql");
        let request = request.header(CONTENT_TYPE, content_type);
        let answer = Answer::of(request.body(body.to_owned())).await;
        assert_eq!(answer.status, 415, "{content_type}");
    }
    let address = format!("/graphql?{form}");
    for headers in [vec![], vec![("apollo-require-preflight", "true")]] {
        let request = ada.request("GET", &address);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let answer = Answer::of(request.header(ACCEPT, "*/*")).await;
        assert!(answer.status.is_client_error());
    }
    assert_eq!(
        ada.query("{ me { id } }").await.data()["me"]["id"],
        data::ADA
    );
}
