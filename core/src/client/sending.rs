//! One request on its way: into the journal, to the gateway, and what follows when no answer comes.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::client::held::Held;
use crate::client::outcome::{Outcome, RollbackResult, aftermath, settle};
use crate::client::request::{Request, Value, is_plain};
use crate::config::settings::Settings;
use crate::error::code::Code;
use crate::error::{Error, Result};
use crate::journal::record::{Mark, Record, Stand};
use crate::journal::{Entry, Mode, Unwritten};
use crate::log::Level;
use crate::net::address::Address;
use crate::net::exchange::Break;
use crate::net::http::Response;
use crate::net::stop::Stop;
use crate::protocol::answer::Answer;
use crate::protocol::effect::Effect;
use crate::text::clock;
use crate::text::dates;

/// A request whose wait is over, before anything follows from that.
///
/// Dropped, it is left to recovery like what a process that died had sent: it will be rolled back.
#[must_use = "what was sent has to be concluded"]
#[derive(Debug)]
pub struct Exchanged {
    client: Client,
    request: Arc<Request>,
    rollback_on_error: bool,
    entry: Option<Entry>,
    came: std::result::Result<Answer, Missing>,
}

/// Why there is no answer.
#[derive(Debug)]
enum Missing {
    Unbegun(Error),
    Broken(Break),
}

impl Exchanged {
    /// Whether the gateway answered in form. What follows then takes no longer than a note in the journal; without an
    /// answer there may be a Rollback and a Report.
    pub fn is_answered(&self) -> bool {
        self.came.is_ok()
    }

    /// Does what follows: see [`crate::Transaction::hand_over`].
    pub fn hand_over(self) -> Held {
        self.conclude(false)
    }

    /// Does what follows: see [`crate::Transaction::hold`].
    pub fn hold(self) -> Held {
        self.conclude(true)
    }

    /// What its [`aftermath`] asks for, and a note of what became of it. `held`: an approval counts only when the caller
    /// has done a step of its own.
    fn conclude(self, held: bool) -> Held {
        let Exchanged { client, request, rollback_on_error, entry, came } = self;
        let outcome = match came {
            Ok(answer) => Outcome::Answered(answer),
            Err(Missing::Unbegun(error)) => Outcome::NotSent(error),
            Err(Missing::Broken(broken)) => {
                client.follow(&request, broken, rollback_on_error, entry.is_some())
            }
        };
        if let Some(error) = outcome.error() {
            client.log().write(Level::Error, request.tx_id(), error);
        }
        let payment = Payment::of(&request);
        let (entry, outcome) = client.note(entry, outcome, &payment, held);
        Held::new(client, payment, outcome, entry, held)
    }

    /// Its place in the journal, for whoever undoes it without concluding it.
    pub(crate) fn into_entry(self) -> Option<Entry> {
        self.entry
    }
}

/// What a Rollback undoes.
#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub(crate) mid: String,
    pub(crate) tx_id: String,
    pub(crate) hash_type: Option<Value>,
    /// What is undone with it.
    pub(crate) effect: Effect,
}

impl Payment {
    /// Of what the journal holds.
    pub(crate) fn recorded(record: &Record) -> Payment {
        let hash_type = Some(&record.hash_type).filter(|kind| !kind.is_empty());
        Payment {
            mid: record.mid.clone(),
            tx_id: record.tx_id.clone(),
            hash_type: hash_type.map(|kind| Value::from(kind.as_str())),
            effect: Effect::of(&record.txname),
        }
    }

    pub(crate) fn of(request: &Request) -> Payment {
        Payment {
            mid: request.mid().to_owned(),
            tx_id: request.tx_id().to_owned(),
            hash_type: request.get("LGD_HASHTYPE").cloned(),
            effect: request.effect(),
        }
    }
}

/// For how long a packet that has left may still arrive: TCP's maximum segment lifetime (RFC 9293).
pub(crate) const LIFETIME: Duration = Duration::from_secs(120);

impl Client {
    /// Sends a request once. `stop` ends the wait for its answer.
    pub(crate) fn send(
        &self,
        request: Arc<Request>,
        rollback_on_error: bool,
        stop: Option<&Stop>,
    ) -> Exchanged {
        let begun = self.gateway(self.platform()).and_then(|url| Ok((self.begin(&request, url)?, url)));
        let (entry, came) = match begun {
            Ok((entry, url)) => {
                let came = self.exchange_until(url, &request, self.settings().timeout, stop);
                (entry, came.map_err(Missing::Broken))
            }
            Err(error) => (None, Err(Missing::Unbegun(error))),
        };
        Exchanged { client: self.clone(), request, rollback_on_error, entry, came }
    }

