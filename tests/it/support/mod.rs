//! What the tests stand on: a server with everything around it, callers, and answers to look into.
//! Nothing here judges behaviour.

mod answer;
mod app;
mod caller;

pub use answer::Answer;
pub use app::TestApp;
pub use caller::Caller;
