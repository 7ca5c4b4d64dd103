//! Reads a file of the journal: its last transaction and the state of that.

use indexmap::IndexMap;

use crate::config::Platform;
use crate::journal::record::{Mark, Record, RecordState, checksum};
use crate::os::owner::Owner;
use crate::text::encoding::decode;
use crate::text::form;

/// The contents of one file.
#[derive(Debug)]
pub(crate) struct Contents {
    /// The last transaction, if any.
    pub(crate) record: Option<Record>,
    pub(crate) state: RecordState,
    /// Offset of the next line.
    pub(crate) end: usize,
    /// Whether anything but zeros follows `end`.
    pub(crate) dirty: bool,
}

impl Contents {
    /// Parses a whole file. An incomplete last line was being written when the machine stopped, so its event had not
    /// happened yet. Any other malformed line is damage. Zeros between lines are possible: there a disk lost data
    /// that it could not sync.
    pub(crate) fn parse(bytes: &[u8]) -> Contents {
        let written = without_zeros(bytes);
        Contents::parse_from(last_begin(written), written)
    }

    fn parse_from(mut at: usize, written: &[u8]) -> Contents {
        let mut contents = Contents { record: None, state: RecordState::Settled, end: 0, dirty: false };
        // Whether an unreadable line may have preceded the current one.
        let mut lost = false;
        let rest = written.get(at..).unwrap_or_default();
        for piece in rest.split_inclusive(is_end) {
            at += piece.len();
            let text = piece.strip_suffix(&[0]).unwrap_or(piece);
            if text.is_empty() {
                lost = true;
                continue;
            }
            if lost {
                // Even the record it belongs to may be lost.
                contents.state = RecordState::Damaged;
            }
            let whole = text.ends_with(b"\n");
            contents.dirty = !whole;
            if whole {
                contents.end = at;
            }
            let read = read_line(text);
            lost = !whole && read.is_none();
            match read {
                Some(JournalLine::Begin(record)) => {
                    contents.record = Some(*record);
                    contents.state = RecordState::Begun;
                }
                Some(JournalLine::Mark(mark)) => contents.apply(mark),
                None if whole => contents.state = RecordState::Damaged,
                None => {}
            }
        }
        contents
    }

    fn apply(&mut self, mark: Mark) {
        if let Some(record) = self.record.as_mut().filter(|_| self.state != RecordState::Damaged) {
            record.update_from(&mark);
        }
        self.state = self.state.after(&mark);
    }
}

/// Reads every transaction in a file, with its marks. Unreadable lines are skipped.
pub(crate) fn history(bytes: &[u8]) -> Vec<(Record, Vec<Mark>)> {
    let mut all: Vec<(Record, Vec<Mark>)> = Vec::new();
    for line in without_zeros(bytes).split(is_end) {
        match (read_line(line), all.last_mut()) {
            (Some(JournalLine::Begin(record)), _) => all.push((*record, Vec::new())),
            (Some(JournalLine::Mark(mark)), Some((record, marks))) => {
                record.update_from(&mark);
                marks.push(mark);
            }
            _ => {}
        }
    }
    all
}

fn is_end(byte: &u8) -> bool {
    matches!(byte, 0 | b'\n')
}

/// Strips the zeros at the end.
fn without_zeros(mut bytes: &[u8]) -> &[u8] {
    // Most of a file is zeros, and comparing blocks is fast.
    const ZEROS: [u8; 512] = [0; 512];
    while let Some(before) = bytes.strip_suffix(&ZEROS) {
        bytes = before;
    }
    let written = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.get(..written).unwrap_or_default()
}

/// Offset of the last complete line that begins a transaction. Everything before it is settled, damage included.
fn last_begin(written: &[u8]) -> usize {
    let mut rest = written;
    while let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') {
        let (before, _) = rest.split_at(end);
        let start = before.iter().rposition(is_end).map_or(0, |last| last + 1);
        if matches!(written.get(start..=end).and_then(read_line), Some(JournalLine::Begin(_))) {
            return start;
        }
        rest = written.get(..start).unwrap_or_default();
    }
    0
}

/// The text of a line, if its checksum is right.
fn checked_text(line: &[u8]) -> Option<&str> {
    let (sum, text) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    (sum == checksum(text)).then_some(text)
}

enum JournalLine {
    Begin(Box<Record>),
    Mark(Mark),
}

