//! Windows: a console, access lists, the Task Scheduler.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use winapi_util::HandleRef;
use winapi_util::console::{mode, set_mode};

/// What to do for newer CAs, in Korean and English: the library brings its own.
pub(crate) const NEWER_ROOTS: [&str; 2] = [
    "CA 목록이 들어 있는 xpayclient를 새 릴리스로 갱신",
    "take a newer release of xpayclient, which brings the CAs",
];

/// The command that sets the clock.
pub(crate) const SET_CLOCK: &str = "w32tm /resync";

/// What runs a command every minute, in Korean and English.
pub(crate) const SCHEDULER: [&str; 2] = ["작업 스케줄러(schtasks)로", "by the Task Scheduler (schtasks)"];

/// How a directory is made; who can read it is inherited.
pub(crate) const MAKE_PRIVATE_DIR: &str = "mkdir";

/// Another kind of system, whose paths are none here.
pub(crate) const FOREIGN: &str = "Unix";

/// Whether this is a path of such a system.
pub(crate) fn is_foreign(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//")
}

/// What a person types, whatever stdin is.
pub(crate) fn keyboard() -> io::Result<File> {
    // Without the right to write, a console gives no lines.
    OpenOptions::new().read(true).write(true).open("CONIN$")
}

/// Until it is dropped, the console on stdin does not show what is typed.
pub(crate) struct Unseen(u32);

/// ENABLE_ECHO_INPUT.
const ECHO: u32 = 0x4;

impl Unseen {
    /// `None` if stdin is no console.
    pub(crate) fn begin() -> Option<Unseen> {
        let before = mode(HandleRef::stdin()).ok()?;
        set_mode(HandleRef::stdin(), before & !ECHO).ok()?;
        Some(Unseen(before))
    }

    /// None: Ctrl-C ends the process, and shells set the console for themselves.
    pub(crate) fn interrupt(&self) -> Option<u8> {
        None
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        let _ = set_mode(HandleRef::stdin(), self.0);
        // The line break was not shown either.
        aside!("");
    }
}

/// Whether the console on stdout shows colours.
pub(crate) fn shows_colour() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term != "dumb") && takes_sequences(HandleRef::stdout())
}

/// Whether a line of the console on stderr can be written over.
pub(crate) fn overwrites() -> bool {
    takes_sequences(HandleRef::stderr())
}

/// ENABLE_VIRTUAL_TERMINAL_PROCESSING, which a console before Windows 10 refuses.
const SEQUENCES: u32 = 0x4;

fn takes_sequences(console: HandleRef) -> bool {
    mode(&console).and_then(|mode| set_mode(&console, mode | SEQUENCES)).is_ok()
}

/// The user's language, as `ko-KR`.
pub(crate) fn locale() -> Option<String> {
    sys_locale::get_locale()
}

/// Whether each of these is this user's. Not looked at: by the access lists that Windows gives a new directory, almost none is
/// one user's alone.
pub(crate) fn are_ours(_: &[PathBuf]) -> bool {
    true
}

/// A directory that those can read who can read the one around it.
pub(crate) fn make_private_dir(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}
