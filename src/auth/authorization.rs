//! How long what a person allowed at Spotify lasts, and all that stands on it.

use chrono::{DateTime, Months, TimeDelta, Utc};

use crate::store::Session;

/// Spotify's authorizations end six months after the person gave them, refreshed or not. Only a new
/// login begins another.
const AUTHORIZATION_LASTS: Months = Months::new(6);

/// So long before the end clients are told of it.
pub const REMINDER: TimeDelta = TimeDelta::days(14);

/// When an authorization ends that was given at `granted_at`.
#[must_use]
pub fn reauthorize_by(granted_at: DateTime<Utc>) -> DateTime<Utc> {
    granted_at
        .checked_add_months(AUTHORIZATION_LASTS)
        .unwrap_or(granted_at)
}

/// When a session ends: with its own time, or with the authorization that it stands for.
#[must_use]
pub fn session_end(session: &Session) -> DateTime<Utc> {
    match session.granted_at {
        Some(granted_at) => session.expires_at.min(reauthorize_by(granted_at)),
        None => session.expires_at,
    }
}
