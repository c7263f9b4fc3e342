//! What is logged, and how it is written.

use tracing_subscriber::filter::{LevelFilter, Targets};

/// The log's form and filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// `LOG_FORMAT`
    pub format: LogFormat,
    /// `RUST_LOG`
    pub filter: Targets,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: Targets::new().with_default(LevelFilter::INFO),
        }
    }
}
