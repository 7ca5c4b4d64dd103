//! A way to the gateway on which what was sent may be under way for as long as one likes, whatever its sender does.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// More than what ends a handshake, and less than a request.
const MORE_THAN_A_HANDSHAKE: usize = 200;

/// Listens on a port of its own and hands every connection on to the gateway's.
pub(super) struct Tunnel {
    pub(super) url: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Of each connection.
    lines: Mutex<Vec<Line>>,
    changed: Condvar,
}

#[derive(Default)]
struct Line {
    /// Whether what comes from the client is held back.
    is_held: bool,
    /// What has come and is not handed on yet.
    under_way: Vec<u8>,
}

impl Tunnel {
    pub(super) fn before(gateway: u16) -> Tunnel {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("https://127.0.0.1:{}/xpay/Gateway.do", listener.local_addr().unwrap().port());
        let shared = Arc::new(Shared::default());
        let theirs = shared.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                theirs.carry(client, TcpStream::connect((Ipv4Addr::LOCALHOST, gateway)).unwrap());
            }
        });
        Tunnel { url, shared }
    }

    /// From now on nothing arrives on the connections that are open. Those to come are free.
    pub(super) fn hold(&self) {
        self.shared.lines.lock().unwrap().iter_mut().for_each(|line| line.is_held = true);
    }

    /// Waits until requests are under way on so many connections.
    pub(super) fn wait_for(&self, requests: usize) {
        let lines = self.shared.lines.lock().unwrap();
        let is_missing = |lines: &mut Vec<Line>| {
            let sent = lines.iter().filter(|line| line.under_way.len() > MORE_THAN_A_HANDSHAKE);
            sent.count() < requests
        };
        let limit = Duration::from_secs(60);
        let waited = self.shared.changed.wait_timeout_while(lines, limit, is_missing).unwrap().1;
        assert!(!waited.timed_out(), "the requests were not sent");
    }

    /// What is under way arrives.
    pub(super) fn release(&self) {
        self.shared.lines.lock().unwrap().iter_mut().for_each(|line| line.is_held = false);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn carry(self: &Arc<Shared>, client: TcpStream, gateway: TcpStream) {
        let mut lines = self.lines.lock().unwrap();
        lines.push(Line::default());
        let number = lines.len() - 1;
        drop(lines);
        let (mut up, mut down) = (client.try_clone().unwrap(), gateway.try_clone().unwrap());
        let (reader, writer) = (self.clone(), self.clone());
        thread::spawn(move || reader.take(number, &mut up));
        thread::spawn(move || writer.hand_on(number, gateway));
        // A client that has left hears nothing.
        thread::spawn(move || std::io::copy(&mut down, &mut &client));
    }

    /// Read at once, so that no reset takes it back. That the client has left is not passed on: whoever serves the request would
    /// hear of it first.
    fn take(&self, number: usize, client: &mut TcpStream) {
        let mut bytes = [0; 16 * 1024];
        while let Ok(length @ 1..) = client.read(&mut bytes) {
            self.lines.lock().unwrap()[number].under_way.extend(&bytes[..length]);
            self.changed.notify_all();
        }
    }

    fn hand_on(&self, number: usize, mut gateway: TcpStream) {
        loop {
            let lines = self.lines.lock().unwrap();
            let nothing = |lines: &mut Vec<Line>| lines[number].is_held || lines[number].under_way.is_empty();
            let mut lines = self.changed.wait_while(lines, nothing).unwrap();
            let bytes = std::mem::take(&mut lines[number].under_way);
            drop(lines);
            if gateway.write_all(&bytes).is_err() {
                return;
            }
        }
    }
}
