//! The caller's trace, in the headers of W3C Trace Context (<https://www.w3.org/TR/trace-context/>).
//! Its id stands in the log and is answered in `traceresponse`. Spotify is not told: whose request
//! led to a call is none of its business.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::RequestId;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// A valid `traceparent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TraceParent {
    trace_id: String,
    sampled: bool,
}

impl TraceParent {
    /// Reads the one header there may be. What does not follow the format is ignored, as the
    /// specification has it (section 3.2.2).
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all(TRACEPARENT).iter();
        let (line, None) = (lines.next()?, lines.next()) else {
            return None;
        };
        Self::parse(line.to_str().ok()?.trim())
    }

    fn parse(text: &str) -> Option<Self> {
        let (version, rest) = text.split_once('-')?;
        let (trace_id, rest) = rest.split_once('-')?;
        let (parent_id, rest) = rest.split_once('-')?;
        // Later versions may append to the four fields.
        let (flags, more) = match rest.split_once('-') {
            Some((flags, more)) => (flags, Some(more)),
            None => (rest, None),
        };
        let well_formed = hex(version, 2)
            && version != "ff"
            && hex(trace_id, 32)
            && hex(parent_id, 16)
            && hex(flags, 2)
            && (version != "00" || more.is_none())
            && [trace_id, parent_id]
                .iter()
                .all(|id| id.bytes().any(|digit| digit != b'0'));
        let flags = u8::from_str_radix(flags, 16).ok()?;
        well_formed.then(|| Self {
            trace_id: trace_id.to_owned(),
            sampled: flags & 1 == 1,
        })
    }

    /// Joins the log lines of all services that the request went through.
    pub(super) fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// `traceresponse`: this server's part in the trace, called after the request's id.
    pub(super) fn response(&self, request_id: &RequestId) -> Option<HeaderValue> {
        let child = request_id.as_str().get(16..)?;
        let flags = u8::from(self.sampled);
        HeaderValue::from_str(&format!("00-{}-{child}-{flags:02x}", self.trace_id)).ok()
    }
}

fn hex(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_valid_one_is_taken() {
        let parent = TraceParent::parse(GOOD).unwrap();
        assert_eq!(parent.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(parent.sampled);
        let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-what-will-be";
        assert!(!TraceParent::parse(later).unwrap().sampled);
    }

    #[test]
    fn anything_else_is_ignored() {
        for bad in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-+1",
            "00-4bf92f3577b34da6a3ce929d0e0e4736\n-00f067aa0ba902b7-1",
            "00-ééééééééééééééée0e0e473600f067aa-00f067aa0ba902b7-01",
        ] {
            assert_eq!(TraceParent::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn two_of_them_are_none() {
        let mut headers = HeaderMap::new();
        headers.append("traceparent", HeaderValue::from_static(GOOD));
        assert!(TraceParent::read(&headers).is_some());
        headers.append("traceparent", HeaderValue::from_static(GOOD));
        assert!(TraceParent::read(&headers).is_none());
    }

    #[test]
    fn the_answer_continues_the_trace() {
        let id = RequestId::new();
        let parent = TraceParent::parse(GOOD).unwrap();
        let response = parent.response(&id).unwrap();
        let response = response.to_str().unwrap();
        assert!(response.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
        assert!(TraceParent::parse(response).is_some());
    }
}
