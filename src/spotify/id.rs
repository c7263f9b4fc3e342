//! Typed ids: parsed once, from an id, a URI or a link, and harmless in a path from there on.

/// Spotify's ids are 128 bits in base 62.
const ID_LENGTH: usize = 22;
/// Nothing that names a playlist or a track is longer, in bytes: a local file's URI has its artist,
/// album and title, in which one letter may be nine characters.
const INPUT_LENGTH: usize = 2048;

/// The id of a playlist: 22 base-62 characters, nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PlaylistId(String);

impl PlaylistId {
    /// Reads a bare id, `spotify:playlist:ID`, the older `spotify:user:NAME:playlist:ID`, or a link
    /// to `open.spotify.com`. `None`: it is none of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match Reference::parse(text)? {
            Reference::Bare(id) | Reference::Named("playlist", id) => {
                base62(id).map(|id| Self(id.to_owned()))
            }
            _ => None,
        }
    }

    /// The bare id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the metadata of a track is kept under: the bare id of a track of Spotify's, the whole URI of
/// a local file or an episode, which have no track id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TrackKey(String);

impl TrackKey {
    /// Reads a bare track id, a `spotify:track:`, `spotify:episode:` or `spotify:local:` URI, or a
    /// link to `open.spotify.com`. `None`: it is none of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let key = match Reference::parse(text)? {
            Reference::Bare(id) | Reference::Named("track", id) => base62(id)?.to_owned(),
            Reference::Named("episode", id) => format!("spotify:episode:{}", base62(id)?),
            Reference::Local => text.to_owned(),
            Reference::Named(..) => return None,
        };
        Some(Self(key))
    }

    /// The key: a bare id or a URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The ways of naming a thing of Spotify's. What stands in the id's place is not checked yet.
enum Reference<'a> {
    Bare(&'a str),
    /// Kind and id.
    Named(&'a str, &'a str),
    /// A file on somebody's device.
    Local,
}

impl<'a> Reference<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        if text.len() > INPUT_LENGTH {
            return None;
        }
        if let Some(uri) = text.strip_prefix("spotify:") {
            return Self::from_uri(uri);
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
            return if web { Self::from_link(rest) } else { None };
        }
        Some(Self::Bare(text))
    }

    fn from_uri(uri: &'a str) -> Option<Self> {
        if let Some(file) = uri.strip_prefix("local:") {
            let plain = !file.is_empty() && !file.contains(char::is_control);
            return plain.then_some(Self::Local);
        }
        let mut parts = uri.split(':');
        let reference = match (parts.next()?, parts.next()?) {
            ("user", _name) => Self::Named(parts.next()?, parts.next()?),
            (kind, id) => Self::Named(kind, id),
        };
        parts.next().is_none().then_some(reference)
    }

    fn from_link(link: &'a str) -> Option<Self> {
        let (host, path) = link.split_once('/')?;
        if !host.eq_ignore_ascii_case("open.spotify.com") {
            return None;
        }
        let path = path.split(['?', '#']).next()?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut parts = path.split('/');
        let mut first = parts.next()?;
        // The site puts the reader's language in front: /intl-de/playlist/…
        if first.starts_with("intl-") {
            first = parts.next()?;
        }
        let reference = match (first, parts.next()?) {
            ("user", _name) => Self::Named(parts.next()?, parts.next()?),
            (kind, id) => Self::Named(kind, id),
        };
        parts.next().is_none().then_some(reference)
    }
}

