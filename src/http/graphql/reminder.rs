//! What an answer tells when the session that asked ends soon.

use async_graphql::{Name, Response, Value};
use chrono::SecondsFormat;

use crate::auth::REMINDER;
use crate::http::state::HttpState;
use crate::loaders::Scope;

/// Adds `extensions.authorization` in the last two weeks of the viewer's authorization. Nothing is
/// looked up for it: an answer that needed no viewer tells nothing.
pub(super) fn remind(response: &mut Response, scope: &Scope, state: &HttpState) {
    let session = scope.known_viewer().and_then(|viewer| viewer.session());
    let Some(session) = session else {
        return;
    };
    if session.ends_at - REMINDER > state.services.clock.now() {
        return;
    }
    let by = session.ends_at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let reminder = [
        (Name::new("reauthorizeBy"), Value::from(by)),
        (Name::new("loginUrl"), Value::from(state.login_url.as_str())),
    ];
    let reminder = Value::Object(reminder.into_iter().collect());
    response
        .extensions
        .insert("authorization".to_owned(), reminder);
}
