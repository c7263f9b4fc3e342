use serde_json::{Map, Value, json};

use super::*;
use crate::spotify::PlayableItem;
use crate::spotify::stub::{Answer, Stub, call, ok, status};

const ID: &str = "37i9dQZF1DXcBWIGoYBM5M";
const ITEMS: &str = "/v1/playlists/37i9dQZF1DXcBWIGoYBM5M/items";
const TRACKS: &str = "/v1/playlists/37i9dQZF1DXcBWIGoYBM5M/tracks";

fn id() -> PlaylistId {
    PlaylistId::parse(ID).unwrap()
}

fn refusal(code: u16) -> Answer {
    let message = format!("says {code}");
    status(code, json!({"error": {"status": code, "message": message}}))
}

fn page_of(name: &str) -> Answer {
    let track = json!({"type": "track", "uri": "spotify:track:x", "name": name});
    ok(json!({"total": 1, "next": null, "items": [{"item": track}]}))
}

fn is_ok<T>(answer: &Result<T, Error>) -> bool {
    answer.is_ok()
}

/// The names of fields in a `fields` filter, with what is asked for inside each.
fn parse(fields: &str) -> Map<String, Value> {
    fn list(rest: &mut &str) -> Map<String, Value> {
        let mut names = Map::new();
        loop {
            let end = rest.find([',', '(', ')']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            *rest = after;
            let plain = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(!name.is_empty() && name.chars().all(plain), "{name:?}");
            let mut inner = Map::new();
            if let Some(after) = rest.strip_prefix('(') {
                *rest = after;
                inner = list(rest);
                *rest = rest.strip_prefix(')').expect("a closing parenthesis");
            }
            let before = names.insert(name.to_owned(), Value::Object(inner));
            assert!(before.is_none(), "{name} twice");
            match rest.strip_prefix(',') {
                Some(after) => *rest = after,
                None => return names,
            }
        }
    }
    let mut rest = fields;
    let names = list(&mut rest);
    assert!(rest.is_empty(), "left over: {rest}");
    names
}

/// What Spotify leaves of `value`.
fn filter(value: &Value, fields: &Map<String, Value>) -> Value {
    match value {
        Value::Array(list) => list.iter().map(|value| filter(value, fields)).collect(),
        Value::Object(object) if !fields.is_empty() => object
            .iter()
            .filter_map(|(name, value)| {
                let inner = fields.get(name)?.as_object()?;
                Some((name.clone(), filter(value, inner)))
            })
            .collect::<Map<_, _>>()
            .into(),
        value => value.clone(),
    }
}

fn full_image() -> Value {
    json!([{"url": "https://i.scdn.co/image/ab67", "width": 640, "height": 640}])
}

fn full(kind: &str) -> Value {
    let urls = json!({"spotify": format!("https://open.spotify.com/{kind}/x")});
    json!({
        "type": kind, "id": "x", "uri": format!("spotify:{kind}:x"), "href": "https://x",
        "name": kind, "external_urls": urls, "duration_ms": 7, "explicit": true,
        "is_playable": true, "is_local": false, "disc_number": 2, "track_number": 3,
        "external_ids": {"isrc": "I", "ean": "E"}, "available_markets": ["AD", "AE"],
        "images": full_image(), "release_date": "1981", "album_type": "single",
        "publisher": "P", "description": "D", "html_description": "<p>D</p>",
        "display_name": "N", "preview_url": "https://p", "popularity": 5,
    })
}

fn full_entry(name: &str, kind: &str) -> Value {
    let mut item = full(kind);
    item["artists"] = json!([full("artist")]);
    item["album"] = full("album");
    item["show"] = full("show");
    let user = json!({"id": "u", "uri": "spotify:user:u", "href": "https://x", "type": "user",
        "external_urls": {"spotify": "https://open.spotify.com/user/u"}});
    json!({"added_at": "2015-01-15T12:39:22Z", "added_by": user, "is_local": false,
        "primary_color": null, name: item})
}

#[test]
fn the_filter_for_items_asks_for_all_that_is_kept_and_for_no_markets() {
    let fields = parse(&EntryFields::all().of_page());
    for (name, kind) in [
        ("item", "track"),
        ("track", "track"),
        ("item", "episode"),
        ("track", "episode"),
    ] {
        let whole = json!({"href": "https://x", "limit": 50, "offset": 0, "previous": null,
            "next": "https://x", "total": 100, "items": [full_entry(name, kind)]});
        let filtered = filter(&whole, &fields);
        let read = |value: &Value| {
            page::read(&value.to_string(), 0, 50)
                .unwrap()
                .map(Option::<PlaylistEntry>::unwrap_or_default)
        };
        assert_eq!(read(&filtered), read(&whole), "{name} {kind}");
        let kept = filtered.to_string();
        for dropped in [
            "available_markets",
            "href",
            "popularity",
            "html_description",
            "ean",
        ] {
            assert!(!kept.contains(dropped), "{dropped}: {kept}");
        }
        match &read(&whole).items[0].item {
            Some(PlayableItem::Track(track)) => {
                assert_eq!(track.album.as_ref().unwrap().images.len(), 1);
                assert!(track.isrc.is_some() && track.artists[0].uri.is_some());
            }
            Some(PlayableItem::Episode(episode)) => {
                assert_eq!(episode.show.as_ref().unwrap().images.len(), 1);
                assert!(episode.description.is_some() && episode.images.len() == 1);
            }
            None => panic!("the sample is read"),
        }
    }
}

#[test]
fn the_filter_for_a_playlist_asks_for_all_that_is_kept_and_for_no_entries() {
    let fields = parse(PLAYLIST_FIELDS);
    for name in ["items", "tracks"] {
        let mut whole = full("playlist");
        whole["public"] = json!(false);
        whole["collaborative"] = json!(true);
        whole["snapshot_id"] = json!("s");
        whole["owner"] = full("user");
        whole[name] =
            json!({"total": 9, "href": "https://x", "items": [full_entry("item", "track")]});
        let filtered = filter(&whole, &fields);
        let read = |value: &Value| Playlist::read(&value.to_string()).unwrap();
        assert_eq!(read(&filtered), read(&whole));
        assert_eq!(read(&filtered).total, Some(9));
        assert_eq!(filtered[name], json!({"total": 9}));
    }
}

#[tokio::test]
async fn a_page_of_items_is_asked_for_in_one_request_with_a_filter() {
    let stub = Stub::start().await;
    stub.on(ITEMS, [page_of("a")]);
    let page = stub
        .client()
        .playlist_items(&call(), &id(), 150, 500, EntryFields::all())
        .await
        .unwrap();
    assert_eq!(
        (page.offset, page.total, page.has_next),
        (150, Some(1), false)
    );
    let [seen] = &stub.seen()[..] else {
        panic!("one request")
    };
    assert_eq!(seen.query["limit"], "50");
    assert_eq!(seen.query["offset"], "150");
    assert_eq!(seen.query["fields"], EntryFields::all().of_page());
    assert_eq!(seen.query["additional_types"], "track,episode");
}

#[tokio::test]
async fn where_only_the_legacy_endpoint_answers_it_is_found_and_remembered() {
    for code in [404, 405, 410, 501] {
        let stub = Stub::start().await;
        stub.on(ITEMS, [refusal(code)])
            .on(TRACKS, [page_of("legacy")]);
        let client = stub.client();
        for _ in 0..2 {
            let page = client
                .clone()
                .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
                .await;
            assert!(is_ok(&page), "{code}");
        }
        assert_eq!(stub.paths(), [ITEMS, TRACKS, TRACKS]);
    }
}

#[tokio::test]
async fn a_playlist_in_the_older_shape_spares_finding_it_out() {
    let whole = format!("/v1/playlists/{ID}");
    let stub = Stub::start().await;
    stub.on(&whole, [ok(json!({"id": ID, "tracks": {"total": 3}}))])
        .on(TRACKS, [page_of("legacy")]);
    let client = stub.client();
    assert!(is_ok(&client.playlist(&call(), &id()).await));
    for _ in 0..2 {
        assert!(is_ok(
            &client
                .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
                .await
        ));
    }
    assert_eq!(stub.paths(), [whole.as_str(), TRACKS, TRACKS]);
}

#[tokio::test]
async fn an_older_shape_beside_the_current_endpoint_misleads_once() {
    let whole = format!("/v1/playlists/{ID}");
    let stub = Stub::start().await;
    stub.on(&whole, [ok(json!({"id": ID, "tracks": {"total": 3}}))])
        .on(TRACKS, [refusal(403)])
        .on(ITEMS, [page_of("current")]);
    let client = stub.client();
    for _ in 0..2 {
        assert!(is_ok(&client.playlist(&call(), &id()).await));
        assert!(is_ok(
            &client
                .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
                .await
        ));
    }
    let whole = whole.as_str();
    assert_eq!(stub.paths(), [whole, TRACKS, ITEMS, whole, ITEMS]);
}

#[tokio::test]
async fn when_the_legacy_endpoint_is_taken_away_the_current_one_is_used_again() {
    for code in [403, 404] {
        let stub = Stub::start().await;
        stub.on(ITEMS, [refusal(404), page_of("current")])
            .on(TRACKS, [page_of("legacy"), refusal(code)]);
        let client = stub.client();
        for _ in 0..3 {
            let page = client
                .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
                .await;
            assert!(is_ok(&page), "{code}");
        }
        assert_eq!(stub.paths(), [ITEMS, TRACKS, TRACKS, ITEMS, ITEMS]);
    }
}

#[tokio::test]
async fn a_playlist_that_is_not_there_is_not_found_in_either_mode() {
    // Development mode: the removed endpoint answers 403 whatever it is asked.
    let stub = Stub::start().await;
    stub.on(TRACKS, [refusal(403)]);
    let client = stub.client();
    let error = client
        .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
    stub.on(ITEMS, [page_of("made since")]);
    assert!(is_ok(
        &client
            .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
            .await
    ));

    // Where only the legacy endpoint is, remembered or not.
    let other = "/v1/playlists/0000000000000000000000/tracks";
    let stub = Stub::start().await;
    stub.on(other, [page_of("legacy")]);
    let client = stub.client();
    let elsewhere = PlaylistId::parse("0000000000000000000000").unwrap();
    for _ in 0..2 {
        let error = client
            .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
            .await
            .unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error}");
        assert!(is_ok(
            &client
                .playlist_items(&call(), &elsewhere, 0, 50, EntryFields::all())
                .await
        ));
    }
}

