//! A cancellation token: set from another thread, or polled.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Cancels the wait of the transaction that has it: for Ctrl-C, or a cancelled task.
///
/// A request that was not sent by then is never sent. A request that was sent is treated as if its answer never came: it
/// is rolled back at once, or in doubt and in the journal. A Rollback is never cancelled.
///
/// ```
/// use xpayclient_core::Stop;
///
/// let stop = Stop::new();
/// let of_the_other_thread = stop.clone(); // for Transaction::stop_with
/// stop.stop();
/// assert!(of_the_other_thread.is_stopped());
/// ```
#[derive(Clone, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Default)]
struct Inner {
    stopped: AtomicBool,
    poll: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl Stop {
    /// Creates a token that is not set.
    pub fn new() -> Stop {
        Stop::default()
    }

    /// Creates a token that is also set once `poll` returns true. The waiting thread calls `poll` after a signal, and at
    /// least every 50 ms while no data arrives.
    pub fn polling(poll: impl Fn() -> bool + Send + Sync + 'static) -> Stop {
        Stop(Arc::new(Inner { stopped: AtomicBool::new(false), poll: Some(Box::new(poll)) }))
    }

    /// Sets the token. It cannot be reset.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
    }

    /// Whether the token is set.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }

    /// Calls the poll function, and sets the token if it returns true.
    pub(crate) fn poll(&self) {
        if self.0.poll.as_ref().is_some_and(|poll| poll()) {
            self.stop();
        }
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stop").field(&self.is_stopped()).finish()
    }
}
