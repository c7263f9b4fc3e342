//! Where lines go: standard error, for many threads at once. The standard library's has a lock, behind which
//! they sleep.

use std::fs::File;
use std::io::{Result, Write};
use std::sync::{PoisonError, RwLock};

use libc::PIPE_BUF;
use tracing_subscriber::fmt::MakeWriter;

/// Writes each line whole.
pub(super) struct WholeLines {
    file: File,
    /// Long lines are written one by one, short ones beside each other.
    turn: RwLock<()>,
}

impl WholeLines {
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            turn: RwLock::new(()),
        }
    }
}

impl<'w> MakeWriter<'w> for WholeLines {
    type Writer = &'w Self;

    fn make_writer(&'w self) -> &'w Self {
        self
    }
}

impl Write for &WholeLines {
    fn write(&mut self, line: &[u8]) -> Result<usize> {
        let mut file = &self.file;
        // What is no longer the system writes whole, be it to a pipe (POSIX's write()).
        if line.len() <= PIPE_BUF {
            let _shared = self.turn.read().unwrap_or_else(PoisonError::into_inner);
            file.write(line)
        } else {
            let _alone = self.turn.write().unwrap_or_else(PoisonError::into_inner);
            file.write_all(line)?;
            Ok(line.len())
        }
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::os::fd::OwnedFd;
    use std::thread;

    use super::*;

    #[test]
    fn lines_of_many_threads_are_not_mixed() {
        const EACH: usize = 200;
        let (read, write) = std::io::pipe().unwrap();
        let lines = WholeLines::new(File::from(OwnedFd::from(write)));
        let read = thread::spawn(move || {
            let lines = BufReader::new(read).lines();
            lines.collect::<Result<Vec<_>>>().unwrap()
        });
        thread::scope(|scope| {
            for (letter, length) in [("a", 10), ("b", PIPE_BUF - 1), ("c", 5000), ("d", 100_000)] {
                let lines = &lines;
                let line = letter.repeat(length) + "\n";
                scope.spawn(move || {
                    for _ in 0..EACH {
                        lines.make_writer().write_all(line.as_bytes()).unwrap();
                    }
                });
            }
        });
        drop(lines);
        let mut read = read.join().unwrap();
        read.sort_unstable();
        let lengths = [10, PIPE_BUF - 1, 5000, 100_000];
        assert_eq!(read.len(), EACH * lengths.len());
        for (lines, length) in read.chunks(EACH).zip(lengths) {
            for line in lines {
                assert_eq!(*line, line[..1].repeat(length));
            }
        }
    }
}
