//! Backup and restore as docs/deploy.md has them.

use std::path::Path;
use std::process::Command;

use lockstep_api::config::DatabaseUrl;
use lockstep_api::simulator::data;
use lockstep_api::store::testing::TestDatabase;
use serde_json::json;

use super::tools::tool;
use crate::support::TestApp;

const READ: &str = "{ metadata(trackId: \"6rqhFgbbKwnb9MLmUQDhG6\") { id collection } }";

async fn uploaded(app: &TestApp) -> String {
    let ada = app.bearer(data::ADA);
    let upload = ada.upload("6rqhFgbbKwnb9MLmUQDhG6", "beats", 1, r#"{"n":1.5}"#);
    let id = upload.await.uploaded()["id"].clone();
    id.as_str().unwrap().to_owned()
}

async fn app_on(url: DatabaseUrl) -> TestApp {
    TestApp::with(|setup| setup.config.database.url = url).await
}

async fn assert_restored(app: &TestApp, id: &str) {
    let found = app.bearer(data::ADA).query(READ).await.data();
    assert_eq!(
        found["metadata"],
        json!({ "id": id, "collection": { "n": 1.5 } })
    );
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
}

#[tokio::test]
async fn sqlite_is_copied_while_it_is_written_to() {
    let Some(sqlite3) = tool("sqlite3") else {
        return;
    };
    let app = TestApp::on_sqlite().await;
    let id = uploaded(&app).await;
    let file = |name: &str| app.directory().join(name);
    let backups = [file("backup.db"), file("vacuumed.db")];
    for (how, to) in [(".backup", &backups[0]), ("VACUUM INTO", &backups[1])] {
        let command = format!("{how} '{}'", to.display());
        run(Command::new(&sqlite3).arg(app.sqlite_file()).arg(command));
    }
    for backup in backups {
        let restored = app_on(DatabaseUrl::Sqlite(backup)).await;
        assert_restored(&restored, &id).await;
    }
}

#[tokio::test]
async fn postgresql_is_dumped_and_restored() {
    let (Some(dump), Some(restore)) = (tool("pg_dump"), tool("pg_restore")) else {
        return;
    };
    let (Some(from), Some(to)) = (
        TestDatabase::postgres().await,
        TestDatabase::postgres().await,
    ) else {
        return;
    };
    let plain = |database: &TestDatabase| {
        let mut url: url::Url = database.url().parse().unwrap();
        url.set_query(None);
        url.to_string()
    };
    let app = app_on(from.config().url).await;
    let id = uploaded(&app).await;
    let file = app.directory().join("lockstep.dump");
    let file: &Path = &file;
    run(Command::new(dump)
        .args(["--format=custom", "--no-owner", "--file"])
        .arg(file)
        .arg(plain(&from)));
    run(Command::new(restore)
        .args(["--exit-on-error", "--no-owner", "--dbname"])
        .arg(plain(&to))
        .arg(file));
    let restored = app_on(to.config().url).await;
    assert_restored(&restored, &id).await;
}
