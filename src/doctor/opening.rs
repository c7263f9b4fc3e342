//! What a start opens besides the database.

use std::net::{SocketAddr, TcpListener};

use super::report::Report;
use crate::config::Config;
use crate::graphql::PersistedDocuments;

pub(super) fn examine(config: &Config, report: &mut Report) {
    address("LISTEN_ADDR", config.http.listen_addr, report);
    if let Some(addr) = config.operations.addr {
        address("OPS_ADDR", addr, report);
    }
    trusted_documents(config, report);
}

/// Takes any port, as the server that is asked about may listen on its own.
fn address(subject: &'static str, mut addr: SocketAddr, report: &mut Report) {
    addr.set_port(0);
    if let Err(error) = TcpListener::bind(addr) {
        report.problem(
            subject,
            format_args!("{} cannot be listened on ({error})", addr.ip()),
            "set an address of this machine",
        );
    }
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
