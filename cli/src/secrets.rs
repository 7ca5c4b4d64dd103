//! Secrets are read from stdin, because arguments are visible in the list of processes.

use crate::failure::Failure;
use crate::language::Language;
use crate::system::Unseen;
use std::io::{self, BufRead, IsTerminal, Read, StdinLock};
use xpayclient_core::encoding::decode;
use zeroize::Zeroizing;

/// More than any input needs.
const LIMIT: u64 = 128 * 1024;

/// PowerShell puts it in front of what it pipes.
const BOM: char = '\u{feff}';

/// One line, without its line break; empty if the input has ended. On a terminal it is asked for.
pub(crate) fn line(name: &str) -> Result<Zeroizing<String>, Failure> {
    read_line(name).map(Option::unwrap_or_default)
}

/// The same, if the input has the line.
pub(crate) fn line_of_several(name: &str) -> Result<Zeroizing<String>, Failure> {
    read_line(name)?.ok_or_else(|| {
        Failure::new(
            format!("표준 입력이 {name} 줄 앞에서 끝났습니다. 값이 없으면 빈 줄을 넣으십시오"),
            format!("stdin ended before the line with {name}; if there is no value, write an empty line"),
        )
    })
}

fn read_line(name: &str) -> Result<Option<Zeroizing<String>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    let read = asked(name, |input| input.take(LIMIT).read_until(b'\n', &mut bytes))?;
    Ok((read > 0).then(|| Zeroizing::new(decode(&bytes).trim_start_matches(BOM).trim().to_owned())))
}

/// The whole input, unchanged.
pub(crate) fn bytes(name: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    asked(name, |input| input.take(LIMIT).read_to_end(&mut bytes))?;
    Ok(bytes)
}

/// What `read` reads, or why it cannot.
fn asked<T>(name: &str, read: impl FnOnce(Input) -> io::Result<T>) -> Result<T, Failure> {
    let unseen = ask(name);
    let mut interrupted = false;
    let interrupt = unseen.as_ref().and_then(Unseen::interrupt);
    let done = read(Input { stdin: io::stdin().lock(), interrupt, interrupted: &mut interrupted });
    done.map_err(|error| if interrupted { Failure::interrupted() } else { unreadable(name, &error) })
}

/// Stdin up to Ctrl-C.
struct Input<'a> {
    stdin: StdinLock<'static>,
    interrupt: Option<u8>,
    interrupted: &'a mut bool,
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let bytes = self.stdin.fill_buf()?;
        if self.interrupt.is_some_and(|interrupt| bytes.contains(&interrupt)) {
            *self.interrupted = true;
            return Err(io::Error::other("interrupted"));
        }
        Ok(bytes)
    }

    fn consume(&mut self, amount: usize) {
        self.stdin.consume(amount);
    }
}

impl Read for Input<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

/// On a terminal, which does not show the answer until what is returned is dropped. One of Git Bash is a pipe to Windows, and shows
/// it.
fn ask(name: &str) -> Option<Unseen> {
    let unseen = Unseen::begin();
    let (ko, en) = match &unseen {
        Some(_) => ("화면에 보이지 않습니다", "it is not shown"),
        None if io::stdin().is_terminal() => ("화면에 보입니다", "it is shown"),
        None => return None,
    };
    aside!(
        "{}",
        Language::chosen().of(format!("{name}를 입력하십시오. {ko}"), format!("enter {name}; {en}"))
    );
    unseen
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::new(
        format!("표준 입력에서 {name}를 읽을 수 없습니다({error})"),
        format!("cannot read {name} from stdin ({error})"),
    )
}

/// As text, in UTF-8 or CP949.
pub(crate) fn text(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(decode(bytes).into_owned())
}
