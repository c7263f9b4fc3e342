//! Documents that are after the server's time or memory, each with its request's other members.

use std::fmt::Write;

use serde_json::{Value, json};

/// What each tries, and the body that tries it.
pub fn corpus() -> Vec<(&'static str, Value)> {
    let mut corpus = Vec::new();
    for (name, query) in documents() {
        corpus.push((name, json!({ "query": query })));
    }
    corpus.extend(with_variables());
    corpus
}

/// `what(0)`, `what(1)` and so on.
fn many(count: usize, what: impl Fn(usize) -> String) -> String {
    (0..count).map(what).collect()
}

/// Fragments on `on` that each spread the next one `fan` times; the last selects `leaf`.
fn bomb(on: &str, fan: usize, levels: usize, leaf: &str) -> String {
    let mut text = String::new();
    for level in 0..levels {
        let next = format!("...F{} ", level + 1).repeat(fan);
        write!(text, " fragment F{level} on {on} {{ {next} }}").unwrap();
    }
    write!(text, " fragment F{levels} on {on} {{ {leaf} }}").unwrap();
    text
}

fn documents() -> Vec<(&'static str, String)> {
    let nested = |open: &str, depth: usize, inside: &str, close: &str| {
        format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
    };
    let argument = |value: &str| format!("{{ metadata(trackId: {value}) {{ id }} }}");
    let page = "{ me { playlists(first: 1000) { nodes { ...P } } } }
        fragment P on Playlist { tracks(first: 1000) { ...F0 } }";
    let introspection = "query IntrospectionQuery { __schema { queryType { name kind } mutationType {
        name kind } subscriptionType { name kind } types { ...FullType } directives { name description
        locations args { ...InputValue } } } }
        fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name
        description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
        inputFields { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) {
        name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
        fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }";
    vec![
        // Fragments.
        ("fragment bomb, fan 2 over 22 levels", format!("{{ ...F0 }}{}", bomb("Query", 2, 22, "__typename"))),
        ("fragment bomb, fan 10 over 7 levels", format!("{{ ...F0 }}{}", bomb("Query", 10, 7, "__typename"))),
        ("fragment bomb, fan 30 over 28 levels", format!("{{ ...F0 }}{}", bomb("Query", 30, 28, "__typename"))),
        ("fragment bomb that nothing spreads", format!("{{ __typename }}{}", bomb("Query", 2, 22, "__typename"))),
        ("fragment bomb below a page of pages", format!("{page}{}", bomb("PlaylistTrackConnection", 2, 20, "nodes { uri }"))),
        ("fragment bomb of introspection", format!("{{ __schema {{ types {{ ...F0 }} }} }}{}", bomb("__Type", 2, 20, "name"))),
        ("fragment bomb in each of 20 operations", format!("{}{}", many(20, |n| format!("query Q{n} {{ ...F0 }} ")), bomb("Query", 2, 20, "__typename"))),
        ("fragment bomb of aliases", format!("{{ ...F0 }}{}", bomb("Query", 2, 20, "a: __typename b: __typename"))),
        ("fragment bomb of directives", format!("{{ ...F0 @a @b }}{}", bomb("Query", 2, 20, "__typename @a @b"))),
        ("fragment bomb of depth", "{ me { ...A ...A } } fragment A on Me { x { ...B ...B } } fragment B on X { x { ...C ...C } } fragment C on X { x { x { x { x { x { x { x { x { x } } } } } } } } }".to_owned()),
        ("a fragment that spreads itself", "{ ...A } fragment A on Query { ...A }".to_owned()),
        ("fragments that spread each other ten times", "{ ...A } fragment A on Query { ...B ...B ...B ...B ...B ...B ...B ...B ...B ...B } fragment B on Query { ...A ...A ...A ...A ...A ...A ...A ...A ...A ...A }".to_owned()),
        ("a ring of 100 fragments", format!("{{ ...F0 }}{}", many(100, |n| format!(" fragment F{n} on Query {{ ...F{} }}", (n + 1) % 100)))),
        ("a chain of 120 fragments", format!("{{ ...F0 }}{}", bomb("Query", 1, 120, "__typename"))),
        ("120 fragments that nothing spreads", format!("{{ __typename }}{}", many(120, |n| format!(" fragment F{n} on Query {{ __typename }}")))),
        ("300 spreads of fragments that there are not", format!("{{ {} }}", many(300, |n| format!("...F{n} ")))),
        ("300 spreads of one fragment", format!("{{ {} }} fragment F on Query {{ __typename }}", "...F ".repeat(300))),
        // Aliases and fields.
        ("101 aliases", format!("{{ {} }}", many(101, |n| format!("a{n}: __typename ")))),
        ("aliases in a fragment that is spread 100 times", format!("{{ {} }} fragment F on Query {{ {} }}", "...F ".repeat(100), many(15, |n| format!("a{n}: __typename ")))),
        ("a field 990 times", format!("{{ me {{ {} }} }}", "id ".repeat(990))),
        ("500 root fields", format!("{{ {} }}", "__typename ".repeat(500))),
        ("20 000 unknown fields", format!("{{ {} }}", many(20_000, |n| format!("f{n} ")))),
        ("990 unknown fields", format!("{{ me {{ {} }} }}", many(990, |n| format!("f{n} ")))),
        ("110 long names that are nearly right", format!("{{ me {{ {} }} }}", many(110, |n| format!("displayName{}{n} ", "e".repeat(110))))),
        ("190 fields that conflict with one another", format!("{{ me {{ {} }} }}", many(190, |n| format!("id(a: {n}) ")))),
        ("a name of 14 900 characters", format!("{{ {} }}", "displayName".repeat(1354))),
        ("an alias of 14 900 characters that fails", format!("{{ {}: metadata(trackId: \"!\") {{ id }} }}", "a".repeat(14_900))),
        ("ten root fields that fail with long aliases", format!("{{ {} }}", many(10, |n| format!("a{n}{}: metadata(trackId: \"!\") {{ id }} ", "a".repeat(120))))),
        ("330 unknown arguments", format!("{{ me({}) {{ id }} }}", many(330, |n| format!("a{n}: 1 ")))),
        // Directives.
        ("10 unknown directives on a field", format!("{{ __typename {} }}", "@aa ".repeat(10))),
        ("50 000 unknown directives on a field", format!("{{ __typename {} }}", "@a".repeat(50_000))),
        ("490 unknown directives on a field", format!("{{ __typename {} }}", "@a".repeat(490))),
        ("490 unknown directives on an operation", format!("query {} {{ __typename }}", "@a".repeat(490))),
        ("130 conditions on a field", format!("{{ __typename {} }}", "@skip(if: false) ".repeat(130))),
        // Lists.
        ("pages of pages of 1000", "{ me { playlists(first: 1000) { nodes { tracks(first: 1000) { nodes { uri } } } } } }".to_owned()),
        ("ten pages of 1000 in one request", format!("{{ me {{ {} }} }}", many(10, |n| format!("p{n}: playlists(first: 1000) {{ nodes {{ id name uri }} }} ")))),
        ("pages of more than there can be", "{ me { playlists(first: 2147483647) { nodes { tracks(first: 2147483647) { nodes { uri } } } } } }".to_owned()),
        ("pages of less than nothing", "{ me { playlists(first: -1) { nodes { tracks(first: -2147483648) { nodes { uri } } } } } }".to_owned()),
        // Depth.
        ("fields 4000 deep in one another", nested("{a", 3700, "", "}")),
        ("fields 300 deep in one another", nested("{a", 300, "", "}")),
        ("inline fragments 240 deep in one another", format!("{{ {} }}", nested("... {", 240, "__typename", "}"))),
        ("introspection 60 deep", format!("{{ __type(name: \"Query\") {{ {} }} }}", nested("ofType {", 60, "name", "}"))),
        ("lists 490 deep in one another", argument(&nested("[", 490, "", "]"))),
        ("lists 14 000 deep in one another", argument(&nested("[", 7000, "", "]"))),
        ("objects 240 deep in one another", argument(&nested("{a:", 240, "1", "}"))),
        ("a list type 490 deep", format!("query($a: {}) {{ __typename }}", nested("[", 490, "Int", "]"))),
        ("what opens and never closes", "{".repeat(990)),
        ("parentheses without end", format!("{{ a{}", "(a:".repeat(330))),
        // Literals.
        ("a whole number of 14 000 digits", argument(&"9".repeat(14_000))),
        ("a number beyond all numbers", argument("-1e999999999")),
        ("a page of 14 000 digits", format!("{{ me {{ playlists(first: {}) {{ totalCount }} }} }}", "9".repeat(14_000))),
        ("a string of 14 000 characters", argument(&format!("\"{}\"", "a".repeat(14_000)))),
        ("a string of 7000 escapes", argument(&format!("\"{}\"", "\\n".repeat(7000)))),
        ("a string of 2000 control characters", argument(&format!("\"{}\"", "\\u0001".repeat(2000)))),
        ("a string of halves of surrogate pairs", argument(&format!("\"{}\"", "\\ud800".repeat(2000)))),
        ("a block string of 4000 quotes that are not its end", argument(&format!("\"\"\"{}\"\"\"", "\\\"\"\"".repeat(3500)))),
        ("a block string of 7000 lines", argument(&format!("\"\"\"{}\"\"\"", " \n".repeat(7000)))),
        ("a list of 490 numbers", argument(&format!("[{}]", "1 ".repeat(490)))),
        ("an object of 320 fields", format!("mutation {{ uploadMetadata(input: {{ {} }}) {{ metadata {{ id }} }} }}", many(320, |n| format!("a{n}: 1 ")))),
        ("an object of one field 320 times", format!("mutation {{ uploadMetadata(input: {{ {} }}) {{ metadata {{ id }} }} }}", "a: 1 ".repeat(320))),
        ("a collection 240 deep", format!("mutation {{ uploadMetadata(input: {{ trackId: \"x\", type: \"b\", version: 1, collection: {} }}) {{ metadata {{ id }} }} }}", nested("{a:", 240, "1", "}"))),
        ("11 uploads at once", format!("mutation {{ {} }}", many(11, |n| format!("a{n}: uploadMetadata(input: {{ trackId: \"x\", type: \"b\", version: 1, collection: {{}} }}) {{ metadata {{ id }} }} ")))),
        // Unicode and white space.
        ("15 000 commas", ",".repeat(15_000)),
        ("14 900 characters of comment", format!("{{ __typename }} #{}", "é".repeat(14_900))),
        ("1000 comments", format!("{} {{ __typename }}", "#\n".repeat(1000))),
        ("14 900 byte order marks", format!("{}{{ __typename }}", "\u{feff}".repeat(14_900))),
        ("names in letters that look like others", "{ mе { іd } __tуpename }".to_owned()),
        ("text that runs backwards", argument("\"\u{202e}\u{2066}\u{200b}\u{200d}\u{0}\"")),
        ("a thousand astral characters", argument(&format!("\"{}\"", "🏃".repeat(3000)))),
        ("escapes beyond Unicode", argument("\"\\u{110000}\\u{FFFFFFFFF}\\uZZZZ\"")),
        ("bytes of nothing", "\u{0}".repeat(14_000)),
        ("line ends of all kinds", format!("{{{}", "\r\n\r\u{2028}\u{85}".repeat(3000))),
        // Introspection.
        ("introspection in circles", "query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }".to_owned()),
        ("introspection in circles ten times", format!("{{ {} }}", many(10, |n| format!("a{n}: __schema {{ types {{ fields {{ type {{ fields {{ type {{ fields {{ name }} }} }} }} }} }} }} ")))),
        ("introspection of possible types in circles", "{ __schema { types { possibleTypes { interfaces { possibleTypes { interfaces { possibleTypes { name } } } } } } } }".to_owned()),
        ("introspection with a bomb for its types", format!("{introspection} fragment TypeRef on __Type {{ ...F0 }}{}", bomb("__Type", 2, 16, "name"))),
        // Operations.
        ("190 operations", many(190, |n| format!("query Q{n} {{ a }} "))),
        ("190 operations of one name", "query Q { a } ".repeat(190)),
        ("190 operations without a name", "{ a } ".repeat(190)),
        ("120 variables that nothing uses", format!("query({}) {{ __typename }}", many(120, |n| format!("$v{n}: [Int!] = [1] ")))),
        ("120 variables that nothing declares", format!("{{ {} }}", many(120, |n| format!("playlist(id: $v{n}) {{ id }} ")))),
        ("a variable of 120 types that there are not", format!("query({}) {{ __typename }}", many(120, |n| format!("$v: T{n} ")))),
        ("a subscription", "subscription { me { id } }".to_owned()),
        ("a schema", many(160, |n| format!("type T{n} {{ a: Int }} "))),
        ("nothing", String::new()),
    ]
}

