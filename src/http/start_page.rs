//! What stands at `/` where there is no page to try queries on: browsers land there after a login.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::plain_page::PlainPage;
use super::state::HttpState;

/// The page.
pub(super) async fn start_page(State(state): State<HttpState>) -> Response {
    let page = PlainPage {
        base_path: &state.base_path,
        title: "lockstep",
        heading: "lockstep",
        text: "This is the server of the lockstep player. If you came here by logging in, go back to \
               the player.",
        button: "Log in with Spotify",
        failed: false,
    };
    page.into_response()
}
