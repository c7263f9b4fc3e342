//! What the tests stand on: a server with everything around it, callers, and answers to look into.
//! Nothing here judges behaviour.

mod answer;
mod app;
mod caller;
mod native_app;
mod raw;

pub use answer::Answer;
pub use app::{Setup, TestApp, free_address};
pub use caller::Caller;
pub use native_app::{NativeApp, redeem};
pub use raw::{Then, send_raw};
