//! Waiting for the network the way Python waits: the GIL released, and Ctrl-C heard at once.
//!
//! The answer is waited for on the thread that asked, which looks after signals while nothing comes. Once a signal's handler
//! raises, the wait is over. What follows then, and what follows an answer that never came, takes its time and is done on a
//! thread of its own, which undoes what was approved. The one who asked stays a few seconds to see that, or leaves at the
//! second signal; then the work ends by itself, which the interpreter's exit waits for. Should the process die first, the
//! journal has it. Where no thread can be started the work is done on the thread that asked: it is late, and is done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use xpayclient_core::{Error, Stop};

use crate::{errors, log};

/// How long a signal may wait to be heard.
const SLICE: Duration = Duration::from_millis(50);

/// How long the one who asked stays, after a signal, to see what became of the work.
const PATIENCE: Duration = Duration::from_secs(5);

/// Waits on this thread. What came, and the exception of a signal that was heard meanwhile.
pub(crate) fn wait<T: Send>(
    py: Python<'_>,
    exchange: impl FnOnce(&Stop) -> T + Send,
) -> PyResult<(T, Option<PyErr>)> {
    let ear = Ear::default();
    let stop = Stop::asking({
        let ear = ear.clone();
        move || Python::try_attach(|py| ear.hears(py)).unwrap_or(false)
    });
    let on_behalf = log::Asker { heard: log::heard(py), ear: Some((ear.clone(), stop.clone())) };
    let came = py.detach(|| {
        let _asker = log::work_for(on_behalf);
        catch_unwind(AssertUnwindSafe(|| exchange(&stop)))
    });
    match came {
        Ok(came) => {
            ear.hears(py);
            Ok((came, ear.raised()))
        }
        // It was told on stderr.
        Err(_) => Err(ear.raised().unwrap_or_else(|| broken_off(py))),
    }
}

/// What listens for signals, and keeps the exception of the first.
#[derive(Clone, Default)]
pub(crate) struct Ear(Arc<Mutex<Option<PyErr>>>);

impl Ear {
    /// Runs the handlers of signals that came. Whether one raised, now or before.
    fn hears(&self, py: Python<'_>) -> bool {
        match py.check_signals() {
            Ok(()) => self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some(),
            Err(error) => {
                self.keep(error);
                true
            }
        }
    }

    pub(crate) fn keep(&self, error: PyErr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    fn raised(&self) -> Option<PyErr> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn broken_off(py: Python<'_>) -> PyErr {
    errors::in_doubt(py, Error::internal("a panic was stopped"), "")
}

/// Why the work's result was not handed over.
pub(crate) struct Unheard<T> {
    /// What to raise.
    pub(crate) error: PyErr,
    /// How the work ended, where that was still seen.
    pub(crate) ended: Option<T>,
}

/// Does `work` on a thread of its own and gives what it ends with. `signal`: what was heard before, and is raised in the end.
pub(crate) fn attend<T: Send + 'static>(
    py: Python<'_>,
    signal: Option<PyErr>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Unheard<T>> {
    let (tell, told) = sync_channel(1);
    let on_behalf = log::Asker { heard: log::heard(py), ear: None };
    // Nobody may be there any more to be told.
    let begun = spawn(on_behalf, work, move |ended| drop(tell.send(ended)));
    match begun {
        Ok(()) => look_after(py, signal.map(|error| (error, Instant::now())), told),
        Err(work) => attend_here(py, signal, work),
    }
}

/// As [`attend`] without a thread. A signal's handler runs when the work is done.
fn attend_here<T: Send>(
    py: Python<'_>,
    signal: Option<PyErr>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Unheard<T>> {
    match wait(py, |_| work()) {
        Ok((ended, raised)) => match signal.or(raised) {
            None => Ok(ended),
            Some(error) => Err(Unheard { error, ended: Some(ended) }),
        },
        Err(broken) => Err(Unheard { error: signal.unwrap_or(broken), ended: None }),
    }
}

/// As [`attend`], for work that is finished, whoever waits.
pub(crate) fn finish<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    attend(py, None, work).map_err(|unheard| unheard.error)
}

/// Leaves `work` to a thread that nobody waits for, but for the interpreter's exit.
pub(crate) fn leave(py: Python<'_>, work: impl FnOnce() + Send + 'static) {
    if let Err(work) = spawn(log::Asker::default(), work, drop) {
        py.detach(work);
    }
}

/// Gives `tell` what `work` ends with, on a thread of its own. Gives `work` back where no thread can be started.
fn spawn<T, W: FnOnce() -> T + Send + 'static>(
    on_behalf: log::Asker,
    work: W,
    tell: impl FnOnce(T) + Send + 'static,
) -> Result<(), W> {
    let working = Working::begin();
    let ours = Arc::new(Mutex::new(Some(work)));
    let theirs = ours.clone();
    let begun = thread::Builder::new().name("xpayclient".into()).spawn(move || {
        let _working = working;
        let _asker = log::work_for(on_behalf);
        let Some(work) = theirs.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        // A panic was told on stderr; whoever asked sees that nothing came.
        if let Ok(ended) = catch_unwind(AssertUnwindSafe(work)) {
            tell(ended);
        }
    });
    match begun {
        Ok(_) => Ok(()),
        Err(_) => ours.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err),
    }
}

fn look_after<T: Send>(
    py: Python<'_>,
    mut signal: Option<(PyErr, Instant)>,
    mut told: Receiver<T>,
) -> Result<T, Unheard<T>> {
    // Not shared with the closure that waits: only one thread may hear it.
    let told = &mut told;
    let mut ended = None;
    loop {
        match py.detach(|| { &mut *told }.recv_timeout(SLICE)) {
            Ok(came) => ended = Some(came),
            Err(RecvTimeoutError::Timeout) => match (py.check_signals(), &signal) {
                (Err(error), None) => {
                    signal = Some((error, Instant::now()));
                    continue;
                }
                (Err(_), Some(_)) => {}
                (Ok(()), Some((_, since))) if since.elapsed() > PATIENCE => {}
                (Ok(()), _) => continue,
            },
            Err(RecvTimeoutError::Disconnected) => {}
        }
        return match (signal, ended) {
            (None, Some(ended)) => Ok(ended),
            (Some((error, _)), ended) => Err(Unheard { error, ended }),
            (None, None) => Err(Unheard { error: broken_off(py), ended: None }),
        };
    }
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
