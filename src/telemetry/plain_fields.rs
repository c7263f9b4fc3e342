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
        if name != "message" {
            self.writer.write_str(name)?;
            self.writer.write_char('=')?;
        }
        write!(Escaped(&mut self.writer), "{value:?}")
    }
}

/// What is quoted must not begin a line of its own, or steer a terminal.
struct Escaped<'a, 'w>(&'a mut Writer<'w>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> Result {
        for part in text.split_inclusive(char::is_control) {
            let control = part.chars().next_back().filter(|it| it.is_control());
            let plain = &part[..part.len() - control.map_or(0, char::len_utf8)];
            self.0.write_str(plain)?;
            if let Some(control) = control {
                write!(self.0, "{}", control.escape_debug())?;
            }
        }
        Ok(())
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
    fn a_line_stays_one_whatever_it_quotes() {
        let quoted = "\r\n\u{1b}[2J\u{9b}";
        let line = written(true, || tracing::info!(error = %quoted, "a{quoted}b"));
        let escaped = "\\r\\n\\u{1b}[2J\\u{9b}";
        let end = format!("a{escaped}b error={escaped}\n");
        assert!(line.ends_with(&end), "{line:?}");
        assert_eq!(line.lines().count(), 1);
    }
}
