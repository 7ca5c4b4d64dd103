//! The strings that C has: read ones stay valid until the client changes, made ones until they are made again.

use std::cell::{OnceCell, RefCell};
use std::ffi::c_char;

use xpayclient_core::Row;
use xpayclient_core::binding::Session;

use crate::text::Text;

/// Strings that C has read since the client last changed: created on first use, dropped with the next change.
#[derive(Default)]
pub(crate) struct Shown {
    /// By the call that returns each. A string stays where it is when others are added.
    texts: RefCell<Vec<(&'static str, Text)>>,
    pub(crate) settings: OnceCell<Vec<(Text, Text)>>,
    pub(crate) rows: OnceCell<Rows>,
    pub(crate) notice: OnceCell<Vec<(Text, Text)>>,
    pub(crate) returned: OnceCell<Vec<(Text, Text)>>,
    pub(crate) billing: OnceCell<Vec<(Text, Text)>>,
    pub(crate) window: OnceCell<Vec<(Text, Text)>>,
    pub(crate) warnings: OnceCell<Vec<Text>>,
}

impl Shown {
    /// The string that `call` returns.
    pub(crate) fn text(&self, call: &'static str, make: impl FnOnce() -> Text) -> *const c_char {
        let known = |texts: &[(&str, Text)]| {
            texts.iter().find(|(known, _)| *known == call).map(|(_, text)| text.pointer())
        };
        if let Some(pointer) = known(&self.texts.borrow()) {
            return pointer;
        }
        let text = make();
        let pointer = text.pointer();
        self.texts.borrow_mut().push((call, text));
        pointer
    }
}

/// The rows as C reads them, in the output encoding; converted on demand, because a page reads few values.
pub(crate) struct Rows(pub(crate) Vec<Vec<Pair>>);

pub(crate) type Pair = (OnceCell<Text>, OnceCell<Text>);

impl Rows {
    pub(crate) fn of(session: &Session) -> Rows {
        let unasked = |row: &Row| row.iter().map(|_| Pair::default()).collect();
        Rows(session.rows().iter().map(unasked).collect())
    }
}

/// Strings that were made for C, which stay until the same call makes another one.
#[derive(Default)]
pub(crate) struct Made(Vec<(&'static str, Text)>);

impl Made {
    pub(crate) fn keep(&mut self, call: &'static str, text: Text) -> *const c_char {
        let pointer = text.pointer();
        match self.0.iter_mut().find(|(known, _)| *known == call) {
            Some((_, old)) => *old = text,
            None => self.0.push((call, text)),
        }
        pointer
    }
}
