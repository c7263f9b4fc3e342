//! A change of secrets as docs/deploy.md has it, with the real binary.

use std::process::Output;

use lockstep_api::simulator::data;
use lockstep_api::store::testing::TestDatabase;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use serde_json::json;

use super::{Process, run};
use crate::support::Answer;

const OLD: &str = "the old secret, with a comma in it: it is the Flask server's";
const NEW: &str = "the new secret that tests change to";

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Asks Spotify in the name of a session.
async fn library(server: &Process, session: &str) -> Answer {
    let ask = json!({ "query": "{ me { playlists(first: 1) { totalCount } } }" });
    let request = server.request("POST", "/graphql").header(COOKIE, session);
    Answer::of(request.json(&ask)).await
}

#[tokio::test]
async fn secrets_change_while_people_are_logged_in() {
    for database in TestDatabase::all().await {
        let url = database.url();
        let on_database = ("DATABASE_URL", url.as_str());
        let old = [
            on_database,
            ("FLASK_SECRET_KEY", OLD),
            ("SESSION_SECRET", ""),
        ];
        let both = [
            on_database,
            ("FLASK_SECRET_KEY", OLD),
            ("SESSION_SECRET", NEW),
        ];
        let new = [on_database, ("SESSION_SECRET", NEW)];

        let before = Process::with(&old).await;
        let session = before.log_in(data::ADA).await;
        let begun = before.get("/login/spotify/").await;
        let server = before.beside(&both).await;

        // A login that began before ends after.
        let consent = begun.header(LOCATION);
        let allow = lockstep_api::simulator::Decision::Allow;
        let back = server.spotify.authorize(&consent, data::MINSEO, allow);
        let back: url::Url = back.unwrap().parse().unwrap();
        let path = format!("{}?{}", back.path(), back.query().unwrap());
        let landed = server.request("GET", &path);
        let landed = Answer::of(landed.header(COOKIE, begun.header(SET_COOKIE))).await;
        assert_eq!(landed.header(LOCATION), "/", "{}", landed.text());

        // The old secret does not know what the new one sealed: the command says so.
        let lacking = run(&["reseal"], &old).await;
        assert_eq!(lacking.status.code(), Some(1));
        let text = said(&lacking);
        assert!(
            text.contains("before: 1") && text.contains("left: 1"),
            "{text}"
        );
        assert!(text.contains("SESSION_SECRET does not list"), "{text}");
        let error = String::from_utf8_lossy(&lacking.stderr);
        assert!(error.contains("some tokens still need"), "{error}");

        // While it serves.
        let asking = futures_util::future::join_all((0..20).map(|_| library(&server, &session)));
        let (answers, done) = tokio::join!(asking, run(&["reseal"], &both));
        for answer in answers {
            answer.data();
        }
        assert!(done.status.success(), "{done:?}");
        let text = said(&done);
        assert_eq!(
            text,
            "sealed with the first secret before: 1\nsealed anew: 1\nleft: 0\n"
        );
        for secret in [OLD, NEW] {
            assert!(!format!("{done:?}").contains(secret));
        }

        // Twice is no harm, and the old one can go.
        for secrets in [&both[..], &new[..]] {
            let again = run(&["reseal"], secrets).await;
            assert!(again.status.success(), "{again:?}");
            let text = said(&again);
            assert!(text.contains("before: 2\nsealed anew: 0\n"), "{text}");
        }
        let server = server.beside(&new).await;
        library(&server, &session).await.data();
        server.spotify.expire_access_tokens();
        library(&server, &session).await.data();
    }
}

#[tokio::test]
async fn instances_restarted_one_after_the_other_open_what_the_others_seal() {
    const PLAIN: &str = "the old secret that tests change from";
    for database in TestDatabase::all().await {
        let url = database.url();
        let lists = [
            PLAIN.to_owned(),
            format!("{PLAIN},{NEW}"),
            format!("{NEW},{PLAIN}"),
            NEW.to_owned(),
        ];
        let start = async |from: &Process, list: &str| {
            let settings = [("DATABASE_URL", url.as_str()), ("SESSION_SECRET", list)];
            from.beside(&settings).await
        };
        let spotify = Process::start().await;
        let mut one = start(&spotify, &lists[0]).await;
        let mut other = start(&spotify, &lists[0]).await;
        for (step, list) in lists.iter().enumerate().skip(1) {
            if step == 3 {
                let settings = [
                    ("DATABASE_URL", url.as_str()),
                    ("SESSION_SECRET", &lists[2]),
                ];
                assert!(run(&["reseal"], &settings).await.status.success());
            }
            one = start(&one, list).await;
            let session = one.log_in(data::ADA).await;
            library(&other, &session).await.data();
            other = start(&other, list).await;
            library(&other, &session).await.data();
        }
    }
}

#[tokio::test]
async fn resealing_without_a_secret_says_what_is_missing() {
    let output = run(&["reseal"], &[("SESSION_SECRET", "")]).await;
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("SESSION_SECRET is not set"), "{error}");
    assert!(!error.contains("SPOTIFY_CLIENT_ID"), "{error}");
}

/// In another directory than the servers', a relative path is of another file.
#[tokio::test]
async fn a_database_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lockstep.db");
    let url = format!("sqlite://{}", file.display());
    let output = run(
        &["reseal"],
        &[("DATABASE_URL", &url), ("SESSION_SECRET", NEW)],
    )
    .await;
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("there is no database there"), "{error}");
    assert!(!file.exists());
}
