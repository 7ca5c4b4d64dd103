//! The vendor's call sequence on one object: Init, Init_TX, Set, TX, Response. The C ABI and every binding over it are this.
//!
//! Where it differs from the vendor: a second TX without Init_TX goes out under an LGD_TXID of its own, and
//! Rollback wants a transaction that was sent, so that neither can touch another payment than the one meant. As the vendor's,
//! Init_TX keeps code, message and rows of the last answer until the next TX: shops set parameters from them.

pub(crate) mod call;
mod notice;
mod typed;
mod window;

use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use crate::client::Client;
use crate::client::held::Held;
use crate::client::outcome::Outcome;
use crate::client::request::{Request, Value};
use crate::client::sending::{Exchanged, Payment};
use crate::config::Config;
use crate::config::platform::Platform;
use crate::config::settings::flag;
use crate::error::code::{Code, Family};
use crate::error::{Error, Result};
use crate::journal::Entry;
use crate::log::{Level, Sink};
use crate::net::stop::Stop;
use crate::protocol::answer::{Answer, Row};
use crate::protocol::limits;
use crate::protocol::means::Means;
use crate::protocol::signature;
use crate::text::encoding::{decode, to_cp949};
use crate::typed::results::CancelResult;

/// One merchant's client in the vendor's manner. A call that returns `false` leaves a code and a message.
pub struct Session {
    language: Cow<'static, str>,
    platform: Option<Platform>,
    config: Config,
    /// Of the configuration as it is; dropped when that changes.
    client: Option<Client>,
    sink: Option<Sink>,
    transaction: Option<Transaction>,
    /// Why there is none: what the last Init_TX failed with, which shops look for after TX.
    unbegun: Option<Error>,
    /// What was sent and waits for [`Session::settle`].
    exchanged: Option<Exchanged>,
    /// An approval that waits for the shop's own step.
    held: Option<Held>,
    tx_id: String,
    auth_code: String,
    code: String,
    message: String,
    /// Of the error that `code` is of.
    family: Option<Family>,
    outcome: Option<Outcome>,
    /// Whether another transaction was begun since that outcome. Its answer can still be read then.
    is_past: bool,
    notice: notice::Read,
    window: Option<window::Form>,
}

struct Transaction {
    /// Shared while it is sent.
    request: Arc<Request>,
    progress: Progress,
    /// The client that sent it: whatever is configured later, a Rollback goes where the payment went.
    client: Option<Client>,
    /// A parameter or setting that was refused: without it the request would say something else than the caller meant.
    refused: Option<Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Drafted,
    Sent,
    /// It failed before anything could leave: there is nothing to roll back.
    NotSent,
    /// The caller's Rollback was sent; it may be asked again, the payment may not.
    RollbackSent,
}

impl Session {
    /// A session that knows nothing yet. `language` is the binding's and goes into the `User-Agent`.
    pub fn new(language: impl Into<Cow<'static, str>>) -> Session {
        Session {
            language: language.into(),
            platform: None,
            config: Config::new(),
            client: None,
            sink: None,
            transaction: None,
            unbegun: None,
            exchanged: None,
            held: None,
            tx_id: String::new(),
            auth_code: String::new(),
            code: String::new(),
            message: String::new(),
            family: None,
            outcome: None,
            is_past: false,
            notice: notice::Read::default(),
            window: None,
        }
    }

    /// The language of a binding over this one, for the `User-Agent`; at most 32 letters, digits, `.`, `-`, `+` and `#`.
    pub fn set_language(&mut self, language: &[u8]) -> bool {
        let plain = |b: &u8| b.is_ascii_alphanumeric() || b".-+#".contains(b);
        match std::str::from_utf8(language) {
            Ok(text) if (1..=32).contains(&text.len()) && language.iter().all(plain) => {
                self.language = text.to_owned().into();
                self.client = None;
                true
            }
            _ => self.fail(Error::bad_value("language", "may hold 1 to 32 letters, digits and . - + #")),
        }
    }

    /// Reads the files below `home_dir`; whatever the session held before is gone.
    pub fn init(&mut self, home_dir: &[u8], mode: &[u8]) -> bool {
        self.init_mode(mode);
        let loaded = path(home_dir).and_then(Config::load);
        self.keep(loaded, |session, config| {
            session.config = config;
            session.warn_of_open();
        })
    }

