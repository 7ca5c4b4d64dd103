//! Waits for SIGINT or SIGTERM.

use std::io;
use std::time::Duration;

/// Catches the signals from its creation on, so that none is lost.
pub(crate) struct Shutdown {
    runtime: tokio::runtime::Runtime,
    signals: Signals,
}

impl Shutdown {
    pub(crate) fn listen() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let inside = runtime.enter();
        let signals = Signals::listen()?;
        drop(inside);
        Ok(Self { runtime, signals })
    }

    /// Waits for a signal.
    pub(crate) fn wait(mut self) {
        self.runtime.block_on(self.signals.next());
    }

    /// Waits for a signal, at most this long; whether one came.
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

/// Elsewhere Ctrl-C ends the process.
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
