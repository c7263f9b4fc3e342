//! A playlist: its description, who may read it, and its entries on demand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, TimeDelta};
use serde_json::{Map, Value, json};

use super::entries::Entries;
use super::id::{hash, mix};
use super::people::Person;
use super::shape::Shape;
use super::track::{TRACKS, track, track_id};
use super::{images, odd};

/// Odd, so that multiplying by it maps the numbers below [`TRACKS`] onto themselves, each once: a playlist
/// has no track twice and neighbours are not of one album.
const STRIDE: u32 = 40_503;

/// A playlist. Its fields can be changed by
/// [`Simulator::edit_playlist`](crate::simulator::Simulator::edit_playlist).
#[derive(Clone, Debug)]
pub struct Playlist {
    pub(super) id: String,
    /// Who owns it.
    pub owner: &'static Person,
    /// The name shown.
    pub name: String,
    /// As the owner wrote it; it is sent HTML-escaped. `None` is sent as `null`.
    pub description: Option<String>,
    /// On the owner's profile (`true`), private (`false`), or not relevant.
    pub public: Option<bool>,
    /// Whether others may change it.
    pub collaborative: bool,
    /// Those others, by id.
    pub collaborators: Vec<&'static str>,
    /// What is wrong with it.
    pub quirk: Quirk,
    pub(super) entries: Entries,
    pub(super) revision: u64,
}

/// What is wrong with a playlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quirk {
    /// Nothing.
    None,
    /// Its first entries are those of [`odd_names`](super::odd_names).
    OddEntries,
    /// Its paging object promises 60 entries more than there are; `next` follows the true number.
    TotalTooLarge,
    /// Its paging object says 10, whatever there is; `next` follows the true number.
    TotalTooSmall,
    /// Its paging object has `null` for a total.
    NoTotal,
    /// `next` is never null, also behind the end, where the pages are empty.
    NextForEver,
    /// The playlist object has hardly any field, and nulls in what it has.
    Bare,
}

impl Playlist {
    /// A private playlist with `len` entries.
    pub(crate) fn new(id: &str, owner: &'static Person, name: impl Into<String>, len: u32) -> Self {
        Self {
            id: id.to_owned(),
            owner,
            name: name.into(),
            description: Some(String::new()),
            public: Some(false),
            collaborative: false,
            collaborators: Vec::new(),
            quirk: Quirk::None,
            entries: Entries::new(len),
            revision: 1,
        }
    }

