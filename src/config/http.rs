//! The listener and what it lets in.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// The public listener.
#[derive(Clone, Debug)]
pub struct Http {
    /// `LISTEN_ADDR`
    pub listen_addr: SocketAddr,
    /// `REQUEST_TIMEOUT_SECONDS`: a whole GraphQL request, retries and waits included.
    pub request_timeout: Duration,
    /// `MAX_UPLOAD_BYTES`: the largest request body, in bytes.
    pub max_upload_bytes: usize,
    /// `UPLOAD_MEMORY_BYTES`: of all requests' bodies together, beyond what a body that uploads
    /// nothing may have. At least `max_upload_bytes`.
    pub upload_memory_bytes: usize,
    /// `ANSWER_MEMORY_BYTES`: of the collections in all requests' answers together. At least one answer's.
    pub answer_memory_bytes: u64,
    /// `CORS_ALLOWED_ORIGINS`: compared exactly, as a browser sends them.
    pub cors_allowed_origins: Vec<String>,
    /// `TRUSTED_PROXY_HOPS`: how many reverse proxies stand in front.
    pub trusted_proxy_hops: usize,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen_addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 8000)),
            request_timeout: Duration::from_secs(30),
            max_upload_bytes: 16 * 1024 * 1024,
            upload_memory_bytes: 256 * 1024 * 1024,
            answer_memory_bytes: 512 * 1024 * 1024,
            cors_allowed_origins: Vec::new(),
            trusted_proxy_hops: 0,
        }
    }
}
