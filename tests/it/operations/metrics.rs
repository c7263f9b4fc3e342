use std::time::Duration;

use chrono::TimeDelta;
use lockstep_api::config::DatabaseUrl;
use lockstep_api::graphql::Code;
use lockstep_api::simulator::{Fault, RetryAfter, Rule, data};
use reqwest::header::CONTENT_TYPE;

use crate::support::TestApp;

const SPOTIFY_ME: &str = "GET /v1/me";

async fn metrics(app: &TestApp) -> String {
    let answer = app.anonymous().get(&app.operations_url("/metrics")).await;
    answer.text().to_owned()
}

/// The value of one series, named as it is written; 0 where it is not there yet.
fn value(text: &str, series: &str) -> f64 {
    text.lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))
        .map_or(0.0, |value| value.parse().unwrap())
}

#[tokio::test]
async fn metrics_are_in_the_text_format_that_prometheus_reads() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get(&app.operations_url("/metrics")).await;
    let media_type = answer.header(CONTENT_TYPE);
    assert!(media_type.starts_with("application/openmetrics-text"));
    let text = answer.text();
    assert!(text.ends_with("# EOF\n"));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        assert!(
            series.starts_with("lockstep_") || series.starts_with("process_"),
            "{line}"
        );
    }
    let version = format!(
        "lockstep_build_info{{version=\"{}\"}}",
        env!("CARGO_PKG_VERSION")
    );
    assert!((value(text, &version) - 1.0).abs() < f64::EPSILON);
    for process in [
        "process_start_time_seconds",
        #[cfg(target_os = "linux")]
        "process_resident_memory_bytes",
        #[cfg(target_os = "linux")]
        "process_open_fds",
        #[cfg(target_os = "linux")]
        "process_max_fds",
        #[cfg(target_os = "linux")]
        "process_threads",
    ] {
        assert!(value(text, process) > 0.0, "{process} in {text}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_operation_and_code() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    ada.query("{ me { id } }").await.data();
    ada.query("query Twice { me { uri } }").await.data();
    app.anonymous().query("{ me { id } }").await.code();
    ada.query("{ me { id } playlist(id: \"?\") { id } }").await;
    ada.query("{ nothing }").await;
    ada.query("{").await;
    ada.get("/").await;
    ada.get("/nowhere").await;

    let text = metrics(&app).await;
    for (series, count) in [
        (
            "lockstep_graphql_requests_total{operation=\"query\",field=\"me\",code=\"OK\"}",
            2.0,
        ),
        (
            "lockstep_graphql_requests_total{operation=\"query\",field=\"me\",code=\"UNAUTHENTICATED\"}",
            1.0,
        ),
        (
            "lockstep_graphql_requests_total{operation=\"query\",field=\"several\",code=\"BAD_USER_INPUT\"}",
            1.0,
        ),
        (
            "lockstep_graphql_requests_total{operation=\"query\",field=\"other\",code=\"GRAPHQL_VALIDATION_FAILED\"}",
            1.0,
        ),
        (
            "lockstep_graphql_requests_total{operation=\"none\",field=\"none\",code=\"GRAPHQL_PARSE_FAILED\"}",
            1.0,
        ),
        (
            "lockstep_graphql_errors_total{code=\"UNAUTHENTICATED\"}",
            1.0,
        ),
        (
            "lockstep_http_requests_total{method=\"GET\",route=\"/\",status=\"200\"}",
            1.0,
        ),
        (
            "lockstep_http_requests_total{method=\"GET\",route=\"other\",status=\"404\"}",
            1.0,
        ),
        (
            "lockstep_http_request_duration_seconds_count{route=\"/graphql\"}",
            6.0,
        ),
        ("lockstep_http_requests_in_flight", 0.0),
    ] {
        assert!(
            (value(&text, series) - count).abs() < f64::EPSILON,
            "{series} is not {count}: {text}"
        );
    }
}

#[tokio::test]
async fn what_clients_make_up_makes_no_series() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for n in 0..20 {
        ada.query(&format!("query Made{n} {{ a{n}: made{n} }}"))
            .await;
        ada.get(&format!("/made{n}")).await;
        let method = format!("MADE{n}");
        let _ = ada.request(&method, "/graphql").send().await.unwrap();
    }
    let text = metrics(&app).await;
    assert!(!text.to_lowercase().contains("made"), "{text}");
    let series = text.lines().filter(|line| !line.starts_with('#')).count();
    assert!(series < 200, "{series} series");
}

