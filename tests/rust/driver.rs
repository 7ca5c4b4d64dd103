//! The scenarios' driver in Rust: reads one call a line from stdin and writes one line with its result to stdout.
//!
//! `tests/scenarios/drivers.py` describes the lines.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, BufRead, Write};
use std::sync::Arc;

use xpayclient_core::Outcome;
use xpayclient_core::binding::{Returned, STEP_FAILED, Session};

fn main() -> io::Result<()> {
    let mut clients: HashMap<String, Session> = HashMap::new();
    let mut stdout = io::stdout();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut fields = line.split('\t');
        let client = fields.next().unwrap_or_default().to_owned();
        let call = fields.next().unwrap_or_default();
        let arguments: Vec<Vec<u8>> = fields.map(decode).collect();
        let arguments: Vec<&[u8]> = arguments.iter().map(Vec::as_slice).collect();
        let session = clients.entry(client).or_insert_with(session);
        writeln!(stdout, "{}", answer(session, call, &arguments))?;
        stdout.flush()?;
    }
    Ok(())
}

/// A session that logs every level, so that the log can be searched for secrets.
fn session() -> Session {
    let mut session = Session::new("Rust");
    session.set_logger(Some(Arc::new(|level, line| eprintln!("{level:?} {line}"))));
    session
}

fn answer(session: &mut Session, call: &str, arguments: &[&[u8]]) -> String {
    let returned = match (call, arguments) {
        ("guarded", [rollback_on_error, step]) => {
            Some(Returned::Done(guarded(session, *rollback_on_error == b"true", *step == b"ok")))
        }
        _ => session.call(call, arguments),
    };
    match returned {
        Some(Returned::Done(done)) => status(session, done),
        Some(Returned::Flag(flag)) => value(flag.to_string().as_bytes()),
        Some(Returned::Number(number)) => value(number.to_string().as_bytes()),
        Some(Returned::Text(text)) => value(&text),
        Some(Returned::Nothing) => "null".into(),
        None => "unknown".into(),
    }
}

/// Runs a guarded transaction whose step returns the scenario's value.
fn guarded(session: &mut Session, rollback_on_error: bool, step: bool) -> bool {
    let answered = session.tx_held(rollback_on_error);
    match session.is_held() {
        false => answered,
        true if step => session.confirm(),
        true => session.undo(STEP_FAILED.as_bytes()),
    }
}

/// The result of a call that may fail: the returned value, code, outcome, message and detail.
fn status(session: &Session, returned: bool) -> String {
    let outcome = session.outcome().map_or(0, Outcome::number);
    let (code, message) = (encode(session.response_code().as_bytes()), encode(&session.response_msg()));
    let detail = encode(&session.response_detail());
    format!("status\t{returned}\t{code}\t{outcome}\t{message}\t{detail}")
}

fn value(bytes: &[u8]) -> String {
    format!("value\t{}", encode(bytes))
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
