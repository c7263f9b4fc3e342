//! Who is who: one row for each person.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{ATTEMPTS, Conn, begin, end, lost_a_race};
use crate::store::person::{Person, PersonId, Profile};
use crate::store::schema::people;
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
}

impl Row {
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
        })
    }

    /// Whether the row already says all that the profile does.
    fn agrees_with(&self, profile: &Profile) -> bool {
        (profile.account_id.is_none() || profile.account_id == self.account_id)
            && self.spotify_user_id.as_ref() == Some(&profile.spotify_user_id)
            && self.display_name == profile.display_name
            && self.uri == profile.uri
            && self.external_url == profile.external_url
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
) -> QueryResult<Option<Person>> {
    let row = find_by_profile(conn, profile).await?;
    Ok(row
        .filter(|row| row.agrees_with(profile))
        .and_then(Row::into_person))
}

/// The person of this profile, brought up to date or made.
pub(in crate::store) async fn identify(
    conn: &mut Conn,
    profile: &Profile,
    now: Timestamp,
) -> QueryResult<Person> {
    let mut attempt = 1;
    loop {
        begin(conn).await?;
        let outcome = find_or_create(conn, profile, now).await;
        match end(conn, outcome).await {
            Err(error) if lost_a_race(&error) && attempt < ATTEMPTS => attempt += 1,
            outcome => return outcome,
        }
    }
}

async fn find_or_create(conn: &mut Conn, profile: &Profile, now: Timestamp) -> QueryResult<Person> {
    let found = find_by_profile(conn, profile).await?;
    let id = match &found {
        Some(row) => PersonId::stored(row.person_id.clone()),
        None => PersonId::new(),
    };

    // The user id is this person's now. A row that still has it is of another account.
    diesel::update(people::table)
        .filter(people::spotify_user_id.eq(&profile.spotify_user_id))
        .filter(people::person_id.ne(id.as_str()))
        .set((
            people::spotify_user_id.eq(None::<String>),
            people::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;

    // An account id that was learned once stays when an answer comes without it.
    let account_id = match &profile.account_id {
        Some(account_id) => Some(account_id.clone()),
        None => found.as_ref().and_then(|row| row.account_id.clone()),
    };
    let columns = (
        people::account_id.eq(&account_id),
        people::spotify_user_id.eq(&profile.spotify_user_id),
        people::display_name.eq(&profile.display_name),
        people::uri.eq(&profile.uri),
        people::external_url.eq(&profile.external_url),
        people::updated_at.eq(now),
    );
    match found {
        Some(_) => {
            diesel::update(people::table.find(id.as_str()))
                .set(columns)
                .execute(conn)
                .await?;
        }
        None => {
            let key = (
                people::person_id.eq(id.as_str()),
                people::created_at.eq(now),
            );
            diesel::insert_into(people::table)
                .values((key, columns))
                .execute(conn)
                .await?;
        }
    }
    Ok(Person {
        id,
        account_id,
        spotify_user_id: profile.spotify_user_id.clone(),
        display_name: profile.display_name.clone(),
        uri: profile.uri.clone(),
        external_url: profile.external_url.clone(),
    })
}

/// The account id decides, as it never changes. The user id decides only where one side does not
/// know the account.
async fn find_by_profile(conn: &mut Conn, profile: &Profile) -> QueryResult<Option<Row>> {
    if let Some(account_id) = &profile.account_id {
        let row = people::table
            .filter(people::account_id.eq(account_id))
            .select(Row::as_select())
            .first(conn)
            .await
            .optional()?;
        if row.is_some() {
            return Ok(row);
        }
    }
    let row = people::table
        .filter(people::spotify_user_id.eq(&profile.spotify_user_id))
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.filter(|row| row.account_id.is_none() || profile.account_id.is_none()))
}
