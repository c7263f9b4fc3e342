//! The fields of a line without colours, as the library writes them. Its own writer paints each name with
//! nothing then, which takes most of a line's time.

use std::fmt::{Debug, Result, Write};

use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::Writer;

/// Writes them.
pub(super) struct PlainFields;

impl<'w> FormatFields<'w> for PlainFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> Result {
        let mut line = Line {
            writer,
            is_begun: false,
            outcome: Ok(()),
        };
        fields.record(&mut line);
        line.outcome
    }
}

struct Line<'w> {
    writer: Writer<'w>,
    is_begun: bool,
    outcome: Result,
}

impl Line<'_> {
    fn field(&mut self, name: &str, value: &dyn Debug) -> Result {
        if std::mem::replace(&mut self.is_begun, true) {
            self.writer.write_char(' ')?;
        }
        if name == "message" {
            return self.message(value);
        }
        self.writer.write_str(name)?;
        self.writer.write_char('=')?;
        write!(self.writer, "{value:?}")
    }

    /// What a message quotes must not begin a line of its own, or steer a terminal.
    fn message(&mut self, message: &dyn Debug) -> Result {
        let text = format!("{message:?}");
        text.chars().try_for_each(|it| match it.is_control() {
            true => write!(self.writer, "{}", it.escape_debug()),
            false => self.writer.write_char(it),
        })
    }
}

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Where a record of the `log` crate comes from, its line tells already.
        if self.outcome.is_ok() && !field.name().starts_with("log.") {
            self.outcome = self.field(field.name(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek};

    use tracing::subscriber::with_default;
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::{fmt, registry};

    use super::*;

    /// What is written of what `log` logs, plainly or as the library does it.
    fn written(plainly: bool, log: impl FnOnce()) -> String {
        let mut file = tempfile::tempfile().unwrap();
        let lines = fmt::layer()
            .without_time()
            .with_ansi(false)
            .with_writer(file.try_clone().unwrap());
        if plainly {
            with_default(registry().with(lines.fmt_fields(PlainFields)), log);
        } else {
            with_default(registry().with(lines), log);
        }
        let mut text = String::new();
        file.rewind().unwrap();
        file.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_fields_are_the_librarys() {
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
            tracing::warn!(log.target = "elsewhere", log.line = 3, "of the log crate");
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
