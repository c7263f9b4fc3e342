//! Settings, one file per section. The only reader of the environment.

mod database;
mod spotify;

pub use database::{Database, DatabaseUrl};
pub use spotify::Spotify;
