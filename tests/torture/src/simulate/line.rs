//! The network between a process and the gateway, one connection at a time, and everything that can befall it.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};

use xpayclient_core::simulation::Line;

use super::gateway;
use super::here::Here;
use xpayclient_core::Stop;

/// One connection, whose fate is decided when it is opened.
pub(super) struct SimulatedLine {
    here: Here,
    number: u64,
    fate: Fate,
    /// Who may end its wait.
    stop: Option<Stop>,
    received: Vec<u8>,
    /// Whether the gateway got the whole request.
    arrived: bool,
    answer: Vec<u8>,
    read: usize,
}

/// What befalls a connection.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Good,
    Refused,
    NoHandshake,
    /// Cut after so many bytes of the request.
    SendingCut(usize),
    /// The request arrives, but its sender is told that it could not be sent.
    SendingUnsure(Service),
    /// The line is down: what was sent waits at its sender, until it is back or is given up.
    Down,
    /// No byte of an answer.
    Silence(Service, End),
    /// So many bytes of the answer.
    AnswerCut(usize, End),
    /// Anything but an answer, after the gateway did its work.
    Said(Nonsense),
    /// The gateway does nothing and says so.
    Declined,
}

/// What the gateway does with a request.
#[derive(Clone, Copy, Debug)]
enum Service {
    Now,
    Later,
    Queued,
    Never,
}

/// How a line goes dead.
#[derive(Clone, Copy, Debug)]
enum End {
    Timeout,
    Reset,
    Closed,
}

#[derive(Clone, Copy, Debug)]
enum Nonsense {
    Garbage,
    Empty,
    Html,
    NotJson,
    NoCode,
    Status(u16),
    StatusAndAnswer(u16),
    Twice,
    NoLength,
}

impl Fate {
    fn name(self) -> &'static str {
        match self {
            Fate::Good => "good",
            Fate::Refused => "refused",
            Fate::NoHandshake => "no handshake",
            Fate::SendingCut(_) => "request cut",
            Fate::SendingUnsure(_) => "request whole, sender told otherwise",
            Fate::Down => "down for a while",
            Fate::Silence(Service::Later, _) => "executed later",
            Fate::Silence(Service::Never, _) => "never executed",
            Fate::Silence(_, End::Timeout) => "stalled",
            Fate::Silence(_, End::Reset) => "reset",
            Fate::Silence(_, End::Closed) => "empty answer",
            Fate::AnswerCut(..) => "answer cut",
            Fate::Said(Nonsense::Status(_) | Nonsense::StatusAndAnswer(_)) => "HTTP status",
            Fate::Said(Nonsense::Twice) => "answered twice",
            Fate::Said(Nonsense::NoLength) => "no length",
            Fate::Said(_) => "not an answer",
            Fate::Declined => "declined",
        }
    }
}

impl SimulatedLine {
    pub(super) fn open(here: &Here) -> io::Result<Box<dyn Line>> {
        here.step();
        gateway::serve_late(&here.scene, 300);
        let fate = here.fate();
        if let Fate::Refused = fate {
            return Err(ErrorKind::ConnectionRefused.into());
        }
        let mut state = here.scene.state();
        state.lines += 1;
        let line = SimulatedLine {
            here: here.clone(),
            number: state.lines,
            fate,
            stop: state.processes[here.pid].stop.as_ref().map(|(stop, _)| stop.clone()),
            received: Vec::new(),
            arrived: false,
            answer: Vec::new(),
            read: 0,
        };
        drop(state);
        line.check()?;
        Ok(Box::new(line))
    }

