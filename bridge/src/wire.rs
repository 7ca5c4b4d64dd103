//! The two directions of a caller's lines. While a call runs, the caller may be asked to execute a statement of the journal.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead, Error, ErrorKind, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

/// A line is no longer than this: a notification's body has some kilobytes.
const LONGEST: u64 = 4 * 1024 * 1024;

/// An answer is no longer than this: it may have all rows that are open after an outage, a third of a kilobyte each.
const LONGEST_ANSWER: u64 = 512 * 1024 * 1024;

/// Lines in and out, shared by the loop over the calls and by what a call asks of its caller.
#[derive(Clone)]
pub struct Wire(Arc<Mutex<Lines>>);

struct Lines {
    input: Box<dyn BufRead + Send>,
    output: Box<dyn Write + Send>,
    /// Calls that came before the answer to a question.
    waiting: VecDeque<Zeroizing<String>>,
}

impl Wire {
    /// Over these.
    pub fn new(input: impl BufRead + Send + 'static, output: impl Write + Send + 'static) -> Wire {
        let (input, output) = (Box::new(input), Box::new(output));
        Wire(Arc::new(Mutex::new(Lines { input, output, waiting: VecDeque::new() })))
    }

    /// The next line; `None` at the end. What has no end was not written to its end, by a caller who is gone.
    pub(crate) fn read(&self) -> io::Result<Option<Zeroizing<String>>> {
        let mut lines = self.lock();
        match lines.waiting.pop_front() {
            Some(line) => Ok(Some(line)),
            None => lines.read(LONGEST),
        }
    }

    /// In one write, so that the caller wakes once.
    pub(crate) fn say(&self, line: &str) -> io::Result<()> {
        self.lock().say(line)
    }

    /// Says a line and returns the answer, which begins with `{`: calls that come before it wait.
    pub(crate) fn ask(&self, line: &str) -> io::Result<Zeroizing<String>> {
        let mut lines = self.lock();
        lines.say(line)?;
        loop {
            match lines.read(LONGEST_ANSWER)? {
                Some(answer) if answer.starts_with('{') => return Ok(answer),
                Some(call) if call.starts_with('[') => lines.waiting.push_back(call),
                Some(_) => return Err(Error::new(ErrorKind::InvalidData, "a line is no answer")),
                None => return Err(ErrorKind::UnexpectedEof.into()),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    fn read(&mut self, longest: u64) -> io::Result<Option<Zeroizing<String>>> {
        // Lines hold card numbers: each is wiped. One that outgrows the room leaves a copy of its beginning.
        let mut line = Zeroizing::new(String::with_capacity(64 * 1024));
        match self.input.by_ref().take(longest).read_line(&mut line)? {
            0 => Ok(None),
            _ if line.ends_with('\n') => Ok(Some(line)),
            _ => Err(Error::new(ErrorKind::InvalidData, "a line is not a call")),
        }
    }

    fn say(&mut self, line: &str) -> io::Result<()> {
        self.output.write_all(line.as_bytes())?;
        self.output.flush()
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_be_longer_than_a_call() {
        let long = "x".repeat(LONGEST as usize);
        let wire = |line: &str| Wire::new(io::Cursor::new(format!("{line}\n")), io::sink());
        let answer = format!("{{\"rows\":[[\"{long}\"]]}}");
        assert_eq!(wire(&answer).ask("{}\n").unwrap().len(), answer.len() + 1);
        assert_eq!(wire(&format!("[{long}]")).read().unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
