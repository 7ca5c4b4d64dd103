//! A transaction of the journal for output: a row of a table, a line, or JSON.

use crate::language::{Language, harmless, readable};
use crate::standing;
use crate::table::{self, Cell, Column, Narrow};
use serde::Serialize;
use std::borrow::Borrow;
use xpayclient_core::binding::Effect;
use xpayclient_core::{OpenTransaction, State};

/// The field names are those of the JSON, which do not change.
#[derive(Serialize)]
pub(crate) struct Row {
    state: &'static str,
    at: String,
    platform: String,
    mid: String,
    txname: String,
    oid: String,
    amount: String,
    tid: String,
    tx_id: String,
    file: String,
    /// Why it is still open, if the gateway or an error gives a reason.
    why: Option<Why>,
}

#[derive(Serialize)]
struct Why {
    code: String,
    message: String,
}

/// What to do about a state, unless that depends on the LGD_TXNAME.
struct Meaning {
    state: &'static str,
    advice: Option<(&'static str, &'static str)>,
}

const MEANINGS: [Meaning; 8] = [
    Meaning {
        state: ROLLED_BACK,
        advice: Some((
            "할 일이 없습니다. 요청이 아직 전송 중이었을 수 있으면 복구가 망취소를 한 번 더 요청합니다",
            "nothing to do: if the request may still have been on its way, recovery requests the rollback once more",
        )),
    },
    Meaning { state: "running", advice: None },
    Meaning {
        state: "abandoned", advice: Some(("복구할 때 망취소합니다", "recovery rolls it back"))
    },
    Meaning {
        state: "in_doubt", advice: Some(("복구할 때 망취소합니다", "recovery rolls it back"))
    },
    Meaning { state: "unconfirmed", advice: None },
    Meaning { state: "ask_again", advice: None },
    Meaning {
        state: "refused",
        advice: Some((
            "일주일 동안 다시 요청합니다. 상점관리자에서 거래를 확인한 뒤 --close 또는 --rollback 하십시오",
            "requested again for a week: check the payment in the merchant admin, then --close or --rollback it",
        )),
    },
    Meaning {
        state: "damaged",
        advice: Some((
            "기록이 손상되었습니다. 상점관리자에서 거래를 확인한 뒤 --close 하십시오",
            "its record is damaged: check the payment in the merchant admin, then --close it",
        )),
    },
];

const ROLLED_BACK: &str = "rolled_back";

impl From<&OpenTransaction> for Row {
    fn from(open: &OpenTransaction) -> Row {
        let why = match (&open.state, &open.error) {
            (State::Refused { code, message }, _) => Some((code.clone(), message.clone())),
            (_, error) => error.as_ref().map(|error| (error.code().to_string(), error.cause().to_owned())),
        };
        Row {
            state: open.state.name(),
            at: open.at.clone(),
            platform: open.platform.to_string(),
            mid: open.mid.clone(),
            txname: open.txname.clone(),
            oid: open.oid.clone(),
            amount: open.amount.clone(),
            tid: open.tid.clone(),
            tx_id: open.tx_id.clone(),
            file: open.file.clone(),
            why: why.map(|(code, message)| Why { code, message }),
        }
    }
}

impl Row {
    /// After its Rollback was confirmed.
    pub(super) fn rolled_back(open: &OpenTransaction) -> Row {
        Row { state: ROLLED_BACK, why: None, ..Row::from(open) }
    }

    /// One line: state, transaction, reason.
    pub(super) fn line(&self) -> String {
        let parts =
            [self.word().to_owned(), self.name().into(), self.txname.clone(), self.oid.clone(), self.why()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        harmless(&parts.join(" "))
    }

    /// The name for `--close`: LGD_TXID, or the file if the record is damaged.
    fn name(&self) -> &str {
        if self.tx_id.is_empty() { &self.file } else { &self.tx_id }
    }

    fn word(&self) -> &'static str {
        standing::word(self.state, Language::chosen())
    }

    /// One line on what to do, by its state and LGD_TXNAME.
    fn advice(&self) -> Option<String> {
        let meaning = MEANINGS.iter().find(|meaning| meaning.state == self.state)?;
        let effect = Effect::of(&self.txname).info();
        let (ko, en) = match (meaning.state, &effect.by_hand) {
            ("unconfirmed", _) => (effect.unconfirmed.ko, effect.unconfirmed.en),
            ("ask_again", Some(by_hand)) => (by_hand.ko, by_hand.en),
            _ => meaning.advice?,
        };
        let of = if meaning.advice.is_none() { format!(" ({})", self.txname) } else { String::new() };
        Some(table::sentence(&format!("{}{of}: {}", self.word(), Language::chosen().of(ko, en))))
    }

    fn why(&self) -> String {
        self.why.as_ref().map(|why| format!("{} {}", why.code, why.message)).unwrap_or_default()
    }

    fn cells(&self) -> Vec<Cell> {
        let state = Cell::toned(self.word(), standing::tone(self.state));
        let texts =
            [&self.platform, &self.mid, &self.txname, &self.oid, &self.amount, &self.tid].map(String::clone);
        let texts = [readable(&self.at)].into_iter().chain(texts).chain([self.name().to_owned(), self.why()]);
        // The gateway's texts must not control the terminal.
        [state].into_iter().chain(texts.map(|text| Cell::from(harmless(&text)))).collect()
    }
}

/// A person needs all of it to decide, so nothing is left out.
const COLUMNS: [Column; 10] = [
    Column::left("상태", "STATE", Narrow::Stays),
    Column::left("시각", "AT", Narrow::Stays),
    Column::left("플랫폼", "PLATFORM", Narrow::Below),
    Column::left("상점", "MID", Narrow::Below),
    Column::left("요청", "TXNAME", Narrow::Stays),
    Column::left("주문번호", "OID", Narrow::Stays),
    Column::right("금액", "AMOUNT", Narrow::Stays),
    Column::left("거래번호", "TID", Narrow::Below),
    Column::left("요청번호", "LGD_TXID", Narrow::Below),
    Column::left("사유", "WHY", Narrow::Below),
];

/// A table, followed by what to do about each state in it.
pub(crate) fn table<T: Borrow<Row>>(rows: &[T]) -> String {
    let cells: Vec<Vec<Cell>> = rows.iter().map(|row| row.borrow().cells()).collect();
    let mut advice: Vec<String> = rows.iter().filter_map(|row| row.borrow().advice()).collect();
    advice.sort();
    advice.dedup();
    table::render(&COLUMNS, &cells) + &advice.concat()
}
