//! The header that says when to come back.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// No wait is believed to be longer.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);

/// How long `Retry-After` asks to wait, given in seconds, also fractional, or as a date. A date
/// counts from the answer's own `Date`, so that a clock that is off does no harm.
pub(super) fn read(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        let sound = seconds.is_finite() && seconds >= 0.0;
        return sound.then(|| Duration::from_secs_f64(seconds.min(LONGEST.as_secs_f64())));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let now = headers
        .get(DATE)
        .and_then(|date| date.to_str().ok())
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or_else(SystemTime::now);
    Some(date.duration_since(now).unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn parsed(value: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(date).unwrap());
        }
        read(&headers)
    }

    #[test]
    fn seconds_may_be_fractional_and_long() {
        let seconds = |seconds| Some(Duration::from_secs_f64(seconds));
        assert_eq!(parsed("0", None), seconds(0.0));
        assert_eq!(parsed(" 3 ", None), seconds(3.0));
        assert_eq!(parsed("0.25", None), seconds(0.25));
        assert_eq!(parsed("86400", None), seconds(86_400.0));
        assert_eq!(parsed("1e300", None), Some(LONGEST));
    }

    #[test]
    fn a_date_counts_from_the_answers_own() {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        let minute = Some(Duration::from_secs(60));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:50:37 GMT", date), minute);
        assert_eq!(parsed("Sunday, 06-Nov-94 08:50:37 GMT", date), minute);
        assert_eq!(
            parsed("Sun, 06 Nov 1994 08:00:00 GMT", date),
            Some(Duration::ZERO)
        );
        assert_eq!(parsed("Fri, 31 Dec 9999 23:59:59 GMT", date), Some(LONGEST));
    }

    #[test]
    fn without_a_date_of_its_own_the_clock_serves() {
        let soon = SystemTime::now() + Duration::from_secs(100);
        let wait = parsed(&httpdate::fmt_http_date(soon), None).unwrap();
        assert!((98..=100).contains(&wait.as_secs()), "{wait:?}");
    }

    #[test]
    fn nonsense_is_no_wait() {
        for value in ["", "-1", "soon", "NaN", "inf", "1 2", "Sun, 99 Nov"] {
            assert_eq!(parsed(value, None), None, "{value}");
        }
        assert_eq!(read(&HeaderMap::new()), None);
    }
}