    /// Starts without files: the settings come by [`Session::set_config`].
    pub fn init_mode(&mut self, mode: &[u8]) -> bool {
        let sink = self.sink.take();
        *self = Session { sink, ..Session::new(std::mem::take(&mut self.language)) };
        self.platform = Some(Platform::from_mode(mode));
        true
    }

    /// Another session of the same configuration, which has begun nothing: for another thread.
    pub fn twin(&self) -> Session {
        Session {
            platform: self.platform,
            config: self.config.clone(),
            client: self.client.clone(),
            sink: self.sink.clone(),
            ..Session::new(self.language.clone())
        }
    }

    /// From the next transaction on as `other` is configured. What was sent and answered stays.
    pub fn configure_as(&mut self, other: &Session) {
        self.platform = other.platform;
        self.config = other.config.clone();
        self.client = other.client.clone();
    }

    /// Which gateway is meant; `None` before Init.
    pub fn platform(&self) -> Option<Platform> {
        self.platform
    }

    /// Sets or replaces one setting, from the next transaction on. After a `false` a transaction that was begun cannot be sent.
    pub fn set_config(&mut self, name: &[u8], value: &[u8]) -> bool {
        if name.is_empty() {
            return self.refuse(Error::new(Code::BAD_VALUE, "a setting needs a name"));
        }
        if let Err(error) = limits::check_no_nul(name, value) {
            return self.refuse(error);
        }
        self.config.set(name, value);
        self.client = None;
        true
    }

    /// Takes one setting back, from the next transaction on: its default holds, not nothing.
    pub fn unset_config(&mut self, name: &[u8]) -> bool {
        self.config.unset(name);
        self.client = None;
        true
    }

    /// The MertKey of a shop id, in place of the configured one: for requests, signatures and verification, and never a
    /// setting, whatever the shop id is called.
    pub fn set_mert_key(&mut self, mid: &[u8], key: &[u8]) -> bool {
        if let Err(error) = limits::check_no_nul(mid, key) {
            return self.refuse(error);
        }
        self.config.set_mert_key(mid, key);
        self.client = None;
        true
    }

    /// All settings as they are now.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Connects to the gateway before the buyer pays; see [`Client::warm_up`]. Whatever was begun stays as it is.
    pub fn warm_up(&mut self) -> bool {
        let warmed = self.client().and_then(|client| client.warm_up());
        self.keep(warmed, |_, ()| ())
    }

    /// Starts a transaction of the shop `mid`: a new LGD_TXID and LGD_AUTHCODE, no other parameter. Code, message and rows of
    /// the last answer stay until the next TX.
    ///
    /// After a `false` Set and TX fail with the same code and message, for many a page looks only at those.
    pub fn init_tx(&mut self, mid: &[u8]) -> bool {
        let request =
            self.initialised("no transaction can begin").and_then(|_| Request::new(&self.config, mid));
        match request {
            Ok(request) => {
                self.end_transaction();
                self.show(&request);
                self.transaction = Some(Transaction {
                    request: Arc::new(request),
                    progress: Progress::Drafted,
                    client: None,
                    refused: None,
                });
                true
            }
            Err(error) => self.begin_refused(error),
        }
    }

    /// For a binding that got a transaction which cannot be read: an [`Session::init_tx`] that fails. The transaction before
    /// is over all the same, so that nothing that follows is sent as a part of it. Always `false`.
    pub fn begin_refused(&mut self, error: Error) -> bool {
        self.end_transaction();
        self.unbegun = Some(error.clone());
        self.fail(error)
    }

    /// Sets a parameter, or replaces its value in place. After a `false` the transaction cannot be sent any more.
    pub fn set(&mut self, name: &[u8], value: impl Into<Value>) -> bool {
        let set = match &mut self.transaction {
            Some(transaction) => Arc::make_mut(&mut transaction.request).set(name, value.into()),
            None => Err(self.before_init_tx("Set")),
        };
        match set {
            Ok(()) => true,
            Err(error) => self.refuse(error),
        }
    }

    /// For a binding that got a parameter which cannot become bytes: as a [`Session::set`] that fails, or where nothing was
    /// begun, as a [`Session::init_tx`]. Always `false`.
    pub fn refuse(&mut self, error: Error) -> bool {
        let refused = match &mut self.transaction {
            Some(transaction) => &mut transaction.refused,
            None => &mut self.unbegun,
        };
        refused.get_or_insert_with(|| error.clone());
        self.fail(error)
    }

