//! What Spotify says with a failure, and the error that it means.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use super::Error;

/// How many characters of Spotify's own words are kept.
const MESSAGE_LENGTH: usize = 300;

/// The reason of a 429 that waiting a little does not help.
const QUOTA_EXCEEDED: &str = "QUOTA_EXCEEDED";

/// What the body of a failed answer says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Complaint {
    message: Option<String>,
    reason: Option<String>,
}

impl Complaint {
    /// Reads both of Spotify's shapes, the nested one of the Web API and the flat one of the
    /// token endpoint, and a sentence in plain text, in which a refusal in development mode comes;
    /// anything else is an empty complaint.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            let is_sentence = body.first().is_some_and(u8::is_ascii_alphabetic);
            let sentence = is_sentence.then(|| String::from_utf8_lossy(body).into_owned());
            return Self {
                message: sentence,
                reason: None,
            };
        };
        let text = |value: &Value| {
            let text = value.as_str().filter(|text| !clean(text).is_empty());
            text.map(str::to_owned)
        };
        match &body["error"] {
            Value::Object(error) => Self {
                message: error.get("message").and_then(text),
                reason: error.get("reason").and_then(text),
            },
            flat => Self {
                message: text(&body["error_description"]).or_else(|| text(flat)),
                reason: None,
            },
        }
    }

    /// Without `secret`, should somebody on the way have put the request into the answer.
    pub(crate) fn without(mut self, secret: &str) -> Self {
        if !secret.is_empty() {
            self.message = self.message.map(|message| message.replace(secret, "…"));
        }
        self
    }

    /// Without anything that can have been copied from the request.
    pub(crate) fn without_words(self) -> Self {
        Self {
            message: None,
            reason: self.reason.filter(|reason| reason == QUOTA_EXCEEDED),
        }
    }

    /// The error for `status`, which is not a success.
    pub(crate) fn into_error(self, status: StatusCode, retry_after: Option<Duration>) -> Error {
        let said = self.message.as_ref().or(self.reason.as_ref());
        let message = said.map(|said| clean(said)).unwrap_or_else(|| {
            let reason = status.canonical_reason().unwrap_or("no reason given");
            reason.to_owned()
        });
        let status = status.as_u16();
        match status {
            401 => Error::Unauthorized { message },
            403 => Error::Forbidden { message },
            404 => Error::NotFound { message },
            429 if self.reason.as_deref() == Some(QUOTA_EXCEEDED) => Error::QuotaExceeded {
                message,
                retry_after,
            },
            429 => Error::RateLimited {
                retry_after: retry_after.unwrap_or_default(),
            },
            // "Not implemented" and "version not supported" stay so.
            300..=499 | 501 | 505 => Error::Rejected { status, message },
            500..=599 => Error::Unavailable { status, message },
            // Something unheard of.
            _ => Error::Unreadable { status },
        }
    }
}

/// One line without control characters, bounded, as it may end up in a log or a browser.
pub(crate) fn clean(text: &str) -> String {
    let mut line = String::new();
    let visible = text
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty());
    for word in visible {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 4 * MESSAGE_LENGTH {
            break;
        }
    }
    match line.char_indices().nth(MESSAGE_LENGTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> Error {
        let status = StatusCode::from_u16(status).unwrap();
        Complaint::parse(body.as_bytes()).into_error(status, None)
    }

    #[test]
    fn both_of_spotifys_shapes_become_one_message() {
        let message = "Invalid access token".to_owned();
        assert_eq!(
            error(
                401,
                r#"{"error":{"status":401,"message":"Invalid access token"}}"#
            ),
            Error::Unauthorized {
                message: message.clone()
            }
        );
        assert_eq!(
            error(
                400,
                r#"{"error":"invalid_grant","error_description":"Refresh token revoked"}"#
            ),
            Error::Rejected {
                status: 400,
                message: "Refresh token revoked".to_owned()
            }
        );
        assert_eq!(
            error(400, r#"{"error":"invalid_client"}"#),
            Error::Rejected {
                status: 400,
                message: "invalid_client".to_owned()
            }
        );
    }

    #[test]
    fn a_sentence_in_plain_text_is_the_message() {
        assert_eq!(
            error(403, "User not registered in the Developer Dashboard\n"),
            Error::Forbidden {
                message: "User not registered in the Developer Dashboard".to_owned()
            }
        );
    }

    #[test]
    fn a_body_that_says_nothing_gives_the_status_its_usual_name() {
        let nested = "[".repeat(100_000);
        for body in [
            "",
            "<html>no</html>",
            "null",
            "[]",
            "7",
            r#"{"error":null}"#,
            r#"{"error":{"message":null}}"#,
            r#"{"error":{"message":" \u0000\n"}}"#,
            nested.as_str(),
        ] {
            assert_eq!(
                error(403, body),
                Error::Forbidden {
                    message: "Forbidden".to_owned()
                }
            );
        }
    }

    #[test]
    fn each_status_has_its_meaning() {
        let body = r#"{"error":{"status":0,"message":"m"}}"#;
        let message = || "m".to_owned();
        assert_eq!(error(404, body), Error::NotFound { message: message() });
        assert_eq!(
            error(418, body),
            Error::Rejected {
                status: 418,
                message: message()
            }
        );
        assert_eq!(
            error(503, body),
            Error::Unavailable {
                status: 503,
                message: message()
            }
        );
        assert_eq!(
            error(501, body),
            Error::Rejected {
                status: 501,
                message: message()
            }
        );
        assert_eq!(
            error(302, body),
            Error::Rejected {
                status: 302,
                message: message()
            }
        );
        assert_eq!(error(204, body), Error::Unreadable { status: 204 });
    }

    #[test]
    fn a_quota_is_told_from_a_rate_limit_by_its_reason() {
        let body =
            br#"{"error":{"status":429,"message":"Quota exceeded","reason":"QUOTA_EXCEEDED"}}"#;
        let wait = Some(Duration::from_secs(86_400));
        let status = StatusCode::TOO_MANY_REQUESTS;
        assert_eq!(
            Complaint::parse(body).into_error(status, wait),
            Error::QuotaExceeded {
                message: "Quota exceeded".to_owned(),
                retry_after: wait
            }
        );
        assert_eq!(
            Complaint::parse(b"{}").into_error(status, wait),
            Error::RateLimited {
                retry_after: Duration::from_secs(86_400)
            }
        );
    }

    #[test]
    fn what_was_sent_is_not_told_be_it_where_the_message_is_cut_off() {
        let secret = "BQ-the-token".repeat(10);
        let body = format!("{} {secret} ", "x".repeat(MESSAGE_LENGTH - 50));
        let complaint = Complaint::parse(body.as_bytes()).without(&secret);
        let error = complaint.into_error(StatusCode::BAD_GATEWAY, None);
        assert!(!error.to_string().contains("BQ"), "{error}");
    }

    #[test]
    fn a_message_is_one_short_line() {
        let body = serde_json::json!({"error": {"message": format!("a\u{1b}[31m\r\nb\t{}", "é".repeat(5000))}});
        let Error::Rejected { message, .. } = error(400, &body.to_string()) else {
            panic!("a 400 is rejected");
        };
        assert!(message.starts_with("a [31m b éé"), "{message}");
        assert_eq!(message.chars().count(), MESSAGE_LENGTH + 1);
        assert!(!message.chars().any(char::is_control));
    }
}
