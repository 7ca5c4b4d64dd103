//! A cancellation token: set from another thread, or polled.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends the wait of the transaction it is given to: Ctrl-C, or a task that is cancelled.
///
/// What has not left by then never leaves. What has left is treated like an answer that never came: rolled back at once,
/// or in doubt and in the journal. Rollbacks are not ended by it.
#[derive(Clone, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Default)]
struct Inner {
    told: AtomicBool,
    ask: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl Stop {
    /// One that was not told yet.
    pub fn new() -> Stop {
        Stop::default()
    }

    /// One that `ask` may tell as well. It is called by the thread that waits, after a signal and at least every 50 ms
    /// while nothing comes.
    pub fn asking(ask: impl Fn() -> bool + Send + Sync + 'static) -> Stop {
        Stop(Arc::new(Inner { told: AtomicBool::new(false), ask: Some(Box::new(ask)) }))
    }

    /// From now on, for good.
    pub fn stop(&self) {
        self.0.told.store(true, Ordering::SeqCst);
    }

    /// Whether it was told.
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
