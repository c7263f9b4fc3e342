//! One concern a file.

mod catch_panic;
mod drain;
mod request_id;
mod request_log;
mod security_headers;
mod trace_context;

pub(super) use catch_panic::{catch_panic, message};
pub(super) use drain::drain;
pub(super) use request_id::RequestId;
pub(super) use request_log::request_log;
pub(super) use security_headers::security_headers;
