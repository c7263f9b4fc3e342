//! An app is called back only at an address that is on the list, compared character by character.

use reqwest::StatusCode;

use super::steps::{SetCookie, consent_of, visit};
use crate::support::TestApp;

pub(super) const LISTED: [&str; 3] = [
    "at.lockstep.player://spotify/callback",
    "https://player.lockstep.example/done",
    "https://player.lockstep.example/with?from=login",
];

/// None is on the list, though each is near to it, or dangerous.
pub(super) const REFUSED: &[&str] = &[
    // Nothing, or nearly nothing.
    "",
    " ",
    "/",
    ".",
    "at.lockstep.player",
    "at.lockstep.player:",
    "at.lockstep.player://",
    "//player.lockstep.example/done",
    "/done",
    // Case.
    "AT.lockstep.player://spotify/callback",
    "at.lockstep.player://Spotify/callback",
    "at.lockstep.player://spotify/Callback",
    "HTTPS://player.lockstep.example/done",
    "https://PLAYER.lockstep.example/done",
    // A bit less, a bit more.
    "at.lockstep.player://spotify/callbac",
    "at.lockstep.player://spotify/callback/",
    "at.lockstep.player://spotify/callback//",
    "at.lockstep.player://spotify//callback",
    "at.lockstep.player://spotify/callbackx",
    "xat.lockstep.player://spotify/callback",
    "at.lockstep.playerx://spotify/callback",
    "at.lockstep.player:///spotify/callback",
    "at.lockstep.player:/spotify/callback",
    "https://player.lockstep.example/done/",
    "https://player.lockstep.example/",
    "https://player.lockstep.example",
    "https://player.lockstep.example/done/../done",
    "https://player.lockstep.example/./done",
    "https://player.lockstep.example/done/evil",
    // Another host that looks like it.
    "https://player.lockstep.example.evil.example/done",
    "https://evil.example/player.lockstep.example/done",
    "https://evilplayer.lockstep.example/done",
    "https://player.lockstep.example:8443/done",
    "https://player.lockstep.example:443/done",
    "https://player.lockstep.example./done",
    "https://lockstep.example/done",
    "https://player-lockstep.example/done",
    "https://plаyer.lockstep.example/done",
    "http://player.lockstep.example/done",
    // Somebody before the host.
    "https://player.lockstep.example@evil.example/done",
    "https://user@player.lockstep.example/done",
    "https://user:password@player.lockstep.example/done",
    "https://evil.example\\@player.lockstep.example/done",
    "https://player.lockstep.example\\@evil.example/done",
    "at.lockstep.player://evil@spotify/callback",
    // Something behind it.
    "at.lockstep.player://spotify/callback?",
    "at.lockstep.player://spotify/callback?x=1",
    "at.lockstep.player://spotify/callback#",
    "at.lockstep.player://spotify/callback#x",
    "at.lockstep.player://spotify/callback;x",
    "https://player.lockstep.example/done?next=https://evil.example",
    "https://player.lockstep.example/done#https://evil.example",
    "https://player.lockstep.example/with",
    "https://player.lockstep.example/with?",
    "https://player.lockstep.example/with?from=login&x=1",
    "https://player.lockstep.example/with?from=Login",
    // Encoded once more than it should be.
    "at.lockstep.player%3A%2F%2Fspotify%2Fcallback",
    "at.lockstep.player://spotify%2Fcallback",
    "https://player.lockstep.example/d%6Fne",
    "https%3A//player.lockstep.example/done",
    // White space and what cannot be seen.
    " at.lockstep.player://spotify/callback",
    "at.lockstep.player://spotify/callback ",
    "at.lockstep.player://spotify/callback\n",
    "at.lockstep.player://spotify/callback\r\nSet-Cookie: x=y",
    "at.lockstep.player://spotify/callback\0",
    "\u{feff}at.lockstep.player://spotify/callback",
    "at.lockstep.player://spotify/call\u{200b}back",
    "at.lockstep.player://spotify/callback\u{202e}",
    // Two at once, as the setting writes them.
    "at.lockstep.player://spotify/callback,https://player.lockstep.example/done",
    // Encoded in places.
    "%61t.lockstep.player://spotify/callback",
    "at%2Elockstep%2Eplayer://spotify/callback",
    "at.lockstep.player:%2F%2Fspotify/callback",
    "at.lockstep.player://spotify/%63allback",
    "at.lockstep.player://spotify/callback%00",
    "at.lockstep.player://spotify/callback%20",
    "at.lockstep.player://spotify/callback%0d%0aLocation:%20https://evil.example",
    "at.lockstep.player://spotify/callback%3Fx=1",
    "at.lockstep.player://spotify/callback%23",
    "at.lockstep.player://spotify/callback%2F",
    "https://player.lockstep.example%2F@evil.example/done",
    "https://player.lockstep.example%00.evil.example/done",
    "https://player.lockstep.example%252Fdone",
    // By another way to the same place.
    "at.lockstep.player://spotify/../spotify/callback",
    "at.lockstep.player://spotify/%2e%2e/callback",
    "https://player.lockstep.example//done",
    "https://player.lockstep.example/done\\",
    "https://player.lockstep.example/done;/../evil",
    "https:player.lockstep.example/done",
    "https:/player.lockstep.example/done",
    "https:///player.lockstep.example/done",
    "https:\\\\player.lockstep.example\\done",
    "\\\\player.lockstep.example\\done",
    // Another port, or a number for the host.
    "at.lockstep.player://spotify:80/callback",
    "at.lockstep.player://:@spotify/callback",
    "https://player.lockstep.example:0443/done",
    "https://player.lockstep.example:/done",
    "https://127.0.0.1/done",
    "https://[::1]/done",
    "https://2130706433/done",
    // Letters that look alike, or are made alike.
    "\u{ff41}t.lockstep.player://spotify/callback",
    "at.lockstep.player://spot\u{131}fy/callback",
    "at.lockstep.player://\u{17f}potify/callback",
    "at.lockstep.player:\u{2044}\u{2044}spotify/callback",
    "at.lockstep.player://spotify\u{ff0f}callback",
    "at\u{3002}lockstep\u{3002}player://spotify/callback",
    "at.lockstep.player://spotify/call\u{ad}back",
    "at.lockstep.player://spotify/callback\u{301}",
    "at.lockstep.player://spo\ttify/callback",
    "at.lockstep.player://spo\ntify/callback",
    "\u{a0}at.lockstep.player://spotify/callback",
    // Names of nothing, and of everything.
    "*",
    "at.lockstep.player://*",
    "at.lockstep.*://spotify/callback",
    "null",
    "undefined",
    "at.lockstep.player://spotify/callbackat.lockstep.player://spotify/callback",
    // Schemes that run something.
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "blob:https://player.lockstep.example/done",
    "vbscript:x",
    "intent://spotify/callback#Intent;scheme=at.lockstep.player;end",
    "ftp://player.lockstep.example/done",
    "wss://player.lockstep.example/done",
    "market://details?id=at.lockstep.player",
    "content://at.lockstep.player/spotify/callback",
    "view-source:https://player.lockstep.example/done",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
];

