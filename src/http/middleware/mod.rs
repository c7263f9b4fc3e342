//! One concern a file.

mod request_id;
mod request_log;
mod security_headers;

pub(super) use request_id::RequestId;
pub(super) use request_log::request_log;
pub(super) use security_headers::security_headers;
