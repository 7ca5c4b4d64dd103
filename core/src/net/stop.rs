//! A cancellation token: set from another thread, or polled.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A cancellation token for the wait of a transaction, for Ctrl-C or a cancelled task.
///
/// A request that has not left is never sent. A request that has left is treated like one without an answer: rolled
/// back at once, or in doubt and in the journal. It does not stop Rollbacks.
#[derive(Clone, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Default)]
struct Inner {
    told: AtomicBool,
    ask: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl Stop {
    /// A token that is not set.
    pub fn new() -> Stop {
        Stop::default()
    }

    /// A token that is also set when `ask` returns true. The waiting thread calls `ask` after a signal and at least
    /// every 50 ms while no data comes.
    pub fn asking(ask: impl Fn() -> bool + Send + Sync + 'static) -> Stop {
        Stop(Arc::new(Inner { told: AtomicBool::new(false), ask: Some(Box::new(ask)) }))
    }

    /// Sets the token, permanently.
    pub fn stop(&self) {
        self.0.told.store(true, Ordering::SeqCst);
    }

    /// Whether the token is set.
    pub fn is_stopped(&self) -> bool {
        self.0.told.load(Ordering::SeqCst)
    }

    /// While nothing comes.
    pub(crate) fn ask(&self) {
        if self.0.ask.as_ref().is_some_and(|ask| ask()) {
            self.stop();
        }
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stop").field(&self.is_stopped()).finish()
    }
}
