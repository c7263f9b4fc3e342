//! The log.

use std::io::IsTerminal;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

use crate::config::{Log, LogFormat};

/// Writes log lines to standard error from now on, as `log` says.
///
/// A second call in one process changes nothing: the first one's choice holds.
pub fn init(log: &Log) {
    let lines = fmt::layer()
        // Colours are for people; in a file or a journal they are noise.
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let chosen = registry().with(log.filter.clone());
    // It fails only where a subscriber is set already.
    let _ = match log.format {
        LogFormat::Text => chosen.with(lines.with_target(false)).try_init(),
        LogFormat::Json => chosen.with(lines.json().flatten_event(true)).try_init(),
    };
}
