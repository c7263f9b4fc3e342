//! The log.

use std::fmt::{Debug, Result};
use std::io::IsTerminal;

use tracing::field::Field;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

use crate::config::{Log, LogFormat};

/// Writes log lines to standard error from now on, as `log` says.
///
/// A second call in one process changes nothing: the first one's choice holds.
pub fn init(log: &Log) {
    // Colours are for people; in a file or a journal they are noise.
    let colours = std::io::stderr().is_terminal();
    let lines = fmt::layer().with_ansi(colours).with_writer(std::io::stderr);
    let chosen = registry().with(log.filter.clone());
    // It fails only where a subscriber is set already.
    let _ = match log.format {
        LogFormat::Text if colours => chosen.with(lines.with_target(false)).try_init(),
        LogFormat::Text => {
            let fields = debug_fn(plain).delimited(" ");
            let lines = lines.with_target(false).fmt_fields(fields);
            chosen.with(lines).try_init()
        }
        LogFormat::Json => chosen.with(lines.json().flatten_event(true)).try_init(),
    };
}

/// Writes a field as the library does, but for colours: even where there are none, they take it most of
/// its time.
fn plain(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> Result {
    if field.name() != "message" {
        writer.write_str(field.name())?;
        writer.write_char('=')?;
        return write!(writer, "{value:?}");
    }
    // What a message quotes must not begin a line of its own, or steer a terminal.
    let message = format!("{value:?}");
    message.chars().try_for_each(|it| match it.is_control() {
        true => write!(writer, "{}", it.escape_debug()),
        false => writer.write_char(it),
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek};

    use tracing::subscriber::with_default;

    use super::*;

    /// What is written of what `log` logs, plainly or as the library does it.
    fn written(plainly: bool, log: impl FnOnce()) -> String {
        let mut file = tempfile::tempfile().unwrap();
        let lines = fmt::layer()
            .without_time()
            .with_ansi(false)
            .with_writer(file.try_clone().unwrap());
        if plainly {
            let fields = debug_fn(plain).delimited(" ");
            with_default(registry().with(lines.fmt_fields(fields)), log);
        } else {
            with_default(registry().with(lines), log);
        }
        let mut text = String::new();
        file.rewind().unwrap();
        file.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn plain_lines_are_the_librarys() {
        let log = || {
            let none: Option<u16> = None;
            let _span = tracing::info_span!("request", id = "a b", none).entered();
            tracing::info!(
                text = "a \"quoted\"\nline \u{1b}[31m ä",
                number = 1.5,
                count = 3_u64,
                is = true,
                shown = %"as it is",
                debugged = ?[1, 2],
                none,
                "a {} message",
                "formatted"
            );
            tracing::warn!("a message alone");
            tracing::error!(only = "fields");
        };
        let plain = written(true, log);
        assert_eq!(plain, written(false, log));
        assert_eq!(plain.lines().count(), 3, "{plain}");
    }

    #[test]
    fn a_message_stays_a_line_whatever_it_quotes() {
        let line = written(true, || tracing::info!("a{}b", "\r\n\u{1b}[2J\u{9b}"));
        assert!(line.ends_with("a\\r\\n\\u{1b}[2J\\u{9b}b\n"), "{line:?}");
        assert_eq!(line.lines().count(), 1);
    }
}
