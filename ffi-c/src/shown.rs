//! The texts that C was shown: they live until the client changes.

use std::cell::OnceCell;

use xpayclient_core::{Row, Session};

use crate::text::Text;

/// What C was shown since the client last changed: made when it is first asked for, dropped with the next change.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) settings: OnceCell<Vec<(Text, Text)>>,
    pub(crate) tx_id: OnceCell<Text>,
    pub(crate) auth_code: OnceCell<Text>,
    pub(crate) json: OnceCell<Text>,
    pub(crate) rows: OnceCell<Rows>,
    pub(crate) unwritten: OnceCell<Text>,
    pub(crate) notice_oid: OnceCell<Text>,
    pub(crate) notice_key: OnceCell<Text>,
    pub(crate) notice: OnceCell<Vec<(Text, Text)>>,
    pub(crate) window_html: OnceCell<Text>,
    pub(crate) window: OnceCell<Vec<(Text, Text)>>,
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
