//! Unix: a terminal that stty knows, owners and modes, cron.

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// What to do for newer CAs, in Korean and English.
pub(crate) const NEWER_ROOTS: [&str; 2] = ["서버의 ca-certificates를 갱신", "update ca-certificates"];

/// The command that sets the clock.
pub(crate) const SET_CLOCK: &str = "timedatectl set-ntp true";

/// What runs a command every minute, in Korean and English.
pub(crate) const SCHEDULER: [&str; 2] = ["cron으로", "by cron"];

/// How a private directory is made.
pub(crate) const MAKE_PRIVATE_DIR: &str = "mkdir -m 700";

/// Another kind of system, whose paths are none here.
pub(crate) const FOREIGN: &str = "Windows";

/// Whether this is a path of such a system.
pub(crate) fn is_foreign(path: &str) -> bool {
    let drive = matches!(path.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic());
    drive || path.contains('\\')
}

/// What a person types, whatever stdin is.
pub(crate) fn keyboard() -> io::Result<File> {
    File::open("/dev/tty")
}

/// Until it is dropped, the terminal on stdin does not show what is typed, but for line breaks. Ctrl-C meanwhile ends a line instead of
/// the process, which would leave the terminal as it is.
pub(crate) struct Unseen(Termios);

impl Unseen {
    /// `None` if stdin is no terminal.
    pub(crate) fn begin() -> Option<Unseen> {
        let before = tcgetattr(io::stdin()).ok()?;
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        unseen.local_modes.insert(LocalModes::ECHONL);
        unseen.special_codes[SpecialCodeIndex::VEOL] = before.special_codes[SpecialCodeIndex::VINTR];
        tcsetattr(io::stdin(), OptionalActions::Now, &unseen).ok()?;
        Some(Unseen(before))
    }

    /// The byte of Ctrl-C, which ends the command.
    pub(crate) fn interrupt(&self) -> Option<u8> {
        // Zero is a key that nobody has.
        Some(self.0.special_codes[SpecialCodeIndex::VINTR]).filter(|byte| *byte != 0)
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Whether the terminal on stdout shows colours.
pub(crate) fn shows_colour() -> bool {
    std::env::var("TERM").is_ok_and(|term| term != "dumb")
}

/// Whether a line of the terminal on stderr can be written over.
pub(crate) fn overwrites() -> bool {
    true
}

/// The user's language. Nothing knows it but the variables of the locale.
pub(crate) fn locale() -> Option<String> {
    None
}

/// Whether each of these is this user's or root's.
pub(crate) fn are_ours(paths: &[PathBuf]) -> bool {
    are_of(paths, user())
}

fn are_of(paths: &[PathBuf], user: u32) -> bool {
    let owner = |path: &PathBuf| fs::metadata(path).map(|file| file.uid());
    paths.iter().all(|path| owner(path).is_ok_and(|uid| uid == user || uid == 0))
}

fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// A directory that only this user can read.
pub(crate) fn make_private_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::chown;

    #[test]
    fn a_file_of_another_user_is_not_ours() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("mall.conf");
        fs::write(&file, "").unwrap();
        let paths = [dir.path().to_owned(), file.clone()];
        assert!(are_of(&paths, user()));
        // Only root can give a file away; another user's own is no other's.
        let other = if user() == 0 { 65_534 } else { user() };
        chown(&file, Some(other), None).unwrap();
        assert!(!are_of(&paths, other + 1));
    }
}
