use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::time::{sleep, timeout};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn within(seconds: u32) -> Instant {
    Instant::now() + SECOND * seconds
}

#[tokio::test(start_paused = true)]
async fn a_shut_gate_holds_everybody_until_it_opens() {
    let gate = Gate::new(2);
    gate.shut(3 * SECOND);
    let start = Instant::now();
    let (a, b) = tokio::join!(
        gate.enter(within(30), 120 * SECOND),
        gate.enter(within(30), 120 * SECOND)
    );
    assert!(a.is_ok() && b.is_ok());
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_live_to_see_it_open_fails_at_once() {
    let gate = Gate::new(2);
    gate.shut(10 * SECOND);
    sleep(4 * SECOND).await;
    let start = Instant::now();
    let error = gate.enter(within(5), 120 * SECOND).await.unwrap_err();
    let Error::RateLimited { retry_after } = error else {
        panic!("{error:?}");
    };
    assert!(retry_after <= 6 * SECOND && retry_after > 5 * SECOND);
    assert_eq!(start.elapsed(), Duration::ZERO);
    let impatient = gate.enter(within(60), 2 * SECOND).await;
    assert!(matches!(impatient, Err(Error::RateLimited { .. })));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_longest_hold_wins_also_for_who_waits_already() {
    let gate = Gate::new(2);
    gate.shut(5 * SECOND);
    gate.shut(SECOND);
    let start = Instant::now();
    let (entered, ()) = tokio::join!(gate.enter(within(60), 120 * SECOND), async {
        sleep(3 * SECOND).await;
        gate.shut(7 * SECOND);
    });
    assert!(entered.is_ok());
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_turn_waits_no_longer_than_the_deadline() {
    let gate = Gate::new(1);
    let first = gate.enter(within(9), SECOND).await.unwrap();
    let start = Instant::now();
    let second = gate.enter(within(2), SECOND).await;
    assert_eq!(second.unwrap_err(), Error::DeadlineExceeded);
    assert_eq!(start.elapsed().as_secs(), 2);
    drop(first);
    assert!(gate.enter(within(2), SECOND).await.is_ok());
    assert_eq!(
        gate.enter(Instant::now(), SECOND).await.unwrap_err(),
        Error::DeadlineExceeded
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_turn_comes_after_a_429_waits_as_well() {
    let gate = Gate::new(1);
    let first = gate.enter(within(60), 120 * SECOND).await.unwrap();
    let start = Instant::now();
    let (second, ()) = tokio::join!(gate.enter(within(60), 120 * SECOND), async {
        sleep(SECOND).await;
        gate.shut(5 * SECOND);
        drop(first);
    });
    assert!(second.is_ok());
    assert_eq!(start.elapsed().as_secs(), 6);
}

#[tokio::test(start_paused = true)]
async fn calls_come_back_little_by_little() {
    let gate = Arc::new(Gate::new(24));
    gate.shut(SECOND);
    let (running, peak, served) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
    );
    for _ in 0..200 {
        let (gate, running) = (gate.clone(), running.clone());
        let (peak, served) = (peak.clone(), served.clone());
        tokio::spawn(async move {
            let pass = gate.enter(within(600), 120 * SECOND).await.unwrap();
            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
            peak.fetch_max(now, Ordering::SeqCst);
            sleep(SECOND).await;
            running.fetch_sub(1, Ordering::SeqCst);
            served.fetch_add(1, Ordering::SeqCst);
            pass.answered();
        });
    }
    let half = Duration::from_millis(500);
    sleep(SECOND + half).await;
    assert_eq!(running.load(Ordering::SeqCst), FIRST_CALLS);
    sleep(SECOND).await;
    assert_eq!(running.load(Ordering::SeqCst), 2 * FIRST_CALLS);
    sleep(60 * SECOND).await;
    assert_eq!(served.load(Ordering::SeqCst), 200);
    assert_eq!(peak.load(Ordering::SeqCst), 24);
    assert_eq!(gate.permits.available_permits(), 24);
}

#[tokio::test(start_paused = true)]
async fn permits_are_neither_lost_nor_made_by_429s_amid_many_calls() {
    let gate = Gate::new(24);
    let mut passes = Vec::new();
    for _ in 0..24 {
        passes.push(gate.enter(within(9), SECOND).await.unwrap());
    }
    for pass in passes {
        gate.shut(SECOND);
        drop(pass);
    }
    assert_eq!(gate.permits.available_permits(), FIRST_CALLS);
    sleep(2 * SECOND).await;
    for _ in 0..100 {
        gate.enter(within(9), SECOND).await.unwrap().answered();
    }
    assert_eq!(gate.permits.available_permits(), 24);
    // A call that is given up gives its place back.
    let waiting = async {
        let _pass = gate.enter(within(9), SECOND).await;
        std::future::pending::<()>().await;
    };
    assert!(timeout(SECOND, waiting).await.is_err());
    assert_eq!(gate.permits.available_permits(), 24);
}
