//! What the simulator was asked: kept, counted, and waited for.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// A request that the simulator got.
#[derive(Clone, Debug)]
pub struct Request {
    /// Method and path template, as in `GET /v1/playlists/{id}/items`.
    pub endpoint: String,
    /// The path as it was sent.
    pub path: String,
    /// The parameters of the query, in order; of a token request its `grant_type` as well, and nothing else.
    pub query: Vec<(String, String)>,
    /// When it arrived, by the simulator's clock.
    pub at: DateTime<Utc>,
    /// Whose access token it carried, if it is one that the simulator ever gave out.
    pub person: Option<String>,
    /// The status it was answered with; `None` as long as it was not, or if it was dropped.
    pub status: Option<u16>,
    /// The bytes of the answer's body.
    pub bytes: u64,
}

impl Request {
    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// How many requests are remembered; counts go on beyond it.
pub(crate) const REMEMBERED: usize = 100_000;

/// Keeps the requests.
#[derive(Debug)]
pub(crate) struct Recorder {
    log: Mutex<Log>,
    /// How many requests ever arrived: wakes those who wait for one.
    arrived: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Log {
    /// The last requests, at most [`REMEMBERED`].
    requests: VecDeque<Request>,
    /// How many were forgotten.
    forgotten: usize,
    counts: BTreeMap<String, usize>,
    in_flight: HashMap<String, Flight>,
    bytes: u64,
    /// Which [`Recorder::reset`] the list began with; an answer to an older request is not noted.
    generation: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Flight {
    now: usize,
    most: usize,
}

impl Flight {
    fn begin(&mut self) {
        self.now += 1;
        self.most = self.most.max(self.now);
    }
}

impl Recorder {
    pub(crate) fn new() -> Self {
        Self {
            log: Mutex::default(),
            arrived: watch::Sender::new(0),
        }
    }

    /// Notes that a request arrived. It is in flight until what is returned is dropped.
    pub(crate) fn arrive(self: &Arc<Self>, request: Request) -> InFlight {
        let endpoint = request.endpoint.clone();
        let mut log = self.log();
        *log.counts.entry(endpoint.clone()).or_default() += 1;
        log.in_flight.entry(endpoint.clone()).or_default().begin();
        if log.requests.len() == REMEMBERED {
            log.requests.pop_front();
            log.forgotten += 1;
        }
        let index = log.forgotten + log.requests.len();
        log.requests.push_back(request);
        let generation = log.generation;
        drop(log);
        self.arrived.send_modify(|count| *count += 1);
        InFlight {
            recorder: Arc::clone(self),
            endpoint,
            index,
            generation,
        }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.log().requests.iter().cloned().collect()
    }

    pub(crate) fn count(&self, endpoint: &str) -> usize {
        self.log().counts.get(endpoint).copied().unwrap_or(0)
    }

    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        self.log().counts.clone()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.log().bytes
    }

    /// The most requests of one endpoint that were in flight at once.
    pub(crate) fn most_in_flight(&self, endpoint: &str) -> usize {
        let log = self.log();
        log.in_flight.get(endpoint).map_or(0, |flight| flight.most)
    }

    /// Forgets everything but what is in flight.
    pub(crate) fn reset(&self) {
        let mut log = self.log();
        log.requests.clear();
        log.forgotten = 0;
        log.counts.clear();
        log.bytes = 0;
        log.generation += 1;
        log.in_flight.retain(|_, flight| flight.now > 0);
        for flight in log.in_flight.values_mut() {
            flight.most = flight.now;
        }
    }

    /// Waits until an endpoint was asked that many times.
    pub(crate) async fn wait_for(&self, endpoint: &str, count: usize) {
        let mut arrived = self.arrived.subscribe();
        while self.count(endpoint) < count {
            if arrived.changed().await.is_err() {
                return;
            }
        }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(crate) struct InFlight {
    recorder: Arc<Recorder>,
    endpoint: String,
    index: usize,
    generation: u64,
}

impl InFlight {
    /// Notes how it was answered.
    pub(crate) fn answered(&self, status: u16, bytes: u64) {
        let mut log = self.recorder.log();
        if log.generation != self.generation {
            return;
        }
        log.bytes += bytes;
        let index = self.index.checked_sub(log.forgotten);
        if let Some(request) = index.and_then(|index| log.requests.get_mut(index)) {
            request.status = Some(status);
            request.bytes = bytes;
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut log = self.recorder.log();
        if let Some(flight) = log.in_flight.get_mut(&self.endpoint) {
            flight.now = flight.now.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str) -> Request {
        Request {
            endpoint: format!("GET {path}"),
            path: path.to_owned(),
            query: Vec::new(),
            at: DateTime::UNIX_EPOCH,
            person: None,
            status: None,
            bytes: 0,
        }
    }

    #[test]
    fn what_began_before_a_reset_is_in_flight_but_not_noted() {
        let recorder = Arc::new(Recorder::new());
        let most = || recorder.most_in_flight("GET /slow");
        let old = recorder.arrive(request("/slow"));
        let done = recorder.arrive(request("/slow"));
        let other = recorder.arrive(request("/other"));
        done.answered(200, 5);
        drop((done, other));
        assert_eq!((most(), recorder.bytes()), (2, 5));

        recorder.reset();
        assert_eq!(most(), 1);
        assert_eq!(recorder.most_in_flight("GET /other"), 0);
        let new = recorder.arrive(request("/slow"));
        old.answered(200, 7);
        new.answered(404, 3);
        assert_eq!(recorder.bytes(), 3);
        assert_eq!(recorder.requests()[0].status, Some(404));
        assert_eq!(most(), 2);
    }

    #[test]
    fn only_the_last_requests_are_remembered_but_all_are_counted() {
        let recorder = Arc::new(Recorder::new());
        let forgotten = recorder.arrive(request("/first"));
        let kept = recorder.arrive(request("/second"));
        for _ in 1..REMEMBERED {
            recorder.arrive(request("/more"));
        }
        forgotten.answered(200, 1);
        kept.answered(201, 1);
        let requests = recorder.requests();
        assert_eq!(requests.len(), REMEMBERED);
        assert_eq!(
            (requests[0].path.as_str(), requests[0].status),
            ("/second", Some(201))
        );
        assert_eq!(recorder.count("GET /first"), 1);
        assert_eq!(recorder.count("GET /more"), REMEMBERED - 1);
        assert_eq!(recorder.bytes(), 2);
    }
}
