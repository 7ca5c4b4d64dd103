//! The calls of a session by name: the one list behind everything that arrives as text, over a pipe or from a scenario.
//!
//! Names and arguments are those of xpayclient.h without the prefix, except for functions that take a callback. Every
//! argument is bytes; a missing one is empty.

use zeroize::Zeroizing;

use super::Session;
use crate::error::Error;
use crate::log::Level;
use crate::protocol::answer::Row;
use crate::protocol::signature::SignedResult;
use crate::text::dates::timestamp;
use crate::text::encoding::{decode, without_nul};
use crate::typed::window::Warning;

/// The version of this interface. It grows only when something that worked would stop working.
pub const ABI: u32 = 2;

/// The result of a call.
#[derive(Debug, PartialEq, Eq)]
pub enum Returned {
    /// Whether the call succeeded; after a `false`, code and message say why.
    Done(bool),
    /// The answer to a question.
    Flag(bool),
    /// A count, or the number of an enumerator.
    Number(usize),
    /// Bytes as C returns them: a NUL becomes a blank.
    Text(Zeroizing<Vec<u8>>),
    /// No value: NULL in C.
    Nothing,
}

impl Session {
    /// Runs the call with this name; `None` if there is no such call. See [`CALLS`].
    pub fn call(&mut self, name: &str, arguments: &[&[u8]]) -> Option<Returned> {
        dispatch(self, name, &Arguments(arguments))
    }
}

struct Arguments<'a>(&'a [&'a [u8]]);

impl<'a> Arguments<'a> {
    fn bytes(&self, at: usize) -> &'a [u8] {
        self.0.get(at).copied().unwrap_or_default()
    }

    fn flag(&self, at: usize) -> bool {
        !matches!(self.bytes(at), b"" | b"0" | b"false")
    }

    fn number<T: std::str::FromStr>(&self, at: usize) -> Option<T> {
        std::str::from_utf8(self.bytes(at)).ok()?.parse().ok()
    }

    /// A malformed number is out of range.
    fn index(&self, at: usize) -> usize {
        if self.bytes(at).is_empty() { 0 } else { self.number(at).unwrap_or(usize::MAX) }
    }

    fn amount(&self, at: usize) -> u64 {
        self.number(at).unwrap_or_default()
    }
}

/// Makes the dispatch and the list of its names.
macro_rules! calls {
    ($session:ident, $a:ident; $($name:literal => $call:expr,)*) => {
        /// The names of all calls that [`Session::call`] can run.
        pub const CALLS: &[&str] = &[$($name),*];

        fn dispatch($session: &mut Session, name: &str, $a: &Arguments<'_>) -> Option<Returned> {
            Some(match name {
                $($name => $call,)*
                _ => return None,
            })
        }
    };
}

