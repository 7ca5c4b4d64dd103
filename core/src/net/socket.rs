//! A TCP connection whose waits end at a deadline or when they are cancelled.
//!
//! Written by hand: the transports of HTTP clients neither drop an unanswered request from the kernel's queue nor end a wait on
//! a signal.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::process;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::net::stop::Stop;

/// The deadline of an exchange, and the token that cancels it before.
#[derive(Clone, Debug)]
pub(crate) struct End {
    at: Instant,
    stop: Option<Stop>,
}

impl End {
    /// How often a cancellation token is polled.
    const SLICE: Duration = Duration::from_millis(50);

    pub(crate) fn new(after: Duration, stop: Option<Stop>) -> End {
        End { at: Instant::now() + after, stop }
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(Stop::is_stopped)
    }

    /// Fails once the exchange is cancelled.
    pub(crate) fn check(&self) -> io::Result<()> {
        match self.is_stopped() {
            true => Err(io::Error::other("the wait was cancelled")),
            false => Ok(()),
        }
    }

    /// The time left; fails at the deadline, or once the exchange is cancelled.
    fn left(&self) -> io::Result<Duration> {
        self.check()?;
        match self.at.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(ErrorKind::TimedOut.into()),
            left => Ok(left),
        }
    }

    /// How long to wait before the next poll of the token.
    fn slice(&self) -> io::Result<Duration> {
        let left = self.left()?;
        Ok(if self.stop.is_some() { left.min(End::SLICE) } else { left })
    }

    /// Polls the token, after a slice in which no data arrived.
    fn poll(&self) {
        if let Some(stop) = &self.stop {
            stop.poll();
        }
    }

    /// Runs `work`, which knows no deadline, in a thread and returns its result. If the deadline or a cancellation comes
    /// first, the thread is abandoned. If no thread can be started, `work` runs here: a late Rollback is better than none.
    fn run_in_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let (sender, receiver) = sync_channel(1);
        let ours = Arc::new(Mutex::new(Some(work)));
        let theirs = ours.clone();
        let started = thread::Builder::new().name("xpayclient".into()).spawn(move || {
            if let Some(work) = take(&theirs) {
                // The receiver may have given up waiting.
                let _ = sender.send(work());
            }
        });
        if started.is_err() {
            return take(&ours)
                .map_or_else(|| Err(io::Error::other("the background task is missing")), |work| work());
        }
        loop {
            match receiver.recv_timeout(self.slice()?) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) => self.poll(),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(io::Error::other("the background task ended early"));
                }
            }
        }
    }
}

