//! The Flask server's SQLite file: its tables as they are, and what is wrong with a row.

use std::path::Path;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use crate::graphql::CollectionType;
use crate::spotify::TrackKey;
use crate::store::MetadataKey;

/// Why the file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FlaskError {
    /// There is none.
    #[error("--tokens {0}: there is no such file")]
    Missing(String),
    /// It is something else.
    #[error("--tokens {0}: this is not the Flask server's database ({1})")]
    NotFlasks(String, String),
    /// The reading task failed.
    #[error("reading the Flask server's database failed")]
    Failed,
}

/// All of it.
pub struct FlaskDatabase {
    pub(super) tokens: Vec<TokenRow>,
    pub(super) uploads: Vec<UploadRow>,
}

/// A row of `spotify_tokens`. Text columns may hold anything in SQLite.
#[derive(QueryableByName)]
pub struct TokenRow {
    #[diesel(sql_type = Nullable<Text>)]
    spotify_user_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    access_token: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    refresh_token: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    token_type: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    scope: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    expires_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    updated_at: Option<String>,
}

/// A row of `uploaded_metadata`.
#[derive(QueryableByName)]
pub struct UploadRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    spotify_user_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    track_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    version: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) file_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    created_at: Option<String>,
}

/// A token that can be taken over.
pub struct Token {
    pub(super) person: String,
    pub(super) access: String,
    pub(super) refresh: String,
    pub(super) token_type: String,
    pub(super) scope: Option<String>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

impl FlaskDatabase {
    /// Reads the file, without changing it.
    pub(super) async fn read(path: &Path) -> Result<Self, FlaskError> {
        let shown = path.display().to_string();
        if !path.is_file() {
            return Err(FlaskError::Missing(shown));
        }
        let uri = read_only(path);
        let read = tokio::task::spawn_blocking(move || read(&uri));
        let outcome = read.await.map_err(|_| FlaskError::Failed)?;
        outcome.map_err(|why| FlaskError::NotFlasks(shown, why))
    }
}

/// SQLite's notation for a file that is only read. <https://www.sqlite.org/uri.html>
fn read_only(path: &Path) -> String {
    let path = path.to_string_lossy();
    let path = path
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    format!("file:{path}?mode=ro")
}

fn read(uri: &str) -> Result<FlaskDatabase, String> {
    let mut conn = SqliteConnection::establish(uri).map_err(|error| error.to_string())?;
    let tokens = sql_query(
        "SELECT spotify_user_id, access_token, refresh_token, token_type, scope, expires_at, \
         updated_at FROM spotify_tokens",
    );
    let uploads = sql_query(
        "SELECT id, spotify_user_id, track_id, type AS kind, version, file_name, created_at \
         FROM uploaded_metadata ORDER BY created_at, id",
    );
    Ok(FlaskDatabase {
        tokens: tokens.load(&mut conn).map_err(|error| error.to_string())?,
        uploads: uploads.load(&mut conn).map_err(|error| error.to_string())?,
    })
}

impl TokenRow {
    pub(super) fn name(&self) -> String {
        let person = self.spotify_user_id.as_deref().unwrap_or("nobody");
        format!("tokens of {person}")
    }

    pub(super) fn judge(&self) -> Result<Token, String> {
        let present = |value: &Option<String>, column: &str| {
            let value = storable(value, column)?.filter(|value| !value.is_empty());
            value.ok_or_else(|| format!("{column} is empty"))
        };
        Ok(Token {
            person: present(&self.spotify_user_id, "spotify_user_id")?,
            access: present(&self.access_token, "access_token")?,
            refresh: present(&self.refresh_token, "refresh_token")?,
            token_type: storable(&self.token_type, "token_type")?
                .unwrap_or_else(|| "Bearer".to_owned()),
            scope: storable(&self.scope, "scope")?,
            expires_at: time(&self.expires_at, "expires_at")?,
            updated_at: time(&self.updated_at, "updated_at")?,
        })
    }
}

impl UploadRow {
    pub(super) fn name(&self) -> String {
        let file = self.file_name.as_deref().unwrap_or("no file");
        format!("upload {} ({file})", self.id)
    }

    /// Whose it is, and what it is about.
    pub(super) fn key(&self) -> Result<(String, MetadataKey), String> {
        let person = storable(&self.spotify_user_id, "its spotify_user_id")?;
        let person = person.filter(|id| !id.is_empty());
        let person = person.ok_or("it belongs to nobody")?;
        let track = TrackKey::parse(self.track_id.as_deref().unwrap_or_default())
            .ok_or("its track_id is no track of Spotify's")?;
        let kind = CollectionType::parse("type", self.kind.as_deref().unwrap_or_default())
            .map_err(|error| error.to_string())?;
        let key = MetadataKey {
            track_id: track.as_str().to_owned(),
            kind: kind.as_str().to_owned(),
        };
        Ok((person, key))
    }

    pub(super) fn version(&self) -> Result<i32, String> {
        let version = self.version.and_then(|version| version.try_into().ok());
        version.ok_or_else(|| "its version is not a number of 32 bits".to_owned())
    }

    pub(super) fn created_at(&self) -> Result<DateTime<Utc>, String> {
        time(&self.created_at, "created_at")
    }
}

/// PostgreSQL's texts hold no NUL.
fn storable(value: &Option<String>, column: &str) -> Result<Option<String>, String> {
    if value.as_ref().is_some_and(|value| value.contains('\0')) {
        return Err(format!("{column} holds a NUL character"));
    }
    Ok(value.clone())
}

fn time(value: &Option<String>, column: &str) -> Result<DateTime<Utc>, String> {
    let parsed = value.as_deref().map(DateTime::parse_from_rfc3339);
    match parsed {
        Some(Ok(time)) => Ok(time.to_utc()),
        _ => Err(format!("{column} is not a time")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_postgresql_could_not_hold_is_skipped_by_name() {
        let row = |person: &str, scope: &str| TokenRow {
            spotify_user_id: Some(person.to_owned()),
            access_token: Some("BQ".to_owned()),
            refresh_token: Some("AQ".to_owned()),
            token_type: None,
            scope: Some(scope.to_owned()),
            expires_at: Some("2026-01-01T00:00:00+00:00".to_owned()),
            updated_at: Some("2026-01-01T00:00:00+00:00".to_owned()),
        };
        assert!(row("ada", "playlist-read-private").judge().is_ok());
        let why = |row: TokenRow| row.judge().err();
        assert_eq!(
            why(row("a\0da", "")).as_deref(),
            Some("spotify_user_id holds a NUL character")
        );
        assert_eq!(
            why(row("ada", "\0")).as_deref(),
            Some("scope holds a NUL character")
        );
        let upload = UploadRow {
            id: 1,
            spotify_user_id: Some("\0".to_owned()),
            track_id: Some("4uLU6hMCjMI75M1A2tKUQC".to_owned()),
            kind: Some("beats".to_owned()),
            version: Some(1),
            file_name: None,
            created_at: None,
        };
        let why = upload.key().unwrap_err();
        assert_eq!(why, "its spotify_user_id holds a NUL character");
    }
}