const _: () = assert!(REFUSED.len() >= 100);

fn address(redirect_uri: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("redirect_uri", redirect_uri)
        .finish();
    format!("/login/spotify/?{query}")
}

async fn server() -> TestApp {
    TestApp::with(|setup| {
        setup.config.spotify.app_redirect_uris = LISTED.map(str::to_owned).to_vec();
    })
    .await
}

#[tokio::test]
async fn only_an_address_on_the_list_starts_a_login() {
    let app = server().await;
    let browser = app.anonymous();
    for uri in LISTED {
        consent_of(&browser, &address(uri)).await;
    }
    for uri in REFUSED {
        let refused = browser.get(&address(uri)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{uri:?}");
        assert_eq!(refused.json()["ok"], false, "{uri:?}");
        let error = &refused.json()["error"];
        assert_eq!(error, "redirect_uri is not allowed for this client");
        assert!(SetCookie::all(&refused).is_empty(), "{uri:?}");
    }
}

#[tokio::test]
async fn a_person_is_told_so_on_a_page_that_does_not_repeat_the_address() {
    let app = server().await;
    let page = visit(&app.anonymous(), &address("javascript:alert(1)")).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text().contains("redirect_uri is not allowed"));
    assert!(!page.text().contains("javascript"), "{}", page.text());
}

#[tokio::test]
async fn two_addresses_at_once_are_refused_though_both_are_on_the_list() {
    let app = server().await;
    let both = format!("{}&redirect_uri=x", address(LISTED[0]));
    let refused = app.anonymous().get(&both).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(SetCookie::all(&refused).is_empty());
}

#[tokio::test]
async fn where_no_app_is_listed_none_may_log_in() {
    let app = TestApp::with(|setup| setup.config.spotify.app_redirect_uris.clear()).await;
    let browser = app.anonymous();
    for uri in LISTED.iter().chain(REFUSED) {
        let refused = browser.get(&address(uri)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{uri:?}");
    }
}
