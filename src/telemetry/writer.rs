//! Where lines go, for many threads at once. While serving a thread of its own writes them: those that serve would
//! wait for each other there, and for whoever reads the log.

use std::io::{Result, Write};
use std::mem::swap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line may wait for others, to be written together with them.
const WAIT: Duration = Duration::from_millis(1);

/// How many bytes may wait. Whoever comes to more writes them.
const BYTES: usize = 64 * 1024;

/// Writes lines in the order in which they come.
pub(super) struct LogWriter {
    write: fn(&[u8]),
    waiting: Mutex<Vec<u8>>,
    /// Who writes has it. It is an empty buffer, to take the place of what waits.
    turn: Mutex<Vec<u8>>,
    thread: OnceLock<Thread>,
}

impl LogWriter {
    /// Writes by `write`, each line at once.
    pub(super) const fn new(write: fn(&[u8])) -> Self {
        Self {
            write,
            waiting: Mutex::new(Vec::new()),
            turn: Mutex::new(Vec::new()),
            thread: OnceLock::new(),
        }
    }

    /// From now on lines may wait for [`WAIT`]. Not those that warn, nor what came before them: before a crash
    /// they are wanted most.
    pub(super) fn defer(&'static self) {
        let write = move || loop {
            thread::park();
            thread::sleep(WAIT);
            self.flush();
        };
        // Where it cannot be started, lines are written at once as before.
        if let Ok(started) = thread::Builder::new().name("log".to_owned()).spawn(write) {
            let _ = self.thread.set(started.thread().clone());
        }
    }

    /// Writes all that waits.
    pub(super) fn flush(&self) {
        let mut lines = lock(&self.turn);
        swap(&mut *lines, &mut *lock(&self.waiting));
        if !lines.is_empty() {
            (self.write)(&lines);
        }
        lines.clear();
        // A long line is no reason to keep so much.
        lines.shrink_to(BYTES);
    }
}

/// A panic leaves the lines as they were.
fn lock(lines: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'w> MakeWriter<'w> for &'static LogWriter {
    type Writer = Line;

    fn make_writer(&'w self) -> Line {
        Line {
            writer: self,
            may_wait: true,
        }
    }

    fn make_writer_for(&'w self, meta: &Metadata<'_>) -> Line {
        Line {
            writer: self,
            may_wait: *meta.level() > Level::WARN,
        }
    }
}

/// Takes one line, in one piece.
pub(super) struct Line {
    writer: &'static LogWriter,
    may_wait: bool,
}

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> Result<usize> {
        let Self { writer, may_wait } = *self;
        let mut waiting = lock(&writer.waiting);
        let is_first = waiting.is_empty();
        waiting.extend_from_slice(line);
        let has_room = waiting.len() <= BYTES;
        drop(waiting);
        match writer.thread.get() {
            Some(thread) if may_wait && has_room => {
                if is_first {
                    thread.unpark();
                }
            }
            _ => writer.flush(),
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tracing::subscriber::with_default;
    use tracing_subscriber::fmt;

    use super::*;

    /// A writer of its own for each test, and what it has written.
    macro_rules! writer {
        () => {{
            static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());
            static WRITER: LogWriter = LogWriter::new(|lines| lock(&WRITTEN).extend(lines));
            (&WRITER, || {
                String::from_utf8(lock(&WRITTEN).clone()).unwrap()
            })
        }};
    }

    #[test]
    fn lines_of_many_threads_are_whole_and_in_the_order_of_each() {
        const EACH: usize = 500;
        let (writer, written) = writer!();
        writer.defer();
        let lengths = [10, 300, 5000, 100_000];
        let line = |number: usize, length: usize| format!("{number} {}\n", "x".repeat(length));
        thread::scope(|scope| {
            for length in lengths {
                scope.spawn(move || {
                    for number in 0..EACH {
                        let line = line(number, length);
                        writer.make_writer().write_all(line.as_bytes()).unwrap();
                    }
                });
            }
        });
        writer.flush();
        let written = written();
        let written: Vec<_> = written.split_inclusive('\n').collect();
        assert_eq!(written.len(), EACH * lengths.len());
        for length in lengths {
            let expected = (0..EACH).map(|number| line(number, length));
            let mine = written.iter().filter(|line| {
                let text = line.trim_start_matches(|digit: char| digit.is_ascii_digit());
                text.len() == length + 2
            });
            assert!(mine.copied().eq(expected), "{length}");
        }
    }

    #[test]
    fn a_line_is_written_soon_without_another() {
        let (writer, written) = writer!();
        writer.defer();
        for _ in 0..3 {
            writer.make_writer().write_all(b"one\n").unwrap();
            while !lock(&writer.waiting).is_empty() {
                thread::yield_now();
            }
        }
        // Who has the turn is done with it.
        drop(lock(&writer.turn));
        assert_eq!(written(), "one\n".repeat(3));
    }

    #[test]
    fn what_warns_is_written_at_once_with_all_before_it() {
        let (writer, written) = writer!();
        // No thread will come: what waits is written by the warning alone.
        writer.thread.set(thread::current()).unwrap();
        let lines = fmt().without_time().with_ansi(false).with_writer(writer);
        with_default(lines.with_target(false).finish(), || {
            tracing::info!("before");
            assert_eq!(written(), "");
            tracing::warn!("now");
            assert_eq!(written(), " INFO before\n WARN now\n");
            tracing::info!("between");
            tracing::error!("again");
            assert!(written().ends_with(" INFO between\nERROR again\n"));
        });
    }

    #[test]
    fn no_more_waits_than_there_is_room_for() {
        let (writer, written) = writer!();
        writer.thread.set(thread::current()).unwrap();
        let line = "x".repeat(1000) + "\n";
        for _ in 0..200 {
            writer.make_writer().write_all(line.as_bytes()).unwrap();
            assert!(lock(&writer.waiting).len() <= BYTES);
        }
        writer.flush();
        assert_eq!(written(), line.repeat(200));
    }

    #[test]
    fn before_anything_is_deferred_each_line_is_written_at_once() {
        let (writer, written) = writer!();
        for count in 1..4 {
            writer.make_writer().write_all(b"line\n").unwrap();
            assert_eq!(written(), "line\n".repeat(count));
        }
    }
}
