//! Moving in from the Flask server. The fixture was made by that server itself, its bad days
//! included: `answered.json` is what it answered for each track before it was switched off.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use lockstep_api::auth::Cipher;
use lockstep_api::import::{self, Report, Source};
use lockstep_api::simulator::data;
use lockstep_api::store::testing::TestDatabase;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::operations::{Process, run};
use crate::support::{Answer, Caller, TestApp};

fn source() -> Source {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/flask");
    Source {
        tokens: fixtures.join("spotify_tokens.db"),
        collections: fixtures.join("uploaded_collections"),
        dry_run: false,
    }
}

async fn import_into(app: &TestApp) -> Report {
    let cipher = Cipher::new(&app.config.secrets).unwrap();
    import::run(&source(), Some(&app.store), &cipher)
        .await
        .unwrap()
}

#[tokio::test]
async fn everybody_finds_what_the_flask_server_gave_them() {
    let app = TestApp::start().await;
    import_into(&app).await;
    let answered = std::fs::read_to_string(source().tokens.with_file_name("answered.json"));
    let answered: Value = serde_json::from_str(&answered.unwrap()).unwrap();
    let mut compared = 0;
    for person in [data::ADA, data::MINSEO] {
        let caller = app.bearer(person);
        for (asked, collection) in answered[person].as_object().unwrap() {
            let (track, kind) = asked.rsplit_once(' ').unwrap();
            let query = "query($track: ID!, $type: String!) {
                metadata(trackId: $track, type: $type) { collection } }";
            let answer = caller
                .graphql(query, json!({ "track": track, "type": kind }))
                .await;
            assert_eq!(
                &answer.data()["metadata"]["collection"],
                collection,
                "{asked}"
            );
            compared += 1;
        }
        let me = caller.query("{ me { tokenExpiresAt } }").await;
        assert!(me.data()["me"]["tokenExpiresAt"].is_string());
    }
    assert_eq!(compared, 8);
}

#[tokio::test]
async fn what_cannot_be_taken_over_is_listed_and_skipped() {
    let app = TestApp::start().await;
    let report = import_into(&app).await;
    assert_eq!((report.tokens_added, report.uploads_added), (2, 10));
    let listed = report.to_string();
    for (what, why) in [
        ("_nan_", "expected value"),
        ("not_a_track", "no track of Spotify's"),
        ("two words", "must be 1 to 64 letters"),
        ("_gone_", "cannot be read"),
        ("_array_", "must be a JSON object"),
        ("tokens of nobody", "spotify_user_id is empty"),
    ] {
        let line = listed.lines().find(|line| line.contains(what));
        assert!(
            line.is_some_and(|line| line.contains(why)),
            "{what}: {listed}"
        );
    }
    assert_eq!(report.skipped.len(), 6, "{listed}");
}

#[tokio::test]
async fn importing_twice_adds_nothing_and_changes_nothing() {
    let app = TestApp::start().await;
    import_into(&app).await;
    let ada = app.bearer(data::ADA);
    let query = r#"{ metadata(trackId: "6rqhFgbbKwnb9MLmUQDhG6") { id version } }"#;
    let before = ada.query(query).await.data();
    assert_eq!(
        before["metadata"]["version"], 1,
        "the last upload, not the highest version"
    );
    let second = import_into(&app).await;
    assert_eq!((second.tokens_added, second.uploads_added), (0, 0));
    assert_eq!(ada.query(query).await.data(), before);
}

