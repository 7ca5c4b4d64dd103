//! `xpay bridge`: the library for a program that may not load it, as PHP on shared hosting. Calls come in on stdin, one a line.
//!
//! The first line out is `[2]`, the version of what is understood. A line in is `[client, "call", [argument, …]]`, its
//! answer `[value]`: calls and values are those of xpayclient.h without the prefix, what C gives as NULL or writes into
//! a buffer is `false` or the text. An approval counts, or is held, once its caller was told of it, and is undone where
//! the caller is gone by then. Texts are percent-encoded, for they are bytes. A client is made when its number is first
//! seen and ends with `free`, all end with the input. Nothing is ever in the arguments of this process or in its
//! environment, and nothing but answers is on stdout.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde::{Deserialize, Serialize};
use xpayclient_core::encoding::decode;
use xpayclient_core::signature::SignedResult;
use xpayclient_core::{Error, Level, Outcome, Row, Session, timestamp};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// XPAY_ABI_VERSION of the calls that are understood.
const ABI: i64 = 2;

/// Answers until the input ends.
pub(crate) fn run() -> Result<(), Failure> {
    serve(&mut io::stdin().lock(), &mut io::stdout().lock()).map_err(|error| {
        Failure::new(format!("통신이 끊겼습니다: {error}"), format!("the pipe broke: {error}"))
    })
}

fn serve(input: &mut impl BufRead, output: &mut impl Write) -> io::Result<()> {
    say(output, Answer::Number(ABI))?;
    let mut clients = HashMap::new();
    // Lines hold card numbers: each is wiped, also where it grew.
    let mut line = Zeroizing::new(String::with_capacity(64 * 1024));
    while input.read_line(&mut line)? > 0 {
        // What has no end was not written to its end, by a caller who is gone.
        let whole = line.ends_with('\n').then_some(&*line);
        let Some(call) = whole.and_then(|line| serde_json::from_str::<Call<'_>>(line).ok()) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is not a call"));
        };
        let answer = answered(&mut clients, &call);
        let said = say(output, answer);
        if let Some(session) = clients.get_mut(&call.0) {
            told(session, call.1, said.is_ok());
        }
        said?;
        line = Zeroizing::new(String::with_capacity(line.capacity()));
    }
    Ok(())
}

/// What follows from whether the caller was told how its transaction ended: nobody books an approval that nobody was told of.
fn told(session: &mut Session, call: &str, told: bool) {
    if session.is_held() {
        let _ = match (call, told) {
            ("tx" | "tx_held", false) => session.abandon(),
            ("tx", true) => session.confirm(),
            ("tx_held", true) => session.replied(),
            _ => return,
        };
    }
}

fn say(output: &mut impl Write, answer: Answer) -> io::Result<()> {
    serde_json::to_writer(&mut *output, &[answer])?;
    output.write_all(b"\n")?;
    output.flush()
}

/// The client's number, the call's name, its arguments.
#[derive(Deserialize)]
struct Call<'a>(u64, &'a str, #[serde(borrow)] Vec<Argument<'a>>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Argument<'a> {
    Flag(bool),
    Number(i64),
    Text(&'a str),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Flag(bool),
    Number(i64),
    Text(Zeroizing<String>),
}

fn answered(clients: &mut HashMap<u64, Session>, Call(number, name, arguments): &Call<'_>) -> Answer {
    if *name == "free" {
        return Answer::Flag(clients.remove(number).is_some());
    }
    let session = clients.entry(*number).or_insert_with(|| Session::new("bridge"));
    let arguments = Arguments::new(arguments);
    let answer = catch_unwind(AssertUnwindSafe(|| {
        let changed = changes(session, name, &arguments).map(Answer::Flag);
        let changed = changed.or_else(|| makes(session, name, &arguments));
        changed.or_else(|| reads(session, name, &arguments)).ok_or(())
    }));
    match answer {
        Ok(Ok(answer)) => answer,
        Ok(Err(())) => Answer::Flag(session.fail(Error::internal("no such call"))),
        Err(_) => Answer::Flag(session.fail(Error::internal("a panic was stopped"))),
    }
}

/// What came with a call; what is missing is empty.
struct Arguments(Vec<Given>);

enum Given {
    Number(i64),
    Bytes(Zeroizing<Vec<u8>>),
}

