//! The schema, as clients and their code generators read it.

use serde_json::{Value, json};

use crate::support::TestApp;

const INTROSPECTION: &str = "{ __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    types {
        name kind description
        fields(includeDeprecated: true) {
            name description isDeprecated deprecationReason
            args { name description type { ...T } defaultValue }
            type { ...T }
        }
        inputFields { name description type { ...T } }
        enumValues(includeDeprecated: true) { name description }
        interfaces { name } possibleTypes { name }
    }
    directives { name description locations args { name description } }
} }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

async fn introspected() -> Value {
    let app = TestApp::start().await;
    app.anonymous().query(INTROSPECTION).await.data()["__schema"].clone()
}

fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

/// Changing the schema is a decision: `lockstep-api schema > schema.graphql` writes it down.
#[test]
fn schema_graphql_is_the_schema() {
    let committed = include_str!("../../../schema.graphql");
    assert!(
        committed == lockstep_api::graphql::sdl(),
        "schema.graphql is not what `lockstep-api schema` prints"
    );
}

#[tokio::test]
async fn everything_in_the_schema_is_described() {
    let schema = introspected().await;
    let mut seen = 0;
    let mut mute = Vec::new();
    let mut look = |path: String, of: &Value| {
        seen += 1;
        let description = of["description"].as_str().unwrap_or_default();
        if description.trim().len() < 3 {
            mute.push(path);
        }
    };
    for ty in list(&schema, "types") {
        let name = ty["name"].as_str().unwrap();
        // Not this server's, but GraphQL's.
        let built_in = ["Int", "Float", "String", "Boolean", "ID"].contains(&name);
        if built_in || name.starts_with("__") {
            continue;
        }
        look(name.to_owned(), ty);
        for members in ["fields", "inputFields", "enumValues"] {
            for member in list(ty, members) {
                let path = format!("{name}.{}", member["name"]);
                for argument in list(member, "args") {
                    look(format!("{path}({})", argument["name"]), argument);
                }
                look(path, member);
            }
        }
    }
    for directive in list(&schema, "directives") {
        look(format!("@{}", directive["name"]), directive);
    }
    assert!(seen > 100, "only {seen} things were seen");
    assert!(mute.is_empty(), "without a description: {mute:?}");
}

#[tokio::test]
async fn what_is_deprecated_says_what_instead() {
    let schema = introspected().await;
    for ty in list(&schema, "types") {
        for field in list(ty, "fields") {
            if field["isDeprecated"] == json!(true) {
                let reason = field["deprecationReason"].as_str().unwrap_or_default();
                assert!(reason.len() > 10, "{}.{}", ty["name"], field["name"]);
            }
        }
    }
}

#[tokio::test]
async fn introspection_tells_the_roots_and_the_interface() {
    let schema = introspected().await;
    assert_eq!(schema["queryType"]["name"], "Query");
    assert_eq!(schema["mutationType"]["name"], "Mutation");
    assert_eq!(schema["subscriptionType"], json!(null));
    let types = list(&schema, "types");
    let item = types
        .iter()
        .find(|ty| ty["name"] == "PlaylistItem")
        .unwrap();
    let mut possible: Vec<_> = list(item, "possibleTypes")
        .iter()
        .map(|ty| &ty["name"])
        .collect();
    possible.sort_by_key(|name| name.to_string());
    assert_eq!(possible, ["Episode", "Track"]);
    // Nothing that cannot be reached, such as a type for subscriptions.
    assert!(types.iter().all(|ty| ty["name"] != "EmptySubscription"));
}
