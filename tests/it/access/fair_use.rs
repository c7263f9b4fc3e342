//! How much everybody may ask for in a minute.

use std::num::NonZeroU32;

use chrono::TimeDelta;
use lockstep_api::config::FairUse;
use lockstep_api::simulator::data;
use reqwest::StatusCode;
use reqwest::header::{HeaderName, RETRY_AFTER};
use serde_json::json;

use crate::support::{Answer, Caller, Setup, TestApp};

const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What a request costs besides the fields that it asks for.
const REQUEST: u32 = 100;

/// Buckets fill as real time goes by: so many points that what the last request leaves of them takes ten
/// seconds or more to become another request's.
fn points(points: u32) -> impl FnOnce(&mut Setup) {
    move |setup: &mut Setup| {
        setup.config.fair_use = FairUse {
            points_per_minute: NonZeroU32::new(points),
            ..FairUse::OFF
        };
        setup.config.http.trusted_proxy_hops = 1;
    }
}

/// Asks from an address, through the proxy that is trusted.
async fn ask_from(caller: &Caller, address: &str, query: &str) -> Answer {
    let request = caller
        .request("POST", "/graphql")
        .header("x-forwarded-for", address)
        .header("content-type", "application/json");
    Answer::of(request.body(json!({ "query": query }).to_string())).await
}

fn assert_limited(answer: &Answer) -> u64 {
    assert_eq!(answer.status, 429, "{}", answer.text());
    assert_eq!(answer.code(), "RATE_LIMITED");
    assert!(answer.json().get("data").is_none());
    let seconds = answer.error()["extensions"]["retryAfterSeconds"].clone();
    let seconds = seconds.as_u64().unwrap();
    assert_eq!(answer.header(RETRY_AFTER), seconds.to_string());
    seconds
}

/// `r` of the header.
fn left(answer: &Answer) -> u32 {
    let header = answer.header(RATELIMIT);
    let rest = header.split(";r=").nth(1).unwrap();
    rest.split(';').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_address_asks_for_a_minutes_worth_and_then_as_fast_as_it_fills() {
    let app = TestApp::with(points(320)).await;
    let caller = app.anonymous();
    let (mut answered, mut had) = (0, 320);
    let limited = loop {
        let answer = ask_from(&caller, "192.0.2.1", "{ __typename }").await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        assert_eq!(answer.header(RATELIMIT_POLICY), "\"points\";q=320;w=60");
        answered += 1;
        had = left(&answer);
    };
    // Each costs a little more than a hundred.
    assert_eq!(answered, 3);
    assert!(
        (had..REQUEST).contains(&left(&limited)),
        "{had} {limited:?}"
    );
    let wait = assert_limited(&limited);
    assert!((1..=60).contains(&wait), "{wait}");
    app.clock
        .advance(TimeDelta::seconds(wait.try_into().unwrap()));
    let answer = ask_from(&caller, "192.0.2.1", "{ __typename }").await;
    assert_eq!(answer.data(), json!({ "__typename": "Query" }));
    app.clock.advance(TimeDelta::seconds(60));
    let answer = ask_from(&caller, "192.0.2.1", "{ __typename }").await;
    assert!(left(&answer) >= 320 - REQUEST - 10, "{}", left(&answer));
}

#[tokio::test]
async fn addresses_do_not_pay_for_each_other_but_those_of_one_network_of_ipv6_do() {
    let app = TestApp::with(points(150)).await;
    let caller = app.anonymous();
    let ask = |address| ask_from(&caller, address, "{ __typename }");
    assert_eq!(ask("192.0.2.1").await.status, 200);
    assert_limited(&ask("192.0.2.1").await);
    assert_eq!(ask("192.0.2.2").await.status, 200);
    assert_eq!(ask("2001:db8:1:2::1").await.status, 200);
    assert_limited(&ask("2001:db8:1:2:abcd::9").await);
    assert_eq!(ask("2001:db8:1:3::1").await.status, 200);
    // What the client wrote itself stands further left, and is not believed.
    assert_limited(&ask("198.51.100.7, 192.0.2.1").await);
}

/// Pages of fifty tracks, so many.
fn pages(number: usize) -> String {
    let id = data::playlist_id(50);
    let page = |n| {
        format!("p{n}: playlist(id: \"{id}\") {{ tracks(first: 50) {{ nodes {{ uri name }} }} }}")
    };
    let pages: Vec<String> = (0..number).map(page).collect();
    format!("{{ {} }}", pages.join(" "))
}

#[tokio::test]
async fn who_waits_as_long_as_they_are_told_is_answered() {
    let app = TestApp::with(points(3000)).await;
    let ada = app.bearer(data::ADA);
    let query = pages(5);
    let ask = || ask_from(&ada, "192.0.2.1", &query);
    // Once without being known, from the address's bucket, and then from her own.
    ask().await.data();
    let limited = loop {
        let answer = ask().await;
        if answer.status != 200 {
            break answer;
        }
        // Not so little that already the request is too much.
        assert!(left(&answer) > 2 * REQUEST, "{}", left(&answer));
    };
    let wait = assert_limited(&limited);
    app.clock
        .advance(TimeDelta::seconds(wait.try_into().unwrap()));
    ask().await.data();
}

#[tokio::test]
async fn what_costs_more_than_a_bucket_holds_takes_a_full_one_and_is_answered() {
    let app = TestApp::with(points(400)).await;
    let ada = app.bearer(data::ADA);
    let query = pages(5);
    let ask = || ask_from(&ada, "192.0.2.1", &query);
    ask().await.data();
    let full = ask().await;
    full.data();
    assert!(left(&full) < REQUEST, "{}", left(&full));
    app.clock.advance(TimeDelta::seconds(20));
    let wait = assert_limited(&ask().await);
    app.clock
        .advance(TimeDelta::seconds(wait.try_into().unwrap()));
    ask().await.data();
}

#[tokio::test]
async fn people_behind_one_address_pay_each_for_themselves_once_they_are_known() {
    let app = TestApp::with(points(210)).await;
    let ada = app.logged_in(data::ADA).await;
    let minseo = app.bearer(data::MINSEO);
    for caller in [&ada, &minseo] {
        let first = ask_from(caller, "192.0.2.1", "{ me { id } }").await;
        first.data();
    }
    for _ in 0..2 {
        let answer = ask_from(&ada, "192.0.2.1", "{ me { id } }").await;
        if answer.status != 200 {
            assert_limited(&answer);
        }
    }
    assert_limited(&ask_from(&ada, "192.0.2.1", "{ me { id } }").await);
    // Wherever she is.
    assert_limited(&ask_from(&ada, "192.0.2.9", "{ me { id } }").await);
    // And by whatever credential, once it is known to be hers.
    let phone = app.bearer(data::ADA);
    ask_from(&phone, "198.51.100.1", "{ me { id } }")
        .await
        .data();
    assert_limited(&ask_from(&phone, "198.51.100.1", "{ me { id } }").await);

    let answer = ask_from(&minseo, "192.0.2.1", "{ me { id } }").await;
    assert_eq!(answer.data()["me"]["id"], data::MINSEO);
}

#[tokio::test]
async fn a_new_credential_each_time_is_no_way_around() {
    let app = TestApp::with(points(500)).await;
    let mut limited = 0;
    for number in 0..20 {
        let caller = app.anonymous();
        let caller = if number % 2 == 0 {
            caller.with_bearer(&format!("made-up-{number}"))
        } else {
            let secret = format!("{number:043}");
            caller.set_cookie(&format!("lockstep_session={number:032x}.{secret}"));
            caller
        };
        let answer = ask_from(&caller, "192.0.2.1", "{ __typename }").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert_limited(&answer);
            limited += 1;
        }
    }
    assert!(limited >= 10, "{limited}");
}

