//! The fields of a line without colours, as the library writes them. Its own writer paints each name with
//! nothing then, which takes most of a line's time.

use std::fmt::{Debug, Result, Write};

use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::Writer;

/// Writes them.
pub(super) struct PlainFields;

/// The field whose name is left out.
const MESSAGE: &str = "message";

/// As long as most lines are. The library's own text would grow by a few bytes with each field.
const LENGTH: usize = 256;

impl<'w> FormatFields<'w> for PlainFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> Result {
        let mut line = Line(String::with_capacity(LENGTH));
        fields.record(&mut line);
        writer.write_str(&line.0)
    }
}

struct Line(String);

impl Line {
    /// Whether the field belongs there, whose value is to follow then.
    fn begins(&mut self, field: &Field) -> bool {
        // Where a record of the `log` crate comes from, its line tells already.
        if field.name().starts_with("log.") {
            return false;
        }
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        if field.name() != MESSAGE {
            self.0.push_str(field.name());
            self.0.push('=');
        }
        true
    }

    /// What is quoted must not begin a line of its own, or steer a terminal.
    fn escape_from(&mut self, start: usize) {
        if is_printable(&self.0[start..]) {
            return;
        }
        for character in self.0.split_off(start).chars() {
            if character.is_control() {
                self.0.extend(character.escape_debug());
            } else {
                self.0.push(character);
            }
        }
    }
}

/// Whether it is of ASCII's printable characters alone, as nearly all that is logged.
fn is_printable(text: &str) -> bool {
    every(text, |byte| matches!(byte, b' '..=b'~'))
}

/// Whether it stands between quotation marks as it is.
fn is_plain(text: &str) -> bool {
    every(text, |byte| {
        matches!(byte, b' '..=b'~') & (byte != b'"') & (byte != b'\\')
    })
}

/// Whether all bytes are so. It does not stop at the first that is not: so many are looked at at once.
fn every(text: &str, is_so: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |all, byte| all & is_so(byte))
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if self.begins(field) {
            let before = self.0.len();
            // Text in memory takes all that is written.
            let _ = write!(self.0, "{value:?}");
            self.escape_from(before);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == MESSAGE {
            self.record_debug(field, &format_args!("{value}"));
        } else if !is_plain(value) {
            self.record_debug(field, &value);
        } else if self.begins(field) {
            self.0.extend(["\"", value, "\""]);
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
            tracing::error!(only = "fields", backslash = "a\\b", empty = "");
            tracing::error!(message = "a \"quoted\" message", path = "/");
        };
        let plain = written(true, log);
        assert_eq!(plain, written(false, log));
        assert_eq!(plain.lines().count(), 4, "{plain}");
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