    /// Its Spotify id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many entries it has.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.entries.len()
    }

    /// Whether it has no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The version identifier: another one after every change.
    #[must_use]
    pub fn snapshot_id(&self) -> String {
        let seed = hash(&self.id) ^ mix(self.revision);
        STANDARD.encode(format!(
            "{},{:016x}{:016x}{:08x}",
            self.revision,
            seed,
            mix(seed),
            self.revision
        ))
    }

    /// Puts `count` new tracks before the entry at `position`, or at the end.
    pub fn insert(&mut self, position: u32, count: u32) {
        self.entries.insert(position, count);
    }

    /// Takes out up to `count` entries from `position` on.
    pub fn remove(&mut self, position: u32, count: u32) {
        self.entries.remove(position, count);
    }

    /// The track ids of all entries in order, `None` where the entry is odd.
    #[must_use]
    pub fn track_ids(&self) -> Vec<Option<String>> {
        self.entries
            .from(0)
            .map(|entry| (!self.is_odd(entry)).then(|| track_id(self.track_number(entry))))
            .collect()
    }

    /// Notes that it was changed.
    pub(crate) fn touch(&mut self) {
        self.revision += 1;
    }

    /// Whether `person` may change it: Spotify gives the entries only to them, in development mode.
    pub(crate) fn belongs_to(&self, person: &Person) -> bool {
        self.owner == person || self.collaborators.contains(&person.id)
    }

    /// What the paging object says its length is.
    pub(crate) fn claimed_total(&self) -> Option<u32> {
        match self.quirk {
            Quirk::TotalTooLarge => Some(self.len() + 60),
            Quirk::TotalTooSmall => Some(10),
            Quirk::NoTotal => None,
            _ => Some(self.len()),
        }
    }

    /// The entries from `offset` on, at most `limit` (`PlaylistTrackObject`).
    pub(crate) fn page(&self, offset: u32, limit: u32, shape: &Shape<'_>) -> Vec<Value> {
        self.entries
            .from(offset)
            .take(limit as usize)
            .map(|entry| self.entry(entry, shape))
            .collect()
    }

    /// What a full and a simplified playlist object have in common, without the entries.
    pub(crate) fn describe(&self, shape: &Shape<'_>) -> Map<String, Value> {
        let url = shape.url;
        let id = &self.id;
        let mut object = Map::new();
        object.insert("collaborative".into(), self.collaborative.into());
        object.insert(
            "description".into(),
            self.description.as_deref().map(escape_html).into(),
        );
        object.insert(
            "external_urls".into(),
            json!({ "spotify": format!("https://open.spotify.com/playlist/{id}") }),
        );
        object.insert("href".into(), format!("{url}/v1/playlists/{id}").into());
        object.insert("id".into(), id.clone().into());
        object.insert("images".into(), self.images(url));
        object.insert("name".into(), self.name.clone().into());
        object.insert("owner".into(), self.owner.owner(url));
        // Like `video_thumbnail` of an entry: not in the API's description, but sent.
        object.insert("primary_color".into(), Value::Null);
        object.insert("public".into(), self.public.into());
        object.insert("snapshot_id".into(), self.snapshot_id().into());
        object.insert("type".into(), "playlist".into());
        object.insert("uri".into(), format!("spotify:playlist:{id}").into());
        if self.quirk == Quirk::Bare {
            for field in ["collaborative", "href", "snapshot_id", "external_urls"] {
                object.remove(field);
            }
            for field in ["description", "public", "images", "owner"] {
                object.insert(field.into(), Value::Null);
            }
        }
        object
    }

    /// An uploaded cover has one picture without sizes, a mosaic of the first albums has three; an empty
    /// playlist has none.
    fn images(&self, url: &str) -> Value {
        if self.is_empty() {
            json!([])
        } else if hash(&self.id).is_multiple_of(3) {
            json!([{ "url": images::link(url, &self.id, 640), "height": null, "width": null }])
        } else {
            images::of(url, &self.id, &[640, 300, 60])
        }
    }

    fn is_odd(&self, entry: u32) -> bool {
        self.quirk == Quirk::OddEntries && entry < odd::LEN
    }

    fn track_number(&self, entry: u32) -> u32 {
        let start = (hash(&self.id) >> 7) as u32;
        entry.wrapping_mul(STRIDE).wrapping_add(start) % TRACKS
    }

    fn entry(&self, entry: u32, shape: &Shape<'_>) -> Value {
        let added_at = DateTime::UNIX_EPOCH
            + TimeDelta::days(17_900)
            + TimeDelta::minutes(97) * i32::try_from(entry).unwrap_or(i32::MAX);
        let adder = match self.collaborators.as_slice() {
            [] => self.owner,
            others => others
                .get(entry as usize % (others.len() + 1))
                .and_then(|id| Person::find(id))
                .unwrap_or(self.owner),
        };
        let mut object = Map::new();
        object.insert(
            "added_at".into(),
            added_at.to_rfc3339_opts(SecondsFormat::Secs, true).into(),
        );
        object.insert("added_by".into(), Value::Object(adder.reference(shape.url)));
        object.insert("is_local".into(), false.into());
        object.insert("primary_color".into(), Value::Null);
        object.insert("video_thumbnail".into(), json!({ "url": null }));
        object.insert("item".into(), track(self.track_number(entry), shape).into());
        if self.is_odd(entry) {
            odd::spoil(entry, &mut object, shape);
            if object.is_empty() {
                return Value::Null;
            }
        }
        if let Some(item) = object.remove("item") {
            for key in shape.item_keys() {
                object.insert((*key).into(), item.clone());
            }
        }
        Value::Object(object)
    }
}

/// Escapes a description as Spotify does.
fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            '/' => escaped.push_str("&#x2F;"),
            other => escaped.push(other),
        }
    }
    escaped
}