#[tokio::test]
async fn somebody_elses_name_in_a_cookie_does_not_make_them_pay() {
    let app = TestApp::with(points(210)).await;
    let ada = app.logged_in(data::ADA).await;
    ask_from(&ada, "192.0.2.1", "{ me { id } }").await.data();
    let cookie = ada.cookies();
    let (person, _) = cookie.split_once('.').unwrap();
    let forger = app.anonymous();
    forger.set_cookie(&format!("{person}.{}", "A".repeat(43)));
    for _ in 0..20 {
        ask_from(&forger, "203.0.113.9", "{ __typename }").await;
    }
    assert_limited(&ask_from(&forger, "203.0.113.9", "{ __typename }").await);
    ask_from(&ada, "192.0.2.1", "{ me { id } }").await.data();
}

/// Somebody with a copy of Ada's cookie, which is known to be hers.
async fn thief_of(app: &TestApp, ada: &Caller) -> Caller {
    let thief = app.anonymous();
    thief.set_cookie(&ada.cookies());
    for _ in 0..2 {
        ask_from(&thief, "203.0.113.9", "{ me { id } }")
            .await
            .data();
    }
    thief
}

/// Asks with a credential that has ended until it is refused, which Ada is to notice nothing of.
async fn assert_harmless(app: &TestApp, thief: &Caller) {
    let spend = async || {
        for _ in 0..20 {
            ask_from(thief, "203.0.113.9", "{ __typename }").await;
        }
        ask_from(thief, "203.0.113.9", "{ __typename }").await
    };
    assert_limited(&spend().await);
    let phone = app.bearer(data::ADA);
    for _ in 0..3 {
        ask_from(&phone, "192.0.2.1", "{ me { id } }").await.data();
    }
}

#[tokio::test]
async fn a_credential_that_turns_out_to_have_ended_is_not_paid_for_by_who_had_it() {
    let app = TestApp::with(points(420)).await;
    let ada = app.logged_in(data::ADA).await;
    let thief = thief_of(&app, &ada).await;
    app.execute("DELETE FROM sessions").await;
    let answer = ask_from(&thief, "203.0.113.9", "{ me { id } }").await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    assert_harmless(&app, &thief).await;
}

