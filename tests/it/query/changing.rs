//! Playlists that change while they are read: nothing panics, nothing goes round for ever, and every
//! entry is told with the position that it was found at.

use std::collections::HashSet;

use lockstep_api::simulator::data::{self, Playlist, playlist_id};
use lockstep_api::simulator::{Fault, Rule};
use serde_json::{Value, json};

use crate::support::{Caller, TestApp};

const PLAYLIST: &str = "GET /v1/playlists/{id}";
const ITEMS: &str = "GET /v1/playlists/{id}/items";
const QUERY: &str = "query($id: ID!, $first: Int, $after: String) { playlist(id: $id) {
    tracks(first: $first, after: $after) { totalCount edges { position cursor node { id } }
        pageInfo { hasNextPage startCursor endCursor } } } }";

async fn page(caller: &Caller, first: u32, after: &Value) -> Value {
    let variables = json!({ "id": playlist_id(1000), "first": first, "after": after });
    caller.graphql(QUERY, variables).await.data()["playlist"]["tracks"].take()
}

fn positions(page: &Value) -> Vec<u64> {
    let edges = page["edges"].as_array().unwrap();
    let positions: Vec<u64> = edges
        .iter()
        .map(|edge| edge["position"].as_u64().unwrap())
        .collect();
    assert!(
        positions.windows(2).all(|pair| pair[0] < pair[1]),
        "{positions:?}"
    );
    let cursors: HashSet<&str> = edges
        .iter()
        .map(|edge| edge["cursor"].as_str().unwrap())
        .collect();
    assert_eq!(cursors.len(), edges.len());
    assert_eq!(page["pageInfo"]["startCursor"], page["edges"][0]["cursor"]);
    positions
}

fn ids(page: &Value) -> Vec<Option<String>> {
    let edges = page["edges"].as_array().unwrap();
    edges
        .iter()
        .map(|edge| edge["node"]["id"].as_str().map(str::to_owned))
        .collect()
}

/// Asks for all thousand; while the page at `offset` hangs and the others are answered, the playlist
/// is edited.
async fn edited_under_way(offset: u32, edit: impl FnOnce(&mut Playlist)) -> (TestApp, Value) {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.reset_counts();
    let held = Rule::on(ITEMS, Fault::Hang).with("offset", &offset.to_string());
    app.spotify.inject(held.times(1));
    let others_answered = async {
        app.spotify.wait_for(ITEMS, 19).await;
        // Those that were asked for are answered as they were before the edit.
        while app
            .spotify
            .requests()
            .iter()
            .filter(|asked| asked.endpoint == ITEMS && asked.status.is_some())
            .count()
            < 18
        {
            tokio::task::yield_now().await;
        }
        app.spotify.edit_playlist(&playlist_id(1000), edit);
        app.spotify.release();
    };
    let (page, ()) = tokio::join!(page(&ada, 1000, &Value::Null), others_answered);
    (app, page)
}

#[tokio::test]
async fn entries_inserted_between_two_pages_move_the_rest_down() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let before = app.spotify.playlist(&playlist_id(1000)).track_ids();
    let first = page(&ada, 60, &Value::Null).await;
    app.spotify
        .edit_playlist(&playlist_id(1000), |playlist| playlist.insert(0, 5));
    let second = page(&ada, 60, &first["pageInfo"]["endCursor"]).await;
    assert_eq!(positions(&second), (60..120).collect::<Vec<_>>());
    assert_eq!(ids(&second), before[55..115]);
    assert_eq!(second["totalCount"], 1005);
}

#[tokio::test]
async fn entries_removed_between_two_pages_move_the_rest_up() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let before = app.spotify.playlist(&playlist_id(1000)).track_ids();
    let first = page(&ada, 60, &Value::Null).await;
    app.spotify
        .edit_playlist(&playlist_id(1000), |playlist| playlist.remove(10, 20));
    let second = page(&ada, 60, &first["pageInfo"]["endCursor"]).await;
    assert_eq!(positions(&second), (60..120).collect::<Vec<_>>());
    assert_eq!(ids(&second), before[80..140]);
    assert_eq!(second["totalCount"], 980);
}