#[tokio::test]
async fn calls_to_spotify_are_counted_by_endpoint_and_status() {
    let app = TestApp::start().await;
    app.spotify
        .inject(Rule::on(SPOTIFY_ME, Fault::status(502)).times(1));
    app.spotify
        .inject(Rule::on(SPOTIFY_ME, Fault::Drop).times(1));
    app.bearer(data::ADA).query("{ me { id } }").await.data();
    let text = metrics(&app).await;
    for status in ["200", "502", "none"] {
        let series =
            format!("lockstep_spotify_requests_total{{endpoint=\"/v1/me\",status=\"{status}\"}}");
        assert!(value(&text, &series) >= 1.0, "{series}: {text}");
    }
    let took = "lockstep_spotify_request_duration_seconds_count{endpoint=\"/v1/me\"}";
    assert!(value(&text, took) >= 3.0, "{text}");
    let waits = "lockstep_spotify_gate_wait_seconds_count{gate=\"api\"}";
    assert!(value(&text, waits) >= 3.0, "{text}");
}

#[tokio::test]
async fn a_rate_limit_is_seen_from_the_gate() {
    let app = TestApp::start().await;
    let open = metrics(&app).await;
    let opens_in = "lockstep_spotify_gate_opens_in_seconds{gate=\"api\"}";
    assert!(value(&open, opens_in).abs() < f64::EPSILON);
    let limited = Fault::RateLimited(RetryAfter::Seconds(100));
    app.spotify.inject(Rule::on(SPOTIFY_ME, limited).times(1));
    let answer = app.bearer(data::ADA).query("{ me { id } }").await;
    assert_eq!(answer.code(), "RATE_LIMITED");
    let text = metrics(&app).await;
    let shut = "lockstep_spotify_gate_shut_total{gate=\"api\"}";
    assert!((value(&text, shut) - 1.0).abs() < f64::EPSILON, "{text}");
    let left = value(&text, opens_in);
    assert!((90.0..=100.0).contains(&left), "{left}");
}

#[tokio::test]
async fn whose_a_bearer_is_is_asked_once_and_counted() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for _ in 0..3 {
        ada.query("{ me { id } }").await.data();
    }
    let text = metrics(&app).await;
    for (outcome, count) in [("miss", 1.0), ("hit", 2.0)] {
        let series = format!("lockstep_identity_lookups_total{{outcome=\"{outcome}\"}}");
        assert!(
            (value(&text, &series) - count).abs() < f64::EPSILON,
            "{text}"
        );
    }
    assert_eq!(app.spotify.count(SPOTIFY_ME), 1);
}

#[tokio::test]
async fn logins_and_refreshes_are_counted() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.anonymous()
        .get("/login/spotify/?code=made&state=up")
        .await;
    let ask = "{ me { playlists(first: 1) { nodes { id } } } }";
    app.clock.advance(TimeDelta::minutes(59));
    ada.query(ask).await.data();
    app.spotify.revoke(data::ADA);
    app.clock.advance(TimeDelta::hours(2));
    assert_eq!(ada.query(ask).await.code(), "REAUTHORIZATION_REQUIRED");
    let text = metrics(&app).await;
    for series in [
        "lockstep_logins_total{outcome=\"done\"}",
        "lockstep_logins_total{outcome=\"unknown_state\"}",
        "lockstep_token_refreshes_total{outcome=\"refreshed\"}",
        "lockstep_token_refreshes_total{outcome=\"refused\"}",
        "lockstep_spotify_requests_total{endpoint=\"/api/token\",status=\"400\"}",
    ] {
        assert!(
            (value(&text, series) - 1.0).abs() < f64::EPSILON,
            "{series}: {text}"
        );
    }
}

