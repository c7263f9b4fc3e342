//! The public listener: routes, and what stands between HTTP and the rest.

mod client_address;
mod compression;
mod cookies;
mod cors;
mod credential;
mod device;
mod fair_use;
mod graphql;
mod login;
mod login_page;
mod middleware;
mod operations;
mod plain_page;
mod playground;
mod readiness;
mod report;
mod router;
mod server;
mod spotify_token;
mod start_page;
mod state;

pub use operations::operations_router;
pub use router::{layered, router};
pub use server::{BindError, Server};
pub use state::HttpState;