#[tokio::test]
async fn a_playlist_cut_short_between_two_pages_is_at_its_end() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let first = page(&ada, 60, &Value::Null).await;
    for left in [60, 30, 0] {
        app.spotify
            .edit_playlist(&playlist_id(1000), |playlist| playlist.remove(left, 1000));
        let second = page(&ada, 60, &first["pageInfo"]["endCursor"]).await;
        assert_eq!(second["edges"], json!([]));
        assert_eq!(second["totalCount"], left);
        assert_eq!(second["pageInfo"]["hasNextPage"], false);
        assert_eq!(second["pageInfo"]["endCursor"], Value::Null);
    }
}

#[tokio::test]
async fn entries_inserted_between_the_pages_of_one_request_are_told_as_each_page_had_them() {
    let (app, page) = edited_under_way(500, |playlist| playlist.insert(0, 3)).await;
    assert_eq!(positions(&page), (0..1000).collect::<Vec<_>>());
    let after = app.spotify.playlist(&playlist_id(1000)).track_ids();
    let ids = ids(&page);
    assert_eq!(ids[..500], after[3..503], "as it was");
    assert_eq!(ids[500..550], after[500..550], "as it is");
    assert_eq!(ids[550..], after[553..], "as it was");
}

#[tokio::test]
async fn what_was_added_at_the_end_meanwhile_is_announced() {
    let (_app, page) = edited_under_way(950, |playlist| playlist.insert(1000, 7)).await;
    assert_eq!(positions(&page).len(), 1000);
    assert_eq!(page["totalCount"], 1007);
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
}

#[tokio::test]
async fn what_was_removed_from_the_end_meanwhile_is_not_there() {
    let (_app, page) = edited_under_way(950, |playlist| playlist.remove(970, 30)).await;
    assert_eq!(positions(&page), (0..970).collect::<Vec<_>>());
    assert_eq!(page["totalCount"], 970);
    assert_eq!(page["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn a_list_ends_where_a_page_says_so_although_others_were_read_before_it_was_cut() {
    let (_app, page) = edited_under_way(500, |playlist| playlist.remove(510, 1000)).await;
    assert_eq!(positions(&page), (0..510).collect::<Vec<_>>());
    assert_eq!(page["totalCount"], 510);
    assert_eq!(page["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn a_playlist_emptied_under_way_ends_with_what_had_been_read() {
    let (_app, page) = edited_under_way(50, |playlist| playlist.remove(0, 1000)).await;
    assert_eq!(positions(&page), (0..50).collect::<Vec<_>>());
    assert_eq!(page["totalCount"], 0);
    assert_eq!(page["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn a_playlist_emptied_before_its_first_page_is_empty() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    app.spotify.inject(Rule::on(PLAYLIST, Fault::Hang));
    let emptied = async {
        app.spotify.wait_for(PLAYLIST, 1).await;
        app.spotify
            .edit_playlist(&playlist_id(1000), |playlist| playlist.remove(0, 1000));
        app.spotify.clear_faults();
    };
    let (page, ()) = tokio::join!(page(&ada, 100, &Value::Null), emptied);
    assert_eq!(page["edges"], json!([]));
    assert_eq!(page["totalCount"], 0);
    assert_eq!(page["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn a_walk_through_a_playlist_that_keeps_changing_ends() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let (mut after, mut last, mut steps) = (Value::Null, None, 0);
    loop {
        let page = page(&ada, 130, &after).await;
        let positions = positions(&page);
        assert!(positions.first().copied() > last, "the walk goes back");
        last = positions.last().copied();
        steps += 1;
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
        app.spotify.edit_playlist(&playlist_id(1000), |playlist| {
            playlist.insert(steps * 17, 3);
            playlist.remove(steps * 11, 30);
        });
    }
    assert!((5..=8).contains(&steps), "{steps}");
}