/// Somebody who has uploaded something of their own here, and whose uploads were imported then.
async fn uploaded_before_the_import() -> (TestApp, Caller) {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let upload = ada.upload("6rqhFgbbKwnb9MLmUQDhG6", "beats", 9, r#"{"new":true}"#);
    upload.await.data();
    import_into(&app).await;
    (app, ada)
}

#[tokio::test]
async fn what_was_uploaded_here_meanwhile_stays_the_newest() {
    let (_app, ada) = uploaded_before_the_import().await;
    let query = r#"{ metadata(trackId: "6rqhFgbbKwnb9MLmUQDhG6") { version } }"#;
    assert_eq!(ada.query(query).await.data()["metadata"]["version"], 9);
}

#[tokio::test]
async fn what_is_taken_over_stands_among_all_uploads_at_its_time() {
    let (_app, ada) = uploaded_before_the_import().await;
    let query = "{ me { metadata { nodes { createdAt } } } }";
    let data = ada.query(query).await.data();
    let uploads = data["me"]["metadata"]["nodes"].as_array().unwrap().iter();
    let times: Vec<DateTime<Utc>> = uploads
        .map(|upload| upload["createdAt"].as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!(times.len(), 6);
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
}

#[tokio::test]
async fn who_had_left_when_it_was_imported_finds_all_of_it_on_coming_back() {
    let (app, ada) = uploaded_before_the_import().await;
    let count = "{ me { id metadata { totalCount } } }";
    let before = ada.query(count).await.data();
    let leave = "mutation { disconnect(input: {deleteUploads: false}) { keptUploads } }";
    app.logged_in(data::ADA).await.query(leave).await.data();
    import_into(&app).await;
    assert_eq!(app.bearer(data::ADA).query(count).await.data(), before);
    assert_eq!(
        app.logged_in(data::ADA).await.query(count).await.data(),
        before
    );
    assert_eq!(app.count_rows("people"), 2);
}

fn cipher() -> Cipher {
    let secret = SecretString::from("a secret that is used in tests only");
    Cipher::new(&secret.into()).unwrap()
}

#[tokio::test]
async fn a_dry_run_judges_all_and_needs_no_database() {
    let cipher = cipher();
    let report = import::run(&source(), None, &cipher).await.unwrap();
    assert_eq!((report.tokens_found, report.uploads_found), (2, 10));
    assert_eq!((report.tokens_added, report.uploads_added), (0, 0));
    assert_eq!(report.skipped.len(), 6);
}

#[tokio::test]
async fn a_file_that_is_not_the_flask_servers_is_refused() {
    let cipher = cipher();
    for file in ["answered.json", "no-such-file"] {
        let source = Source {
            tokens: source().tokens.with_file_name(file),
            ..source()
        };
        let error = import::run(&source, None, &cipher).await.unwrap_err();
        assert!(error.to_string().contains(file), "{error}");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_before_anything_is_taken_over() {
    let app = TestApp::start().await;
    let source = Source {
        collections: source().collections.with_file_name("no-such-folder"),
        ..source()
    };
    let refused = import::run(&source, Some(&app.store), &cipher()).await;
    let told = refused.unwrap_err().to_string();
    assert!(
        told.contains("no-such-folder: there is no such folder"),
        "{told}"
    );
    let report = import_into(&app).await;
    assert_eq!((report.tokens_added, report.uploads_added), (2, 10));
}

#[tokio::test]
async fn the_command_reports_what_it_did_and_fails_where_it_skipped_something() {
    for database in TestDatabase::all().await {
        let url = database.url();
        let settings = [("DATABASE_URL", url.as_str())];
        let from = source();
        let (tokens, collections) = (from.tokens.to_str(), from.collections.to_str());
        let mut arguments = vec![
            "import",
            "--tokens",
            tokens.unwrap(),
            "--collections",
            collections.unwrap(),
        ];
        for added in ["2 read, 2 added, 0 here", "2 read, 0 added, 2 here"] {
            let output = run(&arguments, &settings).await;
            assert_eq!(output.status.code(), Some(1), "six were skipped");
            let report = String::from_utf8(output.stdout).unwrap();
            assert!(report.starts_with(&format!("tokens: {added}")), "{report}");
            assert!(report.contains("skipped: 6"), "{report}");
            let error = String::from_utf8(output.stderr).unwrap();
            assert!(error.contains("6 records were skipped"), "{error}");
        }
        arguments.push("--dry-run");
        let dry = run(
            &arguments,
            &[("DATABASE_URL", "postgres://nowhere.invalid/x")],
        )
        .await;
        let report = String::from_utf8(dry.stdout).unwrap();
        assert!(report.contains("uploads: 10 can be taken over"), "{report}");

        let server = Process::with(&settings).await;
        let query = "query ($t: ID!) { metadata(trackId: $t) { version } }";
        let variables = json!({ "t": "6rqhFgbbKwnb9MLmUQDhG6" });
        let found = Answer::of(server.graphql(data::ADA, query, &variables)).await;
        assert_eq!(found.data()["metadata"]["version"], 1);
    }
}

#[tokio::test]
async fn the_command_leaves_what_is_not_the_flask_servers_alone() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let empty = file("empty.db", b"");
    let text = file(
        "text.db",
        &b"not a database, but long enough to be one\n".repeat(50),
    );
    let missing = folder
        .path()
        .join("missing.db")
        .to_str()
        .unwrap()
        .to_owned();
    for (tokens, expected) in [
        (&empty, "not the Flask server's database"),
        (&text, "not the Flask server's database"),
        (&missing, "there is no such file"),
    ] {
        let before = std::fs::read(tokens).ok();
        let arguments = ["import", "--tokens", tokens, "--collections", "nowhere"];
        let output = run(&arguments, &[]).await;
        assert_eq!(output.status.code(), Some(1));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(expected), "{tokens}: {error}");
        assert_eq!(std::fs::read(tokens).ok(), before, "{tokens}");
    }
}
