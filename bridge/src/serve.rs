//! The loop over a caller's lines.

use std::io::{self, BufRead, Read, Write};

use xpayclient_core::binding::ABI;
use zeroize::{Zeroize, Zeroizing};

use crate::LINES;
use crate::clients::Clients;
use crate::line::Call;

/// A line is no longer than this: a notification's body has some kilobytes.
const LONGEST: u64 = 4 * 1024 * 1024;

/// What a caller's clients do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing that would be missed.
    Idle,
    /// A payment was begun, or is approved and not confirmed.
    InPayment,
    /// A call runs.
    Calling,
}

/// Answers the lines of one caller until the input ends. `watch` is told before and after every call.
///
/// # Errors
/// The caller could not be read or written to, or wrote what is no call.
pub fn serve(input: &mut impl BufRead, output: &mut impl Write, watch: &dyn Fn(Progress)) -> io::Result<()> {
    say(output, &format!("[{ABI},{LINES}]\n"))?;
    let mut clients = Clients::default();
    // Lines hold card numbers: each is wiped. One that outgrows the room leaves a copy of its beginning.
    let mut line = Zeroizing::new(String::with_capacity(64 * 1024));
    while input.by_ref().take(LONGEST).read_line(&mut line)? > 0 {
        watch(Progress::Calling);
        // What has no end was not written to its end, by a caller who is gone.
        let whole = line.ends_with('\n').then_some(line.as_str());
        let Some(call) = whole.and_then(Call::read) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is not a call"));
        };
        let answer = clients.answer(&call);
        let said = say(output, &answer);
        clients.told(&call, said.is_ok());
        said?;
        watch(if clients.in_payment() { Progress::InPayment } else { Progress::Idle });
        line.zeroize();
    }
    Ok(())
}

/// In one write, so that the caller wakes once.
fn say(output: &mut impl Write, line: &str) -> io::Result<()> {
    output.write_all(line.as_bytes())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(lines: &str) -> String {
        let mut output = Vec::new();
        serve(&mut lines.as_bytes(), &mut output, &|_| ()).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn an_answer_tells_what_a_call_changed_and_nothing_twice() {
        let said = answers("[1,\"tx\",[true]]\n[1,\"tx\",[true]]\n[1,\"is_held\",[]]\n");
        let lines: Vec<&str> = said.lines().collect();
        assert!(
            lines[1].starts_with(
                "[false,{\"outcome\":2,\"error_kind\":1,\"response_code\":\"90002\",\"response_msg\":"
            ),
            "{said}"
        );
        assert_eq!((lines[2], lines[3]), ("[false]", "[false]"));
    }

    #[test]
    fn a_panic_in_one_client_stops_no_other() {
        let said = answers(
            "[1,\"panic\",[]]\n[2,\"timestamp\",[]]\n[1,\"response_code\",[]]\n[1,\"free\",[]]\n[1,\"free\",[]]\n",
        );
        let lines: Vec<&str> = said.lines().collect();
        assert!(lines[1].starts_with("[false,{\"error_kind\":5,"), "{said}");
        assert!(lines[2].starts_with("[\"20"));
        assert_eq!(lines[3..], ["[\"90099\"]", "[true]", "[false]"]);
    }
}
