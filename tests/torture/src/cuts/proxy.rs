//! A way to the gateway on which a chosen connection breaks after an exact number of bytes, as they are on the wire.

use std::fmt;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// How a connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Both sides are reset.
    Reset,
    /// Both sides are closed in good order.
    Close,
    /// The client's side is closed; the gateway does not hear of it before the exchange is over.
    Half,
    /// No byte moves any more, without an error.
    Stall,
}

/// After so many bytes in this direction, this happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) direction: Direction,
    pub(crate) after: usize,
    pub(crate) manner: Manner,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.direction, self.after, self.manner)
    }
}

impl FromStr for Cut {
    type Err = String;

    fn from_str(text: &str) -> Result<Cut, String> {
        let wrong = || "up|down:BYTES:reset|close|half|stall".to_owned();
        let mut parts = text.split(':');
        let mut next = || parts.next().ok_or_else(wrong);
        let direction = match next()? {
            "up" => Direction::Up,
            "down" => Direction::Down,
            _ => return Err(wrong()),
        };
        let after = next()?.parse().map_err(|_| wrong())?;
        let named = next()?;
        let manner = MANNERS.into_iter().find(|manner| manner.to_string() == named).ok_or_else(wrong)?;
        Ok(Cut { direction, after, manner })
    }
}

pub(crate) const MANNERS: [Manner; 4] = [Manner::Reset, Manner::Close, Manner::Half, Manner::Stall];

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if *self == Direction::Up { "up" } else { "down" })
    }
}

impl fmt::Display for Manner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Manner::Reset => "reset",
            Manner::Close => "close",
            Manner::Half => "half",
            Manner::Stall => "stall",
        })
    }
}

/// Listens on a port of its own and hands every connection on to the gateway's.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    shared: Arc<ProxyState>,
}

#[derive(Default)]
struct ProxyState {
    /// The cuts of the next connections, in order.
    cuts: Mutex<Vec<Option<Cut>>>,
    /// What stays open until the exchange is over.
    parked: Mutex<Vec<TcpStream>>,
    /// The connection that was opened last.
    last: Mutex<Option<Arc<Pair>>>,
}

impl Proxy {
    pub(crate) fn before(gateway: u16) -> Proxy {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(ProxyState::default());
        let theirs = shared.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut cuts = theirs.cuts.lock().unwrap();
                let cut = if cuts.is_empty() { None } else { cuts.remove(0) };
                drop(cuts);
                let shared = theirs.clone();
                thread::spawn(move || shared.carry(client, gateway, cut));
            }
        });
        Proxy { port, shared }
    }

    /// Cuts the open connection after this many more bytes.
    pub(crate) fn expect_of_open(&self, cut: Option<Cut>) {
        if let Some(pair) = &*self.shared.last.lock().unwrap() {
            pair.carried.iter().for_each(|carried| carried.store(0, Ordering::SeqCst));
            *pair.cut.lock().unwrap() = cut;
        }
    }

    /// Cuts the next connections.
    pub(crate) fn expect(&self, cuts: impl IntoIterator<Item = Cut>) {
        *self.shared.cuts.lock().unwrap() = cuts.into_iter().map(Some).collect();
    }

    /// The exchange is over: what stalled may go.
    pub(crate) fn end(&self) {
        self.shared.cuts.lock().unwrap().clear();
        for stream in self.shared.parked.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// How many bytes the last connection carried, up and down: since it was opened, or since its cut was set.
    pub(crate) fn carried(&self) -> [usize; 2] {
        let last = self.shared.last.lock().unwrap();
        let carried = last.as_ref().map(|pair| [0, 1].map(|way| pair.carried[way].load(Ordering::SeqCst)));
        carried.unwrap_or_default()
    }
}

impl ProxyState {
    fn carry(self: Arc<ProxyState>, client: TcpStream, gateway: u16, cut: Option<Cut>) {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, gateway));
        let Ok(gateway) = TcpStream::connect_timeout(&address, Duration::from_secs(5)) else { return };
        for stream in [&client, &gateway] {
            // A write is a segment, so that what was delivered was delivered.
            let _ = stream.set_nodelay(true);
        }
        let carried = [AtomicUsize::new(0), AtomicUsize::new(0)];
        let pair =
            Arc::new(Pair { client, gateway, cut: Mutex::new(cut), carried, quiet: AtomicBool::new(false) });
        *self.last.lock().unwrap() = Some(pair.clone());
        let (shared, theirs) = (self.clone(), pair.clone());
        let up = thread::spawn(move || shared.pump(&theirs, Direction::Up));
        self.pump(&pair, Direction::Down);
        up.join().unwrap();
    }

    /// Bytes from one side to the other, until it ends or its hour has come.
    fn pump(&self, pair: &Pair, direction: Direction) {
        let (mut from, mut to) = match direction {
            Direction::Up => (&pair.client, &pair.gateway),
            Direction::Down => (&pair.gateway, &pair.client),
        };
        let carried = &pair.carried[direction as usize];
        let mut buffer = [0; 16 * 1024];
        loop {
            // A connection that breaks before its first byte does not wait for one.
            let doomed =
                (*pair.cut.lock().unwrap()).filter(|cut| cut.direction == direction && cut.after == 0);
            let read = match doomed {
                Some(_) => Ok(0),
                None => from.read(&mut buffer),
            };
            let cut = (*pair.cut.lock().unwrap()).filter(|cut| cut.direction == direction);
            let left =
                cut.map_or(buffer.len(), |cut| cut.after.saturating_sub(carried.load(Ordering::SeqCst)));
            let read = match read {
                Ok(read) if read > 0 || doomed.is_some() => read.min(left),
                _ => {
                    if !pair.quiet.load(Ordering::SeqCst) {
                        let _ = to.shutdown(Shutdown::Write);
                    }
                    return;
                }
            };
            // Counted before they go, so that whoever has the answer finds all that was carried for it counted.
            carried.fetch_add(read, Ordering::SeqCst);
            if to.write_all(&buffer[..read]).is_err() {
                return;
            }
            if let Some(cut) = cut.filter(|cut| carried.load(Ordering::SeqCst) >= cut.after) {
                self.break_connection(cut.manner, pair);
                return;
            }
        }
    }

    fn break_connection(&self, manner: Manner, Pair { client, gateway, quiet, .. }: &Pair) {
        match manner {
            Manner::Reset => {
                reset(client);
                reset(gateway);
            }
            Manner::Close => {
                let _ = client.shutdown(Shutdown::Write);
                let _ = gateway.shutdown(Shutdown::Write);
            }
            Manner::Half => {
                quiet.store(true, Ordering::SeqCst);
                self.park(gateway);
                let _ = client.shutdown(Shutdown::Both);
            }
            Manner::Stall => {
                quiet.store(true, Ordering::SeqCst);
                self.park(client);
                self.park(gateway);
            }
        }
    }

    fn park(&self, stream: &TcpStream) {
        self.parked.lock().unwrap().extend(stream.try_clone());
    }
}

/// The two ends of a connection.
struct Pair {
    client: TcpStream,
    gateway: TcpStream,
    cut: Mutex<Option<Cut>>,
    /// How many bytes went up and down.
    carried: [AtomicUsize; 2],
    /// Whether the gateway is not to hear that the client is gone.
    quiet: AtomicBool,
}

/// Connecting a socket to nowhere is how a connection is reset at once, whoever else has it open.
fn reset(stream: &TcpStream) {
    let _ = rustix::net::connect_unspec(stream);
}
