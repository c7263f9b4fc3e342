//! Whether the database can be used, without bringing it up to date.

use super::report::Report;
use crate::config;
use crate::store::Examination;

const SUBJECT: &str = "database";

pub(super) async fn examine(config: &config::Database) -> Report {
    let mut report = Report::default();
    match Examination::of(config).await {
        Err(error) => {
            // What to do is in the text.
            let text = error.to_string();
            let (what, advice) = text.split_once("; ").unwrap_or((&text, "see its log"));
            report.problem(SUBJECT, what, advice);
        }
        Ok(Examination { exists: false, .. }) => {
            report.ok(SUBJECT, "is not there yet: the first start makes it");
        }
        Ok(Examination { pending, .. }) if pending.is_empty() => {
            report.ok(SUBJECT, "can be reached and written, and is up to date");
        }
        Ok(Examination { pending, .. }) => {
            report.ok(
                SUBJECT,
                format_args!(
                    "can be reached and written; {} migrations are pending ({}), which the next start \
                     applies, or lockstep-api migrate",
                    pending.len(),
                    pending.join(", ")
                ),
            );
        }
    }
    report
}