    /// 망취소 of a payment by its shop's wish, which outlives this process. `held`: its place in the journal, where that is at
    /// hand. The last request that was sent for it, and what became of that.
    pub(crate) fn undo(
        &self,
        held: Option<Entry>,
        payment: &Payment,
        reason: Value,
    ) -> (Option<Request>, Outcome) {
        if held.is_some() {
            return self.undo_in(held, payment, reason);
        }
        let entry = self.reopen(payment);
        // The journal knows more of it than who only has its LGD_TXID, unless it was settled there and this is the wish.
        let record =
            entry.as_ref().and_then(|entry| entry.record.as_ref()).filter(|record| !record.is_wish());
        let payment = record.map_or_else(|| payment.clone(), Payment::recorded);
        self.undo_in(entry, &payment, reason)
    }

    /// Whether the request of a transaction that gets a Rollback now may still be on its way, so that the gateway would take
    /// it after that. Its connection was aborted, and what had left by then lives for at most [`LIFETIME`]; one that was
    /// answered had arrived.
    fn may_be_late(&self, entry: &Entry) -> bool {
        let Some(record) = entry.record.as_ref().filter(|record| !record.is_wish()) else { return false };
        let (since, lifetime) = match &entry.stand {
            Stand::Begun | Stand::Doubt { .. } | Stand::Refused { .. } => {
                (&record.at, self.settings().timeout + LIFETIME)
            }
            Stand::RolledBack { at } => (at, LIFETIME),
            Stand::Approved { .. } | Stand::Settled | Stand::Damaged => return false,
        };
        dates::between(since, &self.now()).is_none_or(|age| age < lifetime)
    }

    /// As [`Client::undo`], with the payment's place in the journal.
    pub(crate) fn undo_in(
        &self,
        mut entry: Option<Entry>,
        payment: &Payment,
        reason: Value,
    ) -> (Option<Request>, Outcome) {
        let may_be_late = entry.as_ref().is_some_and(|entry| self.may_be_late(entry));
        if let Some(entry) = entry.as_mut().filter(|entry| !matches!(entry.stand, Stand::RolledBack { .. })) {
            // Whatever it was before, from now on it is to be undone, also if this process dies.
            let wish = Mark::Doubt { code: Code::SHOP_STEP.to_string() };
            self.warn_unless(entry.note(&wish), &payment.tx_id);
        }
        let gateway = match entry.as_ref().and_then(|entry| entry.record.as_ref()) {
            Some(record) => self.gateway_of(record),
            None => self.gateway(self.platform()),
        };
        let (request, outcome) = match gateway {
            Ok(url) => self.roll_back(url, payment, &reason, entry.is_some()),
            Err(error) => (None, settle(error, payment, None, entry.is_some())),
        };
        if let (Some(mut entry), rollback) = (entry, RollbackResult::of(&outcome)) {
            let written = match rollback {
                RollbackResult::Confirmed => self.note_rollback(&mut entry, may_be_late),
                RollbackResult::Refused { code, message } => {
                    entry.note(&Mark::Refused { code, message, at: self.now() })
                }
                // It stands as wished.
                RollbackResult::Unanswered(_) | RollbackResult::Off => Ok(()),
            };
            self.warn_unless(written, &payment.tx_id);
        }
        (request, outcome)
    }

