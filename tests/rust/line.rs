//! A connection between a client and its gateway that a test counts and cuts.

use std::io::copy;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Forwards bytes to a gateway.
pub struct Line {
    port: u16,
    ends: Arc<Mutex<Vec<[TcpStream; 2]>>>,
}

impl Line {
    /// Opens a line to the gateway at `port`.
    pub fn to(port: u16) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Line { port: listener.local_addr().unwrap().port(), ends: Arc::default() };
        let ends = line.ends.clone();
        thread::spawn(move || {
            for near in listener.incoming() {
                let (near, far) = (near.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
                ends.lock().unwrap().push([near.try_clone().unwrap(), far.try_clone().unwrap()]);
                let (up, down) = (near.try_clone().unwrap(), far.try_clone().unwrap());
                thread::spawn(move || pump(&up, &far));
                thread::spawn(move || pump(&down, &near));
            }
        });
        line
    }

    /// The gateway's address as this line's.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}/xpay/Gateway.do", self.port)
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.ends.lock().unwrap().len()
    }

    /// Closes every connection.
    pub fn cut(&self) {
        for end in self.ends.lock().unwrap().iter().flatten() {
            // Its other side may have closed it.
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}

fn pump(mut from: &TcpStream, mut to: &TcpStream) {
    let _ = copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
