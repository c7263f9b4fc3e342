use lockstep_api::simulator::data;
use lockstep_api::store::testing::TestDatabase;

use super::Process;

#[tokio::test]
async fn sessions_and_logins_that_have_ended_are_removed() {
    let database = TestDatabase::sqlite();
    let url = database.url();
    let settings = [("DATABASE_URL", url.as_str())];
    let server = Process::with(&settings).await;
    for _ in 0..2 {
        server.log_in(data::ADA).await;
    }
    drop(server);
    let sessions = "SELECT cast(count(*) AS text) AS line FROM sessions";
    assert_eq!(database.lines(sessions).await, ["2"]);
    database
        .execute(
            "UPDATE sessions SET expires_at = 1 \
             WHERE secret_hash = (SELECT min(secret_hash) FROM sessions)",
        )
        .await;
    let logins = "SELECT cast(count(*) AS text) AS line FROM finished_logins";
    assert_eq!(database.lines(logins).await, ["2"]);
    database
        .execute(
            "UPDATE finished_logins SET expires_at = 1 \
             WHERE state_hash = (SELECT min(state_hash) FROM finished_logins)",
        )
        .await;
    let server = Process::with(&settings).await;
    let line = server.logged("sessions that had ended").await;
    assert_eq!(line["sessions"], 1);
    assert_eq!(database.lines(sessions).await, ["1"]);
    let removed = async { while database.lines(logins).await != ["1"] {} };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(30), removed);
    in_time
        .await
        .expect("the login that is long over is removed");
}
