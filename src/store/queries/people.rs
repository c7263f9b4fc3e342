//! Who is who: one row for each person.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, login_codes, race, reunion};
use crate::store::person::{PROFILE_LASTS, Person, PersonId, Profile};
use crate::store::schema::{metadata, people, sessions, tokens};
use crate::store::timestamp::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = people)]
struct Row {
    person_id: String,
    account_id: Option<String>,
    spotify_user_id: Option<String>,
    display_name: Option<String>,
    uri: Option<String>,
    external_url: Option<String>,
    images: Option<String>,
    updated_at: Timestamp,
}

impl Row {
    fn id(&self) -> PersonId {
        PersonId::stored(self.person_id.clone())
    }

    /// The person, unless another account has taken over their Spotify user id. Who they are now is
    /// only known when they log in again.
    fn into_person(self) -> Option<Person> {
        Some(Person {
            id: PersonId::stored(self.person_id),
            account_id: self.account_id,
            spotify_user_id: self.spotify_user_id?,
            display_name: self.display_name,
            uri: self.uri,
            external_url: self.external_url,
            images: self.images,
            told_at: self.updated_at.into(),
        })
    }

    /// Whether the row already says all that the profile does, and has not said it for long.
    fn agrees_with(&self, profile: &Profile, now: DateTime<Utc>) -> bool {
        (profile.account_id.is_none() || profile.account_id == self.account_id)
            && self.spotify_user_id.as_ref() == Some(&profile.spotify_user_id)
            && self.display_name == profile.display_name
            && self.uri == profile.uri
            && self.external_url == profile.external_url
            && self.images == profile.images
            && now < DateTime::from(self.updated_at) + PROFILE_LASTS
    }
}

/// The person with this id.
pub(in crate::store) async fn find(conn: &mut Conn, id: &PersonId) -> QueryResult<Option<Person>> {
    let row = people::table
        .find(id.as_str())
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.and_then(Row::into_person))
}

/// The person of this profile, when there is nothing to write. That is the common case, and it
/// takes no lock.
pub(in crate::store) async fn find_unchanged(
    conn: &mut Conn,
    profile: &Profile,
    now: DateTime<Utc>,
) -> QueryResult<Option<Person>> {
    let Candidates { person, .. } = candidates(conn, profile).await?;
    Ok(person
        .filter(|row| row.agrees_with(profile, now))
        .and_then(Row::into_person))
}

/// The person of this profile, brought up to date or made.
pub(in crate::store) async fn identify(
    conn: &mut Conn,
    profile: &Profile,
    now: Timestamp,
) -> QueryResult<Person> {
    until_won!(conn, find_or_create(conn, profile, now))
}

/// Each write says what it relies on of what was read before, in a condition or by a unique column.
/// So a concurrent call that came in between makes this one start over, without any lock.
async fn find_or_create(conn: &mut Conn, profile: &Profile, now: Timestamp) -> QueryResult<Person> {
    let Candidates {
        person,
        twin,
        former,
    } = candidates(conn, profile).await?;

    if let (Some(person), Some(twin)) = (&person, twin) {
        reunion::reunite(conn, &twin.id(), &person.id(), &profile.spotify_user_id).await?;
    }
    if let Some(former) = former {
        diesel::update(people::table.find(&former.person_id))
            .filter(people::spotify_user_id.eq(&profile.spotify_user_id))
            .set((
                people::spotify_user_id.eq(None::<String>),
                people::updated_at.eq(now),
            ))
            .execute(conn)
            .await?;
    }

    let columns = (
        people::spotify_user_id.eq(&profile.spotify_user_id),
        people::display_name.eq(&profile.display_name),
        people::uri.eq(&profile.uri),
        people::external_url.eq(&profile.external_url),
        people::images.eq(&profile.images),
        people::updated_at.eq(now),
    );
    let account_id = people::account_id.eq(&profile.account_id);
    let (id, known_account) = match person {
        None => {
            let id = PersonId::new();
            let key = (
                people::person_id.eq(id.as_str()),
                people::created_at.eq(now),
            );
            diesel::insert_into(people::table)
                .values((key, account_id, columns))
                .execute(conn)
                .await?;
            (id, None)
        }
        Some(row) => {
            let update = diesel::update(people::table.find(&row.person_id));
            let rows = if profile.account_id.is_some() {
                update
                    .filter(people::account_id.is_null().or(account_id))
                    .set((account_id, columns))
                    .execute(conn)
                    .await?
            } else {
                // An account id that was learned once stays when an answer comes without it.
                update.set(columns).execute(conn).await?
            };
            if rows == 0 {
                return Err(race());
            }
            (PersonId::stored(row.person_id), row.account_id)
        }
    };
    Ok(Person {
        id,
        account_id: profile.account_id.clone().or(known_account),
        spotify_user_id: profile.spotify_user_id.clone(),
        display_name: profile.display_name.clone(),
        uri: profile.uri.clone(),
        external_url: profile.external_url.clone(),
        images: profile.images.clone(),
        told_at: now.into(),
    })
}

