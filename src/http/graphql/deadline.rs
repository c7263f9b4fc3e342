//! Until when something is waited for.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

/// Waits for `work` until `deadline`, as [`timeout_at`] does. Most is done at once, and takes no timer then.
///
/// # Errors
/// [`Elapsed`]
pub(super) async fn finished_by<W: Future>(
    deadline: Instant,
    work: W,
) -> Result<W::Output, Elapsed> {
    let mut work = pin!(work);
    let at_once = poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx)));
    match at_once.await {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => timeout_at(deadline, work).await,
    }
}
