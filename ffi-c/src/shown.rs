//! The texts that C was shown: they live until the client changes.

use std::cell::{OnceCell, RefCell};
use std::ffi::c_char;

use xpayclient_core::{Row, Session};

use crate::text::Text;

/// What C was shown since the client last changed: made when it is first asked for, dropped with the next change.
#[derive(Default)]
pub(crate) struct Shown {
    /// By the call that shows each. A text stays where it is, however many come after it.
    texts: RefCell<Vec<(&'static str, Text)>>,
    pub(crate) settings: OnceCell<Vec<(Text, Text)>>,
    pub(crate) rows: OnceCell<Rows>,
    pub(crate) notice: OnceCell<Vec<(Text, Text)>>,
    pub(crate) window: OnceCell<Vec<(Text, Text)>>,
}

impl Shown {
    /// What `call` shows.
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

/// What C was shown of the rows, in the output encoding. A page asks for a few of the values.
pub(crate) struct Rows(pub(crate) Vec<Vec<Pair>>);

pub(crate) type Pair = (OnceCell<Text>, OnceCell<Text>);

impl Rows {
    pub(crate) fn of(session: &Session) -> Rows {
        let unasked = |row: &Row| row.iter().map(|_| Pair::default()).collect();
        Rows(session.rows().iter().map(unasked).collect())
    }
}
