//! A reply of the token endpoint, before the `oauth2` crate reads it to the letter of RFC 6749. A reply that
//! is thrown away takes a rotated refresh token along, so what can be understood is.

use std::time::Duration;

use http::StatusCode;
use oauth2::HttpResponse;
use serde_json::{Map, Value};

/// The reply as the crate reads it, if the token endpoint itself can have given it, and not something on the
/// way there: a grant is a JSON object, a refusal one with an `error` (RFC 6749, sections 5.1 and 5.2).
pub(super) fn read(reply: HttpResponse) -> Option<HttpResponse> {
    let Ok(Value::Object(mut content)) = serde_json::from_slice(reply.body()) else {
        return None;
    };
    if !reply.status().is_success() {
        return content.get("error")?.is_string().then_some(reply);
    }
    complete(&mut content);
    let (mut head, _) = reply.into_parts();
    head.status = StatusCode::OK;
    let body = serde_json::to_vec(&content).ok()?;
    Some(HttpResponse::from_parts(head, body))
}

/// Makes a grant what the crate takes one to be.
fn complete(grant: &mut Map<String, Value>) {
    if !grant.get("token_type").is_some_and(Value::is_string) {
        grant.insert("token_type".to_owned(), "Bearer".into());
    }
    if let Some(lifetime) = grant.remove("expires_in").as_ref().and_then(whole_seconds) {
        grant.insert("expires_in".to_owned(), lifetime.into());
    }
    // Scopes that are not named are those that were asked for, or granted before.
    grant.retain(|name, value| name != "scope" || says_something(value));
}

/// A number, which may be written as a text or with a fraction.
fn whole_seconds(lifetime: &Value) -> Option<u64> {
    let text = match lifetime {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let seconds = Duration::try_from_secs_f64(text.parse().ok()?).ok()?;
    Some(seconds.as_secs())
}

fn says_something(scope: &Value) -> bool {
    scope.as_str().is_some_and(|scope| !scope.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_as(status: u16, body: &str) -> Option<Value> {
        let reply = http::Response::builder().status(status);
        let read = read(reply.body(body.as_bytes().to_vec()).unwrap())?;
        Some(json!({
            "status": read.status().as_u16(),
            "body": serde_json::from_slice::<Value>(read.body()).unwrap(),
        }))
    }

    #[test]
    fn a_grant_is_read_as_it_was_meant() {
        let good =
            json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 60, "scope": "s" });
        for (name, written, meant) in [
            ("token_type", Value::Null, json!("Bearer")),
            ("token_type", json!(""), json!("")),
            ("token_type", json!("bearer"), json!("bearer")),
            ("expires_in", json!("3600"), json!(3600)),
            ("expires_in", json!(" 3600 "), json!(3600)),
            ("expires_in", json!(3600.0), json!(3600)),
            ("expires_in", json!(3600.9), json!(3600)),
            ("expires_in", json!("3600.0"), json!(3600)),
            ("expires_in", json!(0), json!(0)),
            ("expires_in", json!("soon"), Value::Null),
            ("expires_in", json!("inf"), Value::Null),
            ("expires_in", json!(-1), Value::Null),
            ("expires_in", json!([3600]), Value::Null),
            ("scope", json!(""), Value::Null),
            ("scope", json!(" "), Value::Null),
            ("scope", json!(["s"]), Value::Null),
            ("scope", json!("a b"), json!("a b")),
        ] {
            for status in [200, 201] {
                let mut reply = good.clone();
                reply[name] = written.clone();
                let read = read_as(status, &reply.to_string()).unwrap();
                assert_eq!(read["status"], 200);
                assert_eq!(read["body"][name], meant, "{name}: {written}");
                assert_eq!(read["body"]["access_token"], "a");
            }
        }
    }

    #[test]
    fn what_the_endpoint_does_not_say_is_told_from_what_it_does() {
        for (status, body) in [
            (200, "[]"),
            (200, ""),
            (200, "<html>"),
            (204, ""),
            (302, "{}"),
            (400, "{}"),
            (400, r#"{"error":{"status":400}}"#),
        ] {
            assert_eq!(read_as(status, body), None, "{status} {body}");
        }
        let refusal = r#"{"error":"invalid_grant","scope":""}"#;
        let read = read_as(400, refusal).unwrap();
        assert_eq!(read["status"], 400);
        assert_eq!(read["body"].to_string(), refusal);
    }
}