    /// A Rollback and, while it gets no answer, two more on connections of their own. Each is a request of its own, and
    /// all of them take no longer than one may.
    fn roll_back(
        &self,
        url: &Address,
        payment: &Payment,
        reason: &Value,
        kept: bool,
    ) -> (Option<Request>, Outcome) {
        const SHARES: [u32; 3] = [2, 4, 4];
        const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_millis(200), Duration::from_secs(1)];
        let whole = self.settings().timeout;
        let unconfirmed = |error| settle(error, payment, None, kept);
        let mut last = (None, unconfirmed(Error::internal("no Rollback was tried")));
        for (share, pause) in SHARES.into_iter().zip(PAUSES) {
            self.world().pause(pause);
            let request = match self.rollback_request(payment, reason.clone()) {
                Ok(request) => request,
                Err(error) => return (last.0, unconfirmed(error)),
            };
            let timeout = (whole / share).max(Duration::from_secs(1));
            let outcome = match self.exchange(url, &request, timeout) {
                Ok(answer) => return (Some(request), Outcome::Answered(answer)),
                // Whether this Rollback left or not: what it was to undo may stand.
                Err(Break { error, .. }) => unconfirmed(error),
            };
            if let Some(error) = outcome.error() {
                self.log().write(Level::Error, request.tx_id(), error);
            }
            last = (Some(request), outcome);
        }
        last
    }

    fn rollback_request(&self, payment: &Payment, reason: Value) -> Result<Request> {
        let mut rollback = Request::new(self.config(), payment.mid.as_bytes())?;
        rollback.set(b"LGD_TXNAME", "Rollback".into())?;
        rollback.set(b"LGD_RB_TXID", payment.tx_id.as_str().into())?;
        rollback.set(b"LGD_RB_REASON", reason.legible())?;
        if let Some(hash_type) = &payment.hash_type {
            rollback.set(b"LGD_HASHTYPE", hash_type.clone())?;
        }
        Ok(rollback)
    }

    fn follow(&self, request: &Request, broken: Break, rollback_on_error: bool, kept: bool) -> Outcome {
        let Break { error, sent, received, .. } = broken;
        // A Rollback is itself never rolled back, also one that was put together by hand.
        let rollback =
            rollback_on_error && self.settings().auto_rollback && request.effect() != Effect::RollsBack;
        let due = aftermath(error.code(), sent, rollback, self.settings().report_error);
        let take_back = |reason: String| self.take_back(&Payment::of(request), &reason, kept);
        let rollback = due.rollback.map_or(RollbackResult::Off, take_back);
        if let Some(status) = due.report {
            let reported =
                self.report_bytes(request.mid(), status.as_str().into(), report_excerpt(&received).into());
            if let Err(error) = reported {
                self.log().write(Level::Warn, request.tx_id(), format!("Report: {error}"));
            }
        }
        match sent {
            false => Outcome::NotSent(error),
            true => settle(error, &Payment::of(request), Some(rollback), kept),
        }
    }

    /// The Rollback of what was sent just now.
    fn take_back(&self, payment: &Payment, reason: &str, kept: bool) -> RollbackResult {
        match self.gateway(self.platform()) {
            Ok(url) => RollbackResult::of(&self.roll_back(url, payment, &reason.into(), kept).1),
            Err(error) => RollbackResult::Unanswered(error.code()),
        }
    }
}

/// The journal's part.
impl Client {
    /// A record of the request, durably, where it may move money and the journal is not off.
    fn begin(&self, request: &Request, url: &Address) -> Result<Option<Entry>> {
        if self.settings().journal == Mode::Off || !request.effect().is_recorded() {
            return Ok(None);
        }
        let amount = [request.plain("LGD_CANCELAMOUNT"), request.plain("LGD_AMOUNT")];
        let record = Record {
            txname: request.plain("LGD_TXNAME"),
            url: url.to_string(),
            oid: request.plain("LGD_OID"),
            tid: request.plain("LGD_TID"),
            amount: amount.into_iter().find(|amount| !amount.is_empty()).unwrap_or_default(),
            ..self.blank_record(&Payment::of(request))
        };
        match self.write(&record) {
            Ok(entry) => {
                self.complain(String::new());
                Ok(Some(entry))
            }
            Err(Unwritten { cause, remains }) if remains || self.settings().journal == Mode::Strict => {
                Err(Error::new(Code::JOURNAL, format!("nothing was sent: {}", self.unrecorded(&cause))))
            }
            Err(Unwritten { cause, .. }) => {
                let error = Error::new(Code::JOURNAL, self.unrecorded(&cause));
                let warning =
                    format!("{error} The payment goes on without it. / 저널 없이 결제를 계속합니다.");
                self.log().write(Level::Error, request.tx_id(), &warning);
                self.complain(warning);
                Ok(None)
            }
        }
    }

