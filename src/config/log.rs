//! What is logged, and how it is written.

/// The log's form and filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// `LOG_FORMAT`
    pub format: LogFormat,
    /// `RUST_LOG`, in the syntax of tracing's `EnvFilter`.
    pub filter: String,
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
            filter: "info".to_owned(),
        }
    }
}
