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
use serde::{Deserialize, Serialize, Serializer};
use xpayclient_core::{ABI, Error, Returned, Session};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Answers until the input ends.
pub(crate) fn run() -> Result<(), Failure> {
    serve(&mut io::stdin().lock(), &mut io::stdout().lock()).map_err(|error| {
        Failure::new(format!("통신이 끊겼습니다: {error}"), format!("the pipe broke: {error}"))
    })
}

fn serve(input: &mut impl BufRead, output: &mut impl Write) -> io::Result<()> {
    say(output, Answer::Version(ABI))?;
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
    Version(u32),
    Flag(bool),
    Number(usize),
    #[serde(serialize_with = "shown")]
    Text(Zeroizing<String>),
}

fn shown<S: Serializer>(text: &Zeroizing<String>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text)
}

fn answered(clients: &mut HashMap<u64, Session>, Call(number, name, arguments): &Call<'_>) -> Answer {
    if *name == "free" {
        return Answer::Flag(clients.remove(number).is_some());
    }
    let session = clients.entry(*number).or_insert_with(|| Session::new("bridge"));
    let given: Vec<Zeroizing<Vec<u8>>> = arguments.iter().map(Argument::bytes).collect();
    let given: Vec<&[u8]> = given.iter().map(|bytes| bytes.as_slice()).collect();
    match catch_unwind(AssertUnwindSafe(|| returned(session, name, &given))) {
        Ok(Some(returned)) => returned.into(),
        Ok(None) => Answer::Flag(session.fail(Error::internal("no such call"))),
        Err(_) => Answer::Flag(session.fail(Error::internal("a panic was stopped"))),
    }
}

fn returned(session: &mut Session, name: &str, given: &[&[u8]]) -> Option<Returned> {
    match name {
        // What became of it is not told yet.
        "tx" | "tx_held" => {
            let rollback_on_error = given.first().is_some_and(|flag| *flag == TRUE);
            Some(Returned::Done(session.tx_replied(rollback_on_error)))
        }
        _ => session.call(name, given),
    }
}

const TRUE: &[u8] = b"1";

impl Argument<'_> {
    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Argument::Flag(flag) => if *flag { TRUE } else { b"0" }.to_vec(),
            Argument::Number(number) => number.to_string().into_bytes(),
            Argument::Text(text) => percent_decode_str(text).collect(),
        })
    }
}

impl From<Returned> for Answer {
    fn from(returned: Returned) -> Answer {
        match returned {
            Returned::Done(flag) | Returned::Flag(flag) => Answer::Flag(flag),
            Returned::Number(number) => Answer::Number(number),
            Returned::Text(text) => {
                Answer::Text(Zeroizing::new(percent_encode(&text, NON_ALPHANUMERIC).to_string()))
            }
            Returned::Nothing => Answer::Flag(false),
        }
    }
}