/// Deletes all that is kept of a person, or all but their uploads; tells how many of those there were.
pub(in crate::store) async fn forget(
    conn: &mut Conn,
    id: &PersonId,
    delete_uploads: bool,
) -> QueryResult<usize> {
    until_won!(conn, forget_all(conn, id, delete_uploads))
}

async fn forget_all(conn: &mut Conn, id: &PersonId, delete_uploads: bool) -> QueryResult<usize> {
    // Whoever redeems a code has its row first, and then the person's.
    login_codes::delete_all(conn, id).await?;
    let person = people::table.find(id.as_str());
    // From here on nothing more comes to the person, and what was coming is there to be found.
    locked!(person.select(people::person_id))
        .load::<String>(conn)
        .await?;
    let uploads = metadata::table.filter(metadata::person_id.eq(id.as_str()));
    let count = uploads.count().get_result::<i64>(conn).await?;
    let count = usize::try_from(count).unwrap_or_default();
    if delete_uploads || count == 0 {
        // Everything of theirs goes along with the row.
        diesel::delete(person).execute(conn).await?;
        return Ok(count);
    }
    diesel::delete(tokens::table.find(id.as_str()))
        .execute(conn)
        .await?;
    diesel::delete(sessions::table.filter(sessions::person_id.eq(id.as_str())))
        .execute(conn)
        .await?;
    // A login may have brought another one.
    login_codes::delete_all(conn, id).await?;
    let nothing = None::<String>;
    diesel::update(person)
        .set((
            people::display_name.eq(&nothing),
            people::uri.eq(&nothing),
            people::external_url.eq(&nothing),
            people::images.eq(&nothing),
        ))
        .execute(conn)
        .await?;
    // Where the account's lasting id is known, the user id is one name too many.
    diesel::update(person)
        .filter(people::account_id.is_not_null())
        .set(people::spotify_user_id.eq(&nothing))
        .execute(conn)
        .await?;
    Ok(count)
}

/// The rows that a profile touches.
#[derive(Default)]
struct Candidates {
    /// The person it is of.
    person: Option<Row>,
    /// Another row of theirs, made under the user id while nobody knew whose it was, as by an import.
    twin: Option<Row>,
    /// Another account's row, which had the user id before.
    former: Option<Row>,
}

/// The account id decides, as it never changes. The user id decides only where one side does not
/// know the account.
async fn candidates(conn: &mut Conn, profile: &Profile) -> QueryResult<Candidates> {
    let rows = people::table
        .filter(
            people::account_id
                .eq(&profile.account_id)
                .or(people::spotify_user_id.eq(&profile.spotify_user_id)),
        )
        .select(Row::as_select())
        .load(conn)
        .await?;
    let (by_account, by_user) = rows.into_iter().partition::<Vec<_>, _>(|row| {
        profile.account_id.is_some() && row.account_id == profile.account_id
    });
    let (by_account, by_user) = (by_account.into_iter().next(), by_user.into_iter().next());
    let same_person = |row: &Row| row.account_id.is_none() || profile.account_id.is_none();
    Ok(match (by_account, by_user) {
        (None, Some(row)) if same_person(&row) => Candidates {
            person: Some(row),
            ..Candidates::default()
        },
        (person, Some(row)) if same_person(&row) => Candidates {
            person,
            twin: Some(row),
            former: None,
        },
        (person, former) => Candidates {
            person,
            twin: None,
            former,
        },
    })
}