    /// Sends the transaction. `true`: the gateway answered in form, whatever its code.
    pub fn tx(&mut self, rollback_on_error: bool) -> bool {
        match self
            .sending(|client, request| client.send(request, rollback_on_error, None).hand_over().confirm())
        {
            Some(outcome) => self.conclude_sent(outcome),
            None => false,
        }
    }

    /// As [`Session::tx`], but an approval does not count as known to the shop before [`Session::confirm`]; if the shop's
    /// own step fails, [`Session::undo`]. The journal shows what is neither as unconfirmed.
    pub fn tx_held(&mut self, rollback_on_error: bool) -> bool {
        match self.sending(|client, request| client.send(request, rollback_on_error, None).hold()) {
            Some(held) => self.hold(held),
            None => false,
        }
    }

    /// As [`Session::tx_held`], for a caller who has still to be told, as over a pipe: recovery undoes an approval whose
    /// process dies before [`Session::replied`]. If the caller cannot be told, [`Session::abandon`].
    pub fn tx_replied(&mut self, rollback_on_error: bool) -> bool {
        match self.sending(|client, request| client.send(request, rollback_on_error, None).hand_over()) {
            Some(held) => self.hold(held),
            None => false,
        }
    }

    /// The caller of [`Session::tx_replied`] was told: an approval is held from now on. `false` where none is held any more;
    /// code and outcome say why.
    pub fn replied(&mut self) -> bool {
        let Some(held) = self.held.take() else { return self.fail(nothing_held()) };
        match held.for_step() {
            Ok(held) => {
                self.held = Some(held);
                true
            }
            Err(outcome) => self.conclude(outcome),
        }
    }

    /// The first part of a TX for callers that may be gone before its end: sends, and waits until `stop` ends it. Whether
    /// the gateway answered; [`Session::settle`] does what follows in any case.
    pub fn exchange(&mut self, rollback_on_error: bool, stop: &Stop) -> bool {
        self.exchanged = self.sending(|client, request| client.send(request, rollback_on_error, Some(stop)));
        self.exchanged.as_ref().is_some_and(Exchanged::is_answered)
    }

    /// The second part, which gives what [`Session::tx`] does. An approval counts only with [`Session::confirm`]; if the
    /// caller is gone by then, [`Session::abandon`]. `for_step`: as [`Session::tx_held`].
    pub fn settle(&mut self, for_step: bool) -> bool {
        let Some(exchanged) = self.exchanged.take() else { return false };
        let held = self.returned("TX", || if for_step { exchanged.hold() } else { exchanged.hand_over() });
        self.hold(held)
    }

    /// Whether an approval waits for [`Session::confirm`] or [`Session::undo`].
    pub fn is_held(&self) -> bool {
        self.held.as_ref().is_some_and(Held::is_approved)
    }

    /// The shop's step after [`Session::tx_held`] is done. `false` when nothing was held.
    pub fn confirm(&mut self) -> bool {
        self.finish(Held::confirm)
    }

    /// The shop's step will never say how it ended: what is held is left as the journal has it, which shows it as
    /// unconfirmed, also while this process goes on. [`Session::rollback`] still undoes it. `false` when nothing was held.
    pub fn forsake(&mut self) -> bool {
        let held = self.is_held();
        self.let_go();
        held
    }

    /// Nobody waits for the answer any more: an approval is rolled back. `false` unless it was declined.
    pub fn abandon(&mut self) -> bool {
        self.finish(Held::abandon)
    }

    /// The shop's step after [`Session::tx_held`] failed: an approval is rolled back. Always `false`: code, message and
    /// outcome tell what became of the Rollback; LGD_TXID stays the payment's.
    pub fn undo(&mut self, reason: &[u8]) -> bool {
        self.finish(|held| held.undo(&decode(reason)));
        false
    }

    /// 망취소 of the transaction that was sent last, at the gateway that it was sent to. `true`: the gateway answered `0000`.
    /// Where nothing was sent there is nothing to undo: [`Code::CALL_ORDER`], and nothing leaves.
    pub fn rollback(&mut self, reason: &[u8]) -> bool {
        let (client, payment, entry) = match self.undoable() {
            Ok(undoable) => undoable,
            Err(error) => return self.conclude(Outcome::NotSent(error)),
        };
        let (request, outcome) = self.returned("Rollback", || client.undo(entry, &payment, reason.into()));
        if let Some(request) = request {
            self.show(&request);
        }
        self.conclude(outcome) && self.code == "0000"
    }

