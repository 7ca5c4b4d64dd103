//! What the log tells of each request: how it went, as far as the lines of this library say so. Nothing is concluded from what
//! is missing in it.

use indexmap::IndexMap;

use crate::client::open::State;
use crate::client::recovery::{CLOSED, ROLLED_BACK};
use crate::client::standing::Standing;
use crate::error::{Code, RollbackResult};
use crate::log::lines::LogLine;
use crate::protocol::effect::Effect;

/// What the log tells of one LGD_TXID. What it does not tell is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Of its first line, as `yyyyMMddHHmmss`.
    pub(super) at: String,
    pub(super) mid: String,
    pub(super) txname: String,
    pub(super) oid: String,
    pub(super) tid: String,
    pub(super) amount: String,
    pub(super) standing: Option<Standing>,
    pub(super) code: String,
    pub(super) message: String,
}

/// The log, read line by line.
#[derive(Debug, Default)]
pub(super) struct Tale {
    /// By LGD_TXID.
    pub(super) requests: IndexMap<String, Told>,
    /// The LGD_TXID that a Rollback undoes, by its own.
    rollbacks: IndexMap<String, String>,
    /// Whether no other request is wanted than those that are known: later lines only say what became of these.
    pub(super) complete: bool,
}

impl Tale {
    pub(super) fn read(&mut self, line: &LogLine) {
        if line.tx_id.is_empty() {
            return;
        }
        match line.level.as_str() {
            "INFO" => match pairs(&line.text) {
                Some(pairs) => self.requested(line, &pairs),
                None => self.answered(line),
            },
            "ERROR" => self.failed(line),
            "WARN" => self.settled(line),
            _ => {}
        }
    }

    fn wants(&self, tx_id: &str) -> bool {
        !self.complete || self.requests.contains_key(tx_id)
    }

    fn told(&mut self, tx_id: &str, line: &LogLine) -> &mut Told {
        let told = self.requests.entry(tx_id.to_owned()).or_default();
        if told.at.is_empty() {
            told.at = line.time.chars().filter(char::is_ascii_digit).collect();
        }
        told
    }

    /// The line that announces a request.
    fn requested(&mut self, line: &LogLine, pairs: &[(&str, &str)]) {
        let value = |name: &str| {
            let found = pairs.iter().find(|(known, value)| *known == name && *value != "***");
            found.map(|(_, value)| (*value).to_owned()).unwrap_or_default()
        };
        let txname = value("LGD_TXNAME");
        let undone = value("LGD_RB_TXID");
        if Effect::of(&txname) == Effect::RollsBack && !undone.is_empty() {
            if !self.wants(&undone) {
                return;
            }
            self.rollbacks.insert(line.tx_id.clone(), undone.clone());
            let told = self.told(&undone, line);
            // Until it is answered. One that was confirmed once stays confirmed.
            if told.standing != Some(Standing::RolledBack) {
                told.standing = Some(Standing::Open(State::InDoubt));
            }
            if told.txname.is_empty() {
                (told.txname, told.mid) = (txname, value("LGD_MID"));
            }
            return;
        }
        if !self.wants(&line.tx_id) {
            return;
        }
        let amount = [value("LGD_CANCELAMOUNT"), value("LGD_AMOUNT")];
        let told = self.told(&line.tx_id, line);
        told.amount = amount.into_iter().find(|amount| !amount.is_empty()).unwrap_or_default();
        (told.txname, told.mid) = (txname, value("LGD_MID"));
        (told.oid, told.tid) = (value("LGD_OID"), value("LGD_TID"));
    }

