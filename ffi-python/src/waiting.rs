//! Waiting for the network the way Python waits: the GIL released, and Ctrl-C answered at once.
//!
//! [`wait`] waits for an answer on the calling thread and lets signal handlers run meanwhile; once one raises, the wait is
//! over. What follows then, and what follows an answer that never came, takes its time: [`run_in_thread`] does it on a
//! thread of its own, so that the caller stays a few seconds to see how it ends, or leaves at the second signal. The work
//! goes on to its end, and the interpreter's exit waits for it. Should the process die first, the journal has it. Where
//! no thread can be started the work is done on the calling thread: it is late, and is done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use xpayclient_core::{Error, Stop};

use crate::signals::Signals;
use crate::{errors, log};

/// How often signals are looked for.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// How long the caller stays after a signal, to see how the work ends.
const GRACE_PERIOD: Duration = Duration::from_secs(5);

/// Waits on this thread. Gives the result, and the exception of a signal's handler that raised meanwhile.
pub(crate) fn wait<T: Send>(
    py: Python<'_>,
    exchange: impl FnOnce(&Stop) -> T + Send,
) -> PyResult<(T, Option<PyErr>)> {
    let signals = Signals::default();
    let stop = Stop::polling({
        let signals = signals.clone();
        move || Python::try_attach(|py| signals.check(py)).unwrap_or(false)
    });
    let caller = log::Caller { level: log::wanted_level(py), signals: Some((signals.clone(), stop.clone())) };
    let result = py.detach(|| {
        let _caller = log::work_for(caller);
        catch_unwind(AssertUnwindSafe(|| exchange(&stop)))
    });
    match result {
        Ok(result) => {
            signals.check(py);
            Ok((result, signals.take()))
        }
        // The panic is on stderr.
        Err(_) => Err(signals.take().unwrap_or_else(|| panicked(py))),
    }
}

fn panicked(py: Python<'_>) -> PyErr {
    errors::in_doubt(py, Error::internal("a panic was stopped"), "")
}

/// Why the caller does not get the work's result.
pub(crate) struct Interrupted<T> {
    /// What to raise.
    pub(crate) error: PyErr,
    /// The result, where the caller was still there to see it.
    pub(crate) result: Option<T>,
}

/// Does `work` on a thread of its own and gives its result. `signal` is what a handler raised before, to be raised in the end.
pub(crate) fn run_in_thread<T: Send + 'static>(
    py: Python<'_>,
    signal: Option<PyErr>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Interrupted<T>> {
    let (sender, receiver) = sync_channel(1);
    let caller = log::Caller { level: log::wanted_level(py), signals: None };
    // The caller may have left by then.
    let started = spawn(caller, work, move |result| drop(sender.send(result)));
    match started {
        Ok(()) => wait_for_thread(py, signal.map(|error| (error, Instant::now())), receiver),
        Err(work) => run_here(py, signal, work),
    }
}

/// As [`run_in_thread`] without a thread. A signal's handler runs when the work is done.
fn run_here<T: Send>(
    py: Python<'_>,
    signal: Option<PyErr>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Interrupted<T>> {
    match wait(py, |_| work()) {
        Ok((result, raised)) => match signal.or(raised) {
            None => Ok(result),
            Some(error) => Err(Interrupted { error, result: Some(result) }),
        },
        Err(panicked) => Err(Interrupted { error: signal.unwrap_or(panicked), result: None }),
    }
}

/// As [`run_in_thread`], for work whose result does not matter once the caller left.
pub(crate) fn finish<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    run_in_thread(py, None, work).map_err(|interrupted| interrupted.error)
}

/// Does `work` on a thread that nobody waits for, except the interpreter's exit.
pub(crate) fn run_in_background(py: Python<'_>, work: impl FnOnce() + Send + 'static) {
    if let Err(work) = spawn(log::Caller::default(), work, drop) {
        py.detach(work);
    }
}

/// Does `work` on a thread of its own and gives its result to `done`. Gives `work` back where no thread can be started.
fn spawn<T, W: FnOnce() -> T + Send + 'static>(
    caller: log::Caller,
    work: W,
    done: impl FnOnce(T) + Send + 'static,
) -> Result<(), W> {
    let running = Running::begin();
    let ours = Arc::new(Mutex::new(Some(work)));
    let theirs = ours.clone();
    let started = thread::Builder::new().name("xpayclient".into()).spawn(move || {
        let _running = running;
        let _caller = log::work_for(caller);
        let Some(work) = theirs.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        // A panic is on stderr; the caller sees that there is no result.
        if let Ok(result) = catch_unwind(AssertUnwindSafe(work)) {
            done(result);
        }
    });
    match started {
        Ok(_) => Ok(()),
        Err(_) => ours.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err),
    }
}

fn wait_for_thread<T: Send>(
    py: Python<'_>,
    mut signal: Option<(PyErr, Instant)>,
    mut receiver: Receiver<T>,
) -> Result<T, Interrupted<T>> {
    // Not shared with the closure that waits: a receiver belongs to one thread.
    let receiver = &mut receiver;
    let mut result = None;
    loop {
        match py.detach(|| { &mut *receiver }.recv_timeout(POLL_INTERVAL)) {
            Ok(received) => result = Some(received),
            Err(RecvTimeoutError::Timeout) => match (py.check_signals(), &signal) {
                (Err(error), None) => {
                    signal = Some((error, Instant::now()));
                    continue;
                }
                (Err(_), Some(_)) => {}
                (Ok(()), Some((_, since))) if since.elapsed() > GRACE_PERIOD => {}
                (Ok(()), _) => continue,
            },
            Err(RecvTimeoutError::Disconnected) => {}
        }
        return match (signal, result) {
            (None, Some(result)) => Ok(result),
            (Some((error, _)), result) => Err(Interrupted { error, result }),
            (None, None) => Err(Interrupted { error: panicked(py), result: None }),
        };
    }
}

static RUNNING: AtomicUsize = AtomicUsize::new(0);
static IN_PROCESS: AtomicU32 = AtomicU32::new(0);

/// Counts the threads that are at work, whether or not their caller still waits.
struct Running;

impl Running {
    fn begin() -> Running {
        // A forked child has none of its parent's threads.
        if IN_PROCESS.swap(process::id(), Ordering::SeqCst) != process::id() {
            RUNNING.store(0, Ordering::SeqCst);
        }
        RUNNING.fetch_add(1, Ordering::SeqCst);
        Running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Waits at most so many seconds for work in the background. Gives how much of it is not done.
#[pyfunction]
pub(crate) fn wait_for_background(py: Python<'_>, seconds: f64) -> usize {
    let until = Instant::now() + Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let left = || match IN_PROCESS.load(Ordering::SeqCst) == process::id() {
        true => RUNNING.load(Ordering::SeqCst),
        false => 0,
    };
    py.detach(|| {
        while left() > 0 && Instant::now() < until {
            thread::sleep(Duration::from_millis(10));
        }
    });
    left()
}