    /// Rolls back what earlier processes left in doubt. How many transactions are still open; code and message are those of
    /// the first that could not be settled. `None`, with its code, where the journal cannot be read.
    pub fn recover(&mut self) -> Option<usize> {
        let recovered = self.client().and_then(|client| client.recover());
        match recovered {
            Ok(recovery) => {
                self.speak(String::new(), String::new());
                if let Some(error) = recovery.open.iter().find_map(|open| open.error.clone()) {
                    self.fail(error);
                }
                Some(recovery.open.len())
            }
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// Tells the gateway's operators, at `aux_url`, of something that went wrong. `true`: the gateway answered `0000`.
    ///
    /// Code and message are the Report's; LGD_TXID, rows and outcome stay the transaction's, which Rollback still means.
    pub fn report(&mut self, status: &[u8], message: &[u8]) -> bool {
        let reported = self
            .subject("Report")
            .and_then(|(client, mid)| client.report_bytes(&mid, status.into(), message.into()));
        self.keep(reported, |session, answer| session.say(&answer)) && self.code == "0000"
    }

    /// Asks `aux_url` for a new copy of `mall.conf`, `lgdacom.conf` or `ca-bundle.crt` and puts it in place, whole or not
    /// at all. It counts from the next Init on.
    pub fn patch(&mut self, file: &[u8]) -> bool {
        let patched = self.subject("Patch").and_then(|(client, mid)| client.patch(&mid, &decode(file)));
        self.keep(patched, |session, ()| session.speak("0000".to_owned(), String::new()))
    }

    /// Writes a line into the log, under the LGD_TXID of the transaction begun or sent last. Nothing before Init.
    pub fn log(&mut self, message: &[u8], level: Level) {
        if let Ok(client) = self.client() {
            client.log().write(level, &self.tx_id, decode(message));
        }
    }

    /// Hands every line of the log to `sink` as well; `None` ends that. It stays across Init.
    pub fn set_logger(&mut self, sink: Option<Sink>) {
        self.sink = sink;
        self.client = None;
    }

    /// What became of the last TX or Rollback. `None` before, and after Init_TX.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref().filter(|_| !self.is_past)
    }

    /// What this session's client could not write, and what to do: the journal, the log. Empty where nothing is amiss, or
    /// where nothing was tried yet.
    pub fn unwritten(&self) -> String {
        self.client.as_ref().map(Client::unwritten).unwrap_or_default()
    }

    /// LGD_TXID of the transaction begun or sent last.
    pub fn tx_id(&self) -> &str {
        &self.tx_id
    }

    /// LGD_AUTHCODE that belongs to [`Session::tx_id`].
    pub fn auth_code(&self) -> &str {
        &self.auth_code
    }

    /// LGD_RESPCODE, or the code of what went wrong.
    pub fn response_code(&self) -> &str {
        &self.code
    }

    /// Which kind of failure [`Session::response_code`] tells of; `None` where that is an answer's, or nothing failed yet.
    pub fn error_family(&self) -> Option<Family> {
        self.family
    }

    /// [`Session::response_msg`] as text.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// LGD_RESPMSG, or what went wrong and what to do about it, in the output encoding.
    pub fn response_msg(&self) -> Cow<'_, [u8]> {
        self.output(&self.message)
    }

    /// The answer's body as it was received; empty without an answer.
    pub fn response_json(&self) -> &[u8] {
        self.answer().map_or(b"", Answer::json)
    }

    /// The rows of LGD_RESPONSE.
    pub fn rows(&self) -> &[Row] {
        self.answer().map_or(&[], Answer::rows)
    }

    /// Whether the answer to a cancel counts as done, for a payment with this LGD_PAYTYPE.
    pub fn is_cancelled(&self, paytype: &[u8]) -> bool {
        let means = Means::from_code(&decode(paytype));
        self.answer().is_some_and(|answer| CancelResult::read(answer, &means).counts_as_done)
    }