    /// The line that says what the gateway answered: only the first after a request, since a shop writes lines too.
    fn answered(&mut self, line: &LogLine) {
        let (text, found) = match line.text.split_once(" LGD_") {
            Some((text, _)) => (text, line.text.get(text.len() + 1..).and_then(pairs).unwrap_or_default()),
            None => (line.text.as_str(), Vec::new()),
        };
        let (code, message) = text.split_once(' ').unwrap_or((text, ""));
        if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return;
        }
        if let Some(undone) = self.rollbacks.swap_remove(&line.tx_id) {
            let told = self.told(&undone, line);
            if code == "0000" {
                told.standing = Some(Standing::RolledBack);
            } else if told.standing == Some(Standing::RolledBack) {
                return;
            }
            (told.code, told.message) = (code.to_owned(), message.to_owned());
            return;
        }
        let Some(told) = self.requests.get_mut(&line.tx_id).filter(|told| told.standing.is_none()) else {
            return;
        };
        told.standing = Some(Standing::of_answer(&told.txname, code));
        (told.code, told.message) = (code.to_owned(), message.to_owned());
        for (name, value) in found.into_iter().filter(|(_, value)| *value != "***") {
            match name {
                "LGD_OID" => told.oid = value.to_owned(),
                "LGD_TID" => told.tid = value.to_owned(),
                "LGD_AMOUNT" => told.amount = value.to_owned(),
                _ => {}
            }
        }
    }

    /// The line of an [`crate::Error`], which is how a request without an answer ends.
    fn failed(&mut self, line: &LogLine) {
        let Some((code, message)) = line.text.strip_prefix('[').and_then(|text| text.split_once("] ")) else {
            return;
        };
        if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        let left = message.contains(&format!("[LGD_TXID {}]", line.tx_id));
        let confirmed = message.contains(&format!("[{}]", RollbackResult::Confirmed));
        // A journal that cannot be written keeps only a strict shop from sending.
        let journal = code == Code::JOURNAL.to_string() && !message.contains("nothing was sent");
        let asks = message.contains(Effect::Asks.info().in_doubt.en);
        let rollback = self.rollbacks.contains_key(&line.tx_id);
        if rollback || asks || (!left && journal) || !self.wants(&line.tx_id) {
            return;
        }
        let known = self.requests.get(&line.tx_id).and_then(|told| told.standing.clone());
        let standing = match (left, confirmed) {
            (true, true) => Standing::RolledBack,
            (true, false) => Standing::Open(State::InDoubt),
            (false, _) if known.is_some() => return,
            (false, _) => Standing::NotSent,
        };
        let told = self.told(&line.tx_id, line);
        told.standing = Some(standing);
        told.code = code.to_owned();
        told.message = message.split(['[', '/']).next().unwrap_or_default().trim_end().to_owned();
    }

    /// What recovery, or a person, did about it.
    fn settled(&mut self, line: &LogLine) {
        let standing = match line.text.as_str() {
            ROLLED_BACK => Standing::RolledBack,
            text if text.starts_with(CLOSED) => Standing::Closed,
            _ => return,
        };
        if self.wants(&line.tx_id) {
            self.told(&line.tx_id, line).standing = Some(standing);
        }
    }
}

