//! A typed client in Rust: `graphql_client` makes the types of the playground's operations from
//! schema.graphql, at compile time. What does not fit the schema does not compile.

use graphql_client::{GraphQLQuery, Response};
use lockstep_api::simulator::data;
use serde_json::json;

use crate::support::{Caller, TestApp};

#[allow(clippy::upper_case_acronyms, reason = "the scalar's name")]
type JSON = serde_json::Value;
type DateTime = String;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "schema.graphql",
    query_path = "playground/operations/my-playlists.graphql",
    response_derives = "Debug"
)]
struct MyPlaylists;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "schema.graphql",
    query_path = "playground/operations/tracks-with-beats.graphql",
    response_derives = "Debug"
)]
struct TracksWithBeats;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "schema.graphql",
    query_path = "playground/operations/upload-beats.graphql",
    response_derives = "Debug"
)]
struct UploadBeats;

async fn ask<Q: GraphQLQuery>(
    caller: &Caller,
    variables: Q::Variables,
) -> Response<Q::ResponseData> {
    let body = serde_json::to_string(&Q::build_query(variables)).unwrap();
    let answer = caller.post_graphql(body).await;
    serde_json::from_str(answer.text()).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

fn codes<T>(answer: &Response<T>) -> Vec<&str> {
    let errors = answer.errors.iter().flatten();
    errors
        .map(|error| error.extensions.as_ref().unwrap()["code"].as_str().unwrap())
        .collect()
}

fn tracks(
    answer: &Response<tracks_with_beats::ResponseData>,
) -> Option<&tracks_with_beats::TracksWithBeatsPlaylistTracks> {
    let playlist = answer.data.as_ref()?.playlist.as_ref()?;
    playlist.tracks.as_ref()
}

#[tokio::test]
async fn pages_to_the_end_of_a_list() {
    let app = TestApp::start().await;
    let minseo = app.bearer(data::MINSEO);
    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let first = Some(30);
        let answer = ask::<MyPlaylists>(&minseo, my_playlists::Variables { first, after }).await;
        assert_eq!(codes(&answer), [""; 0]);
        let page = answer.data.unwrap().me.playlists;
        // Theirs, and the shared one.
        assert_eq!(
            page.total_count,
            Some(i64::from(data::MINSEO_PLAYLISTS) + 1)
        );
        names.extend(page.nodes.into_iter().flatten().map(|node| node.name));
        after = page.page_info.end_cursor;
        if !page.page_info.has_next_page {
            break;
        }
    }
    assert_eq!(names.len(), data::MINSEO_PLAYLISTS as usize + 1);
}

#[tokio::test]
async fn uploads_and_reads_back_with_types() {
    use tracks_with_beats::TracksWithBeatsPlaylistTracksEdgesNode as Item;
    use tracks_with_beats::TracksWithBeatsPlaylistTracksEdgesNodeOn as Kind;

    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let page = || tracks_with_beats::Variables {
        id: data::playlist_id(50),
        first: None,
        after: None,
    };
    let answer = ask::<TracksWithBeats>(&ada, page()).await;
    let Some(Item {
        id: Some(id), on, ..
    }) = &tracks(&answer).unwrap().edges[3].node
    else {
        panic!("no track: {answer:?}");
    };
    assert!(matches!(on, Kind::Track(track) if track.beats.is_none()));

    // A number that no f64 holds.
    let collection: JSON = serde_json::from_str(r#"{"beats":[0.1234567890123456789012]}"#).unwrap();
    let input = upload_beats::UploadMetadataInput {
        track_id: id.clone(),
        type_: "beats".to_owned(),
        version: 7,
        collection: collection.clone(),
    };
    let answer = ask::<UploadBeats>(&ada, upload_beats::Variables { input }).await;
    let kept = answer.data.unwrap().upload_metadata.metadata;
    assert_eq!((kept.version, &kept.track_id), (7, id));

    let answer = ask::<TracksWithBeats>(&ada, page()).await;
    let track = tracks(&answer).unwrap().edges[3].node.as_ref().unwrap();
    let Kind::Track(track) = &track.on else {
        panic!("no track: {track:?}");
    };
    let beats = track.beats.as_ref().unwrap();
    assert_eq!((&beats.id, &beats.collection), (&kept.id, &collection));
}

#[tokio::test]
async fn tells_errors_apart_by_their_code_and_keeps_what_else_came() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let followed = tracks_with_beats::Variables {
        id: data::FOLLOWED.to_owned(),
        first: Some(5),
        after: None,
    };
    let answer = ask::<TracksWithBeats>(&ada, followed).await;
    assert_eq!(codes(&answer), ["FORBIDDEN"]);
    assert!(tracks(&answer).is_none());
    assert!(!answer.data.unwrap().playlist.unwrap().name.is_empty());

    let input = upload_beats::UploadMetadataInput {
        track_id: "no track".to_owned(),
        type_: "beats".to_owned(),
        version: 1,
        collection: json!({}),
    };
    let answer = ask::<UploadBeats>(&ada, upload_beats::Variables { input }).await;
    assert_eq!(codes(&answer), ["BAD_USER_INPUT"]);
    assert!(answer.data.is_none());
}
