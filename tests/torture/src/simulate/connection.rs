//! Simulated connections between a process and the gateway, with every fault of a network.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};

use xpayclient_core::simulation::Line;

use super::environment::Environment;
use super::gateway;
use xpayclient_core::Stop;

/// One connection, whose fault is decided when it is opened.
pub(super) struct SimulatedConnection {
    env: Environment,
    number: u64,
    fault: NetworkFault,
    /// Who may end its wait.
    stop: Option<Stop>,
    received: Vec<u8>,
    /// Whether the gateway got the whole request.
    arrived: bool,
    answer: Vec<u8>,
    read: usize,
}

/// The fault of a connection.
#[derive(Clone, Copy, Debug)]
enum NetworkFault {
    Good,
    Refused,
    NoHandshake,
    /// Cut after so many bytes of the request.
    SendingCut(usize),
    /// The request arrives, but its sender gets an error.
    SendingUnsure(Service),
    /// The line is down: what was sent waits at its sender, until it is back or is given up.
    Down,
    /// No byte of an answer.
    Silence(Service, End),
    /// So many bytes of the answer.
    AnswerCut(usize, End),
    /// Anything but an answer, after the gateway did its work.
    Bad(BadAnswer),
    /// The gateway declines the request.
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
enum BadAnswer {
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

impl NetworkFault {
    fn name(self) -> &'static str {
        match self {
            NetworkFault::Good => "good",
            NetworkFault::Refused => "refused",
            NetworkFault::NoHandshake => "no handshake",
            NetworkFault::SendingCut(_) => "request cut",
            NetworkFault::SendingUnsure(_) => "request whole, sender told otherwise",
            NetworkFault::Down => "down for a while",
            NetworkFault::Silence(Service::Later, _) => "executed later",
            NetworkFault::Silence(Service::Never, _) => "never executed",
            NetworkFault::Silence(_, End::Timeout) => "stalled",
            NetworkFault::Silence(_, End::Reset) => "reset",
            NetworkFault::Silence(_, End::Closed) => "empty answer",
            NetworkFault::AnswerCut(..) => "answer cut",
            NetworkFault::Bad(BadAnswer::Status(_) | BadAnswer::StatusAndAnswer(_)) => "HTTP status",
            NetworkFault::Bad(BadAnswer::Twice) => "answered twice",
            NetworkFault::Bad(BadAnswer::NoLength) => "no length",
            NetworkFault::Bad(_) => "not an answer",
            NetworkFault::Declined => "declined",
        }
    }
}

impl SimulatedConnection {
    pub(super) fn open(env: &Environment) -> io::Result<Box<dyn Line>> {
        env.step();
        gateway::serve_late(&env.simulation, 300);
        let fault = env.fault();
        if let NetworkFault::Refused = fault {
            return Err(ErrorKind::ConnectionRefused.into());
        }
        let mut state = env.simulation.state();
        state.lines += 1;
        let line = SimulatedConnection {
            env: env.clone(),
            number: state.lines,
            fault,
            stop: state.processes[env.pid].stop.as_ref().map(|(stop, _)| stop.clone()),
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
        let service = match self.fault {
            NetworkFault::Down => Service::Queued,
            NetworkFault::SendingUnsure(service) | NetworkFault::Silence(service, _) => service,
            NetworkFault::Declined => Service::Never,
            _ => Service::Now,
        };
        let (simulation, pid) = (&self.env.simulation, self.env.pid);
        gateway::check_arrival(simulation, pid, body);
        let json = match service {
            Service::Now => {
                let json = gateway::serve(simulation, body);
                if json.is_none() {
                    self.fault = NetworkFault::Silence(Service::Now, End::Timeout);
                }
                json
            }
            Service::Later => {
                gateway::delay(simulation, body);
                None
            }
            Service::Queued => {
                simulation.state().queued.insert(self.number, body.to_vec());
                None
            }
            Service::Never => None,
        };
        let json = json.unwrap_or_default();
        self.answer = match self.fault {
            NetworkFault::Bad(answer) => answer.bytes(&json),
            NetworkFault::Declined => {
                http(200, r#"{"LGD_RESPCODE":"20009","LGD_RESPMSG":"처리할 수 없습니다"}"#)
            }
            _ => http(200, &json),
        };
    }
}

impl Environment {
    fn fault(&self) -> NetworkFault {
        let mut state = self.simulation.state();
        let fault_rates = state.processes[self.pid].fault_rates.network;
        let random = &mut state.random;
        if !random.chance(fault_rates) {
            return NetworkFault::Good;
        }
        let service = random.pick(&[Service::Now, Service::Now, Service::Later, Service::Never]);
        let end = random.pick(&[End::Timeout, End::Timeout, End::Reset, End::Closed]);
        let fault = match random.below(13) {
            0 => NetworkFault::Refused,
            1 => NetworkFault::NoHandshake,
            2 => NetworkFault::SendingCut(random.below(1200)),
            3 => NetworkFault::SendingUnsure(service),
            4..=6 => NetworkFault::Silence(service, end),
            7 => NetworkFault::AnswerCut(random.below(1200), end),
            8 => NetworkFault::Declined,
            9 => NetworkFault::Down,
            _ => NetworkFault::Bad(random.pick(&[
                BadAnswer::Garbage,
                BadAnswer::Empty,
                BadAnswer::Html,
                BadAnswer::NotJson,
                BadAnswer::NoCode,
                BadAnswer::Status(500),
                BadAnswer::Status(502),
                BadAnswer::Status(302),
                BadAnswer::Status(404),
                BadAnswer::StatusAndAnswer(500),
                BadAnswer::Twice,
                BadAnswer::NoLength,
            ])),
        };
        state.tally.count("network", fault.name());
        state.log_process(self.pid, || format!("network: {fault:?}"));
        fault
    }
}

impl Line for SimulatedConnection {
    fn handshake(&mut self) -> io::Result<()> {
        self.env.step();
        self.check()?;
        match self.fault {
            NetworkFault::NoHandshake => Err(timeout_or(&self.env, ErrorKind::InvalidData)),
            _ => Ok(()),
        }
    }
}

impl Write for SimulatedConnection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.env.step();
        if self.arrived {
            return Ok(bytes.len());
        }
        let mut taken = 1 + self.env.simulation.state().random.below(2 * bytes.len());
        taken = taken.min(bytes.len());
        if let NetworkFault::SendingCut(length) = self.fault {
            if self.received.len() >= length {
                return Err(timeout_or(&self.env, ErrorKind::BrokenPipe));
            }
            taken = taken.min(length - self.received.len());
        }
        self.received.extend_from_slice(&bytes[..taken]);
        if let Some(body) = whole(&self.received) {
            let body = body.to_vec();
            self.arrive(&body);
            if let NetworkFault::SendingUnsure(_) = self.fault {
                return Err(timeout_or(&self.env, ErrorKind::ConnectionReset));
            }
        }
        self.env.step();
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for SimulatedConnection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.env.step();
        self.check()?;
        let (end, out) = match self.fault {
            NetworkFault::Down => (End::Timeout, 0),
            NetworkFault::Silence(_, end) => (end, 0),
            NetworkFault::AnswerCut(length, end) => (end, length.min(self.answer.len())),
            _ => (End::Closed, self.answer.len()),
        };
        let left = out.saturating_sub(self.read);
        if left == 0 {
            return match end {
                End::Timeout => Err(timeout(&self.env)),
                End::Reset => Err(ErrorKind::ConnectionReset.into()),
                End::Closed => Ok(0),
            };
        }
        let length = (1 + self.env.simulation.state().random.below(2 * left)).min(left).min(buffer.len());
        buffer[..length].copy_from_slice(&self.answer[self.read..self.read + length]);
        self.read += length;
        self.env.step();
        Ok(length)
    }
}

impl SimulatedConnection {
    /// An error once somebody has ended the wait.
    fn check(&self) -> io::Result<()> {
        match self.stop.as_ref().is_some_and(Stop::is_stopped) {
            true => Err(io::Error::other("the wait was cancelled")),
            false => Ok(()),
        }
    }
}

impl Drop for SimulatedConnection {
    /// Given up, or its process died: what it has not sent by then is not sent any more.
    fn drop(&mut self) {
        let mut state = self.env.simulation.state();
        if state.queued.remove(&self.number).is_some() {
            state.log_process(self.env.pid, || "what was queued dies with its line".into());
        }
    }
}

/// As a caller sees it whose patience has come to its end.
fn timeout(env: &Environment) -> io::Error {
    let mut state = env.simulation.state();
    let waited = state.random.below(30) as i64;
    state.pass(waited);
    ErrorKind::TimedOut.into()
}

fn timeout_or(env: &Environment, kind: ErrorKind) -> io::Error {
    if env.simulation.state().random.chance(300) { timeout(env) } else { kind.into() }
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

impl BadAnswer {
    /// The bytes in place of `json`.
    fn bytes(self, json: &str) -> Vec<u8> {
        match self {
            BadAnswer::Garbage => (0..=255).rev().collect(),
            BadAnswer::Empty => http(200, ""),
            BadAnswer::Html => http(200, "<html>점검 중입니다</html>"),
            BadAnswer::NotJson => {
                http(200, json.get(..json.len() / 2).unwrap_or("{\"LGD_RESPCODE\":\"0000\""))
            }
            BadAnswer::NoCode => http(200, "{\"LGD_RESPMSG\":\"0000\"}"),
            BadAnswer::Status(status) => http(status, "<html>error</html>"),
            BadAnswer::StatusAndAnswer(status) => http(status, json),
            BadAnswer::Twice => [http(200, json), http(200, json)].concat(),
            BadAnswer::NoLength => format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{json}").into_bytes(),
        }
    }
}

impl fmt::Debug for SimulatedConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimulatedConnection")
    }
}
