//! The two media types of a response, and which one the client prefers.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderValue};
use mediatype::{MediaType, MediaTypeList, ReadParams};

/// What a response is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseType {
    /// `application/graphql-response+json`: the status tells of GraphQL.
    GraphqlResponse,
    /// `application/json`: the status tells of HTTP alone, as clients of old expect.
    Json,
}

impl ResponseType {
    /// The one that the client likes best; of equals, the one that it names first. Where it says
    /// nothing, or takes anything, `application/json`.
    ///
    /// `None`: neither will do.
    #[must_use]
    pub(crate) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all(ACCEPT).iter();
        if let (Some(line), None) = (lines.next(), lines.next()) {
            // What most clients send needs no reading.
            match line.as_bytes() {
                b"application/json" | b"*/*" => return Some(Self::Json),
                b"application/graphql-response+json" => return Some(Self::GraphqlResponse),
                _ => {}
            }
        }
        let ranges: Vec<MediaType<'_>> = headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(MediaTypeList::new)
            .filter_map(Result::ok)
            .collect();
        if ranges.is_empty() {
            // An empty list says as little as none.
            let blank = |value: &HeaderValue| value.as_bytes().trim_ascii().is_empty();
            return headers
                .get_all(ACCEPT)
                .iter()
                .all(blank)
                .then_some(Self::Json);
        }
        let (json, graphql) = (
            Self::Json.liking(&ranges),
            Self::GraphqlResponse.liking(&ranges),
        );
        match (json, graphql) {
            (Some(json), Some(graphql)) if graphql.beats(json) => Some(Self::GraphqlResponse),
            (Some(_), _) => Some(Self::Json),
            (None, graphql) => graphql.map(|_| Self::GraphqlResponse),
        }
    }

    /// What the client says of this type, in the most specific range that it belongs to (RFC 9110,
    /// section 12.5.1). `None`: not to send it.
    fn liking(self, ranges: &[MediaType<'_>]) -> Option<Liking> {
        let mut found: Option<(u8, Liking)> = None;
        for (place, range) in ranges.iter().enumerate() {
            let Some(specificity) = self.specificity(range) else {
                continue;
            };
            let quality = quality(range);
            if found.is_none_or(|(most, known)| {
                specificity > most || specificity == most && quality > known.quality
            }) {
                found = Some((specificity, Liking { quality, place }));
            }
        }
        let (_, liking) = found?;
        (liking.quality > 0.0).then_some(liking)
    }

    /// How narrow `range` is, where this type belongs to it.
    fn specificity(self, range: &MediaType<'_>) -> Option<u8> {
        // Only UTF-8 is written.
        if !is_utf8(range) {
            return None;
        }
        let suffix = range.suffix.map_or("", |suffix| suffix.as_str());
        let name = [range.ty.as_str(), range.subty.as_str(), suffix].map(str::to_ascii_lowercase);
        let named = match (self, name.each_ref().map(String::as_str)) {
            (Self::GraphqlResponse, ["application", "graphql-response", "json"])
            | (Self::Json, ["application", "json", ""]) => 4,
            (_, ["application", "*", ""]) => 2,
            (_, ["*", "*", ""]) => 0,
            _ => return None,
        };
        let charset = range.get_param(mediatype::names::CHARSET).is_some();
        Some(named + u8::from(charset))
    }

    /// The header's value.
    #[must_use]
    pub(crate) fn header_value(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// How much a client likes a type.
#[derive(Clone, Copy)]
struct Liking {
    quality: f32,
    /// Which of the ranges says so.
    place: usize,
}

impl Liking {
    /// Of what is liked alike, the one counts that is named first.
    fn beats(self, other: Self) -> bool {
        self.quality > other.quality || self.quality == other.quality && self.place < other.place
    }
}

/// Whether the charset, where there is one, is the only one that is spoken here.
pub(super) fn is_utf8(media_type: &MediaType<'_>) -> bool {
    let charset = media_type.get_param(mediatype::names::CHARSET);
    charset.is_none_or(|charset| charset.unquoted_str().eq_ignore_ascii_case("utf-8"))
}

fn quality(range: &MediaType<'_>) -> f32 {
    let q = mediatype::Name::new("q").and_then(|name| range.get_param(name));
    q.map_or(1.0, |q| q.as_str().parse().unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(accept: &'static str) -> Option<ResponseType> {
        let value = HeaderValue::from_static(accept);
        ResponseType::negotiate(&HeaderMap::from_iter([(ACCEPT, value)]))
    }

    #[test]
    fn what_clients_really_send_is_understood() {
        use ResponseType::{GraphqlResponse, Json};
        for (accept, expected) in [
            (
                "application/graphql-response+json,application/json;q=0.9",
                Some(GraphqlResponse),
            ),
            (
                "application/graphql-response+json, application/json",
                Some(GraphqlResponse),
            ),
            (
                "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed",
                Some(GraphqlResponse),
            ),
            ("application/json", Some(Json)),
            ("application/json; charset=utf-8", Some(Json)),
            ("Application/JSON; Charset=\"UTF-8\"", Some(Json)),
            ("Application/GraphQL-Response+JSON", Some(GraphqlResponse)),
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                Some(Json),
            ),
            (
                "application/json;q=0.5, application/graphql-response+json;q=0.6",
                Some(GraphqlResponse),
            ),
            ("application/json;q=0, text/html", None),
            ("application/json;q=0, */*", Some(GraphqlResponse)),
            ("*/*, application/json;q=0", Some(GraphqlResponse)),
            ("application/json;q=0.1, */*", Some(GraphqlResponse)),
            ("application/graphql-response+json;q=0.1, */*", Some(Json)),
            ("application/*;q=0, */*", None),
            ("application/*;q=0, application/json;q=0.1, */*", Some(Json)),
            ("application/json;charset=utf-8;q=0, application/json", None),
            ("application/json, text/plain, */*", Some(Json)),
            ("*/*, application/graphql-response+json", Some(Json)),
            (
                "application/graphql-response+json, */*",
                Some(GraphqlResponse),
            ),
            (
                "application/json;q=0.2, application/json;q=0.8, */*;q=0.5",
                Some(Json),
            ),
            ("text/html", None),
            ("application/json; charset=iso-8859-1", None),
            ("nonsense", None),
            ("", Some(Json)),
            (" ", Some(Json)),
        ] {
            assert_eq!(negotiated(accept), expected, "{accept}");
        }
        assert_eq!(ResponseType::negotiate(&HeaderMap::new()), Some(Json));
    }
}
