//! The public listener: routes, and what stands between HTTP and the rest.

mod cookies;
mod credential;
mod graphql;
mod login;
mod login_page;
mod middleware;
mod playground;
mod router;
mod server;
mod state;

pub use router::router;
pub use server::{BindError, Server};
pub use state::HttpState;
