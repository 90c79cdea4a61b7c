//! What answers probes, and the loop that runs a scan on it.

use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::answer::Answer;
use super::probe::Probe;
use super::scan::{Event, Scan};
use super::task::Task;
use crate::answers::Cause;

/// Whatever can answer a probe. It has no opinion about launch readiness, and it starts its clock for a probe when
/// it is asked, which is when the probe has a place.
pub trait Transport {
    /// Starts the probe. The future resolves when the answer begins to come (an HTTP reply's headers) or is there.
    fn ask(&self, probe: &Probe) -> impl Future<Output = Started>;

    /// Resolves after `duration`.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;
}

/// An answer that has begun to come.
pub enum Started {
    /// It is all there.
    Done(Answer),
    /// The body is still being read, which takes no place.
    Reading(Pin<Box<dyn Future<Output = Answer>>>),
}

/// Runs `scan` to its end on `host`, telling `on_event` what happens while it does. Ends at the deadline at the
/// latest. Where `on_event` answers `false` nobody listens any more: the scan stops and what is open is cut off.
pub async fn run<T: Task, H: Transport>(
    scan: &mut Scan<T>,
    host: &H,
    mut on_event: impl FnMut(Event<T>) -> bool,
) {
    let mut waiting = FuturesUnordered::new();
    let mut reading = FuturesUnordered::new();
    let mut deadline = pin!(host.sleep(scan.limits().deadline));
    loop {
        scan.pass_by();
        while let Some(probe) = scan.next_probe() {
            let asked = scan.within_limits(&probe);
            waiting.push(async move {
                let begun = host.ask(&asked).await;
                (probe, begun)
            });
        }
        while let Some(event) = scan.next_event() {
            if !on_event(event) {
                scan.cut_off(Cause::Deadline);
                return;
            }
        }
        if scan.is_finished() {
            return;
        }
        // Both queues are polled together; an empty one never resolves.
        let step = async {
            let begun = async {
                if waiting.is_empty() { std::future::pending().await } else { waiting.next().await }
            };
            let read = async {
                if reading.is_empty() { std::future::pending().await } else { reading.next().await }
            };
            match select(pin!(begun), pin!(read)).await {
                Either::Left((begun, _)) => (begun, None),
                Either::Right((read, _)) => (None, read),
            }
        };
        let stepped = match select(pin!(step), deadline.as_mut()).await {
            Either::Left((stepped, _)) => Some(stepped),
            Either::Right(_) => None,
        };
        match stepped {
            Some((Some((probe, begun)), _)) => {
                // What comes next in a row gets the place of the one before, which is known only when that has been read.
                let keeps_place = matches!(begun, Started::Reading(_)) && scan.begins_a_row(&probe);
                if !keeps_place {
                    scan.place_free();
                }
                match begun {
                    Started::Done(answer) => scan.answered(&probe, answer),
                    Started::Reading(body) => reading.push(async move { (probe, keeps_place, body.await) }),
                }
            }
            Some((None, Some((probe, kept_place, answer)))) => {
                if kept_place {
                    scan.place_free();
                }
                scan.answered(&probe, answer);
            }
            Some((None, None)) => return,
            None => scan.cut_off(Cause::Deadline),
        }
    }
}