#[tokio::test]
async fn nor_is_one_that_was_logged_out() {
    let app = TestApp::with(points(420)).await;
    let ada = app.logged_in(data::ADA).await;
    let thief = thief_of(&app, &ada).await;
    let logout = "mutation { logout { loggedOut } }";
    ask_from(&ada, "192.0.2.1", logout).await.data();
    assert_harmless(&app, &thief).await;
}

#[tokio::test]
async fn nor_is_one_for_long_that_nothing_was_found_out_of() {
    let app = TestApp::with(points(420)).await;
    let ada = app.logged_in(data::ADA).await;
    let thief = thief_of(&app, &ada).await;
    app.execute("DELETE FROM sessions").await;
    for _ in 0..3 {
        app.clock.advance(TimeDelta::seconds(201));
        ask_from(&thief, "203.0.113.9", "{ __typename }").await;
    }
    assert_harmless(&app, &thief).await;
}

#[tokio::test]
async fn what_asks_for_more_costs_more_and_is_refused_before_anything_is_done() {
    let app = TestApp::with(points(20_000)).await;
    let ada = app.bearer(data::ADA);
    let small = ask_from(&ada, "192.0.2.1", "{ __typename }").await;
    assert!(left(&small) > 20_000 - 2 * REQUEST);
    let tracks = |first: u32| {
        let id = data::playlist_id(50);
        format!(
            "{{ playlist(id: \"{id}\") {{ tracks(first: {first}) {{ nodes {{ uri name }} }} }} }}"
        )
    };
    let page = ask_from(&ada, "192.0.2.1", &tracks(1000)).await;
    page.data();
    let paid = left(&small) - left(&page);
    assert!((2000..10_000).contains(&paid), "{paid}");
    let calls = loop {
        let calls = app.spotify.requests().len();
        let answer = ask_from(&ada, "192.0.2.1", &tracks(1000)).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert_limited(&answer);
            break calls;
        }
    };
    assert_eq!(app.spotify.requests().len(), calls);
}

#[tokio::test]
async fn bad_requests_are_paid_for_as_well() {
    let app = TestApp::with(points(300)).await;
    let caller = app.anonymous();
    for _ in 0..3 {
        let answer = ask_from(&caller, "192.0.2.1", "{").await;
        assert_eq!(answer.code(), "GRAPHQL_PARSE_FAILED");
    }
    assert_limited(&ask_from(&caller, "192.0.2.1", "{").await);
    let request = caller.request("GET", "/graphql");
    let answer = Answer::of(request.header("x-forwarded-for", "192.0.2.1")).await;
    assert_limited(&answer);
}

#[tokio::test]
async fn logins_have_a_limit_of_their_own() {
    let app = TestApp::with(|setup| {
        setup.config.fair_use = FairUse {
            logins_per_minute: NonZeroU32::new(3),
            ..FairUse::OFF
        };
    })
    .await;
    let browser = app.anonymous();
    for path in [
        "/login/spotify/",
        "/login/spotify/?code=x&state=y",
        "/login/spotify/",
    ] {
        assert_ne!(browser.get(path).await.status, 429, "{path}");
    }
    let limited = browser.get("/login/spotify/").await;
    assert_eq!(limited.status, 429);
    assert_eq!(limited.json()["ok"], false);
    let wait: i64 = limited.header(RETRY_AFTER).parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let page = browser.request("GET", "/login/spotify/");
    let page = Answer::of(page.header("accept", "text/html")).await;
    assert_eq!(page.status, 429);
    assert!(page.text().contains("too many logins"), "{}", page.text());
    // The rest is not touched.
    assert_eq!(browser.get("/").await.status, 200);
    browser.query("{ __typename }").await.data();

    app.clock.advance(TimeDelta::seconds(wait));
    assert_eq!(browser.get("/login/spotify/").await.status, 303);
}

#[tokio::test]
async fn a_login_that_cannot_begin_does_not_count() {
    let app = TestApp::with(|setup| {
        setup.config.fair_use = FairUse {
            logins_per_minute: NonZeroU32::new(1),
            ..FairUse::OFF
        };
    })
    .await;
    let browser = app.anonymous();
    let refused = async || {
        for path in [
            "/login/spotify/?redirect_uri=https://evil.example/",
            "/login/spotify/?code_challenge=x",
            "/login/spotify/?state=y",
            "/login/spotify/?code=x&code=y",
        ] {
            assert_eq!(browser.get(path).await.status, 400, "{path}");
        }
        assert_eq!(browser.get("/login/spotify").await.status, 308);
    };
    refused().await;
    assert_eq!(browser.get("/login/spotify/").await.status, 303);
    assert_eq!(browser.get("/login/spotify/").await.status, 429);
    // Nor is it refused for another reason than its own.
    refused().await;
}

#[tokio::test]
async fn without_limits_nothing_is_counted_or_told() {
    let app = TestApp::start().await;
    let answer = app.anonymous().query("{ __typename }").await;
    assert_eq!(answer.headers.get(RATELIMIT), None);
    assert_eq!(answer.headers.get(RATELIMIT_POLICY), None);
}
