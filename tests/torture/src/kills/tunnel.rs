//! A way to the gateway on which what was sent may be under way for as long as one likes, whatever its sender does.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// Listens on a port of its own and hands every connection on to the gateway's.
pub(super) struct Tunnel {
    pub(super) url: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Of each connection, whether what comes from the client is held back.
    held: Mutex<Vec<bool>>,
    changed: Condvar,
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
        self.shared.held.lock().unwrap().iter_mut().for_each(|held| *held = true);
    }

    /// What is under way arrives.
    pub(super) fn release(&self) {
        self.shared.held.lock().unwrap().iter_mut().for_each(|held| *held = false);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn carry(self: &Arc<Shared>, client: TcpStream, gateway: TcpStream) {
        let mut held = self.held.lock().unwrap();
        held.push(false);
        let number = held.len() - 1;
        drop(held);
        let (mut up, mut down) = (client.try_clone().unwrap(), gateway.try_clone().unwrap());
        let shared = self.clone();
        thread::spawn(move || shared.carry_up(number, &mut up, gateway));
        // A client that has left hears nothing.
        thread::spawn(move || std::io::copy(&mut down, &mut &client));
    }

    /// Read at once, so that no reset takes it back. That the client has left is not passed on: whoever serves the request would
    /// hear of it first.
    fn carry_up(&self, number: usize, client: &mut TcpStream, mut gateway: TcpStream) {
        let mut bytes = [0; 16 * 1024];
        while let Ok(length @ 1..) = client.read(&mut bytes) {
            self.wait(number);
            if gateway.write_all(&bytes[..length]).is_err() {
                return;
            }
        }
    }

    fn wait(&self, number: usize) {
        let held = self.held.lock().unwrap();
        drop(self.changed.wait_while(held, |held| held[number]).unwrap());
    }
}