    /// Text for the caller: UTF-8 when `output_UTF8` is 1, else EUC-KR (CP949). UTF-8 while nothing is configured.
    pub fn output<'a>(&self, text: &'a str) -> Cow<'a, [u8]> {
        if text.is_ascii() || self.output_is_utf8() {
            Cow::Borrowed(text.as_bytes())
        } else {
            Cow::Owned(to_cp949(text))
        }
    }

    /// Whether [`Session::output`] gives UTF-8.
    pub fn output_is_utf8(&self) -> bool {
        self.config.iter().len() == 0 || flag(&self.config, "output_UTF8")
    }

    /// LGD_HASHDATA of a payment request under the configured MertKey. `None` leaves a code that names what is wrong.
    pub fn hash_data(&mut self, mid: &[u8], oid: &[u8], amount: &[u8], timestamp: &[u8]) -> Option<String> {
        self.sign(mid, |key| signature::hash_data(mid, oid, amount, timestamp, key))
    }

    /// LGD_HASHDATA of a payment result or notice.
    pub fn hash_data_cas(
        &mut self,
        mid: &[u8],
        oid: &[u8],
        amount: &[u8],
        respcode: &[u8],
        timestamp: &[u8],
    ) -> Option<String> {
        self.sign(mid, |key| signature::hash_data_cas(mid, oid, amount, respcode, timestamp, key))
    }

    /// LGD_HASHDATA of OpenPay.
    pub fn hash_data_openpay(
        &mut self,
        venderno: &[u8],
        mid: &[u8],
        mer_uid: &[u8],
        token: &[u8],
        timestamp: &[u8],
    ) -> Option<String> {
        self.sign(mid, |key| signature::hash_data_openpay(venderno, mid, mer_uid, token, timestamp, key))
    }

    /// `authdata` of a receipt link.
    pub fn receipt_authdata(&mut self, mid: &[u8], tid: &[u8]) -> Option<String> {
        self.sign(mid, |key| signature::receipt_authdata(mid, tid, key))
    }

    /// Whether a payment result or notice is the gateway's. `mid`, `oid` and `amount` are the order's own, on the platform
    /// of this session.
    pub fn verify(&mut self, result: &signature::SignedResult<'_>) -> bool {
        let platform = self.initialised("nothing can be verified");
        let key = platform.and_then(|platform| self.config.verifying_key(result.mid, platform));
        let verified = key.and_then(|key| result.verify(key));
        self.keep(verified, |_, ()| ())
    }

    /// Leaves an error's code and message, for a binding that found a misuse of its own. Always `false`.
    pub fn fail(&mut self, error: Error) -> bool {
        self.speak(error.code().to_string(), error.message());
        self.family = Some(error.family());
        false
    }

    fn hold(&mut self, held: Held) -> bool {
        let outcome = held.outcome().clone();
        self.held = Some(held);
        self.conclude_sent(outcome)
    }

    fn finish(&mut self, end: impl FnOnce(Held) -> Outcome) -> bool {
        match self.held.take() {
            Some(held) => {
                let outcome = self.returned("the end of a held approval", || end(held));
                self.conclude(outcome)
            }
            None => self.fail(nothing_held()),
        }
    }

    /// What `work` gives. After a panic it is in doubt, for a caller who outlives that.
    fn returned<T>(&mut self, call: &str, work: impl FnOnce() -> T) -> T {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            self.conclude(Outcome::InDoubt(unreturned(call)));
            resume_unwind(panic)
        })
    }

    fn sign(&mut self, mid: &[u8], make: impl FnOnce(&[u8]) -> Result<String>) -> Option<String> {
        match self.config.mert_key(mid).and_then(make) {
            Ok(signature) => Some(signature),
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    fn warn_of_open(&mut self) {
        if let Ok(client) = self.client() {
            client.warn_of_open();
        }
    }

    /// The client of the configuration as it is now, for typed requests.
    ///
    /// # Errors
    /// [`Code::CALL_ORDER`] before Init.
    pub fn client(&mut self) -> Result<Client> {
        let platform = self.initialised("nothing can be asked")?;
        let made = || Client::speaking(&self.language, self.config.clone(), platform, self.sink.clone());
        Ok(self.client.get_or_insert_with(made).clone())
    }

    fn initialised(&self, otherwise: &str) -> Result<Platform> {
        self.platform.ok_or_else(|| Error::new(Code::CALL_ORDER, format!("{otherwise} before Init")))
    }

    /// Why `call` finds no transaction: what Init_TX failed with, or that there was none.
    fn before_init_tx(&self, call: &str) -> Error {
        let missing = || Error::new(Code::CALL_ORDER, format!("{call} before Init_TX"));
        self.unbegun.clone().unwrap_or_else(missing)
    }

    /// The drafted request, or the one sent before under a new LGD_TXID; from here on it counts as sent.
    fn sendable(&mut self) -> Result<(Client, Arc<Request>)> {
        let client = self.client()?;
        self.let_go();
        let may_be_sent = |transaction: &&mut Transaction| transaction.progress != Progress::RollbackSent;
        let Some(transaction) = self.transaction.as_mut().filter(may_be_sent) else {
            return Err(self.before_init_tx("TX"));
        };
        if let Some(refused) = &transaction.refused {
            return Err(refused.clone());
        }
        if transaction.progress != Progress::Drafted {
            transaction.request = Arc::new(transaction.request.renewed(client.config())?);
        }
        transaction.progress = Progress::Sent;
        transaction.client = Some(client.clone());
        Ok((client, transaction.request.clone()))
    }

    /// What was sent last, who sent it, and its place in the journal where that is still held here: nobody else may come
    /// between.
    fn undoable(&mut self) -> Result<(Client, Payment, Option<Entry>)> {
        let entry = match (self.held.take(), self.exchanged.take()) {
            (Some(held), _) => held.into_entry(),
            (None, exchanged) => exchanged.and_then(Exchanged::into_entry),
        };
        match &mut self.transaction {
            Some(Transaction {
                request,
                progress: progress @ (Progress::Sent | Progress::RollbackSent),
                client: Some(client),
                ..
            }) => {
                *progress = Progress::RollbackSent;
                Ok((client.clone(), Payment::of(request), entry))
            }
            _ => Err(Error::new(Code::CALL_ORDER, "Rollback of a transaction that was not sent")),
        }
    }

    /// Does `send` with what is to be sent. `None`: that cannot be, and it is concluded.
    fn sending<T>(&mut self, send: impl FnOnce(&Client, Arc<Request>) -> T) -> Option<T> {
        let (client, request) = match self.sendable() {
            Ok(sendable) => sendable,
            Err(error) => {
                self.conclude(Outcome::NotSent(error));
                return None;
            }
        };
        self.show(&request);
        Some(self.returned("TX", || send(&client, request)))
    }

    fn answer(&self) -> Option<&Answer> {
        self.outcome.as_ref().and_then(Outcome::answer)
    }

    /// What became of the transaction itself.
    fn conclude_sent(&mut self, outcome: Outcome) -> bool {
        if let (Outcome::NotSent(_), Some(transaction)) = (&outcome, &mut self.transaction) {
            transaction.progress = Progress::NotSent;
        }
        self.conclude(outcome)
    }

    fn conclude(&mut self, outcome: Outcome) -> bool {
        if let Some(error) = outcome.error() {
            self.fail(error.clone());
        }
        if let Some(answer) = outcome.answer() {
            self.say(answer);
        }
        self.outcome = Some(outcome);
        self.is_past = false;
        self.answer().is_some()
    }

    fn say(&mut self, answer: &Answer) {
        self.speak(answer.code().to_owned(), answer.message().to_owned());
    }

    /// Code and message of what is no failure.
    fn speak(&mut self, code: String, message: String) {
        self.code = code;
        self.message = message;
        self.family = None;
    }

    /// The client, and the shop on whose behalf something beside the transaction is asked.
    fn subject(&mut self, call: &str) -> Result<(Client, String)> {
        let client = self.client()?;
        let mid = self.transaction.as_ref().map(|transaction| transaction.request.mid().to_owned());
        Ok((client, mid.ok_or_else(|| self.before_init_tx(call))?))
    }

    fn keep<T>(&mut self, result: Result<T>, then: impl FnOnce(&mut Session, T)) -> bool {
        match result {
            Ok(value) => {
                then(self, value);
                true
            }
            Err(error) => self.fail(error),
        }
    }

    fn show(&mut self, request: &Request) {
        self.tx_id = request.tx_id().to_owned();
        self.auth_code = request.auth_code().to_owned();
    }

    fn let_go(&mut self) {
        self.exchanged = None;
        self.held = None;
    }

    fn end_transaction(&mut self) {
        self.let_go();
        self.transaction = None;
        self.unbegun = None;
        self.is_past = true;
    }
}

fn nothing_held() -> Error {
    Error::new(Code::CALL_ORDER, "nothing is held")
}

/// Until it is known what became of `call`, nothing is.
fn unreturned(call: &str) -> Error {
    Error::internal(&format!("{call} did not return"))
}

/// LGD_AUTHCODE and everything that was set stay out of sight.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("platform", &self.platform)
            .field("tx_id", &self.tx_id)
            .field("code", &self.code)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// A path as the platform has it: bytes on Unix, text elsewhere.
#[cfg(unix)]
fn path(bytes: &[u8]) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Ok(std::ffi::OsStr::from_bytes(bytes).into())
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> Result<PathBuf> {
    Ok(decode(bytes).into_owned().into())
}