    /// The request is whole: the gateway does what it does.
    fn arrive(&mut self, body: &[u8]) {
        self.arrived = true;
        let service = match self.fate {
            Fate::Down => Service::Queued,
            Fate::SendingUnsure(service) | Fate::Silence(service, _) => service,
            Fate::Declined => Service::Never,
            _ => Service::Now,
        };
        let (scene, pid) = (&self.here.scene, self.here.pid);
        gateway::check_arrival(scene, pid, body);
        let json = match service {
            Service::Now => gateway::serve(scene, body),
            Service::Later => {
                gateway::delay(scene, body);
                String::new()
            }
            Service::Queued => {
                scene.state().queued.insert(self.number, body.to_vec());
                String::new()
            }
            Service::Never => String::new(),
        };
        self.answer = match self.fate {
            Fate::Said(nonsense) => nonsense.said(&json),
            Fate::Declined => http(200, r#"{"LGD_RESPCODE":"20009","LGD_RESPMSG":"처리할 수 없습니다"}"#),
            _ => http(200, &json),
        };
    }
}

impl Here {
    fn fate(&self) -> Fate {
        let mut state = self.scene.state();
        let weather = state.processes[self.pid].weather.network;
        let random = &mut state.random;
        if !random.chance(weather) {
            return Fate::Good;
        }
        let service = random.pick(&[Service::Now, Service::Now, Service::Later, Service::Never]);
        let end = random.pick(&[End::Timeout, End::Timeout, End::Reset, End::Closed]);
        let fate = match random.below(13) {
            0 => Fate::Refused,
            1 => Fate::NoHandshake,
            2 => Fate::SendingCut(random.below(1200)),
            3 => Fate::SendingUnsure(service),
            4..=6 => Fate::Silence(service, end),
            7 => Fate::AnswerCut(random.below(1200), end),
            8 => Fate::Declined,
            9 => Fate::Down,
            _ => Fate::Said(random.pick(&[
                Nonsense::Garbage,
                Nonsense::Empty,
                Nonsense::Html,
                Nonsense::NotJson,
                Nonsense::NoCode,
                Nonsense::Status(500),
                Nonsense::Status(502),
                Nonsense::Status(302),
                Nonsense::Status(404),
                Nonsense::StatusAndAnswer(500),
                Nonsense::Twice,
                Nonsense::NoLength,
            ])),
        };
        state.tally.count("network", fate.name());
        state.tell(self.pid, || format!("network: {fate:?}"));
        fate
    }
}

impl Line for SimulatedLine {
    fn handshake(&mut self) -> io::Result<()> {
        self.here.step();
        self.check()?;
        match self.fate {
            Fate::NoHandshake => Err(timeout_or(&self.here, ErrorKind::InvalidData)),
            _ => Ok(()),
        }
    }
}

impl Write for SimulatedLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.here.step();
        if self.arrived {
            return Ok(bytes.len());
        }
        let mut taken = 1 + self.here.scene.state().random.below(2 * bytes.len());
        taken = taken.min(bytes.len());
        if let Fate::SendingCut(length) = self.fate {
            if self.received.len() >= length {
                return Err(timeout_or(&self.here, ErrorKind::BrokenPipe));
            }
            taken = taken.min(length - self.received.len());
        }
        self.received.extend_from_slice(&bytes[..taken]);
        if let Some(body) = whole(&self.received) {
            let body = body.to_vec();
            self.arrive(&body);
            if let Fate::SendingUnsure(_) = self.fate {
                return Err(timeout_or(&self.here, ErrorKind::ConnectionReset));
            }
        }
        self.here.step();
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for SimulatedLine {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.here.step();
        self.check()?;
        let (end, out) = match self.fate {
            Fate::Down => (End::Timeout, 0),
            Fate::Silence(_, end) => (end, 0),
            Fate::AnswerCut(length, end) => (end, length.min(self.answer.len())),
            _ => (End::Closed, self.answer.len()),
        };
        let left = out.saturating_sub(self.read);
        if left == 0 {
            return match end {
                End::Timeout => Err(timeout(&self.here)),
                End::Reset => Err(ErrorKind::ConnectionReset.into()),
                End::Closed => Ok(0),
            };
        }
        let length = (1 + self.here.scene.state().random.below(2 * left)).min(left).min(buffer.len());
        buffer[..length].copy_from_slice(&self.answer[self.read..self.read + length]);
        self.read += length;
        self.here.step();
        Ok(length)
    }
}

impl SimulatedLine {
    /// An error once somebody has ended the wait.
    fn check(&self) -> io::Result<()> {
        match self.stop.as_ref().is_some_and(Stop::is_stopped) {
            true => Err(io::Error::other("the wait was ended")),
            false => Ok(()),
        }
    }
}

impl Drop for SimulatedLine {
    /// Given up, or its process died: what it has not sent by then is not sent any more.
    fn drop(&mut self) {
        let mut state = self.here.scene.state();
        if state.queued.remove(&self.number).is_some() {
            state.tell(self.here.pid, || "what was queued dies with its line".into());
        }
    }
}

/// As a caller sees it whose patience has come to its end.
fn timeout(here: &Here) -> io::Error {
    let mut state = here.scene.state();
    let waited = state.random.below(30) as i64;
    state.pass(waited);
    ErrorKind::TimedOut.into()
}

fn timeout_or(here: &Here, kind: ErrorKind) -> io::Error {
    if here.scene.state().random.chance(300) { timeout(here) } else { kind.into() }
}

/// The body of a request that is there to its last byte.
fn whole(request: &[u8]) -> Option<&[u8]> {
    const BLANK: &[u8] = b"\r\n\r\n";
    let end = request.windows(BLANK.len()).position(|window| window == BLANK)?;
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"))?;
    let body = &request[end + BLANK.len()..];
    (body.len() >= length.trim().parse().ok()?).then_some(body)
}

fn http(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

impl Nonsense {
    /// What is said in place of `json`.
    fn said(self, json: &str) -> Vec<u8> {
        match self {
            Nonsense::Garbage => (0..=255).rev().collect(),
            Nonsense::Empty => http(200, ""),
            Nonsense::Html => http(200, "<html>점검 중입니다</html>"),
            Nonsense::NotJson => {
                http(200, json.get(..json.len() / 2).unwrap_or("{\"LGD_RESPCODE\":\"0000\""))
            }
            Nonsense::NoCode => http(200, "{\"LGD_RESPMSG\":\"0000\"}"),
            Nonsense::Status(status) => http(status, "<html>error</html>"),
            Nonsense::StatusAndAnswer(status) => http(status, json),
            Nonsense::Twice => [http(200, json), http(200, json)].concat(),
            Nonsense::NoLength => format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{json}").into_bytes(),
        }
    }
}

impl fmt::Debug for SimulatedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimulatedLine")
    }
}
