//! What the tests stand on: a server with everything around it, callers, and answers to look into.
//! Nothing here judges behaviour, but that nothing is told that nobody may know.

mod answer;
mod app;
mod caller;
mod discretion;
mod native_app;
mod raw;
mod spotify;

pub use answer::Answer;
pub use app::{APP_REDIRECT_URI, Setup, TestApp, free_address};
pub use caller::{Caller, UPLOAD, http2_client};
pub use native_app::{NativeApp, redeem};
pub use raw::{Then, post_unread, send_raw};
pub use spotify::{refreshes, refused};
