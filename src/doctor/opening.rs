//! What a start opens besides the database.

use super::report::Report;
use crate::config::Config;
use crate::graphql::PersistedDocuments;

pub(super) fn examine(config: &Config, report: &mut Report) {
    trusted_documents(config, report);
}

fn trusted_documents(config: &Config, report: &mut Report) {
    const SUBJECT: &str = "documents";
    if config.documents.trusted.is_none() {
        return;
    }
    match PersistedDocuments::open(&config.documents) {
        Ok(_) => report.ok(SUBJECT, "TRUSTED_DOCUMENTS is understood"),
        Err(error) => report.problem(
            SUBJECT,
            error,
            "put the file right, or let TRUSTED_DOCUMENTS name one that this user can read",
        ),
    }
}
