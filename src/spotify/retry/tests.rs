use std::cell::RefCell;
use std::collections::VecDeque;

use proptest::prelude::*;
use tokio::time::sleep;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn limited(retry_after: Option<Duration>) -> Failure {
    Failure {
        error: Error::RateLimited {
            retry_after: retry_after.unwrap_or_default(),
        },
        cause: Cause::Limited { retry_after },
    }
}

fn unavailable(status: u16, retry_after: Option<Duration>) -> Failure {
    let error = Error::Unavailable {
        status,
        message: String::new(),
    };
    let cause = Cause::of(&error, retry_after);
    Failure { error, cause }
}

/// Plays `script`, then succeeds; tells when each try began, in seconds.
async fn play(
    gate: &Gate,
    time: Duration,
    script: impl IntoIterator<Item = Failure>,
) -> (Result<(), Error>, Vec<f64>) {
    let start = Instant::now();
    let script = RefCell::new(script.into_iter().collect::<VecDeque<_>>());
    let tries = RefCell::new(Vec::new());
    let policy = RetryPolicy::default();
    let result = run(&policy, gate, start + time, async |_, _| {
        tries.borrow_mut().push(start.elapsed().as_secs_f64());
        script.borrow_mut().pop_front().map_or(Ok(()), Err)
    })
    .await;
    (result, tries.into_inner())
}

#[tokio::test(start_paused = true)]
async fn being_busy_is_tried_eight_times_at_growing_intervals() {
    let script = (0..20).map(|_| unavailable(503, None));
    let (result, tries) = play(&Gate::new(1), 1000 * SECOND, script).await;
    assert_eq!(result.unwrap_err().status(), Some(503));
    assert_eq!(tries.len(), 8);
    let mut expected = 1.0;
    for pair in tries.windows(2) {
        let wait = pair[1] - pair[0];
        let range = expected..=expected * 1.25 + 0.002;
        assert!(range.contains(&wait), "{wait} is not in {range:?}");
        expected = (expected * 2.0_f64).min(60.0);
    }
}