/// Parses a line if its checksum is right. Its last byte may be lost or damaged.
fn read_line(line: &[u8]) -> Option<JournalLine> {
    let without_end = line.split_last().map_or(line, |(_, rest)| rest);
    let text = [without_end, line].into_iter().find_map(checked_text)?;
    let mut words = text.split(' ');
    let kind = words.next()?;
    let pair = |word: &str| {
        let (name, value) = word.split_once('=')?;
        Some((name.to_owned(), decode(&form::decode(value.as_bytes())?).into_owned()))
    };
    let mut values: IndexMap<String, String> = words.map(pair).collect::<Option<_>>()?;
    let mut take = |name: &str| values.swap_remove(name).unwrap_or_default();
    let mark = match kind {
        "begin" => {
            return Some(JournalLine::Begin(Box::new(Record {
                at: take("at"),
                tx_id: take("tx"),
                mid: take("mid"),
                txname: take("txname"),
                platform: take("platform").parse().unwrap_or(Platform::Service),
                url: take("url"),
                hash_type: take("hashtype"),
                oid: take("oid"),
                tid: take("tid"),
                amount: take("amount"),
                owner: Owner::from_text(&take("owner")),
            })));
        }
        "answered" => {
            Mark::Answered { code: take("code"), tid: take("tid"), oid: take("oid"), amount: take("amount") }
        }
        "held" => Mark::Held,
        "delivered" => Mark::Delivered,
        "notsent" => Mark::NotSent,
        "rolledback" => Mark::RolledBack { again: Some(take("again")).filter(|at| !at.is_empty()) },
        "doubt" => Mark::Doubt { code: take("code") },
        "refused" => Mark::Refused { code: take("code"), message: take("message"), at: take("at") },
        "closed" => Mark::Closed { reason: take("reason") },
        _ => return None,
    };
    Some(JournalLine::Mark(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Platform;

    fn record() -> Record {
        Record {
            at: "20261123101112".into(),
            tx_id: "tshop-20261123101112abc".into(),
            mid: "tshop".into(),
            txname: "PaymentByKey".into(),
            platform: Platform::Test,
            url: "https://gateway.example/xpay/Gateway.do".into(),
            hash_type: String::new(),
            oid: "주문 7".into(),
            tid: String::new(),
            amount: "23400".into(),
            owner: Owner::new("boot", 7),
        }
    }

    fn answered(code: &str) -> Mark {
        let (tid, none) = ("tid-1".to_owned(), String::new());
        Mark::Answered { code: code.into(), tid, oid: none.clone(), amount: none }
    }

    /// A Rollback that was confirmed while the request might still arrive.
    fn rolled_back_early() -> Mark {
        Mark::RolledBack { again: Some("20261123101214".into()) }
    }

    fn refused(code: &str, message: &str) -> Mark {
        Mark::Refused { code: code.into(), message: message.into(), at: "20261123101213".into() }
    }

    fn file(lines: &[String]) -> Vec<u8> {
        let mut bytes = lines.concat().into_bytes();
        bytes.resize(8192, 0);
        bytes
    }

    fn state_after(marks: &[Mark]) -> RecordState {
        let marks = marks.iter().map(Mark::line);
        let contents =
            Contents::parse(&file(&std::iter::once(record().line()).chain(marks).collect::<Vec<_>>()));
        assert!(!contents.dirty);
        assert_eq!(contents.record.unwrap().tx_id, record().tx_id);
        contents.state
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let contents = Contents::parse(&file(&[record().line()]));
        assert_eq!((contents.record, contents.state), (Some(record()), RecordState::Begun));
        assert_eq!(Contents::parse(&[]).state, RecordState::Settled);
        assert_eq!(Contents::parse(&[0; 4096]).state, RecordState::Settled);
    }

    #[test]
    fn each_mark_gives_its_state() {
        let code = || "20008".to_owned();
        for (marks, state) in [
            (vec![answered("0000")], RecordState::Approved { held: false }),
            (vec![answered("0000"), Mark::Held], RecordState::Approved { held: true }),
            (vec![answered("0000"), Mark::Held, Mark::Delivered], RecordState::Settled),
            (vec![answered("XC01")], RecordState::Settled),
            (vec![Mark::NotSent], RecordState::Settled),
            (vec![Mark::RolledBack { again: None }], RecordState::Settled),
            (vec![rolled_back_early()], RecordState::RolledBack { at: "20261123101214".into() }),
            (vec![rolled_back_early(), Mark::RolledBack { again: None }], RecordState::Settled),
            (vec![Mark::Doubt { code: code() }], RecordState::Doubt { code: code() }),
            (
                vec![Mark::Doubt { code: code() }, refused("XC02", "안 됨")],
                RecordState::Refused {
                    code: "XC02".into(),
                    message: "안 됨".into(),
                    at: "20261123101213".into(),
                },
            ),
            (
                vec![Mark::Doubt { code: code() }, Mark::Closed { reason: "seen".into() }],
                RecordState::Settled,
            ),
        ] {
            assert_eq!(state_after(&marks), state, "{marks:?}");
        }
    }

    /// However much of the last line was written, its event has not happened.
    #[test]
    fn a_torn_last_line_is_ignored() {
        let (begin, answer) = (record().line(), answered("0000").line());
        for cut in 0..begin.len() - 1 {
            let contents = Contents::parse(&file(&[begin[..cut].to_owned()]));
            assert_eq!(
                (contents.state, contents.end, contents.dirty),
                (RecordState::Settled, 0, cut > 0),
                "{cut}"
            );
        }
        for cut in 0..answer.len() - 1 {
            let contents = Contents::parse(&file(&[begin.clone(), answer[..cut].to_owned()]));
            assert_eq!((contents.state, contents.end), (RecordState::Begun, begin.len()), "{cut}");
        }
    }

    /// Holds for damaged files too.
    #[test]
    fn reading_from_the_last_begin_line_reads_the_whole_file() {
        let same = |bytes: &[u8]| {
            let written = without_zeros(bytes);
            let all_of_it = Contents::parse_from(0, written);
            assert_eq!(format!("{:?}", Contents::parse(bytes)), format!("{all_of_it:?}"));
        };
        let other = Record { tx_id: "tshop-other".into(), ..record() };
        let lines = [record().line(), answered("0000").line(), other.line(), Mark::Delivered.line()];
        let whole = lines.concat().into_bytes();
        for at in 0..whole.len() {
            same(&whole[..at]);
            for byte in [0, b'\n', b' ', b'#'] {
                let mut damaged = whole.clone();
                damaged[at] = byte;
                same(&damaged);
                damaged.splice(at..at, [0; 700]);
                damaged.resize(8192, 0);
                same(&damaged);
            }
        }
    }

    /// The checksum shows that the rest of the line is complete.
    #[test]
    fn a_line_with_a_lost_or_damaged_end_is_still_read() {
        let (begin, answer) = (record().line(), answered("0000").line());
        for end in ["", "#", "\0"] {
            let contents = Contents::parse(&file(&[begin.clone(), answer.trim_end().to_owned() + end]));
            let read = (contents.state, contents.end, contents.dirty);
            assert_eq!(read, (RecordState::Approved { held: false }, begin.len(), true), "{end}");
        }
    }

    /// Zeros are where a disk lost data that it could not sync. Later writes follow them.
    #[test]
    fn lines_after_a_gap_of_zeros_are_read() {
        let (begin, other) = (record().line(), Record { tx_id: "tshop-other".into(), ..record() }.line());
        let gap = "\0".repeat(700);
        let mark = |mark: Mark| Contents::parse(&file(&[begin.clone(), gap.clone(), mark.line()])).state;
        assert_eq!(
            mark(Mark::Doubt { code: "20008".into() }),
            RecordState::Damaged,
            "the doubt may belong to a lost record"
        );
        assert_eq!(
            mark(rolled_back_early()),
            RecordState::Damaged,
            "repeating it could roll back the transaction before"
        );
        assert_eq!(
            mark(Mark::RolledBack { again: None }),
            RecordState::Settled,
            "a later transaction begins only after this one is settled"
        );
        let contents = Contents::parse(&file(&[begin.clone(), gap.clone(), other.clone()]));
        assert_eq!(
            (contents.record.unwrap().tx_id, contents.state),
            ("tshop-other".into(), RecordState::Begun)
        );
        assert_eq!((contents.end, contents.dirty), (begin.len() + gap.len() + other.len(), false));
        // Half a line is damage if something was written after it.
        for half in [&begin[..90], &begin[90..]] {
            let torn = |rest: &str| Contents::parse(&file(&[half.into(), gap.clone(), rest.into()])).state;
            assert_eq!(torn(&Mark::Delivered.line()), RecordState::Damaged);
            assert_eq!(torn(&other), RecordState::Begun);
        }
    }

    /// A complete line with a wrong checksum could have meant anything, so no decision rests on it.
    #[test]
    fn any_damaged_byte_of_the_last_line_is_detected() {
        let (begin, answer) = (record().line(), answered("0000").line());
        for lines in [vec![begin.clone()], vec![begin, answer]] {
            let whole = file(&lines);
            let end = lines.concat().len();
            let last = end - lines.last().unwrap().len();
            for at in last..end - 1 {
                for bit in 0..8 {
                    let mut damaged = whole.clone();
                    damaged[at] ^= 1 << bit;
                    assert_eq!(Contents::parse(&damaged).state, RecordState::Damaged, "byte {at}, bit {bit}");
                }
            }
        }
    }

    #[test]
    fn the_longest_lines_fit_into_the_space_of_a_transaction() {
        let long = "가".repeat(1000);
        let record = Record {
            at: long.clone(),
            txname: long.clone(),
            url: long.clone(),
            hash_type: long.clone(),
            oid: long.clone(),
            tid: long.clone(),
            amount: long.clone(),
            ..record()
        };
        let refused = refused(&long, &long);
        assert!(record.line().len() + 3 * refused.line().len() < 8192);
        let contents = Contents::parse(&file(&[record.line()]));
        assert_eq!(contents.record.unwrap().oid, "가".repeat(66));
    }
}
