//! Two rows that turn out to be of one person become one.

use diesel::dsl::{exists, max, min, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, login_codes, race};
use crate::store::person::PersonId;
use crate::store::schema::{metadata, people};
use crate::store::timestamp::Timestamp;

diesel::alias!(metadata as kept: Kept);

/// The uploads of a track and type that are to move, and their first and last number.
type History = (String, String, Option<i64>, Option<i64>);

/// Moves the uploads of `twin`, whose account is unknown, to `person`, who has its user id now. What else
/// there is of `twin` goes with its row: sessions and codes name it, and its tokens are sealed for it.
pub(super) async fn reunite(
    conn: &mut Conn,
    twin: &PersonId,
    person: &PersonId,
    spotify_user_id: &str,
) -> QueryResult<()> {
    // Whoever redeems a code has its row first, and then the person's.
    login_codes::delete_all(conn, twin).await?;
    let is_still_twin = people::person_id
        .eq(twin.as_str())
        .and(people::account_id.is_null())
        .and(people::spotify_user_id.eq(spotify_user_id));
    let both = people::table
        .filter(people::person_id.eq(person.as_str()).or(is_still_twin))
        .order(people::person_id);
    // From here on nothing more comes to either. What was coming is there to be found, but for uploads that
    // have taken a number and wait for these rows: where one of those is given here, the database ends the
    // one or the other, which starts over.
    let found = locked!(both.select(people::person_id))
        .load::<String>(conn)
        .await?;
    if found.len() != 2 {
        return Err(race());
    }
    let uploads = metadata::table.filter(metadata::person_id.eq(twin.as_str()));

    let kept_history = kept
        .filter(kept.field(metadata::person_id).eq(person.as_str()))
        .filter(kept.field(metadata::track_id).eq(metadata::track_id))
        .filter(kept.field(metadata::kind).eq(metadata::kind));
    let the_same = kept_history
        .filter(kept.field(metadata::version).eq(metadata::version))
        .filter(kept.field(metadata::sha256).eq(metadata::sha256))
        .filter(kept.field(metadata::created_at).eq(metadata::created_at));
    diesel::delete(uploads.filter(exists(the_same)))
        .execute(conn)
        .await?;
    diesel::update(uploads.filter(not(exists(kept_history))))
        .set(metadata::person_id.eq(person.as_str()))
        .execute(conn)
        .await?;

    let rest: Vec<History> = uploads
        .group_by((metadata::track_id, metadata::kind))
        .select((
            metadata::track_id,
            metadata::kind,
            min(metadata::seq),
            max(metadata::seq),
        ))
        .load(conn)
        .await?;
    for history in &rest {
        merge(conn, twin, person, history).await?;
    }
    diesel::delete(people::table.find(twin.as_str()))
        .execute(conn)
        .await?;
    Ok(())
}

/// Moves a history into the one that is there, as an import would: what is younger than the newest there
/// goes on top of it, the rest below all that is there.
async fn merge(
    conn: &mut Conn,
    twin: &PersonId,
    person: &PersonId,
    (track_id, kind, first, last): &History,
) -> QueryResult<()> {
    let of = |id: &PersonId| {
        metadata::table
            .filter(metadata::person_id.eq(id.as_str().to_owned()))
            .filter(metadata::track_id.eq(track_id))
            .filter(metadata::kind.eq(kind))
    };
    let there: Vec<(i64, Timestamp)> = of(person)
        .order(metadata::seq)
        .select((metadata::seq, metadata::created_at))
        .load(conn)
        .await?;
    let (Some((lowest, _)), Some((highest, newest))) = (there.as_slice().first(), there.last())
    else {
        return Err(race());
    };
    let below = lowest - 1 - last.unwrap_or_default();
    let above = highest + 1 - first.unwrap_or_default();
    diesel::update(of(twin).filter(metadata::created_at.lt(newest)))
        .set((
            metadata::person_id.eq(person.as_str()),
            metadata::seq.eq(metadata::seq + below),
        ))
        .execute(conn)
        .await?;
    diesel::update(of(twin))
        .set((
            metadata::person_id.eq(person.as_str()),
            metadata::seq.eq(metadata::seq + above),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