#[tokio::test(start_paused = true)]
async fn other_faults_are_tried_three_times() {
    for failure in [
        || unavailable(500, None),
        || unavailable(502, None),
        || unavailable(504, None),
        || Failure::from(Error::Unreadable { status: 200 }),
        || Failure::from(Error::Connection),
    ] {
        let expected = failure().error;
        let script = (0..20).map(|_| failure());
        let (result, tries) = play(&Gate::new(1), 1000 * SECOND, script).await;
        assert_eq!(result.unwrap_err(), expected);
        assert_eq!(tries.len(), 3);
        let (result, _) = play(&Gate::new(1), 1000 * SECOND, [failure(), failure()]).await;
        assert_eq!(result, Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn what_would_not_change_is_not_tried_again() {
    let message = String::new;
    for error in [
        Error::Unauthorized { message: message() },
        Error::Forbidden { message: message() },
        Error::NotFound { message: message() },
        Error::Rejected {
            status: 400,
            message: message(),
        },
        Error::QuotaExceeded {
            message: message(),
            retry_after: Some(SECOND),
        },
    ] {
        let script = [Failure::from(error.clone())];
        let (result, tries) = play(&Gate::new(1), 1000 * SECOND, script).await;
        assert_eq!(result, Err(error));
        assert_eq!(tries.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_is_waited_for_by_everybody() {
    let gate = Gate::new(4);
    let script = [limited(Some(7 * SECOND))];
    let (limited, other) = tokio::join!(play(&gate, 30 * SECOND, script), async {
        sleep(SECOND).await;
        play(&gate, 30 * SECOND, []).await
    });
    assert_eq!(limited.0, Ok(()));
    let again = limited.1[1];
    assert!((7.0..=8.76).contains(&again), "{again}");
    assert_eq!(other.0, Ok(()));
    assert!((6.0..6.01).contains(&other.1[0]), "{:?}", other.1);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_next_try_keeps_nobody_from_theirs() {
    for failure in [
        || Failure::from(Error::Connection),
        || unavailable(500, None),
        || unavailable(503, None),
    ] {
        let gate = Gate::new(1);
        let (first, second) = tokio::join!(play(&gate, 30 * SECOND, [failure()]), async {
            sleep(SECOND / 10).await;
            play(&gate, 30 * SECOND, []).await
        });
        assert_eq!(first.0, Ok(()));
        assert!(first.1[1] >= 1.0, "{:?}", first.1);
        assert_eq!(second, (Ok(()), vec![0.0]));
    }
}

#[tokio::test(start_paused = true)]
async fn the_longer_of_backoff_and_retry_after_counts() {
    let script = [
        limited(Some(Duration::ZERO)),
        unavailable(503, Some(5 * SECOND)),
    ];
    let (result, tries) = play(&Gate::new(1), 30 * SECOND, script).await;
    assert_eq!(result, Ok(()));
    assert!((1.0..=1.26).contains(&tries[1]), "{tries:?}");
    assert!((5.0..=6.26).contains(&(tries[2] - tries[1])), "{tries:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_or_two_minutes_is_reported_at_once() {
    let hour = Duration::from_secs(3600);
    for (time, wait) in [
        (30 * SECOND, 31 * SECOND),
        (2 * hour, 121 * SECOND),
        (2 * hour, hour),
    ] {
        let gate = Gate::new(1);
        let start = Instant::now();
        let (result, tries) = play(&gate, time, [limited(Some(wait))]).await;
        assert_eq!(result, Err(Error::RateLimited { retry_after: wait }));
        assert_eq!(tries.len(), 1);
        // And nobody else bothers Spotify in the meantime.
        let (result, tries) = play(&gate, time, []).await;
        assert!(matches!(result, Err(Error::RateLimited { .. })));
        assert!(tries.is_empty());
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
    let busy = [unavailable(503, Some(hour))];
    let (result, tries) = play(&Gate::new(1), 2 * hour, busy).await;
    assert_eq!(result.unwrap_err().status(), Some(503));
    assert_eq!(tries.len(), 1);
}

fn quota(retry_after: Option<Duration>) -> Error {
    Error::QuotaExceeded {
        message: "used up".to_owned(),
        retry_after,
    }
}

#[tokio::test(start_paused = true)]
async fn a_quota_holds_back_everybody_for_as_long_as_spotify_says_and_nobody_waits() {
    let gate = Gate::new(4);
    let start = Instant::now();
    let minute = 60 * SECOND;
    let used_up = Err(quota(Some(minute)));
    let first = play(&gate, 300 * SECOND, [quota(Some(minute)).into()]).await;
    assert_eq!(first, (used_up.clone(), vec![0.0]));
    assert_eq!(play(&gate, 300 * SECOND, []).await, (used_up, vec![]));
    // Neither does a call that waits for a shorter limit, or one that comes while a longer one lasts.
    gate.shut(90 * SECOND);
    sleep(59 * SECOND).await;
    let held = play(&gate, 300 * SECOND, []).await;
    assert_eq!(held, (Err(quota(Some(SECOND))), vec![]));
    assert_eq!(start.elapsed(), 59 * SECOND);
    sleep(2 * SECOND).await;
    let (result, tries) = play(&gate, 300 * SECOND, []).await;
    assert_eq!((result, tries.len()), (Ok(()), 1));
    assert_eq!(start.elapsed().as_secs(), 90);
}

#[tokio::test(start_paused = true)]
async fn nothing_holds_back_everybody_for_longer_than_the_policy_lets_it() {
    let policy = RetryPolicy {
        max_hold: 5 * SECOND,
        ..RetryPolicy::default()
    };
    let minute = Some(60 * SECOND);
    for failure in [Failure::from(quota(minute)), limited(minute)] {
        let gate = Gate::new(1);
        let told = failure.error.clone();
        let failure = RefCell::new(Some(failure));
        let script = async |_, _| failure.borrow_mut().take().map_or(Ok(()), Err);
        let deadline = Instant::now() + 30 * SECOND;
        let result = run(&policy, &gate, deadline, script).await;
        assert_eq!(result, Err(told), "who asked is told all of it");
        assert!(!gate.is_open());
        sleep(5 * SECOND).await;
        assert!(gate.is_open());
    }
}

#[tokio::test(start_paused = true)]
async fn the_quota_that_lasts_longest_counts() {
    let gate = Gate::new(4);
    gate.shut_by_quota(60 * SECOND, "used up");
    gate.shut_by_quota(SECOND, "another call's");
    sleep(2 * SECOND).await;
    let (result, _) = play(&gate, 300 * SECOND, []).await;
    assert_eq!(result, Err(quota(Some(58 * SECOND))));
}

#[tokio::test(start_paused = true)]
async fn who_waited_for_a_limit_when_the_quota_ran_out_does_not_call_either() {
    let gate = Gate::new(4);
    gate.shut(5 * SECOND);
    let (waiting, ()) = tokio::join!(play(&gate, 300 * SECOND, []), async {
        sleep(SECOND).await;
        gate.shut_by_quota(60 * SECOND, "used up");
    });
    assert_eq!(waiting, (Err(quota(Some(56 * SECOND))), vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_quota_without_a_time_holds_back_nobody() {
    let gate = Gate::new(1);
    let (result, tries) = play(&gate, 30 * SECOND, [quota(None).into()]).await;
    assert_eq!((result, tries.len()), (Err(quota(None)), 1));
    assert_eq!(play(&gate, 30 * SECOND, []).await, (Ok(()), vec![0.0]));
}

#[derive(Debug, Clone, Copy)]
struct Step {
    kind: u8,
    /// Milliseconds that Spotify takes, and asks to wait.
    takes: u64,
    wait: Option<u64>,
}

fn step() -> impl Strategy<Value = Step> {
    (0..5_u8, 0..30_000_u64, proptest::option::of(0..200_000_u64))
        .prop_map(|(kind, takes, wait)| Step { kind, takes, wait })
}

proptest! {
    #[test]
    fn no_call_outlives_its_deadline(
        steps in proptest::collection::vec(step(), 0..12),
        time in 0..300_000_u64,
        shut in 0..200_000_u64,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let (elapsed, tries) = runtime.block_on(async {
            let gate = Gate::new(2);
            gate.shut(Duration::from_millis(shut));
            let start = Instant::now();
            let deadline = start + Duration::from_millis(time);
            let mut tries = 0;
            let result = run(&RetryPolicy::default(), &gate, deadline, |number, until| {
                tries = number;
                let step = steps.get(number as usize - 1).copied();
                async move {
                    let Some(step) = step else { return Ok(()) };
                    let over = Instant::now() + Duration::from_millis(step.takes);
                    sleep_until(over.min(until)).await;
                    if over > until {
                        let last = if until == deadline { Error::DeadlineExceeded } else { Error::Connection };
                        return Err(last.into());
                    }
                    let wait = step.wait.map(Duration::from_millis);
                    Err(match step.kind {
                        0 => limited(wait),
                        1 => unavailable(503, wait),
                        2 => unavailable(500, None),
                        3 => Error::Connection.into(),
                        _ => Error::NotFound { message: String::new() }.into(),
                    })
                }
            })
            .await;
            drop(result);
            (start.elapsed(), tries)
        });
        // The paused clock counts in whole milliseconds.
        prop_assert!(elapsed <= Duration::from_millis(time + 1), "{elapsed:?}");
        prop_assert!(tries <= 8);
    }
}