fn take<T>(from: &Mutex<Option<T>>) -> Option<T> {
    from.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Resolves a host to its addresses.
pub(crate) fn resolve(host: &str, port: u16, end: &End) -> io::Result<Vec<SocketAddr>> {
    if let Ok(known) = host.parse::<IpAddr>() {
        return Ok(vec![(known, port).into()]);
    }
    let name = (host.to_owned(), port);
    end.run_in_thread(move || name.to_socket_addrs().map(Vec::from_iter))
}

/// Connects within `time`.
fn connect(address: SocketAddr, time: Duration, end: &End) -> io::Result<TcpStream> {
    match end.stop {
        Some(_) => end.run_in_thread(move || TcpStream::connect_timeout(&address, time)),
        None => TcpStream::connect_timeout(&address, time),
    }
}

/// An open TCP connection.
///
/// A sent but unanswered request is dropped with the socket, from the kernel's queue too, so that it never arrives after its
/// own Rollback. This holds when the socket is dropped, when its process is killed, and while a forked child has a copy.
#[derive(Debug)]
pub(crate) struct Socket {
    tcp: Arc<TcpStream>,
    end: End,
    /// Whether a request was sent and not answered yet.
    unanswered: bool,
    identity: Identity,
    /// The process that opened it; a forked child has a copy.
    pid: u32,
    /// The timeouts that were set last, so that they are not set again for each payment.
    #[cfg(unix)]
    reading: Duration,
    writing: Duration,
}

impl Socket {
    /// Connects to the first of `addresses` that answers.
    pub(crate) fn connect(addresses: &[SocketAddr], end: &End) -> io::Result<Socket> {
        let mut refused = io::Error::from(ErrorKind::NotFound);
        for (number, address) in addresses.iter().enumerate() {
            let left = end.left()?;
            // An address that does not answer leaves time for the next.
            let share = if number + 1 < addresses.len() { left / 2 } else { left };
            match connect(*address, share, end) {
                Ok(tcp) => {
                    tcp.set_nodelay(true)?;
                    linger(&tcp, Some(Duration::ZERO))?;
                    return Ok(Socket {
                        identity: Identity::of(&tcp)?,
                        tcp: Arc::new(tcp),
                        end: end.clone(),
                        unanswered: false,
                        pid: process::id(),
                        #[cfg(unix)]
                        reading: Duration::ZERO,
                        writing: Duration::ZERO,
                    });
                }
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// Sets the deadline and the cancellation token of the next exchange.
    pub(crate) fn wait_until(&mut self, end: &End) {
        self.end = end.clone();
    }

    /// From now on, closing the connection drops the bytes that were sent.
    pub(crate) fn expect_answer(&mut self) {
        self.unanswered = true;
    }

    /// Notes that the request is answered, so that nothing of it is left in any queue.
    pub(crate) fn answered(&mut self) {
        self.unanswered = false;
    }

    /// Reads bytes that have arrived already, without waiting: `WouldBlock` if there are none.
    pub(crate) fn without_waiting(&mut self) -> impl Read {
        NonBlocking(self)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if !self.identity.is_of(&self.tcp) {
            // A daemonizing program closed the descriptor by its number and reused the number: it is not ours to close.
            std::mem::forget(self.tcp.clone());
        } else if self.unanswered {
            disconnect(&self.tcp);
        } else if self.pid == process::id() {
            // Only the orderly close is left, which a gateway must not take for a failure.
            let _ = linger(&self.tcp, None);
        }
    }
}

/// Identifies a socket even if its descriptor's number is reused.
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

/// On other systems programs do not close descriptors of others by number.
#[cfg(not(unix))]
impl Identity {
    fn of(_: &TcpStream) -> io::Result<Identity> {
        Ok(Identity {})
    }

    fn is_of(self, _: &TcpStream) -> bool {
        true
    }
}

/// Sets SO_LINGER. With a time of zero, every close, also the one when the process dies, drops the queued bytes and resets the
/// connection.
fn linger(tcp: &TcpStream, time: Option<Duration>) -> io::Result<()> {
    Ok(rustix::net::sockopt::set_socket_linger(tcp, time)?)
}

/// Disconnects at once, even if a forked child has a copy, which a close would leave open.
fn disconnect(tcp: &TcpStream) {
    // If this fails, or the system has no such call, the last close of a copy disconnects.
    #[cfg(target_os = "linux")]
    let _ = rustix::net::connect_unspec(tcp);
    #[cfg(not(target_os = "linux"))]
    let _ = tcp;
}

/// Whether a timeout ran out or a signal came. [`End`] then decides whether to go on.
fn is_interruption(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// Rounds up to hundredths of a second, so that the next payment usually has the same timeout and needs no system call.
fn rounded_up(slice: Duration) -> Duration {
    let hundredths = slice.as_millis() / 10 + 1;
    Duration::from_millis(10 * u64::try_from(hundredths).unwrap_or(u64::MAX / 10))
}

impl Socket {
    /// Reads once: `WouldBlock` if nothing arrives in time.
    #[cfg(unix)]
    fn read_within(&mut self, timeout: Duration, buffer: &mut [u8]) -> io::Result<usize> {
        if self.reading != timeout {
            self.tcp.set_read_timeout(Some(timeout))?;
            self.reading = timeout;
        }
        (&*self.tcp).read(buffer)
    }

    /// Waits before it reads: a read that Windows ends by its timeout may lose what arrives at that moment.
    #[cfg(windows)]
    fn read_within(&mut self, timeout: Duration, buffer: &mut [u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let timeout = Timespec::try_from(timeout).map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(&*self.tcp, PollFlags::IN)], Some(&timeout))? {
            0 => Err(ErrorKind::WouldBlock.into()),
            _ => (&*self.tcp).read(buffer),
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let timeout = rounded_up(self.end.slice()?);
            match self.read_within(timeout, buffer) {
                Err(error) if is_interruption(&error) => self.end.poll(),
                result => return result,
            }
        }
    }
}

/// A write that has begun is not cancelled half-way.
impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let left = self.end.at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            let timeout = rounded_up(left);
            if self.writing != timeout {
                self.tcp.set_write_timeout(Some(timeout))?;
                self.writing = timeout;
            }
            match (&*self.tcp).write(bytes) {
                Err(error) if is_interruption(&error) => {}
                result => return result,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct NonBlocking<'a>(&'a mut Socket);

impl Read for NonBlocking<'_> {
    #[cfg(unix)]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use rustix::net::{RecvFlags, recv};
        let (_, length) = recv(&*self.0.tcp, buffer, RecvFlags::DONTWAIT)?;
        Ok(length)
    }

    #[cfg(windows)]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_within(Duration::ZERO, buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn connected() -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        (Socket::connect(&[address], &minute(None)).unwrap(), listener.accept().unwrap().0)
    }

    fn minute(stop: Option<Stop>) -> End {
        End::new(Duration::from_secs(60), stop)
    }

    #[test]
    fn an_unanswered_connection_is_aborted_and_an_answered_one_is_closed() {
        for is_answered in [false, true] {
            let (mut socket, mut gateway) = connected();
            socket.write_all(b"request").unwrap();
            socket.expect_answer();
            if is_answered {
                socket.answered();
            }
            drop(socket);
            let read = gateway.read_to_end(&mut Vec::new()).map_err(|error| error.kind());
            assert_eq!(read, if is_answered { Ok(7) } else { Err(ErrorKind::ConnectionReset) });
        }
    }

    #[test]
    fn a_read_waits_on_after_its_token_was_polled_and_one_without_waiting_does_not() {
        let (mut socket, gateway) = connected();
        let kind = socket.without_waiting().read(&mut [0; 6]).unwrap_err().kind();
        assert_eq!(kind, ErrorKind::WouldBlock);
        let answers = Stop::polling(move || (&gateway).write_all(b"answer").is_err());
        socket.wait_until(&minute(Some(answers)));
        let mut answer = [0; 6];
        socket.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"answer");
    }
}
