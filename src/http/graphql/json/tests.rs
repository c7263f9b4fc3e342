use async_graphql::{Name, value};
use futures_util::StreamExt;
use proptest::prelude::*;

use super::*;
use crate::store::{AnswerMemory, PersonId};

fn budget() -> Budget {
    Budget::new(1000, false, AnswerMemory::new(1000, 1000))
}

async fn written(response: &Response) -> Vec<u8> {
    let text = Text::of(&response.data, &Limits::default(), &budget()).unwrap();
    let text = text.expect("there is data");
    let body = text.into_body(response).unwrap();
    let length = hyper::body::Body::size_hint(&body).exact();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    assert_eq!(length, Some(bytes.len() as u64));
    bytes.to_vec()
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[A-Z_]{1,8}".prop_map(|name| Value::Enum(Name::new(name))),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            proptest::collection::vec(("[_A-Za-z][_0-9A-Za-z]{0,8}", inner), 0..6).prop_map(
                |fields| {
                    let fields = fields.into_iter();
                    Value::Object(
                        fields
                            .map(|(name, value)| (Name::new(name), value))
                            .collect(),
                    )
                }
            ),
        ]
    })
}

proptest! {
    #[test]
    fn it_is_what_serde_json_would_write(value in value(), failed: bool) {
        // Without data there would be no text.
        let mut response = Response::new(Value::List(vec![value]));
        if failed {
            response.errors.push(ServerError::new("a \"reason\"\n", None));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let written = runtime.block_on(written(&response));
        let expected = serde_json::to_vec(&response).unwrap();
        let read = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).unwrap();
        prop_assert_eq!(read(&written), read(&expected));
    }
}

#[tokio::test]
async fn a_collection_stands_there_as_it_is_long_or_short() {
    for length in [10, PIECE, 3 * PIECE] {
        let text = format!("{{ \"n\" : [{}] }}", "1.10,".repeat(length) + "1e400");
        let of = |name: &str, value: Value| (Name::new(name), value);
        let collection = Value::Binary(text.clone().into());
        let data = Value::Object(
            [
                of("a", Value::from(1)),
                of("b", collection),
                of("c", Value::Null),
            ]
            .into_iter()
            .collect(),
        );
        let written = String::from_utf8(written(&Response::new(data)).await).unwrap();
        assert_eq!(
            written,
            format!(r#"{{"data":{{"a":1,"b":{text},"c":null}}}}"#)
        );
    }
}

#[test]
fn one_byte_more_than_the_limit_is_refused() {
    let limits = |answer_bytes, warn_only| Limits {
        answer_bytes,
        warn_only,
        ..Limits::default()
    };
    let collection = Value::Binary(format!("{{\"n\":\"{}\"}}", "1".repeat(PIECE)).into());
    for data in [value!({ "list": [1, "é\n"] }), collection] {
        let length = match &data {
            Value::Binary(text) => text.len() as u64,
            data => serde_json::to_string(data).unwrap().len() as u64,
        };
        let of = |max, warn_only| Text::of(&data, &limits(max, warn_only), &budget());
        assert!(of(length, false).is_ok());
        let error = of(length - 1, false).err().unwrap();
        assert!(error.message.contains(&length.to_string()), "{error:?}");
        assert!(of(length - 1, true).is_ok());
    }
}

#[test]
fn no_more_is_written_than_shows_that_it_is_too_much() {
    let mut text = Text::new(1000, budget());
    text.value(&Value::List(vec![Value::from("a string"); 1_000_000]));
    assert!((1001..1100).contains(&text.data_bytes()));
}
#[tokio::test]
async fn what_was_taken_for_it_is_held_as_long_as_any_piece_of_it() {
    let (memory, ada) = (AnswerMemory::new(1_000_000, 1_000_000), PersonId::new());
    let is_free = || {
        let another = Budget::new(1_000_000, false, memory.clone());
        another.take(&ada, 1_000_000).is_ok()
    };
    let short = Value::Binary(r#"{"a":1}"#.into());
    let long = Value::Binary(format!("{{\"n\":\"{}\"}}", "1".repeat(PIECE)).into());
    for data in [value!({ "b": 1 }), short, long] {
        let response = Response::new(data);
        let body = || {
            let budget = Budget::new(1_000_000, false, memory.clone());
            budget.take(&ada, 10).unwrap();
            let text = Text::of(&response.data, &Limits::default(), &budget).unwrap();
            text.unwrap().into_body(&response).unwrap()
        };
        let unread = body();
        assert!(!is_free());
        drop(unread);
        assert!(is_free());
        let mut taken = body().into_data_stream();
        let mut last = taken.next().await.unwrap();
        while let Some(piece) = taken.next().await {
            last = piece;
        }
        drop(taken);
        assert!(!is_free());
        drop(last);
        assert!(is_free());
    }
}

#[test]
fn one_of_many_copies_needs_memory_for_them() {
    let budget = Budget::new(2_000_000, false, AnswerMemory::new(2_000_000, 2_000_000));
    budget.take(&PersonId::new(), 1000).unwrap();
    let copies = |count| Value::List(vec![Value::Binary("[1,2]".repeat(200).into()); count]);
    assert!(Text::of(&copies(1900), &Limits::default(), &budget).is_ok());
    let error = Text::of(&copies(2000), &Limits::default(), &budget).err();
    assert!(error.unwrap().source.is_some());
}
