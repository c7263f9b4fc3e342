use axum::body::to_bytes;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, IF_NONE_MATCH};
use bytes::Bytes;

use super::*;

fn request(headers: &[(HeaderName, &'static str)]) -> HeaderMap {
    headers
        .iter()
        .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
        .collect()
}

fn script() -> &'static File {
    files::FILES
        .iter()
        .find(|file| file.path.ends_with(".js"))
        .unwrap()
}

async fn body(response: Response) -> Bytes {
    to_bytes(response.into_body(), usize::MAX).await.unwrap()
}

#[test]
fn files_are_sorted_and_hold_what_they_say() {
    assert!(files::FILES.is_sorted_by_key(|file| file.path));
    for file in &files::FILES {
        let content = file.plain().unwrap();
        assert_eq!(content.len(), file.length, "{}", file.path);
        assert!(file.etag.starts_with("W/\"") && file.etag.ends_with('"'));
    }
}

#[test]
fn the_page_asks_only_for_files_that_are_there_and_relative_to_itself() {
    let index = files::FILES.iter().find(|file| file.path == "index.html");
    let html = String::from_utf8(index.unwrap().plain().unwrap().to_vec()).unwrap();
    let mut seen = 0;
    for attribute in html.split_whitespace() {
        let Some((_, value)) = attribute
            .split_once("src=\"")
            .or_else(|| attribute.split_once("href=\""))
        else {
            continue;
        };
        let address = value.split('"').next().unwrap();
        if address == "login/spotify/" {
            continue;
        }
        let path = address.strip_prefix("./").unwrap();
        assert!(files::FILES.iter().any(|file| file.path == path), "{path}");
        seen += 1;
    }
    assert!(seen >= 3, "an icon, a style sheet, a script");
    // Without inline code, the policy needs no exception for scripts.
    assert!(!html.contains("<script>") && !html.contains(" onclick"));
}

#[test]
fn every_file_but_the_page_and_the_licenses_has_its_hash_in_its_name() {
    for file in &files::FILES {
        let Some(name) = file.path.strip_prefix("assets/") else {
            assert!(["index.html", "licenses.md"].contains(&file.path));
            continue;
        };
        let stem = name.rsplit_once('.').unwrap().0;
        let hash = &stem[stem.len() - 8..];
        assert_eq!(stem.as_bytes()[stem.len() - 9], b'-', "{name}");
        assert!(
            hash.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        );
    }
}

#[tokio::test]
async fn an_asset_is_kept_forever_and_comes_compressed() {
    let file = script();
    let response = serve(
        file.path,
        &request(&[(ACCEPT_ENCODING, "gzip, deflate, br, zstd")]),
        FOREVER,
    );
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers();
    assert_eq!(
        headers[CACHE_CONTROL],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(headers[CONTENT_TYPE], "text/javascript; charset=utf-8");
    assert_eq!(headers[CONTENT_ENCODING], "br");
    assert_eq!(headers["vary"], "accept-encoding");
    assert_eq!(body(response).await, file.brotli);
}

#[tokio::test]
async fn a_client_that_does_not_read_brotli_gets_the_content_itself() {
    let file = script();
    for accepted in [
        &[][..],
        &[(ACCEPT_ENCODING, "gzip")],
        &[(ACCEPT_ENCODING, "br;q=0, *")],
        &[(ACCEPT_ENCODING, "identity")],
    ] {
        let response = file.answer(&request(accepted));
        assert_eq!(
            response.headers().get(CONTENT_ENCODING),
            None,
            "{accepted:?}"
        );
        assert_eq!(body(response).await.len(), file.length);
    }
    for accepted in ["br", "BR;q=0.1", "gzip, br;q=0.5", "*"] {
        let response = file.answer(&request(&[(ACCEPT_ENCODING, accepted)]));
        assert_eq!(response.headers()[CONTENT_ENCODING], "br", "{accepted}");
    }
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let first = serve("index.html", &HeaderMap::new(), REVALIDATE);
    assert_eq!(first.headers()[CACHE_CONTROL], "no-cache");
    let etag = first.headers()[ETAG].clone();
    for tags in [
        etag.clone(),
        HeaderValue::from_str(&format!("\"other\", {}", etag.to_str().unwrap())).unwrap(),
        HeaderValue::from_static("*"),
    ] {
        let request = HeaderMap::from_iter([(IF_NONE_MATCH, tags)]);
        let response = serve("index.html", &request, REVALIDATE);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(response.headers()[ETAG], etag);
        assert_eq!(response.headers().get(CONTENT_LENGTH), None);
        assert!(body(response).await.is_empty());
    }
    let request = request(&[(IF_NONE_MATCH, "W/\"other\"")]);
    assert_eq!(
        serve("index.html", &request, REVALIDATE).status(),
        StatusCode::OK
    );
}

#[test]
fn nothing_but_the_listed_files_is_served() {
    for path in [
        "",
        "assets/",
        "assets/none.js",
        "assets/../index.html",
        "assets/../../Cargo.toml",
        "../index.html",
        "/etc/passwd",
    ] {
        let response = serve(path, &HeaderMap::new(), FOREVER);
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        // A file of a newer build may be there tomorrow.
        assert_eq!(response.headers().get(CACHE_CONTROL), None);
    }
}

#[test]
fn the_policy_lets_no_foreign_script_through() {
    let policy = page_policy(None);
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.split("; ").any(|part| part == directive), "{policy}");
    }
    assert!(!policy.contains("unsafe-eval"));
    assert_eq!(policy.matches("unsafe-inline").count(), 1);
    let policy = page_policy(Some("http://127.0.0.1:9"));
    assert!(policy.contains("https://*.spotifycdn.com http://127.0.0.1:9;"));
}
