//! People: who a Spotify account is to this server.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Error, Store, query};

/// A profile that Spotify told again is written again, though nothing changed in it, once it is older
/// than this.
pub const PROFILE_LASTS: TimeDelta = TimeDelta::days(1);

/// This server's own name for a person: 32 lowercase hexadecimal digits of a random UUID.
///
/// It is ours because Spotify's user id can change hands, and because every key in the database
/// leads with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(String);

/// The text is not a person's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a person's id: 32 lowercase hexadecimal digits are expected")]
pub struct InvalidPersonId;

impl PersonId {
    /// A new id, like no other.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "two defaults would differ")]
    pub fn new() -> Self {
        Self(Uuid::new_v4().simple().to_string())
    }

    /// Reads what [`as_str`](Self::as_str) wrote.
    ///
    /// # Errors
    ///
    /// When the text is anything else, upper case and hyphens included.
    pub fn parse(text: &str) -> Result<Self, InvalidPersonId> {
        let valid = text.len() == 32
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPersonId)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An id that the database holds.
    pub(super) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What Spotify says about the person who is asking (`GET /v1/me`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Spotify's lasting id of the account; not every answer has it.
    pub account_id: Option<String>,
    /// Spotify's user id.
    pub spotify_user_id: String,
    /// The name to show.
    pub display_name: Option<String>,
    /// `spotify:user:…`
    pub uri: Option<String>,
    /// The profile's page.
    pub external_url: Option<String>,
    /// The pictures, as JSON text.
    pub images: Option<String>,
}

impl Profile {
    /// The same without NUL characters, which PostgreSQL's texts cannot hold. JSON can.
    pub(super) fn storable(&self) -> Self {
        let text = |text: &str| text.replace('\0', "\u{fffd}");
        let option = |option: &Option<String>| option.as_deref().map(text);
        Self {
            account_id: option(&self.account_id),
            spotify_user_id: text(&self.spotify_user_id),
            display_name: option(&self.display_name),
            uri: option(&self.uri),
            external_url: option(&self.external_url),
            images: option(&self.images),
        }
    }
}

/// A person as the database knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// This server's id of the person.
    pub id: PersonId,
    /// Spotify's lasting id of the account, once Spotify has told it.
    pub account_id: Option<String>,
    /// Spotify's user id.
    pub spotify_user_id: String,
    /// The name to show.
    pub display_name: Option<String>,
    /// `spotify:user:…`
    pub uri: Option<String>,
    /// The profile's page.
    pub external_url: Option<String>,
    /// The pictures, as JSON text.
    pub images: Option<String>,
    /// When Spotify last told all this, to within [`PROFILE_LASTS`].
    pub told_at: DateTime<Utc>,
}

impl Person {
    /// Whether Spotify told it less than [`PROFILE_LASTS`] before `now`.
    #[must_use]
    pub fn is_recent(&self, now: DateTime<Utc>) -> bool {
        now < self.told_at + PROFILE_LASTS
    }
}

impl Store {
    /// The person of this profile, made if there is none yet, with the profile's columns up to date.
    ///
    /// The account id decides who it is. The user id decides only where the account is not known on
    /// one of the two sides. A user id that has gone over to another account makes another person.
    pub async fn identify(&self, profile: &Profile, now: DateTime<Utc>) -> Result<Person, Error> {
        let profile = profile.storable();
        let known = profile.clone();
        let unchanged = query!(self, reader, |queries, conn| {
            queries::people::find_unchanged(conn, &known, now)
        })?;
        if let Some(person) = unchanged {
            return Ok(person);
        }
        query!(self, writer, |queries, conn| {
            queries::people::identify(conn, &profile, now.into())
        })
    }

    /// The person with this id; none too when another account has taken over their Spotify user
    /// id, until they log in again.
    pub async fn person(&self, id: &PersonId) -> Result<Option<Person>, Error> {
        let id = id.clone();
        query!(self, reader, |queries, conn| {
            queries::people::find(conn, &id)
        })
    }

    /// Deletes the person's profile, tokens, sessions and login codes, and tells how many uploads they
    /// had. Those are deleted too, and the person with them, or they stay under what Spotify's account
    /// is known by, so that the person finds them at their next login. Without uploads there is nothing
    /// to find, and nothing stays.
    ///
    /// # Errors
    ///
    /// When the database fails; nothing is deleted then.
    pub async fn forget(&self, id: &PersonId, delete_uploads: bool) -> Result<usize, Error> {
        let id = id.clone();
        query!(self, writer, |queries, conn| {
            queries::people::forget(conn, &id, delete_uploads)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_as_it_was_written() {
        let id = PersonId::new();
        assert_eq!(PersonId::parse(id.as_str()), Ok(id.clone()));
        assert_ne!(id, PersonId::new());
    }

    #[test]
    fn anything_else_is_no_id() {
        let upper = PersonId::new().as_str().to_uppercase().replace(['0'], "A");
        let long = format!("{}0", PersonId::new());
        for text in ["", "x", upper.as_str(), long.as_str(), &"é".repeat(16)] {
            assert_eq!(PersonId::parse(text), Err(InvalidPersonId), "{text}");
        }
    }
}
