//! The loop over a caller's lines.

use std::io;

use xpayclient_core::binding::ABI;

use crate::LINES;
use crate::clients::Clients;
use crate::line::Call;
use crate::wire::Wire;

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
pub fn serve(wire: &Wire, watch: &dyn Fn(Progress)) -> io::Result<()> {
    wire.say(&format!("[{ABI},{LINES}]\n"))?;
    let mut clients = Clients::new(wire.clone());
    while let Some(line) = wire.read()? {
        watch(Progress::Calling);
        let Some(call) = Call::read(&line) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is not a call"));
        };
        let answer = clients.answer(&call);
        let said = wire.say(&answer);
        clients.told(&call, said.is_ok());
        said?;
        watch(if clients.in_payment() { Progress::InPayment } else { Progress::Idle });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What was said, of which a test reads after the wire has had it.
    #[derive(Clone, Default)]
    struct Output(Arc<Mutex<Vec<u8>>>);

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn answers(lines: &str) -> String {
        let output = Output::default();
        serve(&Wire::new(Cursor::new(lines.to_owned()), output.clone()), &|_| ()).unwrap();
        String::from_utf8(output.0.lock().unwrap().clone()).unwrap()
    }

    /// Calls that were sent along wait for their turn.
    #[test]
    fn a_caller_is_asked_for_statements_within_its_call() {
        let reply = r#"{"not_done":"refused"}"#;
        let said = answers(&format!(
            "[1,\"init_mode\",[\"test\"]]\n[1,\"set_store\",[\"mysql\",\"?\"]]\n[1,\"recover\",[]]\n[1,\"timestamp\",[]]\n{}",
            format!("{reply}\n").repeat(4)
        ));
        let lines: Vec<&str> = said.lines().skip(3).collect();
        assert!(lines[0].starts_with("{\"fresh\":false,\"on_connect\":[\"SET SESSION"), "{said}");
        assert!(lines[0].contains("\"operation\":\"open\",\"rows\":true,\"sql\":\"SELECT tx_id"), "{said}");
        assert!(lines[1].contains("\"fresh\":true"), "{said}");
        assert!(lines[4].starts_with("[false,") && lines[4].contains("refused"), "{said}");
        assert!(lines[5].starts_with("[\"20"), "{said}");
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