impl Arguments {
    fn new(arguments: &[Argument<'_>]) -> Arguments {
        let given = arguments.iter().map(|argument| match argument {
            Argument::Flag(flag) => Given::Number((*flag).into()),
            Argument::Number(number) => Given::Number(*number),
            Argument::Text(text) => Given::Bytes(Zeroizing::new(percent_decode_str(text).collect())),
        });
        Arguments(given.collect())
    }

    fn bytes(&self, index: usize) -> &[u8] {
        match self.0.get(index) {
            Some(Given::Bytes(bytes)) => bytes,
            _ => b"",
        }
    }

    fn number(&self, index: usize) -> i64 {
        match self.0.get(index) {
            Some(Given::Number(number)) => *number,
            _ => 0,
        }
    }

    fn index(&self, index: usize) -> usize {
        self.number(index).try_into().unwrap_or(usize::MAX)
    }
}

/// Calls that do something and say whether it was done.
fn changes(session: &mut Session, name: &str, a: &Arguments) -> Option<bool> {
    Some(match name {
        "set_language" => session.set_language(a.bytes(0)),
        "init" => session.init(a.bytes(0), a.bytes(1)),
        "init_mode" => session.init_mode(a.bytes(0)),
        "set_config" => session.set_config(a.bytes(0), a.bytes(1)),
        "unset_config" => session.unset_config(a.bytes(0)),
        "set_mert_key" => session.set_mert_key(a.bytes(0), a.bytes(1)),
        "warm_up" => session.warm_up(),
        "init_tx" => session.init_tx(a.bytes(0)),
        "set" => session.set(a.bytes(0), a.bytes(1)),
        "refuse" => session.refuse(Error::bad_value(&decode(a.bytes(0)), decode(a.bytes(1)))),
        "tx" | "tx_held" => session.tx_replied(a.number(0) != 0),
        "is_held" => session.is_held(),
        "confirm" => session.confirm(),
        "undo" => session.undo(a.bytes(0)),
        "rollback" => session.rollback(a.bytes(0)),
        "report" => session.report(a.bytes(0), a.bytes(1)),
        "patch" => session.patch(a.bytes(0)),
        "log" => {
            session.log(a.bytes(0), Level::from_number(a.number(1)));
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

/// Calls that make something, or `false`.
fn makes(session: &mut Session, name: &str, a: &Arguments) -> Option<Answer> {
    let b = |index| a.bytes(index);
    let made = match name {
        "timestamp" => Some(timestamp()),
        "hash_data" => session.hash_data(b(0), b(1), b(2), b(3)),
        "hash_data_cas" => session.hash_data_cas(b(0), b(1), b(2), b(3), b(4)),
        "hash_data_openpay" => session.hash_data_openpay(b(0), b(1), b(2), b(3), b(4)),
        "receipt_authdata" => session.receipt_authdata(b(0), b(1)),
        // As SIZE_MAX in C.
        "recover" => return Some(Answer::Number(session.recover().map_or(-1, count))),
        _ => return None,
    };
    Some(made.map_or(Answer::Flag(false), |made| text(made.as_bytes())))
}

/// Calls that only look.
fn reads(session: &Session, name: &str, a: &Arguments) -> Option<Answer> {
    let row = |index| session.rows().get(index);
    let names = || row(0).into_iter().flat_map(Row::iter).map(|(name, _)| name);
    let output = |found: Option<&str>| text(&session.output(found.unwrap_or_default()));
    let setting = |found: Option<&[u8]>| found.map_or(Answer::Flag(false), text);
    Some(match name {
        "config" => setting(session.config().get(a.bytes(0))),
        "config_count" => Answer::Number(count(session.config().iter().len())),
        "config_name" => setting(session.config().iter().nth(a.index(0)).map(|(name, _)| name)),
        "unwritten" => output(Some(&session.unwritten())),
        "outcome" => Answer::Number(outcome(session)),
        "tx_id" => text(session.tx_id().as_bytes()),
        "auth_code" => text(session.auth_code().as_bytes()),
        "response_code" => text(session.response_code().as_bytes()),
        "response_msg" => text(&session.response_msg()),
        "response_json" => text(session.response_json()),
        "is_cancelled" => Answer::Flag(session.is_cancelled(a.bytes(0))),
        "response_count" => Answer::Number(count(session.rows().len())),
        "response_name_count" => Answer::Number(count(names().count())),
        "response_name" => output(names().nth(a.index(0))),
        "response" => {
            let mut values = row(a.index(1)).into_iter().flat_map(Row::iter);
            output(values.find(|(name, _)| *session.output(name) == *a.bytes(0)).map(|(_, value)| value))
        }
        _ => return None,
    })
}

/// The numbers of xpay_outcome_t.
fn outcome(session: &Session) -> i64 {
    match session.outcome() {
        None => 0,
        Some(Outcome::Answered(_)) => 1,
        Some(Outcome::NotSent(_)) => 2,
        Some(Outcome::RolledBack(_)) => 3,
        Some(Outcome::InDoubt(_)) => 4,
    }
}

fn count(number: usize) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// As C shows it: a NUL within becomes a blank.
fn text(bytes: &[u8]) -> Answer {
    let bytes: Zeroizing<Vec<u8>> =
        bytes.iter().map(|&byte| if byte == 0 { b' ' } else { byte }).collect::<Vec<_>>().into();
    Answer::Text(Zeroizing::new(percent_encode(&bytes, NON_ALPHANUMERIC).to_string()))
}
