use lockstep_api::simulator::{Decision, data};
use lockstep_api::store::testing::TestDatabase;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};

use super::Process;
use crate::support::Answer;

#[tokio::test]
async fn sessions_that_have_ended_are_removed() {
    let database = TestDatabase::sqlite();
    let url = database.url();
    let settings = [("DATABASE_URL", url.as_str())];
    let server = Process::with(&settings).await;
    for _ in 0..2 {
        let out = server.get("/login/spotify/").await;
        let (consent, cookie) = (out.header(LOCATION), out.header(SET_COOKIE));
        let back = server
            .spotify
            .authorize(&consent, data::ADA, Decision::Allow);
        let back: url::Url = back.unwrap().parse().unwrap();
        let path = format!("{}?{}", back.path(), back.query().unwrap());
        Answer::of(server.request("GET", &path).header(COOKIE, cookie)).await;
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
    let server = Process::with(&settings).await;
    let line = server.logged("sessions that had ended").await;
    assert_eq!(line["sessions"], 1);
    assert_eq!(database.lines(sessions).await, ["1"]);
}
