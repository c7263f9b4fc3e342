//! Three instances on one PostgreSQL behind nginx: one refresh among them, whoever dies.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use lockstep_api::simulator::{Fault, Rotation, Rule, data};
use lockstep_api::store::testing::TestDatabase;
use reqwest::header::COOKIE;
use serde_json::{Value, json};

use super::postgres_server::PostgresServer;
use super::site::{Place, Site};
use super::{ALONE, Process};
use crate::support::{Answer, refreshes};

const TOKEN: &str = "POST /api/token";
const REQUESTS: usize = 600;

/// Asks Spotify in a session's name.
fn ask() -> Value {
    json!({ "query": "{ me { playlists(first: 1) { totalCount } } }" })
}

async fn three_instances(database: &TestDatabase) -> Option<Site> {
    let (url, redirect_uri) = (database.url(), Place::ROOT.redirect_uri());
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("SPOTIFY_REDIRECT_URI", &redirect_uri),
        ("TRUSTED_PROXY_HOPS", "1"),
    ];
    let first = Process::with(&settings).await;
    let (second, third) = tokio::join!(first.beside(&settings), first.beside(&settings));
    first
        .spotify
        .configure(|options| options.rotation = Rotation::Rotate);
    let site = Site::start(Place::ROOT, vec![first, second, third]).await?;
    site.log_in(data::ADA).await;
    Some(site)
}

/// The moment at which the access token ends, here and at Spotify.
async fn expire(site: &Site, database: &TestDatabase) {
    let spotify = &site.instances[0].spotify;
    spotify.expire_access_tokens();
    database.execute("UPDATE tokens SET expires_at = 1").await;
    spotify.reset_counts();
}

/// Everybody asks at once, over a few connections; nginx lets 128 requests of each through at a time.
async fn all_are_answered(site: &Site) {
    let connections: Vec<_> = (0..3).map(|_| site.connection()).collect();
    let asking = (0..REQUESTS).map(|n| {
        let connection = &connections[n % connections.len()];
        Answer::of(site.request_by(connection, "POST", "graphql").json(&ask()))
    });
    for answer in join_all(asking).await {
        assert!(
            answer.errors().is_empty(),
            "{}{:#?}",
            answer.text(),
            warnings(site)
        );
    }
}

/// Why, if something went wrong.
fn warnings(site: &Site) -> Vec<String> {
    let logs = site.instances.iter().flat_map(Process::log);
    let mut warnings = logs.filter(|line| line.contains("WARN") || line.contains("ERROR"));
    warnings.by_ref().take(10).collect()
}

#[tokio::test]
async fn six_hundred_requests_at_the_moment_a_token_expires_make_one_refresh() {
    let _alone = ALONE.lock().await;
    let Some(postgres) = PostgresServer::start().await else {
        return;
    };
    let database = TestDatabase::on_server(&postgres.url()).await;
    let Some(site) = three_instances(&database).await else {
        return;
    };
    expire(&site, &database).await;
    all_are_answered(&site).await;
    assert_eq!(refreshes(&site.instances[0].spotify), 1);
    for instance in &site.instances {
        let log = instance.log();
        let answered = log.iter().filter(|line| line.contains("\"answered\""));
        assert!(answered.count() > REQUESTS / 10, "one did next to nothing");
    }

    // Spotify has ended a token that is good by the clock.
    let spotify = &site.instances[0].spotify;
    spotify.expire_access_tokens();
    spotify.reset_counts();
    all_are_answered(&site).await;
    assert_eq!(refreshes(&site.instances[0].spotify), 1);
}

#[tokio::test]
async fn when_the_instance_that_refreshes_is_killed_another_takes_over() {
    let _alone = ALONE.lock().await;
    let Some(postgres) = PostgresServer::start().await else {
        return;
    };
    let database = TestDatabase::on_server(&postgres.url()).await;
    let Some(mut site) = three_instances(&database).await else {
        return;
    };
    expire(&site, &database).await;
    let hang = Rule::on(TOKEN, Fault::Hang).with("grant_type", "refresh_token");
    site.instances[0].spotify.inject(hang.times(1));
    let request = site.instances[0].request("POST", "/graphql");
    let request = request.header(COOKIE, site.cookie()).json(&ask());
    let doomed = tokio::spawn(request.send());
    site.instances[0].spotify.wait_for(TOKEN, 1).await;

    let killed = async {
        // Once the others have work that waits for its result.
        for waiting in &site.instances[1..] {
            let in_flight = async || {
                let metrics = waiting.operations("/metrics").await;
                let lines = metrics.text().lines();
                let mut values =
                    lines.filter_map(|line| line.strip_prefix("lockstep_http_requests_in_flight "));
                values.next().unwrap().parse::<usize>().unwrap()
            };
            while in_flight().await < 10 {}
        }
        site.instances[0].signal("KILL");
        Instant::now()
    };
    let taken_over = async {
        site.instances[0].spotify.wait_for(TOKEN, 2).await;
        Instant::now()
    };
    // Nobody's request fails meanwhile.
    let (killed, taken_over, ()) = tokio::join!(killed, taken_over, all_are_answered(&site));
    let taken_over = taken_over - killed;
    eprintln!("taken over after {taken_over:?}");
    assert!(taken_over < Duration::from_secs(10));
    assert!(
        doomed.await.unwrap().is_err(),
        "the instance that died answered"
    );
    assert_eq!(
        refreshes(&site.instances[0].spotify),
        2,
        "the dead instance's, and the one that took over"
    );

    // The login goes on, with the refresh token that came of it.
    expire(&site, &database).await;
    all_are_answered(&site).await;
    assert_eq!(refreshes(&site.instances[0].spotify), 1);
    site.instances.remove(0).ended().await;
}
