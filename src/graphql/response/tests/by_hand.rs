//! One rule a test.

use std::sync::Arc;

use super::toy::{Model, ask};

fn failing(fields: &[&'static str]) -> Model {
    Model {
        red: true,
        fails: fields.iter().copied().collect(),
        ..Model::default()
    }
}

/// `data` as it is written, and how many errors there are.
async fn answer(model: &Model, query: &str) -> (String, usize) {
    let response = ask(model, query).await;
    (
        serde_json::to_string(&response.data).unwrap(),
        response.errors.len(),
    )
}

async fn data(model: &Model, query: &str) -> String {
    answer(model, query).await.0
}

#[tokio::test]
async fn a_failed_field_that_may_be_null_is_null_and_its_siblings_stay() {
    for field in ["maybe", "perhaps"] {
        let query = format!("{{ thing {{ name {field} }} }}");
        let expected = format!(r#"{{"thing":{{"name":"n","{field}":null}}}}"#);
        assert_eq!(answer(&failing(&[field]), &query).await, (expected, 1));
    }
    let both = failing(&["maybe", "perhaps"]);
    let expected = r#"{"thing":{"perhaps":null}}"#.to_owned();
    assert_eq!(
        answer(&both, "{ thing { perhaps } }").await,
        (expected, 1),
        "an object whose only field failed is still an object"
    );
}

#[tokio::test]
async fn null_goes_up_to_the_nearest_place_that_may_be_null() {
    let model = failing(&["name"]);
    let query = "{ before: __typename thing { name maybe } after: __typename }";
    let expected = r#"{"before":"Query","thing":null,"after":"Query"}"#.to_owned();
    assert_eq!(answer(&model, query).await, (expected, 1));
}

#[tokio::test]
async fn where_no_place_may_be_null_there_is_no_data() {
    let query = "{ __typename must { name } }";
    let answered = answer(&failing(&["name"]), query).await;
    assert_eq!(answered, ("null".to_owned(), 1));
    let answered = answer(&failing(&["must"]), query).await;
    assert_eq!(answered, ("null".to_owned(), 1));
}

#[tokio::test]
async fn null_goes_up_through_lists() {
    let child = |fails: &[&'static str]| Some(Arc::new(failing(fails)));
    let model = Model {
        children: vec![child(&[]), child(&["name"]), None],
        ..failing(&[])
    };
    let expected = r#"{"thing":{"children":[{"name":"n"},null,null]}}"#;
    assert_eq!(
        data(&model, "{ thing { children { name } } }").await,
        expected
    );
    let expected = r#"{"thing":{"maybe":"m","strict":null}}"#;
    assert_eq!(
        data(&model, "{ thing { maybe strict { name } } }").await,
        expected
    );
}

#[tokio::test]
async fn a_field_that_fails_twice_is_one_error() {
    let query = "{ must { name } must { maybe } ...F } fragment F on Query { must { perhaps } }";
    assert_eq!(answer(&failing(&["must"]), query).await.1, 1);
}

#[tokio::test]
async fn fields_stand_in_the_order_of_the_document() {
    let query = "{
        thing {
            ...Last
            perhaps
            ... on Thing { maybe name }
            perhaps
            ...Last
            a: name
        }
    }
    fragment Last on Red { red ... @include(if: true) { b: name } }";
    for turns in 0..5 {
        let model = Model {
            turns,
            ..failing(&[])
        };
        assert_eq!(
            data(&model, query).await,
            r#"{"thing":{"red":1,"b":"n","perhaps":"p","maybe":"m","name":"n","a":"n"}}"#
        );
    }
}

#[tokio::test]
async fn a_skipped_field_holds_no_place() {
    let query = "{ thing { name @skip(if: true) maybe name } }";
    let expected = r#"{"thing":{"maybe":"m","name":"n"}}"#;
    assert_eq!(data(&failing(&[]), query).await, expected);
}

#[tokio::test]
async fn an_object_of_which_nothing_is_selected_is_empty_and_not_null() {
    let model = failing(&[]);
    let nothing = "{ thing { ... on Blue { name } } }";
    assert_eq!(data(&model, nothing).await, r#"{"thing":{}}"#);
    let nothing = "{ thing { name @include(if: false) } }";
    assert_eq!(data(&model, nothing).await, r#"{"thing":{}}"#);
    assert_eq!(
        data(&model, "{ thing @skip(if: true) { name } }").await,
        "{}"
    );
    let children = Model {
        children: vec![None, Some(Arc::new(model))],
        ..Model::default()
    };
    let nothing = "{ thing { children { ...B } } } fragment B on Blue { blue }";
    assert_eq!(
        data(&children, nothing).await,
        r#"{"thing":{"children":[null,{}]}}"#
    );
}

#[tokio::test]
async fn a_field_called_typename_is_not_taken_for_the_type() {
    let query = "{ thing { __typename: name ... on Red { red maybe } ... on Blue { maybe } } }";
    let expected = r#"{"thing":{"__typename":"n","red":1,"maybe":"m"}}"#;
    assert_eq!(data(&failing(&[]), query).await, expected);
}

#[tokio::test]
async fn introspection_comes_through_as_it_is() {
    let query = "{ x: __typename __type(name: \"Red\") { name kind fields { name } } }";
    let answered = data(&failing(&[]), query).await;
    assert!(
        answered.starts_with(r#"{"x":"Query","__type":{"name":"Red","kind":"OBJECT","fields":[{"#),
        "{answered}"
    );
}
