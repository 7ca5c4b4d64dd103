//! A shop's page for notices: an HTTP server that tells what it was sent and answers what it is told to.

use encoding_rs::Encoding;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

/// A status and a body.
pub(crate) type Reply = (u16, &'static str);

pub(crate) struct Page {
    pub(crate) url: String,
    posted: Receiver<Post>,
    /// Lets one answer of a held page go.
    gate: Sender<()>,
}

/// The address that was posted to, without the host, and what was posted.
pub(crate) struct Post {
    pub(crate) target: String,
    pub(crate) body: Vec<u8>,
}

impl Page {
    /// Answers the first posts with `replies` and all later ones with the last of them.
    pub(crate) fn open(replies: &'static [Reply]) -> Self {
        Self::serve(replies, false)
    }

    /// The same, but each answer waits until it is released.
    pub(crate) fn held(replies: &'static [Reply]) -> Self {
        Self::serve(replies, true)
    }

    fn serve(replies: &'static [Reply], held: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://127.0.0.1:{}/note?key=secret", listener.local_addr().unwrap().port());
        let (sender, posted) = mpsc::channel();
        let (gate, released) = mpsc::channel();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let stream = stream.unwrap();
                if sender.send(read(&stream)).is_err() {
                    return;
                }
                if held && released.recv().is_err() {
                    return;
                }
                reply(&stream, replies[number.min(replies.len() - 1)]);
            }
        });
        Self { url, posted, gate }
    }

    /// Lets the next answer of a held page go.
    pub(crate) fn release(&self) {
        self.gate.send(()).unwrap();
    }

    /// The next post. The time limit is there for a test that fails.
    pub(crate) fn post(&self) -> Post {
        self.posted.recv_timeout(Duration::from_secs(30)).unwrap()
    }

    /// What was posted next.
    pub(crate) fn next(&self) -> Vec<u8> {
        self.post().body
    }

    /// The next post as the page understands it.
    pub(crate) fn form(&self, charset: &'static Encoding) -> HashMap<String, String> {
        let body = String::from_utf8(self.next()).unwrap();
        let pairs = body.split('&').map(|pair| pair.split_once('=').unwrap());
        pairs.map(|(name, value)| (name.to_owned(), unescape(value, charset))).collect()
    }

    /// How many posts came that nobody asked for yet.
    pub(crate) fn left(&self) -> usize {
        self.posted.try_iter().count()
    }
}

fn read(stream: &TcpStream) -> Post {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    let mut lines = String::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        lines += &line;
    }
    let target = first.strip_prefix("POST ").and_then(|rest| rest.strip_suffix(" HTTP/1.1\r\n")).unwrap();
    assert!(lines.contains("content-type: application/x-www-form-urlencoded\r\n"), "{lines}");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Post { target: target.to_owned(), body }
}

fn reply(mut stream: &TcpStream, (status, body): Reply) {
    let head = format!("HTTP/1.1 {status} -\r\nlocation: /note\r\nconnection: close\r\n");
    let _ = write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len());
}

fn unescape(text: &str, charset: &'static Encoding) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            plain => plain,
        });
    }
    charset.decode_without_bom_handling_and_without_replacement(&bytes).unwrap().into_owned()
}
