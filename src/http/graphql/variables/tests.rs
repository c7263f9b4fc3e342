use async_graphql::parser::parse_query;
use proptest::prelude::*;

use super::*;

const SDL: &str = "
    type Query { a: Int }
    scalar JSON
    enum Colour { RED BLUE }
    input In { must: Int!, may: String, dflt: Int! = 3, deep: In, any: JSON, list: [Int!] }
    schema { query: Query }
";

fn coerced(declared: &str, given: &str) -> Result<Variables, Misfit> {
    let types = TypeSystem::parse(SDL).unwrap();
    let document = parse_query(format!("query({declared}) {{ a }}")).unwrap();
    let operation = &document.operations.iter().next().unwrap().1.node;
    coerce(&types, operation, Some(&Bytes::from(given.to_owned())))
}

fn value(ty: &str, json: &str) -> Value {
    let variables = coerced(&format!("$v: {ty}"), &format!(r#"{{"v":{json}}}"#));
    variables.unwrap().get("v").unwrap().clone()
}

fn misfit(ty: &str, json: &str) -> (String, String) {
    let misfit = coerced(&format!("$v: {ty}"), &format!(r#"{{"v":{json}}}"#)).unwrap_err();
    assert_eq!(misfit.variable.as_deref(), Some("v"));
    assert!(misfit.declared.is_some());
    (misfit.path, misfit.problem)
}

#[test]
fn a_collection_stays_a_part_of_the_request() {
    let types = TypeSystem::of_schema();
    let document = parse_query(
        "mutation($input: UploadMetadataInput!) { uploadMetadata(input: $input) { __typename } }",
    )
    .unwrap();
    let operation = &document.operations.iter().next().unwrap().1.node;
    let collection = r#"{ "z": 1.10, "a": 123456789012345678901234567890 }"#;
    let text = Bytes::from(format!(
        r#"{{"input":{{"trackId":"x","type":"beats","version":7,"collection":{collection}}},"unknown":1}}"#
    ));
    let variables = coerce(&types, operation, Some(&text)).unwrap();
    assert_eq!(variables.len(), 1);
    let Some(Value::Object(input)) = variables.get("input") else {
        panic!("{variables:?}");
    };
    assert_eq!(input.get("version"), Some(&Value::from(7)));
    let Some(Value::Binary(kept)) = input.get("collection") else {
        panic!("{input:?}");
    };
    assert_eq!(kept, collection.as_bytes());
    assert!(text.as_ptr_range().contains(&kept.as_ptr()), "copied");
}

#[test]
fn values_of_the_type_are_taken() {
    assert_eq!(value("Int", "-2147483648"), Value::from(i32::MIN));
    assert_eq!(value("Int!", "2147483647"), Value::from(i32::MAX));
    assert_eq!(value("Int", "null"), Value::Null);
    assert_eq!(value("String", r#""\u00e9""#), Value::from("é"));
    assert_eq!(
        value("ID", "12345678901234567890"),
        Value::from("12345678901234567890")
    );
    assert_eq!(value("ID", r#""x""#), Value::from("x"));
    assert_eq!(value("Boolean", "true"), Value::from(true));
    assert_eq!(value("Float", "1.10").to_string(), "1.10");
    assert_eq!(value("Colour", r#""RED""#), Value::Enum(Name::new("RED")));
    let list = Value::List(vec![Value::from(1), Value::Null]);
    assert_eq!(value("[Int]", "[1, null]"), list);
    assert_eq!(value("[[Int]]", "1"), Value::from(1));
    assert_eq!(
        value("In", r#"{"must":1,"deep":{"must":2}}"#).to_string(),
        "{must: 1, deep: {must: 2}}"
    );
}

#[test]
fn other_values_are_refused_with_their_place() {
    let int = "must be a whole number from -2147483648 to 2147483647";
    for (ty, json, path, problem) in [
        ("Int", "2147483648", "", int),
        ("Int", "-2147483649", "", int),
        ("Int", "1.5", "", int),
        ("Int", r#""1""#, "", int),
        ("Int", "true", "", int),
        ("Int!", "null", "", "must not be null"),
        ("String", "1", "", "must be a string"),
        ("ID", "1.0", "", "must be a string or a whole number"),
        ("ID", "{}", "", "must be a string or a whole number"),
        ("Boolean", "0", "", "must be true or false"),
        ("Boolean", r#""true""#, "", "must be true or false"),
        ("Float", r#""1""#, "", "must be a number"),
        ("Colour", r#""GREEN""#, "", "must be a value of Colour"),
        ("Colour", "1", "", "must be a value of Colour"),
        ("[Int!]", "[1, null]", ".1", "must not be null"),
        ("[[Int]]", "[[1], [2, 3.5]]", ".1.1", int),
        ("In", "3", "", "must be an object of type In"),
        ("In", r#"{"must":1,"list":[1,"x"]}"#, ".list.1", int),
        ("In", r#"{"may":"x"}"#, ".must", "is required, of type Int!"),
        ("In", r#"{"must":null}"#, ".must", "must not be null"),
        ("In", r#"{"must":1,"else":2}"#, ".else", "is no field of In"),
        (
            "In",
            r#"{"must":1,"deep":{}}"#,
            ".deep.must",
            "is required, of type Int!",
        ),
    ] {
        let expected = (path.to_owned(), problem.to_owned());
        assert_eq!(misfit(ty, json), expected, "{ty} {json}");
    }
    let (_, problem) = misfit("String", r#""\ud800""#);
    assert!(problem.contains("surrogate"), "{problem}");
}

#[test]
fn what_is_not_given_is_the_default_or_absent_or_missing() {
    let variables = coerced("$a: Int = 3, $b: Int, $c: Boolean! = true", "{}").unwrap();
    assert_eq!(variables.get("a"), Some(&Value::from(3)));
    assert_eq!(variables.get("b"), None);
    assert_eq!(variables.get("c"), Some(&Value::from(true)));
    let misfit = coerced("$a: Int!", "{}").unwrap_err();
    assert_eq!(misfit.problem, "is required, of type Int!");
    let misfit = coerced("$a: Int! = 3", r#"{"a":null}"#).unwrap_err();
    assert_eq!(misfit.problem, "must not be null");
}

#[test]
fn of_a_name_that_stands_twice_the_last_counts_and_others_are_passed_over() {
    let twice = r#"{"a":1,"\u0061":2,"b":[{"a":3}],"a":4,"a":"x"}"#;
    let misfit = coerced("$a: Int", twice).unwrap_err();
    assert!(misfit.problem.contains("whole number"), "{misfit:?}");
    let variables = coerced("$a: String", twice).unwrap();
    assert_eq!(variables.len(), 1);
    assert_eq!(variables.get("a"), Some(&Value::from("x")));
    let object = value("In", r#"{"must":"x","may":"y","must":2}"#);
    assert_eq!(object.to_string(), r#"{must: 2, may: "y"}"#);
}

#[test]
fn a_name_that_is_no_field_is_told_in_part() {
    let long = "é".repeat(100_000);
    let (path, problem) = misfit("In", &format!(r#"{{"must":1,"{long}":2,"else":3}}"#));
    assert_eq!(path, format!(".{}", "é".repeat(200)));
    assert_eq!(problem, "is no field of In");
}

#[test]
fn there_may_be_only_so_many_values() {
    let list = |items: usize| format!("[{}1]", "1,".repeat(items - 1));
    let Value::List(items) = value("[Int]", &list(MAX_VALUES - 1)) else {
        panic!("no list");
    };
    assert_eq!(items.len(), MAX_VALUES - 1);
    let (path, problem) = misfit("[Int]", &list(MAX_VALUES));
    assert_eq!(path, "");
    assert!(problem.contains("8192 values together"), "{problem}");
    let half = list(MAX_VALUES / 2);
    let (path, _) = misfit("[[JSON]]", &format!("[{half},{half}]"));
    assert_eq!(path, ".1");
    // However much stands inside of it, JSON is one.
    value("JSON", &list(2 * MAX_VALUES));
    value(
        "In",
        &format!(r#"{{"must":1,"any":{}}}"#, list(2 * MAX_VALUES)),
    );
}

/// JSON of any kind, with numbers of any size.
fn any_json() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?";
    let string = any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap());
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        number,
        string.clone(),
    ];
    leaf.prop_recursive(4, 32, 5, move |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..5)
            .prop_map(|items| format!("[ {} ]", items.join(" ,")));
        let pair = (string.clone(), inner).prop_map(|(key, value)| format!("{key} : {value}"));
        let object = proptest::collection::vec(pair, 0..5)
            .prop_map(|pairs| format!("{{\n{}}}", pairs.join(",\t")));
        prop_oneof![list, object]
    })
}

proptest! {
    #[test]
    fn json_is_kept_as_it_is_written(json in any_json()) {
        let variables = coerced("$v: JSON, $l: [JSON], $i: In", &format!(
            r#"{{"v":{json},"l":[{json}],"i":{{"must":1,"any":{json}}}}}"#
        )).unwrap();
        let kept = if json == "null" {
            Value::Null
        } else {
            Value::Binary(Bytes::from(json))
        };
        prop_assert_eq!(variables.get("v"), Some(&kept));
        prop_assert_eq!(variables.get("l"), Some(&Value::List(vec![kept.clone()])));
        let Some(Value::Object(object)) = variables.get("i") else { panic!() };
        prop_assert_eq!(object.get("any"), Some(&kept));
    }

    #[test]
    fn nothing_given_makes_it_panic(
        ty in "(\\[)?(Int|In|JSON|Colour|ID|String|Float|Boolean)(!)?",
        json in any_json(),
    ) {
        let ty = if ty.starts_with('[') { format!("{ty}]") } else { ty };
        let _ = coerced(&format!("$v: {ty}"), &format!(r#"{{"v":{json}}}"#));
        let _ = coerced(&format!("$v: {ty}"), &json);
    }
}
