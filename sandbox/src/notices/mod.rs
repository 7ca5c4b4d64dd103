//! Notices of what happens to virtual accounts (LGD_CASNOTEURL): written with what they tell of, sent until the shop says `OK`.

mod bell;
mod letter;
mod postman;

pub(crate) use bell::Bell;
pub(crate) use postman::{Postman, Round};

use crate::codes::{self, Refusal};
use crate::gateway::Gateway;
use crate::ledger::notice::{self, Address, Attempt, Delivery, Notice};
use crate::ledger::payment::Payment;
use crate::shops::Shop;
use crate::{clock, text};
use rusqlite::Connection;
use serde::{Serialize, Serializer};
use ureq::http::Uri;

/// A notice and every attempt to deliver it.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeLog {
    /// The notice.
    #[serde(flatten)]
    pub notice: Notice,
    /// The attempts, oldest first.
    pub attempts: Vec<Attempt>,
}

/// LGD_CASFLAG: what happened to an account.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flag {
    Allotted,
    PaidIn,
    TakenBack,
}

impl Flag {
    fn code(self) -> &'static str {
        match self {
            Self::Allotted => "R",
            Self::PaidIn => "I",
            Self::TakenBack => "C",
        }
    }
}

/// Remembers where the notices of a PAYKEY or TID go.
pub(crate) fn address(db: &Connection, subject: &str, url: &str, encoding: &str) -> Result<(), Refusal> {
    if url.is_empty() {
        return Ok(());
    }
    if !is_address(url) {
        return Err(codes::MALFORMED.with("LGD_CASNOTEURL", "http(s)://host/…"));
    }
    let address = Address { subject: subject.into(), url: url.into(), encoding: encoding.into() };
    Ok(address.enter(db)?)
}

/// What the buyer's window was told goes for the account, too.
pub(crate) fn inherit(db: &Connection, paykey: &str, tid: &str) -> Result<(), Refusal> {
    match notice::address(db, paykey)? {
        Some(known) => Ok(Address { subject: tid.into(), ..known }.enter(db)?),
        None => Ok(()),
    }
}

/// Writes the notice of what has just happened to `account`, and says whether there is one to send.
pub(crate) fn tell(
    db: &Connection,
    shop: &Shop,
    account: &Payment,
    flag: Flag,
    at: String,
) -> Result<bool, Refusal> {
    let Some(Address { url, encoding, .. }) = notice::address(db, &account.tid)? else { return Ok(false) };
    // A taken back deposit is told of by its own number; an account is given out with that of the first.
    let deposit = notice::deposits(db, &account.tid)? + i64::from(flag == Flag::PaidIn);
    let seqno = format!("{:03}", deposit.max(1));
    let charset = text::charset(Some(encoding.as_bytes()));
    let notice = Notice {
        id: notice::next_id(db)?,
        tid: account.tid.clone(),
        oid: account.oid.clone(),
        flag: flag.code().into(),
        body: letter::write(account, shop, flag, &seqno, charset).into_bytes(),
        seqno,
        url,
        state: Delivery::Waiting,
        tries: 0,
        due: clock::now_ms(),
        at,
    };
    notice.enter(db)?;
    Ok(true)
}

/// All notices with their attempts, oldest first.
pub(crate) fn all(gateway: &Gateway) -> Result<Vec<NoticeLog>, Refusal> {
    let ledger = gateway.ledger();
    notice::all(ledger.read())?.into_iter().map(|notice| log(ledger.read(), notice)).collect()
}

/// Sends a notice now, and for another two hours if need be, whatever became of it before.
pub(crate) fn resend(gateway: &Gateway, id: i64) -> Result<NoticeLog, Refusal> {
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    let find = || notice::find(&db, id)?.ok_or_else(|| codes::NOTICE.on(id.to_string()));
    // Another time than before tells an attempt that is under way that this one is wanted beside it.
    let now = clock::now_ms();
    let due = now + i64::from(find()?.due == now);
    notice::update(&db, id, Delivery::Waiting, 0, due)?;
    let again = find()?;
    let log = log(&db, again)?;
    db.commit()?;
    drop(ledger);
    gateway.bell.ring();
    Ok(log)
}

fn log(db: &Connection, notice: Notice) -> Result<NoticeLog, Refusal> {
    Ok(NoticeLog { attempts: notice::attempts(db, notice.id)?, notice })
}

/// Whether something can be posted there.
pub(crate) fn is_address(url: &str) -> bool {
    let uri: Result<Uri, _> = url.parse();
    uri.is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    })
}

/// An address as it may be shown: user, password and query may hold a secret.
pub(crate) fn shown_address(url: &str) -> String {
    let Ok(uri) = url.parse::<Uri>() else { return "***".into() };
    let scheme = uri.scheme_str().unwrap_or_default();
    let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = if uri.query().is_some() { "?***" } else { "" };
    format!("{scheme}://{}{port}{}{query}", uri.host().unwrap_or_default(), uri.path())
}

/// For serde.
pub(crate) fn shown<S: Serializer>(url: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&shown_address(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_posted_to_and_their_secrets_hidden() {
        for wrong in ["", "shop.example/note", "ftp://shop.example/", "/note", "http://", "http:// x/"] {
            assert!(!is_address(wrong), "{wrong}");
        }
        assert!(is_address("https://shop.example"));
        let url = "http://me:secret@127.0.0.1:8080/note.php?key=secret";
        assert_eq!(shown_address(url), "http://127.0.0.1:8080/note.php?***");
    }
}