fn with_variables() -> Vec<(&'static str, Value)> {
    let page = "query($n: Int, $m: Int = 1000) { me { playlists(first: $n) { nodes { tracks(first: $m) { nodes { uri } } } } } }";
    let deep: Value = (0..100).fold(json!(1), |inside, _| json!([inside]));
    let lists = |lists: usize, ones: usize| {
        let (open, close) = ("[".repeat(lists), "]".repeat(lists));
        let inside = json!(vec![1; ones]);
        json!({
            "query": format!("mutation($v: {open}JSON{close}) {{ logout {{ loggedOut }} }}"),
            "variables": { "v": (0..lists).fold(inside, |inside, _| json!([inside])) },
        })
    };
    let keys = (0..10_000).map(|n| (format!("k{n}"), json!(n)));
    let keys: Value = keys.collect::<serde_json::Map<_, _>>().into();
    let repeated = |variable: &str| {
        let collection = format!("{{ a: [{}] }}", "$v ".repeat(450));
        format!(
            "mutation({variable}) {{ uploadMetadata(input: {{ trackId: \"x\", type: \"b\", version: 1, collection: {collection} }}) {{ metadata {{ id }} }} }}"
        )
    };
    let mut input = json!({ "trackId": "x", "type": "b", "version": 1, "collection": {} });
    input["k".repeat(200_000)] = json!(1);
    vec![
        (
            "a JSON variable 450 times in a collection",
            json!({ "query": repeated("$v: JSON!"), "variables": { "v": "a".repeat(200_000) } }),
        ),
        (
            "a string 450 times in a collection",
            json!({ "query": repeated("$v: String!"), "variables": { "v": "a".repeat(200_000) } }),
        ),
        (
            "a list 450 times in a collection",
            json!({ "query": repeated("$v: [Int]"), "variables": { "v": vec![1; 8000] } }),
        ),
        ("a list of 110 lists in one another", lists(110, 120_000)),
        ("a list of 4 lists in one another", lists(4, 120_000)),
        (
            "an input object with a field of 200 000 characters",
            json!({
                "query": "mutation($i: UploadMetadataInput!) { uploadMetadata(input: $i) { metadata { id } } }",
                "variables": { "i": input },
            }),
        ),
        ("a body that is a string", json!("\u{1}".repeat(30_000))),
        (
            "pages whose length is a variable",
            json!({ "query": page, "variables": { "n": 1000 } }),
        ),
        (
            "a list where a number should be",
            json!({ "query": page, "variables": { "n": deep } }),
        ),
        (
            "10 000 variables that nothing declares",
            json!({ "query": "{ __typename }", "variables": keys }),
        ),
        (
            "an input object of 10 000 fields",
            json!({
                "query": "mutation($i: UploadMetadataInput!) { uploadMetadata(input: $i) { metadata { id } } }",
                "variables": { "i": keys },
            }),
        ),
        (
            "an operation name of 200 000 characters",
            json!({ "query": "query A { __typename }", "operationName": "A".repeat(200_000) }),
        ),
        (
            "a document of 250 000 characters",
            json!({ "query": format!("{{ __typename }} #{}", "a".repeat(250_000)) }),
        ),
        (
            "a body of 1 MB",
            json!({ "query": "{ __typename }", "variables": { "a": "a".repeat(1_000_000) } }),
        ),
    ]
}
