//! The people who have an account with the simulated Spotify: five, as an app in development mode may have.

use serde_json::{Map, Value, json};

use super::images;

/// A person with an account.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// Spotify's `id`. Some are old, readable names and one needs escaping in a URL; new ones are random.
    pub id: &'static str,
    /// Spotify's `account_id`, which never changes.
    pub account_id: &'static str,
    /// The name shown; some people have none.
    pub display_name: Option<&'static str>,
    /// Country of the account, given to apps outside development mode only.
    pub country: &'static str,
    /// Whether the account has a picture.
    pub has_image: bool,
}

/// The main person: owns a playlist of every size in [`super::SIZES`] and all the odd ones.
pub const ADA: &str = "ada.lindqvist";
/// Has more playlists than one page of `/v1/me/playlists` holds; shares a playlist with [`ADA`].
pub const MINSEO: &str = "minseo";
/// Owns the playlist that [`ADA`] follows and whose items Spotify refuses to her.
pub const AMINA: &str = "31xk7v2q5w6m4n3b1c0z9a8sdfgh";
/// Has no playlist at all.
pub const OLENA: &str = "olena_k";
/// Has no display name and no picture, and an id that must be escaped in a URL.
pub const JOERG: &str = "jörg weiß+1";

/// Everybody.
pub const PEOPLE: [Person; 5] = [
    Person {
        id: ADA,
        account_id: "aD4LqV8sT2",
        display_name: Some("Ada Lindqvist"),
        country: "SE",
        has_image: true,
    },
    Person {
        id: MINSEO,
        account_id: "mS0k7RwYp3",
        display_name: Some("김민서"),
        country: "KR",
        has_image: true,
    },
    Person {
        id: AMINA,
        account_id: "aM1nXb9Qe5",
        display_name: Some("أمينة بن يوسف"),
        country: "MA",
        has_image: true,
    },
    Person {
        id: OLENA,
        account_id: "oL3nKf6Hu1",
        display_name: Some("Олена Коваль"),
        country: "UA",
        has_image: true,
    },
    Person {
        id: JOERG,
        account_id: "jW9sGd2Zt7",
        display_name: None,
        country: "AT",
        has_image: false,
    },
];

impl Person {
    /// The person with this `id`.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        PEOPLE.iter().find(|person| person.id == id)
    }

    /// `spotify:user:…`, with the id escaped as Spotify does.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("spotify:user:{}", self.escaped_id())
    }

    /// The person's page on Spotify.
    #[must_use]
    pub fn external_url(&self) -> String {
        format!("https://open.spotify.com/user/{}", self.escaped_id())
    }

    fn escaped_id(&self) -> String {
        url::form_urlencoded::byte_serialize(self.id.as_bytes())
            .collect::<String>()
            .replace('+', "%20")
    }

    /// The fields every description of a user has (`PlaylistUserObject`).
    pub(crate) fn reference(&self, url: &str) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert(
            "external_urls".into(),
            json!({ "spotify": self.external_url() }),
        );
        object.insert(
            "href".into(),
            format!("{url}/v1/users/{}", self.escaped_id()).into(),
        );
        object.insert("id".into(), self.id.into());
        object.insert("type".into(), "user".into());
        object.insert("uri".into(), self.uri().into());
        object
    }

    /// The owner of a playlist (`PlaylistOwnerObject`).
    pub(crate) fn owner(&self, url: &str) -> Value {
        let mut object = self.reference(url);
        object.insert("display_name".into(), self.display_name.into());
        Value::Object(object)
    }

    /// The person's pictures: unlike covers, the smallest first.
    pub(crate) fn images(&self, url: &str) -> Value {
        if self.has_image {
            images::of(url, self.account_id, &[64, 300])
        } else {
            json!([])
        }
    }
}
