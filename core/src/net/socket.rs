//! A TCP connection whose every wait ends at a set time, or when it is cancelled.
//!
//! By hand: transports of HTTP clients neither abort an unanswered request in the kernel's queue nor end a wait on a signal.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::process;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::net::stop::Stop;

/// When an exchange is over at the latest, and who may end it before.
#[derive(Clone, Debug)]
pub(crate) struct End {
    at: Instant,
    stop: Option<Stop>,
}

impl End {
    /// How often somebody who may end a wait is asked.
    const SLICE: Duration = Duration::from_millis(50);

    pub(crate) fn new(after: Duration, stop: Option<Stop>) -> End {
        End { at: Instant::now() + after, stop }
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(Stop::is_stopped)
    }

    /// An error once somebody has ended it.
    pub(crate) fn check(&self) -> io::Result<()> {
        match self.is_stopped() {
            true => Err(io::Error::other("the wait was ended")),
            false => Ok(()),
        }
    }

    /// What is left of the time; an error when that is nothing.
    fn left(&self) -> io::Result<Duration> {
        self.check()?;
        match self.at.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(ErrorKind::TimedOut.into()),
            left => Ok(left),
        }
    }

    /// For how long may be waited before this is asked again.
    fn slice(&self) -> io::Result<Duration> {
        let left = self.left()?;
        Ok(if self.stop.is_some() { left.min(End::SLICE) } else { left })
    }

    /// After a slice in which nothing came.
    fn ask(&self) {
        if let Some(stop) = &self.stop {
            stop.ask();
        }
    }

    /// What `work` gives, which takes what time it likes: it is left behind when this ends before. Where no thread can be
    /// started it is done here: a Rollback that ends late is better than none.
    fn await_elsewhere<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let (tell, told) = sync_channel(1);
        let ours = Arc::new(Mutex::new(Some(work)));
        let theirs = ours.clone();
        let begun = thread::Builder::new().name("xpayclient".into()).spawn(move || {
            if let Some(work) = taken(&theirs) {
                // Whoever asked may be gone.
                let _ = tell.send(work());
            }
        });
        if begun.is_err() {
            return taken(&ours).map_or_else(|| Err(io::Error::other("the work is gone")), |work| work());
        }
        loop {
            match told.recv_timeout(self.slice()?) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) => self.ask(),
                Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("the work broke off")),
            }
        }
    }
}

