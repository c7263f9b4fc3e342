//! Whether the database can be used, without bringing it up to date.

use super::report::Report;
use crate::causes::causes;
use crate::config;
use crate::store::{Examination, OpenError};

const SUBJECT: &str = "database";

pub(super) async fn examine(config: &config::Database) -> Report {
    let mut report = Report::default();
    match Examination::of(config).await {
        Err(error) => {
            let (what, advice) = told(&error);
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

/// What is wrong, and what to do about it.
fn told(error: &OpenError) -> (String, String) {
    const ADVICE: &str = "put DATABASE_URL right";
    match error {
        // Its semicolons are not before what to do.
        OpenError::InvalidUrl { .. } => (error.to_string(), ADVICE.to_owned()),
        OpenError::Other { .. } => (
            causes(error),
            "put that right, or name another database in DATABASE_URL".to_owned(),
        ),
        _ => {
            let text = error.to_string();
            // What the server says stands before, and may have semicolons too.
            let (what, advice) = text.rsplit_once("; ").unwrap_or((&text, ADVICE));
            (what.to_owned(), advice.to_owned())
        }
    }
}
