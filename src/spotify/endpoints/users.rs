//! People.

use crate::spotify::client::{Call, Client, Request};
use crate::spotify::{Error, PrivateUser};

impl Client {
    /// The person whose token it is.
    ///
    /// <https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile>
    pub async fn current_user(&self, call: &Call) -> Result<PrivateUser, Error> {
        let request = Request {
            template: "/v1/me",
            path: &["v1", "me"],
            query: &[],
        };
        self.get(call, &request, PrivateUser::read).await
    }
}
