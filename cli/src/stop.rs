//! Ctrl-C or a polite kill: how a command that stays is told to end.

use std::io;
use std::time::Duration;

/// Whichever of the two comes first, from the moment this is made: none is lost while its owner is busy.
pub(crate) struct Stop {
    runtime: tokio::runtime::Runtime,
    signals: Signals,
}

impl Stop {
    pub(crate) fn listen() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let inside = runtime.enter();
        let signals = Signals::listen()?;
        drop(inside);
        Ok(Self { runtime, signals })
    }

    /// Waits for it.
    pub(crate) fn wait(mut self) {
        self.runtime.block_on(self.signals.next());
    }

    /// Waits for it no longer than this. Whether it came.
    pub(crate) fn comes_within(&mut self, time: Duration) -> bool {
        let signal = self.signals.next();
        self.runtime.block_on(async { tokio::time::timeout(time, signal).await.is_ok() })
    }
}

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 2]);

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?]))
    }

    async fn next(&mut self) {
        let [interrupt, terminate] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Without a way to hear Ctrl-C the system's own ending of the process has to do.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
