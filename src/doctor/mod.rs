//! `lockstep-api doctor`: looks at everything that a server needs, changes nothing, and says what to do
//! about each problem. No secret is ever printed.

mod database;
mod opening;
mod report;
mod settings;
mod spotify;

pub use report::Report;

use crate::clock::Clock;
use crate::config::{Args, Config, Database};

/// Examines the settings as given, and what they lead to.
pub async fn examine(args: &Args, clock: &Clock) -> Report {
    let mut report = Report::default();
    match Config::read(args) {
        Ok(config) => {
            settings::examine(args, &config, &mut report);
            opening::examine(&config, &mut report);
            let (database, spotify) = tokio::join!(
                database::examine(&config.database),
                spotify::examine(&config.spotify, clock)
            );
            report.add(database);
            report.add(spotify);
        }
        Err(problems) => {
            for problem in problems.iter() {
                report.problem("settings", problem, "set it in the environment or in .env");
            }
            if let Ok(database) = Database::read(args) {
                report.add(database::examine(&database).await);
            }
            report.warning(
                "spotify",
                "is not examined",
                "put the settings right first, and ask again",
            );
        }
    }
    report
}
