//! Bad days: what can go wrong, and with which requests.

use std::time::Duration;

/// Something that goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 without a reason, as over the app's rate limit.
    RateLimited(RetryAfter),
    /// 429 with `error.reason` `QUOTA_EXCEEDED`, as over the developer account's quota.
    QuotaExceeded(RetryAfter),
    /// A status of one's choice; the request is not processed.
    Status {
        /// The HTTP status.
        status: u16,
        /// The body that comes with it.
        body: Body,
    },
    /// The answer is held back for that long. Goes together with any other fault.
    Latency(Duration),
    /// The connection is closed before a byte of the answer; the request is not processed.
    Drop,
    /// The request is processed, then the connection is closed before a byte of the answer: the way in which a
    /// rotated refresh token is lost.
    LoseAnswer,
    /// The request is processed, but only the first half of the body arrives before the connection is closed.
    HalfBody,
    /// Nothing happens until [`Simulator::release`](super::Simulator::release); then the request is processed.
    Hang,
}

impl Fault {
    /// A status with an error body in the shape of the Web API.
    #[must_use]
    pub fn status(status: u16) -> Self {
        let message = http::StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Error");
        Self::Status {
            status,
            body: Body::Nested(message.to_owned()),
        }
    }

    /// The token endpoint's refusal; false during an outage.
    #[must_use]
    pub fn invalid_grant(description: &str) -> Self {
        Self::Status {
            status: 400,
            body: Body::Flat {
                error: "invalid_grant".to_owned(),
                description: description.to_owned(),
            },
        }
    }

    /// 200 with a page of HTML.
    #[must_use]
    pub fn html() -> Self {
        Self::Status {
            status: 200,
            body: Body::Html,
        }
    }

    /// 200 with this JSON text, which need not be what anybody expects, nor JSON.
    #[must_use]
    pub fn json(text: &str) -> Self {
        Self::Status {
            status: 200,
            body: Body::Json(text.to_owned()),
        }
    }
}

/// The body of an answer that reports a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// `{"error":{"status":…,"message":…}}`, as of the Web API.
    Nested(String),
    /// `{"error":…,"error_description":…}`, as of the token endpoint.
    Flat {
        /// The code.
        error: String,
        /// The text beside it.
        description: String,
    },
    /// A page of a proxy on the way.
    Html,
    /// Plain text: "User not registered in the Developer Dashboard" comes so.
    Text(String),
    /// This text, said to be JSON.
    Json(String),
    /// None at all.
    Empty,
}

/// The `Retry-After` header of a 429.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// Not sent.
    Missing,
    /// So many seconds.
    Seconds(u64),
    /// The date so many seconds ahead, by the simulator's clock.
    Date(u64),
    /// This text, whatever it means.
    Text(String),
}

/// Which requests a fault befalls, and how often.
#[derive(Clone, Debug)]
pub struct Rule {
    endpoint: String,
    parameters: Vec<(String, String)>,
    person: Option<String>,
    skip: u32,
    remaining: Option<u32>,
    fault: Fault,
}

impl Rule {
    /// For every request of an endpoint, for ever. The endpoint is method and path template as in
    /// [`Request::endpoint`](super::Request::endpoint); one that ends in `*` is a beginning.
    #[must_use]
    pub fn on(endpoint: &str, fault: Fault) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            parameters: Vec::new(),
            person: None,
            skip: 0,
            remaining: None,
            fault,
        }
    }

    /// Only for the next `count` requests that it fits.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.remaining = Some(count);
        self
    }

    /// Spares the next `count` requests that it fits.
    #[must_use]
    pub fn after(mut self, count: u32) -> Self {
        self.skip = count;
        self
    }

    /// Only for requests with this parameter: of the query, or `grant_type` of a token request.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Only for requests with an access token of this person.
    #[must_use]
    pub fn by(mut self, person: &str) -> Self {
        self.person = Some(person.to_owned());
        self
    }

    fn fits(&self, endpoint: &str, parameters: &[(String, String)], person: Option<&str>) -> bool {
        let endpoint_fits = match self.endpoint.strip_suffix('*') {
            Some(beginning) => endpoint.starts_with(beginning),
            None => endpoint == self.endpoint,
        };
        endpoint_fits
            && self
                .parameters
                .iter()
                .all(|wanted| parameters.contains(wanted))
            && self
                .person
                .as_deref()
                .is_none_or(|wanted| Some(wanted) == person)
    }
}

/// What is to go wrong from now on.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
}

impl Faults {
    pub(crate) fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// What goes wrong with this request: every latency that fits, added up, and the first other fault.
    pub(crate) fn befall(
        &mut self,
        endpoint: &str,
        parameters: &[(String, String)],
        person: Option<&str>,
    ) -> (Duration, Option<Fault>) {
        let mut latency = Duration::ZERO;
        let mut fault = None;
        for rule in &mut self.rules {
            let is_latency = matches!(rule.fault, Fault::Latency(_));
            if (fault.is_some() && !is_latency) || !rule.fits(endpoint, parameters, person) {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            match &mut rule.remaining {
                Some(0) => continue,
                Some(remaining) => *remaining -= 1,
                None => {}
            }
            match &rule.fault {
                Fault::Latency(more) => latency += *more,
                other => fault = Some(other.clone()),
            }
        }
        self.rules.retain(|rule| rule.remaining != Some(0));
        (latency, fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(faults: &mut Faults, endpoint: &str) -> Option<Fault> {
        faults.befall(endpoint, &[], None).1
    }

    #[test]
    fn a_rule_spares_then_befalls_then_ends() {
        let mut faults = Faults::default();
        faults.add(Rule::on("GET /v1/me", Fault::Drop).after(1).times(2));
        assert_eq!(hit(&mut faults, "GET /v1/me"), None);
        assert_eq!(hit(&mut faults, "GET /v1/me/playlists"), None);
        assert_eq!(hit(&mut faults, "GET /v1/me"), Some(Fault::Drop));
        assert_eq!(hit(&mut faults, "GET /v1/me"), Some(Fault::Drop));
        assert_eq!(hit(&mut faults, "GET /v1/me"), None);
        assert!(faults.rules.is_empty());
    }

    #[test]
    fn the_first_fault_counts_and_latencies_add_up() {
        let mut faults = Faults::default();
        let latency = |millis| Fault::Latency(Duration::from_millis(millis));
        faults.add(Rule::on("GET /v1/*", latency(20)));
        faults.add(Rule::on("GET /v1/me", Fault::Drop).times(1));
        faults.add(Rule::on("GET /v1/me", Fault::Hang).times(1));
        faults.add(Rule::on("*", latency(3)));
        let mut next = || faults.befall("GET /v1/me", &[], None);
        let both = Duration::from_millis(23);
        assert_eq!(next(), (both, Some(Fault::Drop)));
        assert_eq!(next(), (both, Some(Fault::Hang)));
        assert_eq!(next(), (both, None));
    }

    #[test]
    fn parameters_and_person_narrow_a_rule() {
        let mut faults = Faults::default();
        faults.add(Rule::on("*", Fault::Drop).with("offset", "50").by("ada"));
        let offset = |value: &str| vec![("offset".to_owned(), value.to_owned())];
        assert_eq!(faults.befall("GET /", &offset("50"), None).1, None);
        assert_eq!(faults.befall("GET /", &offset("0"), Some("ada")).1, None);
        assert_eq!(
            faults.befall("GET /", &offset("50"), Some("ada")).1,
            Some(Fault::Drop)
        );
    }
}