#[tokio::test]
async fn what_an_alert_waits_for_is_counted_from_0_on() {
    let app = TestApp::start().await;
    let text = metrics(&app).await;
    let codes = Code::ALL.iter().map(|code| code.as_str());
    let codes = codes.map(|code| format!("lockstep_graphql_errors_total{{code=\"{code}\"}} 0"));
    let outcomes = ["token_refreshes", "logins"].map(|what| {
        let outcome = |outcome| format!("lockstep_{what}_total{{outcome=\"{outcome}\"}} 0");
        ["refused", "failed"].map(outcome)
    });
    let lost = "lockstep_token_refreshes_total{outcome=\"lost\"} 0".to_owned();
    for series in codes.chain(outcomes.into_iter().flatten()).chain([lost]) {
        assert!(text.lines().any(|line| line == series), "{series}: {text}");
    }
}

#[tokio::test]
async fn the_databases_connections_are_seen() {
    let app = TestApp::start().await;
    app.logged_in(data::ADA).await;
    let text = metrics(&app).await;
    let pools: &[&str] = match app.config.database.url {
        DatabaseUrl::Sqlite(_) => &["sqlite_writer", "sqlite_readers"],
        DatabaseUrl::Postgres(_) => &["postgres"],
    };
    for pool in pools {
        let series = |name: &str| format!("lockstep_database_pool_{name}{{pool=\"{pool}\"}}");
        assert!(value(&text, &series("size")) >= 1.0, "{text}");
        assert!(value(&text, &series("open")) >= 1.0, "{text}");
        assert!(text.contains(&series("in_use")), "{text}");
        assert!(text.contains(&series("waiting")), "{text}");
    }
    assert!(
        value(&text, "lockstep_database_statements_total") > 3.0,
        "{text}"
    );
}

#[tokio::test]
async fn a_request_under_way_and_one_whose_client_left_are_seen() {
    let app = TestApp::start().await;
    app.spotify.inject(Rule::on(SPOTIFY_ME, Fault::Hang));
    let ada = app.bearer(data::ADA);
    let asking = tokio::spawn(async move { ada.query("{ me { id } }").await });
    app.spotify.wait_for(SPOTIFY_ME, 1).await;
    let in_flight = "lockstep_http_requests_in_flight";
    assert!((value(&metrics(&app).await, in_flight) - 1.0).abs() < f64::EPSILON);
    asking.abort();
    let left = "lockstep_http_requests_total{method=\"POST\",route=\"/graphql\",status=\"none\"}";
    let noticed = async {
        // Each round is a request of its own: nothing here waits for time to pass.
        while value(&metrics(&app).await, left) < 1.0 {}
    };
    tokio::time::timeout(Duration::from_secs(20), noticed)
        .await
        .unwrap();
    assert!(value(&metrics(&app).await, in_flight).abs() < f64::EPSILON);
}

/// The reference in the documentation is complete, and nothing in it is made up.
#[tokio::test]
async fn every_metric_is_documented() {
    let reference = include_str!("../../../docs/metrics.md");
    let documented = reference
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(['`', '{']).next())
        .map(str::to_owned)
        .collect::<std::collections::BTreeSet<_>>();
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    ada.query("{ me { playlists(first: 1) { nodes { id } } } }")
        .await
        .data();
    app.bearer(data::ADA).query("{ me { id } }").await.data();
    app.anonymous().query("{ me { id } }").await.code();
    app.clock.advance(TimeDelta::hours(2));
    ada.query("{ me { playlists(first: 1) { nodes { id } } } }")
        .await
        .data();
    let limited = Fault::RateLimited(RetryAfter::Seconds(100));
    app.spotify
        .inject(Rule::on("GET /v1/me*", limited).times(1));
    ada.query("{ me { playlists(first: 1) { nodes { id } } } }")
        .await
        .code();
    let text = metrics(&app).await;
    let mut missing = Vec::new();
    let mut kinds = std::collections::BTreeMap::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').unwrap();
        let name = match kind {
            "counter" => format!("{name}_total"),
            "info" => format!("{name}_info"),
            _ => name.to_owned(),
        };
        if !documented.contains(&name) {
            missing.push(name.clone());
        }
        kinds.insert(name, kind.to_owned());
    }
    assert!(missing.is_empty(), "not in docs/metrics.md: {missing:?}");
    let made_up = documented.iter().filter(|name| !kinds.contains_key(*name));
    let made_up: Vec<_> = made_up.collect();
    assert!(made_up.is_empty(), "only in docs/metrics.md: {made_up:?}");
}
