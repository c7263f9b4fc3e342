//! Carries requests to the accounts service's token endpoint, which another module words.
//! <https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens>

use http::StatusCode;
use tokio::time::{Instant, timeout};

use super::client::{Answered, Client, ERROR_BODY_LIMIT, ERROR_BODY_TIME, body};
use super::error::{Complaint, Error};
use super::retry::{self, Cause, Failure};
use super::retry_after;

const ENDPOINT: &str = "/api/token";

impl Client {
    /// Sends `request` until there is an answer, tried again as any other call. An answer is what
    /// the endpoint grants (2xx) or refuses for good (4xx), whole.
    ///
    /// # Errors
    /// [`Error::RateLimited`], [`Error::Unavailable`], [`Error::Rejected`] for 501 and 505,
    /// [`Error::Unreadable`], [`Error::Connection`], [`Error::DeadlineExceeded`].
    pub async fn token_request(
        &self,
        request: http::Request<Vec<u8>>,
        deadline: Instant,
    ) -> Result<http::Response<Vec<u8>>, Error> {
        let gate = &self.shared.accounts_gate;
        retry::run(&self.retry, gate, deadline, |number, until| {
            let request = request.clone();
            async move {
                let answered = Answered::new();
                let exchange = self.token_exchange(request, &answered);
                self.attempt(ENDPOINT, number, (until, deadline), &answered, exchange)
                    .await
            }
        })
        .await
    }

    async fn token_exchange(
        &self,
        request: http::Request<Vec<u8>>,
        answered: &Answered,
    ) -> Result<http::Response<Vec<u8>>, Failure> {
        // What reqwest tells of a failure names the URL, which is not for callers.
        let request = reqwest::Request::try_from(request).map_err(|_| Error::Connection)?;
        let sent = self.shared.http.execute(request).await;
        let response = sent.map_err(|_| Error::Connection)?;
        let status = *answered.get_or_init(|| response.status());
        let retry_after = retry_after::read(response.headers());
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            // The status says most of it: a body that does not come must not hide a 429.
            let content = timeout(ERROR_BODY_TIME, body(response, ERROR_BODY_LIMIT)).await;
            let content = content.ok().flatten().unwrap_or_default();
            // Every request holds secrets, and something on the way may have put it into the answer.
            let complaint = Complaint::parse(&content).without_words();
            let error = complaint.into_error(status, retry_after);
            let cause = Cause::of(&error, retry_after);
            return Err(Failure { error, cause });
        }
        let status = status.as_u16();
        let content = body(response, ERROR_BODY_LIMIT).await;
        let content = content.ok_or(Error::Unreadable { status })?;
        let answer = http::Response::builder().status(status).body(content);
        answer.map_err(|_| Error::Unreadable { status }.into())
    }
}
