//! The log.

mod plain_fields;
mod utc;
mod writer;

use std::io::{IsTerminal, Write, stderr};

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

use self::plain_fields::PlainFields;
use self::utc::Utc;
use self::writer::LogWriter;
use crate::config::{Log, LogFormat};

static STANDARD_ERROR: LogWriter = LogWriter::new(|lines| {
    // There is nowhere to tell that it failed.
    let _ = stderr().write_all(lines);
});

/// Writes log lines to standard error from now on, as `log` says.
///
/// A second call in one process changes nothing: the first one's choice holds.
pub fn init(log: &Log) {
    // Colours are for people; in a file or a journal they are noise.
    let colours = stderr().is_terminal();
    let lines = fmt::layer()
        .with_timer(Utc)
        .with_ansi(colours)
        .with_writer(&STANDARD_ERROR);
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

/// From now on a thread of its own writes the lines, within a millisecond; those that warn are written before what
/// logs them goes on. A process ends with [`flush`].
pub fn defer() {
    STANDARD_ERROR.defer();
}

/// Writes the lines that still wait.
pub fn flush() {
    STANDARD_ERROR.flush();
}
