//! Secrets are read from stdin, because arguments are visible in the list of processes.

use crate::failure::Failure;
use crate::language::Language;
use crate::system::Unseen;
use std::io::{self, BufRead, IsTerminal, Read};
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
    let _unseen = ask(name);
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    let read = io::stdin().lock().take(LIMIT).read_until(b'\n', &mut bytes);
    let read = read.map_err(|error| unreadable(name, &error))?;
    Ok((read > 0).then(|| Zeroizing::new(decode(&bytes).trim_start_matches(BOM).trim().to_owned())))
}

/// The whole input, unchanged.
pub(crate) fn bytes(name: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let _unseen = ask(name);
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    let read = io::stdin().lock().take(LIMIT).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(name, &error))?;
    Ok(bytes)
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
    aside!("{}", Language::chosen().of(format!("{name}를 입력하세요. {ko}"), format!("enter {name}; {en}")));
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