calls! { session, a;
    "set_language" => Returned::Done(session.set_language(a.bytes(0))),
    "set_unicode" => Returned::Done(session.set_unicode(a.flag(0))),
    "init" => Returned::Done(session.init(a.bytes(0), a.bytes(1))),
    "init_mode" => Returned::Done(session.init_mode(a.bytes(0))),
    "init_home" => Returned::Done(session.init_home(a.bytes(0), a.bytes(1))),
    "init_file" => Returned::Done(session.init_file(a.bytes(0), a.bytes(1))),
    "set_config" => Returned::Done(session.set_config(a.bytes(0), a.bytes(1))),
    "unset_config" => Returned::Done(session.unset_config(a.bytes(0))),
    "set_mert_key" => Returned::Done(session.set_mert_key(a.bytes(0), a.bytes(1))),
    "warm_up" => Returned::Done(session.warm_up()),
    "config" => setting(session, session.config().get(a.bytes(0))),
    "is_on" => Returned::Flag(session.config().settings().is_on(a.bytes(0))),
    "config_count" => Returned::Number(session.config().iter().len()),
    "config_name" => setting(session, session.config().iter().nth(a.index(0)).map(|(name, _)| name)),
    "init_tx" => Returned::Done(session.init_tx(a.bytes(0))),
    "set" => Returned::Done(session.set(a.bytes(0), a.bytes(1))),
    "unset" => Returned::Done(session.unset(a.bytes(0))),
    "refuse" => Returned::Done(session.refuse(Error::bad_value(&decode(a.bytes(0)), decode(a.bytes(1))))),
    "check" => Returned::Done(session.check(a.bytes(0), a.bytes(1))),
    "tx" => Returned::Done(session.tx(a.flag(0))),
    "tx_held" => Returned::Done(session.tx_held(a.flag(0))),
    "is_held" => Returned::Flag(session.is_held()),
    "confirm" => Returned::Done(session.confirm()),
    "let_go" => Returned::Done(session.leave_unconfirmed()),
    "undo" => Returned::Done(session.undo(a.bytes(0))),
    "rollback" => Returned::Done(session.rollback(a.bytes(0))),
    "cancel" => Returned::Done(session.cancel(a.bytes(0), a.bytes(1), a.bytes(2), a.bytes(3))),
    "partial_cancel" => Returned::Done(session.partial_cancel(
        a.bytes(0), a.bytes(1), a.bytes(2), a.amount(3), a.amount(4), a.bytes(5),
    )),
    "outcome" => Returned::Number(session.outcome().map_or(0, |outcome| outcome.number().into())),
    "error" => Returned::Number(session.error_number() as usize),
    "error_kind" => Returned::Number(session.error_kind().map_or(0, |kind| kind as usize)),
    "tx_id" => text(session.tx_id().as_bytes()),
    "auth_code" => text(session.auth_code().as_bytes()),
    "response_code" => text(session.response_code().as_bytes()),
    "response_msg" => text(&session.response_msg()),
    "response_detail" => text(&session.response_detail()),
    "response_json" => text(session.response_json()),
    "response_count" => Returned::Number(session.rows().len()),
    "response_name_count" => Returned::Number(names(session).count()),
    "response_name" => shown(session, names(session).nth(a.index(0))),
    "response" => shown(session, value(session, a.bytes(0), a.index(1))),
    "is_cancelled" => Returned::Flag(session.is_cancelled(a.bytes(0))),
    "is_repeated" => Returned::Flag(session.is_repeated()),
    "unwritten" => shown(session, Some(&session.unwritten())),
    "recover" => session.recover().map_or(Returned::Done(false), Returned::Number),
    "journal_password" => {
        let password = session.journal_password();
        password.map_or(Returned::Done(false), |password| text(password.expose().as_bytes()))
    },
    "report" => Returned::Done(session.report(a.bytes(0), a.bytes(1))),
    "patch" => Returned::Done(session.patch(a.bytes(0))),
    "log" => {
        session.log(a.bytes(0), Level::from_number(a.number(1).unwrap_or_default()));
        Returned::Done(true)
    },
    "keep_log" => Returned::Done(session.keep_log(a.flag(0))),
    "kept_log" => text(session.kept_log().as_bytes()),
    "timestamp" => made(Some(timestamp())),
    "hash_data" => made(session.hash_data(a.bytes(0), a.bytes(1), a.bytes(2), a.bytes(3))),
    "hash_data_cas" => made(session.hash_data_cas(
        a.bytes(0), a.bytes(1), a.bytes(2), a.bytes(3), a.bytes(4),
    )),
    "hash_data_openpay" => made(session.hash_data_openpay(
        a.bytes(0), a.bytes(1), a.bytes(2), a.bytes(3), a.bytes(4),
    )),
    "vendor_hash_data" => made(session.vendor_hash_data(a.bytes(0), a.bytes(1), a.bytes(2), a.bytes(3))),
    "vendor_hash_data_cas" => made(session.vendor_hash_data_cas(
        a.bytes(0), a.bytes(1), a.bytes(2), a.bytes(3), a.bytes(4),
    )),
    "vendor_hash_data_openpay" => made(session.vendor_hash_data_openpay(
        a.bytes(0), a.bytes(1), a.bytes(2), a.bytes(3), a.bytes(4),
    )),
    "receipt_authdata" => made(session.receipt_authdata(a.bytes(0), a.bytes(1))),
    "verify_hash_data_cas" => Returned::Done(session.verify(&SignedResult {
        mid: a.bytes(0),
        oid: a.bytes(1),
        amount: a.bytes(2),
        respcode: a.bytes(3),
        timestamp: a.bytes(4),
        hash_data: a.bytes(5),
    })),
    "window_begin" => {
        session.begin_window(a.bytes(0));
        Returned::Done(true)
    },
    "window_set" => Returned::Done(session.set_window(a.bytes(0), a.bytes(1))),
    "window_strict" => Returned::Done(session.set_window_strict(a.flag(0))),
    "window_sign" => Returned::Done(session.sign_window()),
    "window_html" => shown(session, session.window().map(|window| window.hidden_fields()).as_deref()),
    "window_count" => Returned::Number(fields(session).count()),
    "window_name" => shown(session, fields(session).nth(a.index(0)).map(|(name, _)| name)),
    "window_value" => shown(session, fields(session).nth(a.index(0)).map(|(_, value)| value)),
    "window_warning_count" => Returned::Number(warnings(session).count()),
    "window_warning" => {
        let found = warnings(session).nth(a.index(0)).map(ToString::to_string);
        shown(session, found.as_deref())
    },
    "escrow_begin" => {
        session.begin_escrow(a.bytes(0), a.bytes(1));
        Returned::Done(true)
    },
    "escrow_set" => Returned::Done(session.set_escrow(a.bytes(0), a.bytes(1))),
    "escrow_send" => Returned::Done(session.send_escrow()),
    "escrow_outcome" => Returned::Number(session.escrow_outcome().into()),
    "notice_read" => Returned::Done(session.read_notice(a.bytes(0))),
    "notice_oid" => shown(session, session.notice_oid()),
    "notice_verify" => Returned::Done(session.verify_notice(a.bytes(0), a.amount(1))),
    "notice_key" => shown(session, session.notice_key().as_deref()),
    "notice_value" => {
        let values = session.notice().into_iter().flat_map(|notice| notice.values());
        received(session, values, a.bytes(0))
    },
    "note_due" => Returned::Flag(session.is_note_due(a.bytes(0))),
    "note_answer" => text(session.note_answer(a.bytes(0)).unwrap_or_default().as_bytes()),
    "return_read" => Returned::Done(session.read_return(a.bytes(0))),
    "return_oid" => shown(session, session.return_oid()),
    "return_verify" => Returned::Done(session.verify_return(a.bytes(0), a.bytes(1), a.amount(2))),
    "return_value" => {
        let values = session.window_return().into_iter().flat_map(|returned| returned.values());
        received(session, values, a.bytes(0))
    },
    "billing_return_read" => Returned::Done(session.read_billing_return(a.bytes(0))),
    "billing_return_value" => {
        let values = session.billing_return().into_iter().flat_map(|returned| returned.values());
        received(session, values, a.bytes(0))
    },
}

