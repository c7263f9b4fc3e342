//! Spotify's tokens: whose they are, and how they are kept fresh.
