//! A line on the terminal that shows that a trial lives, how far it is and how long it will take. A file, such as a CI log, gets
//! none of it: there the tables are enough.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// Between two writings of the line.
const PAUSE: Duration = Duration::from_millis(250);

/// How far a part of a trial is. Threads share it; the line vanishes with it.
pub(crate) struct Progress {
    what: String,
    all: usize,
    began: Instant,
    shown: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    done: usize,
    last: Option<Instant>,
}

impl Progress {
    pub(crate) fn of(what: impl Into<String>, all: usize) -> Progress {
        let (what, shown) = (what.into(), io::stderr().is_terminal());
        Progress { what, all, began: Instant::now(), shown, state: Mutex::default() }
    }

    /// A step a second, for so many.
    pub(crate) fn run_for(&self, seconds: u64) {
        for _ in 0..seconds {
            thread::sleep(Duration::from_secs(1));
            self.step();
        }
    }

    /// One more is done.
    pub(crate) fn step(&self) {
        let Ok(mut state) = self.state.lock() else { return };
        state.done += 1;
        let due = state.last.is_none_or(|last| last.elapsed() >= PAUSE);
        if self.shown && due {
            state.last = Some(Instant::now());
            // Nothing can be done if stderr is closed.
            let _ = write!(io::stderr(), "\r{}\x1b[K", self.line(state.done, self.began.elapsed()));
        }
    }

    fn line(&self, done: usize, took: Duration) -> String {
        let left = took.as_secs_f64() / done.max(1) as f64 * self.all.saturating_sub(done) as f64;
        format!("{}: {done} of {}, {:.0} s, about {left:.0} s left", self.what, self.all, took.as_secs_f64())
    }

    /// Prints a line that stays.
    pub(crate) fn say(&self, line: &str) {
        self.clear();
        println!("{line}");
    }

    fn clear(&self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