#[tokio::test]
async fn what_is_forbidden_is_not_tried_elsewhere() {
    let stub = Stub::start().await;
    stub.on(ITEMS, [refusal(403)])
        .on(TRACKS, [page_of("legacy")]);
    let error = stub
        .client()
        .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
    assert_eq!(stub.paths(), [ITEMS]);
}

#[tokio::test]
async fn forbidden_at_the_only_endpoint_there_is_stays_forbidden() {
    let other = "/v1/playlists/0000000000000000000000/tracks";
    let stub = Stub::start().await;
    stub.on(other, [page_of("legacy")])
        .on(TRACKS, [refusal(403)]);
    let client = stub.client();
    let elsewhere = PlaylistId::parse("0000000000000000000000").unwrap();
    assert!(is_ok(
        &client
            .playlist_items(&call(), &elsewhere, 0, 50, EntryFields::all())
            .await
    ));
    let error = client
        .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
}

#[tokio::test]
async fn trouble_on_the_second_way_is_not_taken_for_absence() {
    let stub = Stub::start().await;
    stub.on(TRACKS, [refusal(500)]);
    let error = stub
        .client()
        .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(500));
}

#[tokio::test]
async fn an_id_that_spotify_cannot_decode_names_no_playlist() {
    let stub = Stub::start().await;
    let body = json!({"error": {"status": 400, "message": "Invalid base62 id"}});
    stub.on("/v1/playlists/37i9dQZF1DXcBWIGoYBM5M", [status(400, &body)])
        .on(ITEMS, [status(400, body)]);
    let client = stub.client();
    let error = client.playlist(&call(), &id()).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
    let error = client
        .playlist_items(&call(), &id(), 0, 50, EntryFields::all())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn a_null_among_the_playlists_keeps_its_position() {
    let stub = Stub::start().await;
    let list = json!([{"id": "a", "name": "A", "tracks": {"total": 3}}, null, {"name": "no id"}, {"id": "b"}]);
    stub.on(
        "/v1/me/playlists",
        [ok(
            json!({"items": list, "total": 104, "next": "https://x"}),
        )],
    );
    let page = stub
        .client()
        .current_user_playlists(&call(), 100, 50)
        .await
        .unwrap();
    let ids: Vec<_> = page
        .items
        .iter()
        .map(|item| item.as_ref().map(|playlist| playlist.id.as_str()))
        .collect();
    assert_eq!(ids, [Some("a"), None, None, Some("b")]);
    assert_eq!(page.items[0].as_ref().unwrap().total, Some(3));
    assert!(page.has_next);
    assert_eq!(stub.seen()[0].query["offset"], "100");
}

#[tokio::test]
async fn beyond_the_highest_offset_there_is_nothing() {
    let stub = Stub::start().await;
    let page = stub
        .client()
        .current_user_playlists(&call(), 100_001, 50)
        .await
        .unwrap();
    assert!(page.items.is_empty() && page.is_last());
    let page = stub
        .client()
        .playlist_items(&call(), &id(), u32::MAX, 50, EntryFields::all())
        .await
        .unwrap();
    assert!(page.items.is_empty() && page.is_last());
    assert!(stub.seen().is_empty());
}
