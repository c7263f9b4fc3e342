//! A stream that gives up on who is silent for too long, sends the head of a request too slowly, or
//! reads an answer too slowly. The body of a request and its execution have a deadline of their own.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use axum::http::Version;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::Connections;

/// What a client must at least read of an answer in a window: about a kilobyte a second.
pub(super) const BYTES_A_WINDOW: usize = 32 * 1024;

/// Nothing is under way.
const QUIET: u8 = 0;
/// The head of a request is arriving.
const HEAD: u8 = 1;
/// A request is being worked on, and its body may be arriving.
const REQUEST: u8 = 2;
/// Its answer is there, and is about to be written.
const ANSWER: u8 = 3;
/// HTTP/2, where requests overlap. Pings find out who is gone, and each answer has its own pace.
const MULTIPLEXED: u8 = 4;

/// How far a connection is, as the stream and what stands above it find out together.
#[derive(Clone, Default)]
pub(super) struct Phase(Arc<AtomicU8>);

impl Phase {
    /// The head of a request was read.
    pub(super) fn request_begins(&self, version: Version) {
        let phase = if version == Version::HTTP_2 {
            MULTIPLEXED
        } else {
            REQUEST
        };
        self.0.store(phase, Ordering::Relaxed);
    }

    /// The answer is there.
    pub(super) fn answer_begins(&self) {
        self.moves(REQUEST, ANSWER);
    }

    fn get(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether it was at `from`, and so is at `to` now.
    fn moves(&self, from: u8, to: u8) -> bool {
        let order = Ordering::Relaxed;
        self.0.compare_exchange(from, to, order, order).is_ok()
    }
}

/// A stream with deadlines.
pub(super) struct Patient<S> {
    stream: S,
    phase: Phase,
    connections: Connections,
    /// When bytes must be there, where they are waited for.
    due: Option<Instant>,
    /// It goes off then, or before, and is set anew only then: setting it for each request costs more than
    /// that.
    alarm: Option<Pin<Box<Sleep>>>,
    writing: Option<Window>,
}

/// Begins where the client does not take what is written.
struct Window {
    end: Pin<Box<Sleep>>,
    written: usize,
}

impl<S> Patient<S> {
    /// Bounds `stream`. The phase is to be told when requests and answers begin.
    pub(super) fn new(stream: S, connections: Connections) -> (Self, Phase) {
        let phase = Phase::default();
        let patient = Self {
            stream,
            phase: phase.clone(),
            connections,
            due: None,
            alarm: None,
            writing: None,
        };
        (patient, phase)
    }

    /// Bytes came.
    fn has_read(&mut self) {
        if self.phase.moves(QUIET, HEAD) {
            self.due = None;
        }
    }

