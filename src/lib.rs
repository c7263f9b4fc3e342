//! The server of the lockstep player: a GraphQL API over Spotify and the player's own metadata.

pub mod clock;
pub mod config;
#[cfg(feature = "simulator")]
pub mod simulator;