    /// The shop's wish to undo a payment, in the journal: where the payment still stands there, or anew. The wish is
    /// granted also where it cannot be written.
    fn reopen(&self, payment: &Payment) -> Option<Entry> {
        let journal = self.journal()?;
        if let Some(entry) = journal.take(&payment.tx_id).ok().flatten().filter(|entry| !entry.seized) {
            return Some(entry);
        }
        let url = self.gateway(self.platform()).ok()?;
        let record =
            Record { txname: Record::WISH.into(), url: url.to_string(), ..self.blank_record(payment) };
        let begun = self.write(&record).map_err(|unwritten| unwritten.cause);
        self.warn_unless(begun, &payment.tx_id)
    }

    fn blank_record(&self, payment: &Payment) -> Record {
        Record {
            at: self.now(),
            tx_id: payment.tx_id.clone(),
            mid: payment.mid.clone(),
            txname: String::new(),
            platform: self.platform(),
            url: String::new(),
            hash_type: payment.hash_type.as_ref().map(Value::plain).unwrap_or_default(),
            oid: String::new(),
            tid: String::new(),
            amount: String::new(),
            owner: self.world().owner(),
        }
    }

    /// Korean time, as records have it.
    pub(crate) fn now(&self) -> String {
        clock::stamp(self.world().now())
    }

    fn write(&self, record: &Record) -> std::result::Result<Entry, Unwritten> {
        let nowhere =
            || io::Error::new(io::ErrorKind::NotFound, "no journal_dir, log_dir or home_dir is set");
        let journal = self.journal().ok_or_else(nowhere)?;
        if journal.has_vanished() {
            let warning = format!(
                "journal_dir [{0}] vanished, with whatever was open in it; it is made anew. / \
                 journal_dir [{0}]이 사라져 다시 만듭니다. 그 안의 미결 기록도 사라졌습니다.",
                journal.dir().display()
            );
            self.log().write(Level::Error, &record.tx_id, warning);
        }
        journal.begin(record)
    }

    fn unrecorded(&self, cause: &io::Error) -> String {
        let dir = self.journal().map(|journal| journal.dir().display().to_string()).unwrap_or_default();
        format!("the journal in [{dir}] cannot be written: {cause}")
    }

    /// What became of a request, durably. Gives the entry back while the caller still has to take note of an approval.
    fn note(
        &self,
        entry: Option<Entry>,
        outcome: Outcome,
        payment: &Payment,
        held: bool,
    ) -> (Option<Entry>, Outcome) {
        let Some(mut entry) = entry else { return (None, outcome) };
        let written = match &outcome {
            Outcome::Answered(answer) if answer.is_success() => {
                let noted = entry.note(&answered(answer));
                // Until here nobody is told; from here on its caller is, who has a step to do.
                let Err(cause) = noted.and_then(|()| if held { entry.hold() } else { Ok(()) }) else {
                    return (Some(entry), outcome);
                };
                // What is held must stay in the journal until the caller's step is done. What is not is as good as handed
                // over once recovery cannot find it any more.
                if held || entry.clear().is_err() {
                    return (None, self.disown(entry, payment, &cause));
                }
                Err(cause)
            }
            // Undone later, a decline stays a decline.
            Outcome::Answered(answer) => entry.settle(&answered(answer)),
            Outcome::NotSent(_) => entry.settle(&Mark::NotSent),
            Outcome::RolledBack(error) => self.note_rollback(&mut entry, !error.code().is_of_an_answer()),
            Outcome::InDoubt(error) => self.note_doubt(&mut entry, error),
        };
        self.warn_unless(written, &payment.tx_id);
        (None, outcome)
    }

    /// A Rollback that was confirmed. Where what it undid may still be on its way, it is noted as to be asked for once more;
    /// where that cannot be written, recovery asks for it all the same. See [`Client::may_be_late`].
    fn note_rollback(&self, entry: &mut Entry, may_be_late: bool) -> io::Result<()> {
        let effect = entry.record.as_ref().map(|record| Effect::of(&record.txname));
        match may_be_late && effect.is_some_and(Effect::is_recoverable) {
            true => entry.note(&Mark::RolledBack { again: Some(self.now()) }),
            false => entry.settle(&Mark::RolledBack { again: None }),
        }
    }

    fn note_doubt(&self, entry: &mut Entry, error: &Error) -> io::Result<()> {
        let mark = match error.rollback() {
            Some(RollbackResult::Refused { code, message }) => {
                Mark::Refused { code: code.clone(), message: message.clone(), at: self.now() }
            }
            _ => Mark::Doubt { code: error.code().to_string() },
        };
        match &entry.record {
            Some(record) if entry.has_vanished() => {
                self.write(record).map_err(|unwritten| unwritten.cause)?.note(&mark)
            }
            _ => entry.note(&mark),
        }
    }

