//! The scenarios' driver in Rust: one call a line on stdin, one line of what came of it on stdout.
//!
//! `tests/scenarios/drivers.py` says what a line is.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, BufRead, Write};
use std::sync::Arc;

use xpayclient_core::signature::SignedResult;
use xpayclient_core::{Level, Outcome, Session};

fn main() -> io::Result<()> {
    let mut clients: HashMap<String, Session> = HashMap::new();
    let mut stdout = io::stdout();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut fields = line.split('\t');
        let client = fields.next().unwrap_or_default().to_owned();
        let call = fields.next().unwrap_or_default();
        let arguments = Arguments(fields.map(decode).collect());
        let session = clients.entry(client).or_insert_with(session);
        writeln!(stdout, "{}", answer(session, call, &arguments))?;
        stdout.flush()?;
    }
    Ok(())
}

/// A session that shows every line of its log, where `run.py` looks for secrets.
fn session() -> Session {
    let mut session = Session::new("Rust");
    session.set_logger(Some(Arc::new(|level, line| eprintln!("{level:?} {line}"))));
    session
}

/// What came with a call; what is missing is empty.
struct Arguments(Vec<Vec<u8>>);

impl Arguments {
    fn bytes(&self, index: usize) -> &[u8] {
        self.0.get(index).map(Vec::as_slice).unwrap_or_default()
    }

    fn text(&self, index: usize) -> &str {
        std::str::from_utf8(self.bytes(index)).unwrap_or_default()
    }

    fn number(&self, index: usize) -> usize {
        self.text(index).parse().unwrap_or_default()
    }
}

fn answer(session: &mut Session, call: &str, arguments: &Arguments) -> String {
    let done = starts(session, call, arguments).map(|returned| status(session, returned));
    let done = done.or_else(|| signs(session, call, arguments)).or_else(|| recovers(session, call));
    done.or_else(|| reads(session, call, arguments)).unwrap_or_else(|| "unknown".into())
}

/// A call that may fail, and what it returned.
fn starts(session: &mut Session, call: &str, a: &Arguments) -> Option<bool> {
    Some(match call {
        "init" => session.init(a.bytes(0), a.bytes(1)),
        "init_mode" => session.init_mode(a.bytes(0)),
        "set_config" => session.set_config(a.bytes(0), a.bytes(1)),
        "warm_up" => session.warm_up(),
        "init_tx" => session.init_tx(a.bytes(0)),
        "set" => session.set(a.bytes(0), a.bytes(1)),
        "tx" => session.tx(a.text(0) == "true"),
        "guarded" => guarded(session, a.text(0) == "true", a.text(1) == "ok"),
        "rollback" => session.rollback(a.bytes(0)),
        "report" => session.report(a.bytes(0), a.bytes(1)),
        "patch" => session.patch(a.bytes(0)),
        "log" => {
            session.log(a.bytes(0), Level::from_number(a.text(1).parse().unwrap_or_default()));
            true
        }
        "verify_hash_data_cas" => session.verify(&SignedResult {
            mid: a.bytes(0),
            oid: a.bytes(1),
            amount: a.bytes(2),
            respcode: a.bytes(3),
            timestamp: a.bytes(4),
            hash_data: a.bytes(5),
        }),
        _ => return None,
    })
}

fn signs(session: &mut Session, call: &str, a: &Arguments) -> Option<String> {
    let b = |index| a.bytes(index);
    let made = match call {
        "hash_data" => session.hash_data(b(0), b(1), b(2), b(3)),
        "hash_data_cas" => session.hash_data_cas(b(0), b(1), b(2), b(3), b(4)),
        "hash_data_openpay" => session.hash_data_openpay(b(0), b(1), b(2), b(3), b(4)),
        "receipt_authdata" => session.receipt_authdata(b(0), b(1)),
        _ => return None,
    };
    Some(made.map_or_else(|| status(session, false), |signature| value(signature.as_bytes())))
}

/// The shop's step ends as the scenario says.
fn guarded(session: &mut Session, rollback_on_error: bool, step: bool) -> bool {
    let answered = session.tx_held(rollback_on_error);
    match session.is_held() {
        false => answered,
        true if step => session.confirm(),
        true => session.undo(b"Shop step failed"),
    }
}

/// How many are open, or why nobody knows.
fn recovers(session: &mut Session, call: &str) -> Option<String> {
    let open = (call == "recover").then(|| session.recover())?;
    Some(open.map_or_else(|| status(session, false), |open| value(open.to_string().as_bytes())))
}

fn reads(session: &Session, call: &str, a: &Arguments) -> Option<String> {
    let number = |count: usize| value(count.to_string().as_bytes());
    let row = |index: usize| session.rows().get(index);
    let text = |text: Option<&str>| value(&session.output(text.unwrap_or_default()));
    Some(match call {
        "config" => optional(session.config().get(a.bytes(0))),
        "config_count" => number(session.config().iter().len()),
        "config_name" => optional(session.config().iter().nth(a.number(0)).map(|(name, _)| name)),
        "tx_id" => value(session.tx_id().as_bytes()),
        "auth_code" => value(session.auth_code().as_bytes()),
        "response_json" => value(session.response_json()),
        "response_count" => number(session.rows().len()),
        "response_name_count" => number(row(0).map_or(0, |row| row.iter().len())),
        "response_name" => {
            let mut names = row(0).into_iter().flat_map(|row| row.iter());
            text(names.nth(a.number(0)).map(|(name, _)| name))
        }
        "response" => text(row(a.number(1)).and_then(|row| row.get(a.text(0)))),
        _ => return None,
    })
}

/// What a call that may fail leaves for the caller to read.
fn status(session: &Session, returned: bool) -> String {
    let outcome = match session.outcome() {
        None => 0,
        Some(Outcome::Answered(_)) => 1,
        Some(Outcome::NotSent(_)) => 2,
        Some(Outcome::RolledBack(_)) => 3,
        Some(Outcome::InDoubt(_)) => 4,
    };
    let (code, message) = (encode(session.response_code().as_bytes()), encode(&session.response_msg()));
    format!("status\t{returned}\t{code}\t{outcome}\t{message}")
}

fn value(bytes: &[u8]) -> String {
    format!("value\t{}", encode(bytes))
}

fn optional(bytes: Option<&[u8]>) -> String {
    bytes.map_or_else(|| "null".into(), value)
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            text.push(byte.into());
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn decode(text: &str) -> Vec<u8> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (hex, rest) = piece.split_at_checked(2).unwrap_or(("25", piece));
        bytes.push(u8::from_str_radix(hex, 16).unwrap_or(b'?'));
        bytes.extend(rest.as_bytes());
    }
    bytes
}
