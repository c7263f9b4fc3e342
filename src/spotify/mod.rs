//! The Spotify Web API, and nothing of ours: what it is asked, how it fails, what its answers mean.
//!
//! A leaf: it knows neither GraphQL nor the database. The credential and the time that is left come
//! with every call, so one [`Client`] serves everybody.

mod client;
mod endpoints;
mod entry_fields;
mod error;
mod gate;
mod id;
pub mod model;
pub mod page;
mod retry;
mod retry_after;
#[cfg(test)]
mod stub;
mod token_endpoint;

pub use client::{Call, Client};
pub use endpoints::OpenedPlaylist;
pub use entry_fields::EntryFields;
pub use error::Error;
pub(crate) use error::clean;
pub use id::{PlaylistId, TrackKey};
pub use model::*;
pub use page::Page;
pub use retry::RetryPolicy;
