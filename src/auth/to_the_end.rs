//! Work that is not to stop half-way.

use tracing::Instrument;

use super::Error;

/// Does the work though whoever waits for it goes away: a client that hangs up takes its request along, but
/// what the store has committed must be known to the rest of the process.
///
/// # Errors
/// The work's.
pub async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::spawn(work.in_current_span()).await;
    done.unwrap_or(Err(Error::Internal("a task failed")))
}
