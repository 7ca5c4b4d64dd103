//! What a file of the journal says: the last transaction in it, and how that stands.

use indexmap::IndexMap;

use crate::config::Platform;
use crate::journal::record::{Mark, Record, Stand, checksum};
use crate::os::owner::Owner;
use crate::text::encoding::decode;
use crate::text::form;

/// The contents of one file.
#[derive(Debug)]
pub(crate) struct Contents {
    /// The last transaction, if there is any.
    pub(crate) record: Option<Record>,
    pub(crate) stand: Stand,
    /// Where the next line goes.
    pub(crate) end: usize,
    /// Whether there is something else than zeros behind that.
    pub(crate) dirty: bool,
}

impl Contents {
    /// A last line that is not whole was being written when the machine stopped: what it was to say had not happened yet.
    /// Any other line that is not as it was written is damage. Zeros may lie between lines, where a disk has lost what it
    /// could not sync.
    pub(crate) fn parse(bytes: &[u8]) -> Contents {
        let written = without_zeros(bytes);
        Contents::parse_from(last_begin(written), written)
    }

    fn parse_from(mut at: usize, written: &[u8]) -> Contents {
        let mut contents = Contents { record: None, stand: Stand::Settled, end: 0, dirty: false };
        // Whether a line that can no longer be read may have been before the one at hand.
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
                // Even what it belongs to may be lost.
                contents.stand = Stand::Damaged;
            }
            let whole = text.ends_with(b"\n");
            contents.dirty = !whole;
            if whole {
                contents.end = at;
            }
            let read = read_line(text);
            lost = !whole && read.is_none();
            match read {
                Some(Line::Begin(record)) => {
                    contents.record = Some(*record);
                    contents.stand = Stand::Begun;
                }
                Some(Line::Mark(mark)) => contents.apply(mark),
                None if whole => contents.stand = Stand::Damaged,
                None => {}
            }
        }
        contents
    }

    fn apply(&mut self, mark: Mark) {
        if let Some(record) = self.record.as_mut().filter(|_| self.stand != Stand::Damaged) {
            record.learn(&mark);
        }
        self.stand = self.stand.after(&mark);
    }
}

