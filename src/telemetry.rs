//! The log.

mod plain_fields;
mod utc;
#[cfg(unix)]
mod whole_lines;

use std::io::{IsTerminal, stderr};

use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

use self::plain_fields::PlainFields;
use self::utc::Utc;
use crate::config::{Log, LogFormat};

/// Writes log lines to standard error from now on, as `log` says.
///
/// A second call in one process changes nothing: the first one's choice holds.
pub fn init(log: &Log) {
    // Colours are for people; in a file or a journal they are noise.
    let colours = stderr().is_terminal();
    let lines = fmt::layer()
        .with_timer(Utc)
        .with_ansi(colours)
        .with_writer(standard_error());
    let chosen = registry().with(log.filter.clone());
    // It fails only where a subscriber is set already.
    let _ = match log.format {
        LogFormat::Text if colours => chosen.with(lines.with_target(false)).try_init(),
        LogFormat::Text => {
            let lines = lines.with_target(false).fmt_fields(PlainFields);
            chosen.with(lines).try_init()
        }
        LogFormat::Json => chosen.with(lines.json().flatten_event(true)).try_init(),
    };
}

fn standard_error() -> BoxMakeWriter {
    #[cfg(unix)]
    if let Ok(stderr) = std::os::fd::AsFd::as_fd(&stderr()).try_clone_to_owned() {
        return BoxMakeWriter::new(whole_lines::WholeLines::new(stderr.into()));
    }
    BoxMakeWriter::new(stderr)
}
