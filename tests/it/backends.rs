//! What is kept in the database is tested on both: here the same tests run again, on PostgreSQL.

use std::process::Command;

use lockstep_api::store::testing::TestDatabase;
use tokio::task::spawn_blocking;

/// What stands or falls with the database. The rest runs there too with `TEST_BACKEND=postgres`, and in
/// `.ci/run`, which names these.
const AREAS: [&str; 4] = ["import::", "login::", "metadata::", "tokens::"];

#[tokio::test]
async fn what_is_stored_holds_on_postgresql_too() {
    // Who names a database has all tests on it.
    if std::env::var_os("TEST_BACKEND").is_some() {
        return;
    }
    if TestDatabase::postgres().await.is_none() {
        return;
    }
    let mut tests = Command::new(std::env::current_exe().unwrap());
    tests.args(AREAS).env("TEST_BACKEND", "postgres");
    let output = spawn_blocking(move || tests.output())
        .await
        .unwrap()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "on PostgreSQL: {said}");
    let passed = said.rsplit("test result: ok. ").next().unwrap();
    let passed: usize = passed.split(' ').next().unwrap().parse().unwrap();
    assert!(passed > 100, "only {passed} tests ran: {said}");
}

#[test]
fn ci_runs_the_rest_there() {
    let ci = include_str!("../../.ci/run");
    assert!(ci.contains("TEST_BACKEND=postgres"));
    let skipped = AREAS.map(|area| format!("--skip {area}")).join(" ");
    assert!(ci.contains(&format!("\n  {skipped}\n")), "{skipped}");
}