    /// An approval that the journal may undo later, because that it was answered cannot be written. It is undone now, so
    /// that what the shop is told stays true.
    pub(crate) fn disown(&self, entry: Entry, payment: &Payment, cause: &io::Error) -> Outcome {
        let done = payment.effect.info().done;
        let error = Error::new(Code::JOURNAL, format!("{done}, but {}", self.unrecorded(cause)));
        let (_, rollback) = self.undo_in(Some(entry), payment, "Journal error".into());
        let outcome = settle(error, payment, Some(RollbackResult::of(&rollback)), true);
        if let Some(error) = outcome.error() {
            self.log().write(Level::Error, &payment.tx_id, error);
        }
        outcome
    }

    pub(crate) fn warn_unless<T>(&self, written: io::Result<T>, tx_id: &str) -> Option<T> {
        match written {
            Ok(value) => Some(value),
            Err(cause) => {
                let error = Error::new(Code::JOURNAL, self.unrecorded(&cause));
                self.log().write(Level::Error, tx_id, &error);
                self.complain(error.to_string());
                None
            }
        }
    }
}

fn answered(answer: &Answer) -> Mark {
    let value = |name| answer.get(name).filter(|value| is_plain(value)).unwrap_or_default().to_owned();
    Mark::Answered {
        code: answer.code().to_owned(),
        tid: value("LGD_TID"),
        oid: value("LGD_OID"),
        amount: value("LGD_AMOUNT"),
    }
}

/// One request and its answer.
impl Client {
    /// An answer in form.
    pub(crate) fn exchange(
        &self,
        url: &Address,
        request: &Request,
        timeout: Duration,
    ) -> std::result::Result<Answer, Break> {
        self.exchange_until(url, request, timeout, None)
    }

    fn exchange_until(
        &self,
        url: &Address,
        request: &Request,
        timeout: Duration,
        stop: Option<&Stop>,
    ) -> std::result::Result<Answer, Break> {
        let received = self.post(url, request, timeout, stop)?.body;
        let answer = Answer::parse(received, request.tx_id()).map_err(|received| {
            let detail = format!("{} bytes that are not a JSON object with an LGD_RESPCODE", received.len());
            Break::answered(Error::new(Code::JSON, detail), received)
        })?;
        self.log_answer(&answer);
        Ok(answer)
    }

    /// An HTTP answer with a status of 2xx.
    pub(crate) fn post(
        &self,
        url: &Address,
        request: &Request,
        timeout: Duration,
        stop: Option<&Stop>,
    ) -> std::result::Result<Response, Break> {
        let route = self.route(timeout, stop).map_err(Break::unsent)?;
        self.warn_of_blind_trust(request);
        self.log().write_pairs(Level::Info, request.tx_id(), request.texts());
        let http = route.post(url, &request.body()).inspect_err(|broken| {
            if broken.error.code() == Code::SSL {
                self.doubt_trust();
            }
        })?;
        if (200..300).contains(&http.status) {
            return Ok(http);
        }
        let error = Error::new(Code::http(http.status), "this is not an answer of the gateway");
        Err(Break::answered(error, http.body))
    }

    fn log_answer(&self, answer: &Answer) {
        self.log().write(Level::Info, answer.tx_id(), format_args!("{} {}", answer.code(), answer.message()));
        for row in answer.rows() {
            self.log().write_pairs(Level::Debug, answer.tx_id(), row.iter());
        }
    }

    fn warn_of_blind_trust(&self, request: &Request) {
        let Settings { verify_cert, verify_host, .. } = *self.settings();
        for (name, verified) in [("verify_cert", verify_cert), ("verify_host", verify_host)] {
            if !verified {
                let warning = format!(
                    "{name} = 0: anybody on the way can read and change this request; set it to 1. / \
                     {name} = 0: 누구나 이 요청을 읽고 바꿀 수 있습니다. 1로 설정하십시오."
                );
                self.log().write(Level::Warn, request.tx_id(), warning);
            }
        }
    }
}

/// As much of a page that is not the gateway's as helps its operators.
fn report_excerpt(received: &[u8]) -> &[u8] {
    const ENOUGH: usize = 8 * 1024;
    received.get(..ENOUGH).unwrap_or(received)
}
