//! Waiting for the network the way Python waits: the GIL released, and Ctrl-C heard at once.
//!
//! The work is done on a thread of its own, while the thread that asked looks after signals. Once a signal's handler raises,
//! the work is stopped and told that its answer is not wanted any more: it undoes what was approved. The one who asked stays
//! a few seconds to see that, or leaves at the second signal; then the work ends by itself, which the interpreter's exit
//! waits for. Should the process die first, the journal has it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use xpayclient_core::{Error, Stop};

use crate::{errors, log};

/// How long a signal may wait to be heard.
const SLICE: Duration = Duration::from_millis(50);

/// How long the one who asked stays, after a signal, to see what became of the work.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the work's result was not handed over.
pub(crate) struct Unheard<T> {
    /// What to raise.
    pub(crate) error: PyErr,
    /// How the work ended, where that was still seen.
    pub(crate) ended: Option<T>,
}

/// The one who asked, as the work sees it.
pub(crate) struct Asker<T> {
    events: SyncSender<Event<T>>,
    verdict: Receiver<bool>,
}

enum Event<T> {
    Answered,
    Ended(T),
}

impl<T> Asker<T> {
    /// Whether the answer, which is there now, is still wanted. Asked once, before it counts as known.
    pub(crate) fn wants_it(&self) -> bool {
        self.events.send(Event::Answered).is_ok() && self.verdict.recv().unwrap_or(false)
    }
}

/// Does `work` and gives what it ends with. A signal's exception tells `stop`.
pub(crate) fn attend<T: Send + 'static>(
    py: Python<'_>,
    stop: &Stop,
    work: impl FnOnce(&Asker<T>) -> T + Send + 'static,
) -> Result<T, Unheard<T>> {
    let (events, heard) = sync_channel(2);
    let (judge, verdict) = sync_channel(1);
    let asker = Asker { events, verdict };
    let working = Working::begin();
    let heard_by_logs = log::heard(py);
    let begun = thread::Builder::new().name("xpayclient".into()).spawn(move || {
        let _working = working;
        log::work_for(heard_by_logs);
        // A panic was told on stderr; whoever asked sees that nothing came.
        if let Ok(ended) = catch_unwind(AssertUnwindSafe(|| work(&asker))) {
            // Nobody may be there any more.
            let _ = asker.events.send(Event::Ended(ended));
        }
    });
    if begun.is_err() {
        let error = errors::unsent(py, &Error::internal("no thread could be started"));
        return Err(Unheard { error, ended: None });
    }
    look_after(py, stop, heard, &judge)
}

/// As [`attend`], for work that has no answer to be taken back: it is finished, whoever waits.
pub(crate) fn finish<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    attend(py, &Stop::new(), |_| work()).map_err(|unheard| unheard.error)
}

/// Leaves `work` to a thread that nobody waits for, but for the interpreter's exit.
pub(crate) fn leave(work: impl FnOnce() + Send + 'static) {
    let working = Working::begin();
    let left = thread::Builder::new().name("xpayclient".into()).spawn(move || {
        let _working = working;
        work();
    });
    // Without a thread the journal has it.
    drop(left);
}

fn look_after<T: Send>(
    py: Python<'_>,
    stop: &Stop,
    mut heard: Receiver<Event<T>>,
    judge: &SyncSender<bool>,
) -> Result<T, Unheard<T>> {
    // Not shared with the closure that waits: only one thread may hear it.
    let heard = &mut heard;
    let mut signal: Option<(PyErr, Instant)> = None;
    let mut taken = false;
    loop {
        match py.detach(|| { &mut *heard }.recv_timeout(SLICE)) {
            Ok(Event::Ended(ended)) => {
                return match signal {
                    None => Ok(ended),
                    Some((error, _)) => Err(Unheard { error, ended: Some(ended) }),
                };
            }
            Ok(Event::Answered) => {
                if signal.is_none() {
                    signal = py.check_signals().err().map(|error| (error, Instant::now()));
                }
                taken = signal.is_none();
                // The work waits for it; if it is gone, the loop will see that.
                let _ = judge.send(taken);
            }
            // What was taken is a moment from being handed over; a signal that comes now is heard right after.
            Err(RecvTimeoutError::Timeout) if taken => {}
            Err(RecvTimeoutError::Timeout) => match (py.check_signals(), &signal) {
                (Err(error), None) => {
                    stop.stop();
                    signal = Some((error, Instant::now()));
                }
                (Err(error), Some(_)) => return Err(Unheard { error, ended: None }),
                (Ok(()), Some((_, since))) if since.elapsed() > PATIENCE => break,
                (Ok(()), _) => {}
            },
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let error = signal
        .map_or_else(|| errors::in_doubt(py, Error::internal("a panic was stopped"), ""), |(error, _)| error);
    Err(Unheard { error, ended: None })
}

static WORKING: AtomicUsize = AtomicUsize::new(0);
static IN_PROCESS: AtomicU32 = AtomicU32::new(0);

/// Counts the work that is going on, left behind or not.
struct Working;

impl Working {
    fn begin() -> Working {
        // A forked child has none of its parent's threads.
        if IN_PROCESS.swap(process::id(), Ordering::SeqCst) != process::id() {
            WORKING.store(0, Ordering::SeqCst);
        }
        WORKING.fetch_add(1, Ordering::SeqCst);
        Working
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        WORKING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Waits at most so many seconds for work that was left behind, and tells how much of it is not done.
#[pyfunction]
pub(crate) fn settle(py: Python<'_>, seconds: f64) -> usize {
    let until = Instant::now() + Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let left = || match IN_PROCESS.load(Ordering::SeqCst) == process::id() {
        true => WORKING.load(Ordering::SeqCst),
        false => 0,
    };
    py.detach(|| {
        while left() > 0 && Instant::now() < until {
            thread::sleep(Duration::from_millis(10));
        }
    });
    left()
}
