//! The daemon's socket: one daemon at a path, for one user.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::process::{geteuid, umask};

use crate::failure::Failure;

/// A listening socket. Its file goes away with it.
pub(super) struct Socket {
    listener: UnixListener,
    path: PathBuf,
    /// Locked while this lives, so that two daemons never replace each other's socket.
    _lock: File,
}

impl Socket {
    /// Listens at `path`, which only this user may use. What a dead daemon left there is replaced.
    pub(super) fn bind(path: &Path) -> Result<Socket, Failure> {
        let lock = lock(path)?;
        remove_stale(path)?;
        let others = umask(Mode::from_raw_mode(0o177));
        let bound = UnixListener::bind(path);
        umask(others);
        match bound {
            Ok(listener) => Ok(Socket { listener, path: path.to_owned(), _lock: lock }),
            Err(error) => Err(unmade(path, &error)),
        }
    }

    pub(super) fn listener(&self) -> &UnixListener {
        &self.listener
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Where this fails, the next daemon finds it stale.
        let _ = fs::remove_file(&self.path);
    }
}

fn lock(path: &Path) -> Result<File, Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    // Nobody else's link leads it to another file.
    let flags = OFlags::NOFOLLOW.bits() as i32;
    let file = OpenOptions::new().create(true).append(true).mode(0o600).custom_flags(flags).open(&name);
    let file = file.map_err(|error| unmade(Path::new(&name), &error))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(taken(path)),
        Err(error) => Err(unmade(Path::new(&name), &error.into())),
    }
}

fn remove_stale(path: &Path) -> Result<(), Failure> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unmade(path, &error)),
        Ok(found) if !found.file_type().is_socket() => {
            let shown = path.display();
            return Err(Failure::new(
                format!("[{shown}]은(는) 소켓이 아닙니다. 다른 경로를 지정하거나 지우십시오"),
                format!("[{shown}] is no socket: name another path, or remove it"),
            ));
        }
        Ok(_) => {}
    }
    if UnixStream::connect(path).is_ok() {
        return Err(taken(path));
    }
    fs::remove_file(path).map_err(|error| unmade(path, &error))
}

fn taken(path: &Path) -> Failure {
    let shown = path.display();
    Failure::new(
        format!("[{shown}]에서 다른 데몬이 응답하고 있습니다. 그 데몬을 멈추거나 다른 경로를 지정하십시오"),
        format!("another daemon listens at [{shown}]: stop it, or name another path"),
    )
}

fn unmade(path: &Path, error: &io::Error) -> Failure {
    let shown = path.display();
    Failure::new(
        format!("[{shown}]을(를) 만들 수 없습니다({error}). 디렉터리와 권한을 확인하십시오"),
        format!("[{shown}] cannot be made ({error}): check the directory and its permissions"),
    )
}

/// Serves the daemon's own user and root alone: a caller's home_dir is read with the rights of the daemon. Otherwise, words for
/// the caller.
pub(super) fn check_peer(stream: &UnixStream) -> Result<(), String> {
    let peer = rustix::net::sockopt::socket_peercred(stream);
    judge(peer.map(|peer| peer.uid.as_raw()).map_err(|error| error.to_string()), geteuid().as_raw())
}

fn judge(peer: Result<u32, String>, own: u32) -> Result<(), String> {
    match peer {
        Ok(uid) if uid == own || uid == 0 => Ok(()),
        Ok(uid) => Err(format!(
            "The daemon serves its own user {own} and root, not user {uid}: run one for each user. / 데몬은 자신의 사용자({own})와 \
             root에만 응답합니다. 사용자({uid})의 데몬을 따로 실행하십시오."
        )),
        Err(error) => Err(format!(
            "The daemon cannot see who calls ({error}). / 데몬이 연결한 사용자를 확인하지 못했습니다."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_daemons_user_and_root_are_served() {
        for (peer, own, served) in [(33, 33, true), (0, 33, true), (1000, 33, false), (33, 0, false)] {
            assert_eq!(judge(Ok(peer), own).is_ok(), served, "{peer} at {own}");
        }
        assert!(judge(Ok(1000), 33).unwrap_err().contains("not user 1000"));
        assert!(judge(Err("gone".into()), 33).is_err());
        let (here, _there) = UnixStream::pair().unwrap();
        assert_eq!(check_peer(&here), Ok(()));
    }
}