/// The `name=value` pairs of a line that consists of them. A value may contain blanks.
fn pairs(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut pairs = Vec::new();
    let mut rest = text.starts_with("LGD_").then_some(text)?;
    loop {
        let (pair, more) = match rest.find(" LGD_") {
            Some(at) => (rest.get(..at)?, rest.get(at + 1..)),
            None => (rest, None),
        };
        pairs.push(pair.split_once('=')?);
        match more {
            Some(more) => rest = more,
            None => return Some(pairs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How requests stand after these lines of `A` (and of `B`, a Rollback of it).
    fn standing(lines: &[&str]) -> Option<Standing> {
        let mut tale = Tale::default();
        for line in lines {
            tale.read(&LogLine::read(&format!("2026-11-29 10:11:12 {line}")));
        }
        tale.requests.get("A").and_then(|told| told.standing.clone())
    }

    const ASKED: &str = "[INFO ] [A] LGD_TXID=A LGD_AUTHCODE=*** LGD_MID=tshop LGD_TXNAME=PaymentByKey";
    const UNDOES: &str = "[INFO ] [B] LGD_TXID=B LGD_MID=tshop LGD_TXNAME=Rollback LGD_RB_TXID=A";
    const PAID: &str = "[INFO ] [A] 0000 결제 성공 LGD_OID=order 7 LGD_TID=T1 LGD_AMOUNT=23400";

    #[test]
    fn nothing_is_claimed_that_no_line_says() {
        let in_doubt = Some(Standing::Open(State::InDoubt));
        assert_eq!(standing(&[ASKED]), None);
        assert_eq!(standing(&[PAID]), None, "a line of the shop may look like that");
        assert_eq!(standing(&[ASKED, PAID]), Some(Standing::Answered));
        assert_eq!(standing(&[ASKED, "[INFO ] [A] XC04 거절"]), Some(Standing::Declined));
        assert_eq!(standing(&[ASKED, "[INFO ] [A] XC04 거절", PAID]), Some(Standing::Declined));
        assert_eq!(
            standing(&[ASKED, "[INFO ] [A] S007 기승인"]),
            Some(Standing::Answered),
            "it was paid before"
        );
        let cancel = ASKED.replace("PaymentByKey", "Cancel");
        let done_before = standing(&[&cancel, "[INFO ] [A] AV11 기취소"]);
        assert_eq!(done_before, Some(Standing::Answered), "cancelled before");
        assert_eq!(standing(&[ASKED, PAID, UNDOES]), in_doubt);
        assert_eq!(standing(&[ASKED, PAID, UNDOES, "[INFO ] [B] XC02 안 됨"]), in_doubt);
        assert_eq!(standing(&[ASKED, PAID, UNDOES, "[INFO ] [B] 0000 성공"]), Some(Standing::RolledBack));
        let again = "[INFO ] [C] LGD_TXID=C LGD_MID=tshop LGD_TXNAME=Rollback LGD_RB_TXID=A";
        let refused = "[INFO ] [C] XC02 안 됨";
        let twice = [ASKED, PAID, UNDOES, "[INFO ] [B] 0000 성공", again, refused];
        assert_eq!(standing(&twice), Some(Standing::RolledBack), "confirmed once");
        assert_eq!(standing(&twice[..5]), Some(Standing::RolledBack));
        let lost = "[ERROR] [A] [20008] Recv error; closed [LGD_TXID A]";
        for (rollback, stands) in [
            ("[Rollback 0000]", Some(Standing::RolledBack)),
            ("[Rollback XC02 refused]", in_doubt.clone()),
            ("[Rollback 20009]", in_doubt.clone()),
            ("[no Rollback]", in_doubt.clone()),
        ] {
            assert_eq!(standing(&[&format!("{lost} {rollback}. Check / 확인")]), stands, "{rollback}");
        }
        assert_eq!(standing(&["[ERROR] [A] [20004] Connect error; refused. x / y"]), Some(Standing::NotSent));
        let journal = "[ERROR] [A] [90006] Journal error; the journal cannot be written";
        assert_eq!(standing(&[journal]), None, "the payment continues without it");
        let strict = "[ERROR] [A] [90006] Journal error; nothing was sent: it cannot be written";
        assert_eq!(standing(&[strict]), Some(Standing::NotSent));
        assert_eq!(standing(&["[ERROR] [A] the shop's own words"]), None);
        assert_eq!(standing(&[&format!("[WARN ] [A] {ROLLED_BACK}")]), Some(Standing::RolledBack));
        assert_eq!(standing(&[&format!("[WARN ] [A] {CLOSED}seen")]), Some(Standing::Closed));
    }

    #[test]
    fn a_value_may_contain_blanks_and_hidden_ones_stay_unknown() {
        let mut tale = Tale::default();
        for line in [ASKED, PAID] {
            tale.read(&LogLine::read(&format!("2026-11-29 10:11:12 {line}")));
        }
        let told = &tale.requests["A"];
        assert_eq!((told.oid.as_str(), told.tid.as_str(), told.amount.as_str()), ("order 7", "T1", "23400"));
        assert_eq!((told.at.as_str(), told.message.as_str()), ("20261129101112", "결제 성공"));
        assert_eq!(pairs("LGD_OID=*** LGD_X=a b"), Some(vec![("LGD_OID", "***"), ("LGD_X", "a b")]));
    }
}
