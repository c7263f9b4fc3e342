//! The accounts service: `/authorize` and `/api/token`.

pub(crate) mod authorize;
mod consent;
pub(crate) mod redirect_uri;
pub(crate) mod token;
mod vault;

pub use authorize::{AuthorizeError, Decision};
pub(crate) use vault::{BadToken, Bearer, Vault};