/// Every transaction that a file still tells of, with what happened to it. Lines that cannot be read are left out.
pub(crate) fn history(bytes: &[u8]) -> Vec<(Record, Vec<Mark>)> {
    let mut all: Vec<(Record, Vec<Mark>)> = Vec::new();
    for line in without_zeros(bytes).split(is_end) {
        match (read_line(line), all.last_mut()) {
            (Some(Line::Begin(record)), _) => all.push((*record, Vec::new())),
            (Some(Line::Mark(mark)), Some((record, marks))) => {
                record.learn(&mark);
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

/// What was written: the zeros behind it left out.
fn without_zeros(mut bytes: &[u8]) -> &[u8] {
    // Most of a file is zeros, and a block of them is seen at once.
    const ZEROS: [u8; 512] = [0; 512];
    while let Some(before) = bytes.strip_suffix(&ZEROS) {
        bytes = before;
    }
    let written = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.get(..written).unwrap_or_default()
}

/// Where the last whole line lies that begins a transaction. Nothing before it counts: whatever that says, damage included, is
/// over with it.
fn last_begin(written: &[u8]) -> usize {
    let mut rest = written;
    while let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') {
        let (before, _) = rest.split_at(end);
        let start = before.iter().rposition(is_end).map_or(0, |last| last + 1);
        if matches!(written.get(start..=end).and_then(read_line), Some(Line::Begin(_))) {
            return start;
        }
        rest = written.get(..start).unwrap_or_default();
    }
    0
}

/// The text of a line whose checksum is right.
fn said(line: &[u8]) -> Option<&str> {
    let (sum, said) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    (sum == checksum(said)).then_some(said)
}

enum Line {
    Begin(Box<Record>),
    Mark(Mark),
}

/// What a line says, if that is what was written; its last byte may have been lost or become another one.
fn read_line(line: &[u8]) -> Option<Line> {
    let without_end = line.split_last().map_or(line, |(_, rest)| rest);
    let said = [without_end, line].into_iter().find_map(said)?;
    let mut words = said.split(' ');
    let kind = words.next()?;
    let pair = |word: &str| {
        let (name, value) = word.split_once('=')?;
        Some((name.to_owned(), decode(&form::decode(value.as_bytes())?).into_owned()))
    };
    let mut values: IndexMap<String, String> = words.map(pair).collect::<Option<_>>()?;
    let mut take = |name: &str| values.swap_remove(name).unwrap_or_default();
    let mark = match kind {
        "begin" => {
            return Some(Line::Begin(Box::new(Record {
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
    Some(Line::Mark(mark))
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

    /// A Rollback that was confirmed before the request can have been known to be dead.
    fn early() -> Mark {
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

    fn stand(marks: &[Mark]) -> Stand {
        let marks = marks.iter().map(Mark::line);
        let contents =
            Contents::parse(&file(&std::iter::once(record().line()).chain(marks).collect::<Vec<_>>()));
        assert!(!contents.dirty);
        assert_eq!(contents.record.unwrap().tx_id, record().tx_id);
        contents.stand
    }

    #[test]
    fn what_was_written_is_read() {
        let contents = Contents::parse(&file(&[record().line()]));
        assert_eq!((contents.record, contents.stand), (Some(record()), Stand::Begun));
        assert_eq!(Contents::parse(&[]).stand, Stand::Settled);
        assert_eq!(Contents::parse(&[0; 4096]).stand, Stand::Settled);
    }

    #[test]
    fn every_mark_leaves_it_standing_somewhere() {
        let code = || "20008".to_owned();
        for (marks, stands) in [
            (vec![answered("0000")], Stand::Approved { held: false }),
            (vec![answered("0000"), Mark::Held], Stand::Approved { held: true }),
            (vec![answered("0000"), Mark::Held, Mark::Delivered], Stand::Settled),
            (vec![answered("XC01")], Stand::Settled),
            (vec![Mark::NotSent], Stand::Settled),
            (vec![Mark::RolledBack { again: None }], Stand::Settled),
            (vec![early()], Stand::RolledBack { at: "20261123101214".into() }),
            (vec![early(), Mark::RolledBack { again: None }], Stand::Settled),
            (vec![Mark::Doubt { code: code() }], Stand::Doubt { code: code() }),
            (
                vec![Mark::Doubt { code: code() }, refused("XC02", "안 됨")],
                Stand::Refused {
                    code: "XC02".into(), message: "안 됨".into(), at: "20261123101213".into()
                },
            ),
            (vec![Mark::Doubt { code: code() }, Mark::Closed { reason: "seen".into() }], Stand::Settled),
        ] {
            assert_eq!(stand(&marks), stands, "{marks:?}");
        }
    }

    /// Torn anywhere, the last line has not happened.
    #[test]
    fn a_torn_tail_says_nothing() {
        let (begin, answer) = (record().line(), answered("0000").line());
        for cut in 0..begin.len() - 1 {
            let contents = Contents::parse(&file(&[begin[..cut].to_owned()]));
            assert_eq!((contents.stand, contents.end, contents.dirty), (Stand::Settled, 0, cut > 0), "{cut}");
        }
        for cut in 0..answer.len() - 1 {
            let contents = Contents::parse(&file(&[begin.clone(), answer[..cut].to_owned()]));
            assert_eq!((contents.stand, contents.end), (Stand::Begun, begin.len()), "{cut}");
        }
    }

    /// To read a file from its last beginning on is to read all of it, damaged or not.
    #[test]
    fn nothing_before_the_last_beginning_counts() {
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

    /// Whatever became of the byte that ends it, its checksum tells that all else is there.
    #[test]
    fn a_line_that_lost_its_end_says_what_it_said() {
        let (begin, answer) = (record().line(), answered("0000").line());
        for end in ["", "#", "\0"] {
            let contents = Contents::parse(&file(&[begin.clone(), answer.trim_end().to_owned() + end]));
            let read = (contents.stand, contents.end, contents.dirty);
            assert_eq!(read, (Stand::Approved { held: false }, begin.len(), true), "{end}");
        }
    }

    /// What a disk lost that could not sync it: zeros. What it could write later lies behind them.
    #[test]
    fn what_lies_behind_a_gap_counts() {
        let (begin, other) = (record().line(), Record { tx_id: "tshop-other".into(), ..record() }.line());
        let gap = "\0".repeat(700);
        let mark = |mark: Mark| Contents::parse(&file(&[begin.clone(), gap.clone(), mark.line()])).stand;
        assert_eq!(mark(Mark::Doubt { code: "20008".into() }), Stand::Damaged, "whose doubt?");
        assert_eq!(mark(early()), Stand::Damaged, "to ask again would undo the transaction before");
        assert_eq!(
            mark(Mark::RolledBack { again: None }),
            Stand::Settled,
            "a later one begins only where this was settled"
        );
        let contents = Contents::parse(&file(&[begin.clone(), gap.clone(), other.clone()]));
        assert_eq!((contents.record.unwrap().tx_id, contents.stand), ("tshop-other".into(), Stand::Begun));
        assert_eq!((contents.end, contents.dirty), (begin.len() + gap.len() + other.len(), false));
        // Half a line is damage, since something was written after it.
        for half in [&begin[..90], &begin[90..]] {
            let torn = |rest: &str| Contents::parse(&file(&[half.into(), gap.clone(), rest.into()])).stand;
            assert_eq!(torn(&Mark::Delivered.line()), Stand::Damaged);
            assert_eq!(torn(&other), Stand::Begun);
        }
    }

    /// Of a line that is whole and wrong nobody knows what it said, so nothing is decided by it.
    #[test]
    fn any_damaged_byte_of_the_last_line_is_seen() {
        let (begin, answer) = (record().line(), answered("0000").line());
        for lines in [vec![begin.clone()], vec![begin, answer]] {
            let whole = file(&lines);
            let end = lines.concat().len();
            let last = end - lines.last().unwrap().len();
            for at in last..end - 1 {
                for bit in 0..8 {
                    let mut damaged = whole.clone();
                    damaged[at] ^= 1 << bit;
                    assert_eq!(Contents::parse(&damaged).stand, Stand::Damaged, "byte {at}, bit {bit}");
                }
            }
        }
    }

    #[test]
    fn no_line_is_longer_than_the_room_kept_for_it() {
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
