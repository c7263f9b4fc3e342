//! One concern a file.

mod request_id;
mod request_log;
mod security_headers;

pub use request_id::RequestId;
pub use request_log::request_log;
pub use security_headers::security_headers;