    /// No bytes come. Fails where they should have by now.
    fn waits_for_bytes(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let patience = match self.phase.get() {
            QUIET => self.connections.idle_timeout,
            HEAD => self.connections.header_timeout,
            _ => return Poll::Pending,
        };
        let due = *self.due.get_or_insert_with(|| Instant::now() + patience);
        ready!(self.poll_alarm(cx, due));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Waits until `due`.
    fn poll_alarm(&mut self, cx: &mut Context<'_>, due: Instant) -> Poll<()> {
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if due < alarm.deadline() {
            alarm.as_mut().reset(due);
        }
        loop {
            ready!(alarm.as_mut().poll(cx));
            if due <= alarm.deadline() {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(due);
        }
    }

    /// Bytes were taken by the client, or by the system on its behalf.
    fn has_written(&mut self, cx: &mut Context<'_>, written: usize) {
        if self.phase.moves(ANSWER, QUIET) || self.phase.get() == QUIET {
            // It is quiet from now on, whatever else of the answer is still to be written. Who waits
            // for the next request began to before that, and need not ask again.
            let due = Instant::now() + self.connections.idle_timeout;
            self.due = Some(due);
            let _ = self.poll_alarm(cx, due);
        }
        if let Some(window) = &mut self.writing {
            window.written += written;
            if window.written >= BYTES_A_WINDOW || window.end.is_elapsed() {
                self.writing = None;
            }
        }
    }

    /// The client takes no more bytes. Fails where it took too few for a whole window.
    fn waits_for_client(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let patience = self.connections.write_window;
        let window = self.writing.get_or_insert_with(|| Window {
            end: Box::pin(sleep_until(Instant::now() + patience)),
            written: 0,
        });
        ready!(window.end.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn watch_write(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match outcome {
            Poll::Ready(Ok(written)) => self.has_written(cx, written),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => return self.waits_for_client(cx),
        }
        outcome
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Pending => self.waits_for_bytes(cx),
            outcome => {
                if buffer.filled().len() > before {
                    self.has_read();
                }
                outcome
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch_write(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.watch_write(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    const CONNECTIONS: Connections = Connections {
        max: 1,
        header_timeout: Duration::from_secs(10),
        idle_timeout: Duration::from_secs(75),
        write_window: Duration::from_secs(30),
    };

    fn connection() -> (Patient<DuplexStream>, Phase, DuplexStream) {
        let (server, client) = duplex(16 * 1024);
        let (patient, phase) = Patient::new(server, CONNECTIONS);
        (patient, phase, client)
    }

    /// Reads until it fails, and tells after how many seconds.
    async fn patience(patient: &mut Patient<DuplexStream>) -> u64 {
        let start = Instant::now();
        let mut buffer = [0; 64];
        loop {
            if let Err(error) = patient.read(&mut buffer).await {
                assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                return start.elapsed().as_secs();
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_given_up_when_the_idle_time_is_over() {
        let (mut patient, _phase, _client) = connection();
        assert_eq!(patience(&mut patient).await, 75);
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_trickles_is_given_up_however_often_a_byte_comes() {
        let (mut patient, _phase, mut client) = connection();
        tokio::spawn(async move {
            while client.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        assert_eq!(patience(&mut patient).await, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_takes_its_time_and_the_next_begins_anew() {
        let (mut patient, phase, mut client) = connection();
        client.write_all(b"head").await.unwrap();
        patient.read_exact(&mut [0; 4]).await.unwrap();
        phase.request_begins(Version::HTTP_11);
        // Leave to send the body, which comes slowly.
        patient.write_all(b"continue").await.unwrap();
        client.write_all(b"body").await.unwrap();
        let hour = Duration::from_secs(3600);
        let mut buffer = [0; 64];
        assert_eq!(patient.read(&mut buffer).await.unwrap(), 4);
        let more = tokio::time::timeout(hour, patient.read(&mut buffer));
        assert!(more.await.is_err(), "given up in the middle of a request");

        phase.answer_begins();
        patient.write_all(b"answer").await.unwrap();
        assert_eq!(patience(&mut patient).await, 75);
    }

    #[tokio::test(start_paused = true)]
    async fn each_request_begins_the_idle_time_anew_and_each_head_has_its_own() {
        let (mut patient, phase, mut client) = connection();
        for _ in 0..4 {
            client.write_all(b"head").await.unwrap();
            patient.read_exact(&mut [0; 4]).await.unwrap();
            phase.request_begins(Version::HTTP_11);
            phase.answer_begins();
            patient.write_all(b"answer").await.unwrap();
            let quiet = tokio::time::timeout(Duration::from_secs(50), patient.read_u8());
            assert!(
                quiet.await.is_err(),
                "given up before the idle time is over"
            );
        }
        client.write_all(b"h").await.unwrap();
        assert_eq!(patience(&mut patient).await, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn what_overlaps_is_not_timed() {
        let (mut patient, phase, mut client) = connection();
        client.write_all(b"head").await.unwrap();
        patient.read_exact(&mut [0; 4]).await.unwrap();
        phase.request_begins(Version::HTTP_2);
        phase.answer_begins();
        patient.write_all(b"answer").await.unwrap();
        let hour = Duration::from_secs(3600);
        let more = tokio::time::timeout(hour, patient.read_u8());
        assert!(more.await.is_err());
    }

    /// Writes to a client that takes `bytes` a second, and tells how that ends, after how long.
    async fn written_to(bytes: usize, answer: usize) -> (bool, u64) {
        let (mut patient, _phase, mut client) = connection();
        tokio::spawn(async move {
            let mut buffer = vec![0; bytes];
            while !buffer.is_empty() && client.read_exact(&mut buffer).await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            std::future::pending::<()>().await;
        });
        let start = Instant::now();
        let outcome = patient.write_all(&vec![0; answer]).await;
        if let Err(error) = &outcome {
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        }
        (outcome.is_ok(), start.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_too_slowly_is_given_up_and_who_reads_steadily_is_not() {
        assert_eq!(written_to(0, 100_000).await, (false, 30));
        assert_eq!(written_to(100, 1_000_000).await, (false, 30));
        let (done, seconds) = written_to(5000, 1_000_000).await;
        assert!(done && seconds > 150, "{done} after {seconds} s");
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_between_two_answers_is_no_slow_reading() {
        let (mut patient, _phase, mut client) = connection();
        let mut buffer = vec![0; 20_000];
        for _ in 0..3 {
            let answer = vec![0; 20_000];
            let (written, read) =
                tokio::join!(patient.write_all(&answer), client.read_exact(&mut buffer));
            written.unwrap();
            read.unwrap();
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    }
}