/// The names of the first row.
fn names(session: &Session) -> impl Iterator<Item = &str> {
    session.rows().first().into_iter().flat_map(Row::iter).map(|(name, _)| name)
}

fn value<'a>(session: &'a Session, name: &[u8], row: usize) -> Option<&'a str> {
    let mut values = session.rows().get(row)?.iter();
    values.find(|(known, _)| *session.output(known) == *name).map(|(_, value)| value)
}

/// A value by its name in the output encoding.
fn received<'a>(
    session: &Session,
    mut values: impl Iterator<Item = (&'a str, &'a str)>,
    name: &[u8],
) -> Returned {
    shown(session, values.find(|(known, _)| *session.output(known) == *name).map(|(_, value)| value))
}

/// The fields of the signed form.
fn fields(session: &Session) -> impl Iterator<Item = (&str, &str)> {
    session.window().into_iter().flat_map(|window| window.fields())
}

/// What the signed form is warned of.
fn warnings(session: &Session) -> impl Iterator<Item = &Warning> {
    session.window().into_iter().flat_map(|window| window.warnings())
}

/// A text in the output encoding; a missing one is empty.
fn shown(session: &Session, found: Option<&str>) -> Returned {
    text(&session.output(found.unwrap_or_default()))
}

fn setting(session: &Session, found: Option<&[u8]>) -> Returned {
    found.map_or(Returned::Nothing, |found| text(&session.setting(found)))
}

fn made(made: Option<String>) -> Returned {
    made.map_or(Returned::Done(false), |made| text(made.as_bytes()))
}

fn text(bytes: &[u8]) -> Returned {
    Returned::Text(Zeroizing::new(without_nul(bytes).collect()))
}
