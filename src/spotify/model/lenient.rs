//! Fields as Spotify sends them: perhaps null, perhaps missing, perhaps of another type. Each of
//! these readers takes what is there and gives nothing where it finds nothing of use.
//!
//! Scalars go through [`RawValue`], which is text and not a tree, and which is indifferent to how
//! serde_json is set up to represent numbers. It ties the models to `serde_json` and to text in
//! memory.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A string that says something.
pub(super) fn string<'de, D: Deserializer<'de>>(source: D) -> Result<Option<String>, D::Error> {
    Ok(text(source)?.filter(|text| !text.is_empty()))
}

/// A string, empty where there is none.
pub(super) fn string_or_empty<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    Ok(text(source)?.unwrap_or_default())
}

/// A string that says something and comes HTML-escaped.
pub(super) fn escaped<'de, D: Deserializer<'de>>(source: D) -> Result<Option<String>, D::Error> {
    Ok(string(source)?.map(|text| html_escape::decode_html_entities(&text).into_owned()))
}

/// A string, perhaps empty.
pub(super) fn text<'de, D: Deserializer<'de>>(source: D) -> Result<Option<String>, D::Error> {
    Ok(unquote(raw(source)?))
}

/// `true` or `false`.
pub(super) fn flag<'de, D: Deserializer<'de>>(source: D) -> Result<Option<bool>, D::Error> {
    Ok(match raw(source)?.get() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    })
}

/// `true`, or anything else.
pub(super) fn flag_or_false<'de, D: Deserializer<'de>>(source: D) -> Result<bool, D::Error> {
    Ok(flag(source)?.unwrap_or_default())
}

/// A whole number that is not negative, cut to what fits.
pub(in crate::spotify) fn count<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<u32>, D::Error> {
    let number = number(raw(source)?);
    Ok(number.map(|number| u32::try_from(number.max(0)).unwrap_or(u32::MAX)))
}

/// A place, counted from 1, cut to what fits. 0 stands for none, as in a local file.
pub(super) fn ordinal<'de, D: Deserializer<'de>>(source: D) -> Result<Option<i32>, D::Error> {
    let number = number(raw(source)?).filter(|number| *number > 0);
    Ok(number.map(|number| i32::try_from(number).unwrap_or(i32::MAX)))
}

/// A length, cut to what fits, 0 where there is none.
pub(super) fn milliseconds<'de, D: Deserializer<'de>>(source: D) -> Result<i32, D::Error> {
    Ok(ordinal(source)?.unwrap_or_default())
}

/// A year, a month or a day, as Spotify writes it. The year 0000 stands for none.
pub(super) fn date<'de, D: Deserializer<'de>>(source: D) -> Result<Option<String>, D::Error> {
    Ok(string(source)?.filter(|date| !date.starts_with("0000")))
}

/// A date and time with its offset. The beginning of 1970 stands for none.
pub(super) fn date_time<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    let date = text(source)?.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
    let date = date.map(|date| date.to_utc());
    Ok(date.filter(|date| *date != DateTime::UNIX_EPOCH))
}

/// Whether there is something other than null.
pub(in crate::spotify) fn presence<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<bool>, D::Error> {
    Ok(Some(!matches!(
        raw(source)?.get(),
        "null" | "\"\"" | "false"
    )))
}

/// An object with at least one field that we know.
pub(super) fn object<'de, D, T>(source: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default + PartialEq,
{
    let object = any_object(source)?;
    Ok(object.filter(|object| *object != T::default()))
}

/// An object, whatever is in it. A number may be taken for one without a field that we know.
pub(super) fn any_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    source: D,
) -> Result<Option<T>, D::Error> {
    source.deserialize_any(ObjectVisitor(PhantomData))
}

/// The objects of a list, without nulls and whatever else is none.
pub(super) fn list<'de, D, T>(source: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default + PartialEq,
{
    source.deserialize_any(ListVisitor(PhantomData))
}

/// The link to `open.spotify.com` out of `external_urls`.
pub(super) fn spotify_url<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<String>, D::Error> {
    #[derive(Default, PartialEq, Deserialize)]
    struct ExternalUrls {
        #[serde(default, deserialize_with = "string")]
        spotify: Option<String>,
    }
    Ok(object::<D, ExternalUrls>(source)?.and_then(|urls| urls.spotify))
}

fn raw<'de, D: Deserializer<'de>>(source: D) -> Result<&'de RawValue, D::Error> {
    <&RawValue>::deserialize(source)
}

fn unquote(raw: &RawValue) -> Option<String> {
    let inside = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    // It is known to be a string of JSON: without an escape it stands there as it is.
    if !inside.contains('\\') {
        return Some(inside.to_owned());
    }
    if let Ok(text) = serde_json::from_str(raw.get()) {
        return Some(text);
    }
    // Half of a surrogate pair, where somebody cut a name by length. As bytes it can be had.
    serde_json::Deserializer::from_str(raw.get())
        .deserialize_bytes(LossyVisitor)
        .ok()
}

fn number(raw: &RawValue) -> Option<i64> {
    let text = raw.get().trim_matches('"');
    if let Ok(whole) = text.parse() {
        return Some(whole);
    }
    let number: f64 = text.parse().ok()?;
    // `as` saturates, which is what is wanted of 1e300.
    number.is_finite().then_some(number as i64)
}

struct LossyVisitor;

impl Visitor<'_> for LossyVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// Whatever is no object or list is nothing: the arms that every such reader shares.
macro_rules! nothing_else {
    ($value:ty) => {
        type Value = $value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any JSON")
        }

        fn visit_unit<E>(self) -> Result<$value, E> {
            Ok(Default::default())
        }

        fn visit_bool<E>(self, _: bool) -> Result<$value, E> {
            Ok(Default::default())
        }

        fn visit_i64<E>(self, _: i64) -> Result<$value, E> {
            Ok(Default::default())
        }

        fn visit_u64<E>(self, _: u64) -> Result<$value, E> {
            Ok(Default::default())
        }

        fn visit_f64<E>(self, _: f64) -> Result<$value, E> {
            Ok(Default::default())
        }

        fn visit_str<E>(self, _: &str) -> Result<$value, E> {
            Ok(Default::default())
        }
    };
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    nothing_else!(Option<T>);

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        // With arbitrary precision a number comes as a map too, of no field that any type here has.
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<T>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default + PartialEq> Visitor<'de> for ListVisitor<T> {
    nothing_else!(Vec<T>);

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = seq.next_element::<Element<T>>()? {
            list.extend(element.0);
        }
        Ok(list)
    }
}

struct Element<T>(Option<T>);

impl<'de, T: Deserialize<'de> + Default + PartialEq> Deserialize<'de> for Element<T> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        object(source).map(Self)
    }
}

#[cfg(test)]
mod tests;
