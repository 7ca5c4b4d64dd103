//! Waits for what ends a command: SIGINT or SIGTERM; on Windows Ctrl-C, Ctrl-Break, a closed console, the end of Windows.

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

/// The process ends seconds after its console was closed, whatever it does.
#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    stop: tokio::signal::windows::CtrlBreak,
    close: tokio::signal::windows::CtrlClose,
    shutdown: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
        Ok(Self {
            interrupt: ctrl_c()?,
            stop: ctrl_break()?,
            close: ctrl_close()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.stop.recv() => {}
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}