fn taken<T>(of: &Mutex<Option<T>>) -> Option<T> {
    of.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// The addresses of a host.
pub(crate) fn resolve(host: &str, port: u16, end: &End) -> io::Result<Vec<SocketAddr>> {
    if let Ok(known) = host.parse::<IpAddr>() {
        return Ok(vec![(known, port).into()]);
    }
    let name = (host.to_owned(), port);
    end.await_elsewhere(move || name.to_socket_addrs().map(Vec::from_iter))
}

/// Connects within `time`.
fn connect(address: SocketAddr, time: Duration, end: &End) -> io::Result<TcpStream> {
    match end.stop {
        Some(_) => end.await_elsewhere(move || TcpStream::connect_timeout(&address, time)),
        None => TcpStream::connect_timeout(&address, time),
    }
}

/// An open TCP connection.
///
/// What was sent over it and not answered dies with it: in the kernel's queue as well, so that nothing arrives after its own
/// Rollback. So it ends when it is dropped, when its process is killed, and with a copy of it in a forked child.
#[derive(Debug)]
pub(crate) struct Socket {
    tcp: Arc<TcpStream>,
    end: End,
    /// Whether something was sent that is not answered yet.
    unanswered: bool,
    identity: Identity,
    /// Who opened it: a forked child has a copy.
    pid: u32,
    /// The limits that were set last, so that each payment does not set them again.
    reading: Duration,
    writing: Duration,
}

impl Socket {
    /// Connects to the first of `addresses` that answers.
    pub(crate) fn connect(addresses: &[SocketAddr], end: &End) -> io::Result<Socket> {
        let mut refused = io::Error::from(ErrorKind::NotFound);
        for (number, address) in addresses.iter().enumerate() {
            let left = end.left()?;
            // One that says nothing leaves time for the next.
            let share = if number + 1 < addresses.len() { left / 2 } else { left };
            match connect(*address, share, end) {
                Ok(tcp) => {
                    tcp.set_nodelay(true)?;
                    linger(&tcp, Some(Duration::ZERO))?;
                    let (reading, writing) = (Duration::ZERO, Duration::ZERO);
                    let identity = Identity::of(&tcp)?;
                    let (tcp, end, pid) = (Arc::new(tcp), end.clone(), process::id());
                    return Ok(Socket { tcp, end, unanswered: false, identity, pid, reading, writing });
                }
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// For another exchange.
    pub(crate) fn wait_until(&mut self, end: &End) {
        self.end = end.clone();
    }

    /// From now on what was sent is given up when the connection ends.
    pub(crate) fn expect_answer(&mut self) {
        self.unanswered = true;
    }

    /// What was sent is answered, and nothing of it is left in any queue.
    pub(crate) fn answered(&mut self) {
        self.unanswered = false;
    }

    /// A reader of what is there already, which does not wait: `WouldBlock` where nothing is.
    pub(crate) fn glance(&mut self) -> impl Read {
        Glance(self)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if !self.identity.is_of(&self.tcp) {
            // A daemoniser has closed it by its number, and has something of its own there: it is not ours to close.
            std::mem::forget(self.tcp.clone());
        } else if self.unanswered {
            disconnect(&self.tcp);
        } else if self.pid == process::id() {
            // Nothing is left of it but to take leave, which no gateway should take for a fault.
            let _ = linger(&self.tcp, None);
        }
    }
}

/// Which socket it is, whatever its number becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    #[cfg(unix)]
    device_and_inode: (u64, u64),
}

#[cfg(unix)]
impl Identity {
    fn of(tcp: &TcpStream) -> io::Result<Identity> {
        let stat = rustix::fs::fstat(tcp)?;
        #[allow(
            clippy::useless_conversion,
            clippy::unnecessary_cast,
            reason = "the types differ between systems"
        )]
        Ok(Identity { device_and_inode: (stat.st_dev as u64, stat.st_ino as u64) })
    }

    fn is_of(self, tcp: &TcpStream) -> bool {
        Identity::of(tcp).is_ok_and(|now| now == self)
    }
}

/// Elsewhere nobody closes by number what is not theirs.
#[cfg(not(unix))]
impl Identity {
    fn of(_: &TcpStream) -> io::Result<Identity> {
        Ok(Identity {})
    }

    fn is_of(self, _: &TcpStream) -> bool {
        true
    }
}

/// With no time at all, whatever closes it, this process or its death, throws away what is still queued and resets the
/// connection.
#[cfg(unix)]
fn linger(tcp: &TcpStream, time: Option<Duration>) -> io::Result<()> {
    Ok(rustix::net::sockopt::set_socket_linger(tcp, time)?)
}

/// The standard library cannot ask Windows for it.
#[cfg(not(unix))]
fn linger(_: &TcpStream, _: Option<Duration>) -> io::Result<()> {
    Ok(())
}

/// Ends it at once, also where a forked child has a copy that closing would leave open.
fn disconnect(tcp: &TcpStream) {
    // What fails here is done by the last who closes it, and so on systems that cannot be asked.
    #[cfg(target_os = "linux")]
    let _ = rustix::net::connect_unspec(tcp);
    #[cfg(not(target_os = "linux"))]
    let _ = tcp;
}

/// Whether a limit has run out, or a signal came, after which [`End`] tells how to go on.
fn nothing_yet(error: &io::Error) -> bool {
    let kind = error.kind();
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted)
        || cfg!(windows) && kind == ErrorKind::TimedOut
}

/// In hundredths of a second, upwards: what is left of one payment's time is that of the next, and the system need not be told.
fn limit(slice: Duration) -> Duration {
    let hundredths = slice.as_millis() / 10 + 1;
    Duration::from_millis(10 * u64::try_from(hundredths).unwrap_or(u64::MAX / 10))
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let limit = limit(self.end.slice()?);
            if self.reading != limit {
                self.tcp.set_read_timeout(Some(limit))?;
                self.reading = limit;
            }
            match (&*self.tcp).read(buffer) {
                Err(error) if nothing_yet(&error) => self.end.ask(),
                result => return result,
            }
        }
    }
}

/// What has begun to leave is not stopped half-way.
impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let left = self.end.at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            let limit = limit(left);
            if self.writing != limit {
                self.tcp.set_write_timeout(Some(limit))?;
                self.writing = limit;
            }
            match (&*self.tcp).write(bytes) {
                Err(error) if nothing_yet(&error) => {}
                result => return result,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Glance<'a>(&'a mut Socket);

impl Read for Glance<'_> {
    #[cfg(unix)]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use rustix::net::{RecvFlags, recv};
        let (_, length) = recv(&*self.0.tcp, buffer, RecvFlags::DONTWAIT)?;
        Ok(length)
    }

    #[cfg(not(unix))]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.tcp.set_nonblocking(true)?;
        let read = (&*self.0.tcp).read(buffer);
        self.0.tcp.set_nonblocking(false)?;
        read
    }
}
