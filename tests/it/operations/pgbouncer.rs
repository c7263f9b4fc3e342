//! The pgbouncer configuration of docs/deploy, as it is but for addresses and passwords.

use std::process::{Child, Command, Stdio};

use lockstep_api::config::DatabaseUrl;
use lockstep_api::simulator::data;
use lockstep_api::store::testing::TestDatabase;
use reqwest::StatusCode;
use serde_json::json;
use tempfile::TempDir;

use super::tools::{free_port, is_root, listening, tool};
use crate::support::TestApp;

const CONFIGURATION: &str = include_str!("../../../docs/deploy/pgbouncer.ini");

struct Pooler(Child);

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn two_instances_behind_pgbouncer_are_one_server() {
    let Some(pgbouncer) = tool("pgbouncer") else {
        return;
    };
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let mut url: url::Url = database.url().parse().unwrap();
    let port = free_port();
    let name = url.path().trim_start_matches('/').to_owned();
    let password = url
        .password()
        .map(|password| format!(" password={password}"));
    let server = format!(
        "{name} = host={} port={} dbname={name} user={}{}",
        url.host_str().unwrap(),
        url.port().unwrap_or(5432),
        url.username(),
        password.unwrap_or_default(),
    );
    let mut configuration = CONFIGURATION.to_owned();
    for (there, here) in [
        (
            "lockstep = host=127.0.0.1 port=5432 dbname=lockstep",
            server,
        ),
        ("listen_port = 6432", format!("listen_port = {port}")),
        ("auth_type = scram-sha-256", "auth_type = any".to_owned()),
        ("auth_file = /etc/pgbouncer/userlist.txt", String::new()),
    ] {
        assert!(
            configuration.contains(there),
            "{there} is not in the configuration"
        );
        configuration = configuration.replace(there, &here);
    }
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("pgbouncer.ini");
    std::fs::write(&file, configuration).unwrap();
    let mut command = Command::new(pgbouncer);
    if is_root() {
        command.args(["-u", "nobody"]);
    }
    let child = command
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _pooler = Pooler(child);
    listening(port).await;

    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(port)).unwrap();
    url.set_query(Some("pgbouncer=true"));
    let start = async || {
        let url = DatabaseUrl::Postgres(url.to_string().into());
        TestApp::with(|setup| setup.config.database.url = url).await
    };
    let (one, two) = tokio::join!(start(), start());
    let upload = |n: i64| {
        let app = if n % 2 == 0 { &one } else { &two };
        let ada = app.bearer(data::ADA);
        async move {
            let collection = json!({ "n": n });
            ada.upload("6rqhFgbbKwnb9MLmUQDhG6", "beats", n, collection)
                .await
        }
    };
    for answer in futures_util::future::join_all((0..40).map(upload)).await {
        answer.data();
    }
    let history = "SELECT cast(count(*) AS text) AS line FROM metadata";
    assert_eq!(database.lines(history).await, ["40"]);
    let session = one.logged_in(data::MINSEO).await;
    session.query("{ me { id } }").await.data();
    let ready = one.anonymous().get(&one.operations_url("/readyz")).await;
    assert_eq!(ready.status, StatusCode::OK);
}
