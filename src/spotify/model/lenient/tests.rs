use proptest::prelude::*;

use super::*;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Inner {
    #[serde(deserialize_with = "string")]
    a: Option<String>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct All {
    #[serde(deserialize_with = "string")]
    string: Option<String>,
    #[serde(deserialize_with = "string_or_empty")]
    empty: String,
    #[serde(deserialize_with = "escaped")]
    escaped: Option<String>,
    #[serde(deserialize_with = "flag")]
    flag: Option<bool>,
    #[serde(deserialize_with = "flag_or_false")]
    or_false: bool,
    #[serde(deserialize_with = "count")]
    count: Option<u32>,
    #[serde(deserialize_with = "ordinal")]
    ordinal: Option<i32>,
    #[serde(deserialize_with = "milliseconds")]
    milliseconds: i32,
    #[serde(deserialize_with = "date")]
    date: Option<String>,
    #[serde(deserialize_with = "date_time")]
    date_time: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "object")]
    object: Option<Inner>,
    #[serde(deserialize_with = "list")]
    list: Vec<Inner>,
    #[serde(deserialize_with = "spotify_url")]
    url: Option<String>,
}

fn one(field: &str, value: &str) -> All {
    serde_json::from_str(&format!("{{\"{field}\":{value},\"other\":[1.5]}}")).unwrap()
}

#[test]
fn numbers_are_cut_to_what_fits() {
    for (text, expected) in [
        ("215", 215),
        ("215.9", 215),
        ("\"215\"", 215),
        ("2.15e2", 215),
        ("0", 0),
        ("-7", 0),
        ("-1e300", 0),
        ("2147483648", i32::MAX),
        ("1e300", i32::MAX),
        ("123456789012345678901234567890", i32::MAX),
        ("1e999999", 0),
    ] {
        assert_eq!(one("milliseconds", text).milliseconds, expected, "{text}");
    }
    assert_eq!(one("count", "4294967296").count, Some(u32::MAX));
    assert_eq!(one("count", "640.0").count, Some(640));
    for text in ["null", "true", "\"NaN\"", "\"many\"", "[1]", "{\"a\":1}"] {
        assert_eq!(one("count", text).count, None, "{text}");
        assert_eq!(one("ordinal", text).ordinal, None, "{text}");
        assert_eq!(one("milliseconds", text).milliseconds, 0, "{text}");
    }
}

#[test]
fn dates_without_sense_are_none() {
    let date = |text| {
        one("date_time", text)
            .date_time
            .map(|date| date.timestamp())
    };
    assert_eq!(date("\"1970-01-01T00:00:01Z\""), Some(1));
    assert_eq!(date("\"2024-02-29T12:00:00+01:00\""), Some(1_709_204_400));
    for text in [
        "null",
        "\"\"",
        "\"0000-00-00T00:00:00Z\"",
        "\"1970-01-01T00:00:00Z\"",
        "\"yesterday\"",
        "1",
        "{}",
    ] {
        assert_eq!(date(text), None, "{text}");
    }
}

#[test]
fn what_stands_for_nothing_is_none() {
    for text in ["\"\"", "\"0000\"", "\"0000-00-00\"", "null", "1981"] {
        assert_eq!(one("date", text).date, None, "{text}");
    }
    for text in ["1981", "1981-12", "1981-12-15"] {
        let date = one("date", &format!("\"{text}\"")).date;
        assert_eq!(date.as_deref(), Some(text));
    }
    assert_eq!(one("ordinal", "0").ordinal, None);
    assert_eq!(one("ordinal", "-1").ordinal, None);
    assert_eq!(one("ordinal", "1").ordinal, Some(1));
}

#[test]
fn half_a_surrogate_pair_spoils_one_character() {
    assert_eq!(one("empty", r#""\ud83c\udfb5""#).empty, "🎵");
    let cut = one("empty", r#""caf\u00e9 \ud83c""#).empty;
    assert!(
        cut.starts_with("café ") && cut.ends_with('\u{fffd}'),
        "{cut}"
    );
}

#[test]
fn descriptions_are_unescaped_once() {
    let text = one(
        "escaped",
        r#""Rock &amp; Roll &#x27;n&#39; &lt;b&gt; &amp;amp; &c &#xd800;""#,
    );
    let text = text.escaped.unwrap();
    assert!(text.starts_with("Rock & Roll 'n' <b> &amp; &c "), "{text}");
}

#[test]
fn lists_and_objects_hold_what_can_be_used() {
    let list = one(
        "list",
        r#"[null,{"a":"x"},7,"y",{},[{"a":"z"}],{"a":null},{"a":"w"}]"#,
    )
    .list;
    let names: Vec<_> = list.into_iter().filter_map(|inner| inner.a).collect();
    assert_eq!(names, ["x", "w"]);
    let url = one(
        "url",
        r#"{"spotify":"https://open.spotify.com/x","other":1}"#,
    )
    .url;
    assert_eq!(url.as_deref(), Some("https://open.spotify.com/x"));
}

#[test]
fn what_holds_nothing_that_is_known_is_no_object() {
    for text in [
        "null",
        "true",
        "7",
        "-1.5e3",
        "\"x\"",
        "[]",
        "[{\"a\":\"x\"}]",
        "{}",
        "{\"b\":1}",
        "{\"a\":null}",
    ] {
        assert_eq!(one("object", text).object, None, "{text}");
    }
    assert!(one("object", r#"{"a":"x","b":[7]}"#).object.is_some());
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|flag| flag.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,6})?".prop_filter(
            "no leading zero",
            |text| serde_json::from_str::<&RawValue>(text).is_ok()
        ),
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|list| format!("[{}]", list.join(","))),
            proptest::collection::btree_map("[a-z_]{1,8}|spotify|a", inner, 0..4).prop_map(|map| {
                let fields: Vec<_> = map
                    .iter()
                    .map(|(key, value)| format!("\"{key}\":{value}"))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn text_is_what_was_written(text: String) {
        let written = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(&one("empty", &written).empty, &text);
        let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        prop_assert_eq!(&one("empty", &format!("\"{escaped}\"")).empty, &text);
    }

    #[test]
    fn anything_in_any_field_leaves_the_others_alone(value in json()) {
        for field in [
            "string", "empty", "escaped", "flag", "or_false", "count", "ordinal",
            "milliseconds", "date_time", "object", "list", "url",
        ] {
            let beside = if field == "string" { "empty" } else { "string" };
            let text = format!("{{\"{field}\":{value},\"{beside}\":\"here\"}}");
            let all: All = serde_json::from_str(&text)
                .map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
            let found = if beside == "empty" { Some(all.empty) } else { all.string };
            prop_assert_eq!(found.as_deref(), Some("here"));
        }
    }
}