fn base62(id: &str) -> Option<&str> {
    let valid = id.len() == ID_LENGTH && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    valid.then_some(id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "37i9dQZF1DXcBWIGoYBM5M";

    #[test]
    fn a_playlist_has_many_names_and_one_id() {
        for name in [
            ID.to_owned(),
            format!("spotify:playlist:{ID}"),
            format!("spotify:user:somebody:playlist:{ID}"),
            format!("https://open.spotify.com/playlist/{ID}"),
            format!("http://open.spotify.com/playlist/{ID}/"),
            format!("HTTPS://Open.Spotify.com/playlist/{ID}?si=0123&utm_source=x/y"),
            format!("https://open.spotify.com/intl-de/playlist/{ID}#top"),
            format!("https://open.spotify.com/user/somebody/playlist/{ID}?si=1"),
        ] {
            assert_eq!(
                PlaylistId::parse(&name).map(|id| id.0),
                Some(ID.to_owned()),
                "{name}"
            );
        }
    }

    #[test]
    fn a_track_has_many_names_and_one_key() {
        for name in [
            ID.to_owned(),
            format!("spotify:track:{ID}"),
            format!("https://open.spotify.com/track/{ID}?si=1"),
            format!("https://open.spotify.com/intl-pt/track/{ID}"),
        ] {
            assert_eq!(
                TrackKey::parse(&name).map(|key| key.0),
                Some(ID.to_owned()),
                "{name}"
            );
        }
    }

    #[test]
    fn local_files_and_episodes_keep_their_uri() {
        for uri in [
            "spotify:local:Artist:Album:Title:215".to_owned(),
            "spotify:local:An Artist:::本:1".to_owned(),
            "spotify:local:::%E6%9C%AC+%2F+%3F:0".to_owned(),
            format!("spotify:episode:{ID}"),
        ] {
            assert_eq!(TrackKey::parse(&uri).map(|key| key.0), Some(uri));
        }
        let link = format!("https://open.spotify.com/episode/{ID}");
        assert_eq!(
            TrackKey::parse(&link).map(|key| key.0),
            Some(format!("spotify:episode:{ID}"))
        );
    }

    #[test]
    fn hostile_and_foreign_text_is_refused_by_both() {
        let hostile = [
            String::new(),
            " ".to_owned(),
            "0".to_owned(),
            "nonsense".to_owned(),
            "{}".to_owned(),
            "' OR 1=1 --".to_owned(),
            "../".to_owned(),
            "..".to_owned(),
            "../../etc/passwd".to_owned(),
            "..%2f..%2fme%2f%2f%2f%2f%2f%2f".to_owned(),
            // As long as an id.
            "..%2f..%2fme%2f%2f%2f2".to_owned(),
            "....................me".to_owned(),
            format!("{ID}?fields=owner"),
            format!("{ID}%3ffields=owner"),
            format!("{ID}%2f.."),
            format!("{ID}/followers"),
            format!("{ID}/../../me"),
            format!("{ID}#"),
            format!(" {ID}"),
            format!("{ID}\n"),
            format!("{ID}\r\nHost: evil.example"),
            format!("{ID}\0"),
            "37i9dQZF1DXcBWIGoYBM5".to_owned(),
            "37i9dQZF1DXcBWIGoYBM5MM".to_owned(),
            "37i9dQZF1DXcBWIGoYBM5_".to_owned(),
            "37i9dQZF1DXcBWIGoYBM5-".to_owned(),
            "37i9dQZF1DXcBWIGoYBM5é".to_owned(),
            "37i9dQZF1DXcBWIGoYBMé".to_owned(),
            "37i9dQZF1DXcBWIGoYBM٥M".to_owned(),
            "٣٧٩٣٧٩٣٧٩٣٧".to_owned(),
            "é".repeat(11),
            "歌".repeat(22),
            "a".repeat(10_000),
            format!("spotify:track:{}", "a".repeat(10_000)),
            format!("spotify:playlist:{}", "a".repeat(10_000)),
            format!("spotify:local:{}", "a".repeat(10_000)),
            "spotify:".to_owned(),
            "spotify:local:".to_owned(),
            "spotify:track:".to_owned(),
            "spotify:playlist:".to_owned(),
            format!("spotify:track:../{}", &ID[3..]),
            format!("spotify:playlist:../{}", &ID[3..]),
            "spotify:local:a\0b".to_owned(),
            format!("spotify:album:{ID}"),
            format!("spotify:playlist:{ID}:x"),
            format!("spotify:track:{ID}:x"),
            format!("spotify:user:somebody:playlist:{ID}:x"),
            "spotify:user:somebody".to_owned(),
            "spotify:episode:..".to_owned(),
            format!("Spotify:track:{ID}"),
            format!("https://open.spotify.com/{ID}"),
            format!("https://open.spotify.com/album/{ID}"),
            format!("https://open.spotify.com/playlist/{ID}/tracks"),
            format!("https://open.spotify.com/track/{ID}/x"),
            format!("https://open.spotify.com.evil.example/playlist/{ID}"),
            format!("https://open.spotify.com@evil.example/playlist/{ID}"),
            format!("https://evil.example/playlist/{ID}"),
            format!("https://evil.example/track/{ID}"),
            "https://open.spotify.com/playlist/".to_owned(),
            "https://open.spotify.com/track/".to_owned(),
            format!("ftp://open.spotify.com/playlist/{ID}"),
            format!("://open.spotify.com/playlist/{ID}"),
            "https://open.spotify.com".to_owned(),
            "https://".to_owned(),
        ];
        for text in &hostile {
            assert!(PlaylistId::parse(text).is_none(), "playlist {text:?}");
            assert!(TrackKey::parse(text).is_none(), "track {text:?}");
        }
        assert!(PlaylistId::parse(&format!("spotify:track:{ID}")).is_none());
        assert!(PlaylistId::parse(&format!("https://open.spotify.com/track/{ID}")).is_none());
        assert!(TrackKey::parse(&format!("spotify:playlist:{ID}")).is_none());
        assert!(PlaylistId::parse("spotify:local:a:b:c:1").is_none());
    }

    proptest! {
        #[test]
        fn every_id_survives_every_form(id in "[0-9A-Za-z]{22}", user in "[a-z0-9._-]{1,30}", si in "[ -~]{0,20}") {
            for name in [
                id.clone(),
                format!("spotify:playlist:{id}"),
                format!("spotify:user:{user}:playlist:{id}"),
                format!("https://open.spotify.com/playlist/{id}?si={si}"),
            ] {
                let parsed = PlaylistId::parse(&name).unwrap();
                prop_assert_eq!(parsed.as_str(), &id);
                prop_assert_eq!(PlaylistId::parse(parsed.as_str()), Some(parsed));
            }
            for name in [id.clone(), format!("spotify:track:{id}"), format!("https://open.spotify.com/track/{id}?si={si}")] {
                let parsed = TrackKey::parse(&name).unwrap();
                prop_assert_eq!(parsed.as_str(), &id);
            }
        }

        #[test]
        fn what_is_accepted_is_plain_and_stable(text in "\\PC{0,60}|(spotify:|https://open.spotify.com/)(local:|track[:/]|playlist[:/]|episode[:/])?[\\PC]{0,30}") {
            if let Some(id) = PlaylistId::parse(&text) {
                prop_assert!(id.as_str().len() == 22 && id.as_str().bytes().all(|b| b.is_ascii_alphanumeric()));
            }
            if let Some(key) = TrackKey::parse(&text) {
                prop_assert!(!key.as_str().is_empty() && key.as_str().len() <= INPUT_LENGTH);
                prop_assert_eq!(TrackKey::parse(key.as_str()), Some(key));
            }
        }
    }
}
