//! `--listen`: one process for all callers of one user, so that they share its kept connections. A thread for each caller.

mod callers;
mod socket;

use std::io::{BufReader, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::{SIGINT, SIGTERM};

use self::callers::{Caller, Callers};
use self::socket::Socket;
use crate::failure::Failure;
use crate::line::text;
use crate::serve::serve;
use crate::wire::Wire;

/// How many callers there may be at once. Another is told to take the pipe.
const MOST: usize = 512;
/// How long payments that were begun, and steps of shops, may still take after the signal. A call that runs is waited for to
/// its own end.
const GRACE: Duration = Duration::from_secs(30);

/// A line for the log, which the daemon outlives.
macro_rules! note {
    ($($words:tt)*) => { let _ = writeln!(std::io::stderr(), $($words)*); };
}

pub(crate) fn run(path: &Path) -> Result<(), Failure> {
    let signals = signals().map_err(|error| {
        Failure::new(
            format!("시그널을 받을 수 없습니다({error})"),
            format!("cannot listen for signals ({error})"),
        )
    })?;
    let socket = Socket::bind(path)?;
    note!("{}에서 기다립니다 / listening at {}", path.display(), path.display());
    let callers = Arc::new(Callers::default());
    let ended = accept_until(&signals, &socket, &callers);
    drop(socket);
    note!("진행 중인 결제를 마칩니다 / finishing the payments under way");
    callers.finish(GRACE);
    note!("끝났습니다 / stopped");
    ended
}

/// A byte arrives here with each signal.
fn signals() -> std::io::Result<UnixStream> {
    let (ours, handlers) = UnixStream::pair()?;
    for signal in [SIGTERM, SIGINT] {
        signal_hook::low_level::pipe::register(signal, handlers.try_clone()?)?;
    }
    Ok(ours)
}

fn accept_until(signals: &UnixStream, socket: &Socket, callers: &Arc<Callers>) -> Result<(), Failure> {
    loop {
        let mut either = [
            PollFd::new(signals, PollFlags::IN),
            PollFd::from_borrowed_fd(socket.listener().as_fd(), PollFlags::IN),
        ];
        match poll(&mut either, None) {
            Ok(_) if !either[0].revents().is_empty() => return Ok(()),
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => {
                return Err(Failure::new(
                    format!("소켓을 기다릴 수 없습니다({error})"),
                    format!("cannot wait at the socket ({error})"),
                ));
            }
        }
        match socket.listener().accept() {
            Ok((stream, _)) => welcome(stream, callers),
            // It may be gone already; where there are too many files, others have to end first.
            Err(error) => {
                note!("연결을 받지 못했습니다 / a caller was not accepted: {error}");
                thread::sleep(Duration::from_millis(50));
            }
        }
    }
}

fn welcome(stream: UnixStream, callers: &Arc<Callers>) {
    if let Err(words) = socket::check_peer(&stream) {
        return refuse(&stream, &words);
    }
    let caller = match Caller::enter(callers, &stream, MOST) {
        Ok(Some(caller)) => caller,
        Ok(None) => {
            return refuse(
                &stream,
                &format!(
                    "The daemon has {MOST} callers, and takes no more. / 데몬에 연결된 프로세스가 {MOST}개라 더 받지 않습니다."
                ),
            );
        }
        Err(error) => {
            return refuse(
                &stream,
                &format!("The daemon cannot take a caller ({error}). / 데몬이 연결을 받지 못했습니다."),
            );
        }
    };
    // A caller that reads nothing is gone, in a way: what it is not told of is undone.
    if let Err(error) = stream.set_write_timeout(Some(GRACE)) {
        note!("연결을 받지 못했습니다 / a caller was not accepted: {error}");
        return;
    }
    let started = thread::Builder::new().name("caller".into()).spawn(move || {
        // How it ended is its own matter: what it left is settled with its clients.
        if let Ok(output) = stream.try_clone() {
            let wire = Wire::new(BufReader::new(stream), output);
            let _ = serve(&wire, &|progress| caller.set(progress));
        }
    });
    if let Err(error) = started {
        note!("스레드를 만들지 못했습니다 / no thread for a caller: {error}");
    }
}

/// Refuses a caller with a line that has the reason. One that is gone already needs no words.
fn refuse(stream: &UnixStream, words: &str) {
    note!("{words}");
    let _ = { stream }.write_all(format!("[{}]\n", *text(words.as_bytes())).as_bytes());
}
