//! A statement of the journal as C sees it, and the callback that executes it.

use std::ffi::{CStr, CString, c_char, c_void};
use std::fmt;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use xpayclient_core::database::{Database, Dialect, Reply, Statement};

/// A statement of the journal, and what came of it. Both are the callback's until it returns. Strings are UTF-8.
///
/// The callback says what came of it with xpay_statement_changed, xpay_statement_row, xpay_statement_not_done or
/// xpay_statement_unknown. If it says nothing, a query has no rows, and of any other statement nobody knows.
pub struct xpay_statement_t {
    operation: CString,
    sql: CString,
    values: Vec<Option<CString>>,
    on_connect: Vec<CString>,
    is_query: bool,
    is_fresh: bool,
    said: Option<Reply>,
}

/// Executes a statement, in a transaction of its own (autocommit) on a connection that is used for nothing else, and says
/// what came of it. It must return in seconds: a connection has a deadline. It must not unwind or call the client.
pub type xpay_store_t = Option<unsafe extern "C" fn(context: *mut c_void, statement: *mut xpay_statement_t)>;

/// What a statement does, for a database whose words differ: "begin", "mark", "put", "claim", "find", "open", "history",
/// "prune", "version", "may_insert", "may_update" or "facts".
///
/// # Safety
/// `statement` is NULL or the callback's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_operation(statement: *const xpay_statement_t) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { statement.as_ref() }.map_or(c"".as_ptr(), |statement| statement.operation.as_ptr())
}

/// The text of a statement, with a placeholder for each value.
///
/// # Safety
/// `statement` is NULL or the callback's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_sql(statement: *const xpay_statement_t) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { statement.as_ref() }.map_or(c"".as_ptr(), |statement| statement.sql.as_ptr())
}

/// How many values a statement has.
///
/// # Safety
/// `statement` is NULL or the callback's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_value_count(statement: *const xpay_statement_t) -> usize {
    // SAFETY: by this function's contract.
    unsafe { statement.as_ref() }.map_or(0, |statement| statement.values.len())
}

/// A value of a statement as text, from 0 in the order of the placeholders. NULL is SQL's NULL, and what an index out of
/// range gives.
///
/// # Safety
/// `statement` is NULL or the callback's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_value(
    statement: *const xpay_statement_t,
    index: usize,
) -> *const c_char {
    // SAFETY: by this function's contract.
    let value = unsafe { statement.as_ref() }.and_then(|statement| statement.values.get(index)?.as_ref());
    value.map_or(ptr::null(), |value| value.as_ptr())
}

/// Whether a statement is a query: answer with xpay_statement_row for each row, and otherwise with
/// xpay_statement_changed.
///
/// # Safety
/// `statement` is NULL or the callback's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_is_query(statement: *const xpay_statement_t) -> bool {
    // SAFETY: by this function's contract.
    unsafe { statement.as_ref() }.is_some_and(|statement| statement.is_query)
}

/// Whether a statement needs a new connection, because nobody knows what became of the last one.
///
/// # Safety
/// `statement` is NULL or the callback's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_is_fresh(statement: *const xpay_statement_t) -> bool {
    // SAFETY: by this function's contract.
    unsafe { statement.as_ref() }.is_some_and(|statement| statement.is_fresh)
}

/// What to execute on each new connection before anything else, from index 0 on: isolation, deadlines, durability. NULL
/// after the last.
///
/// # Safety
/// `statement` is NULL or the callback's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_on_connect(
    statement: *const xpay_statement_t,
    index: usize,
) -> *const c_char {
    // SAFETY: by this function's contract.
    let text = unsafe { statement.as_ref() }.and_then(|statement| statement.on_connect.get(index));
    text.map_or(ptr::null(), |text| text.as_ptr())
}

/// The statement was done: so many rows were inserted, updated or deleted.
///
/// # Safety
/// `statement` is NULL or the callback's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_changed(statement: *mut xpay_statement_t, rows: u64) {
    // SAFETY: by this function's contract.
    unsafe { say(statement, Reply::Changed(rows)) }
}

/// A row of a query: its values in the order of its columns, as text, which are copied. A NULL among them is SQL's NULL.
///
/// # Safety
/// `statement` is NULL or the callback's; `values` are `count` pointers that are NULL or strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_row(
    statement: *mut xpay_statement_t,
    values: *const *const c_char,
    count: usize,
) {
    // SAFETY: by this function's contract.
    let Some(statement) = (unsafe { statement.as_mut() }) else { return };
    let text = |at: usize| {
        // SAFETY: there are `count` of them, each NULL or a string, by this function's contract.
        unsafe {
            let value = *values.add(at);
            (!value.is_null()).then(|| CStr::from_ptr(value).to_string_lossy().into_owned())
        }
    };
    let count = if values.is_null() { 0 } else { count };
    let row = (0..count).map(text).collect();
    match &mut statement.said {
        Some(Reply::Rows(rows)) => rows.push(row),
        said => *said = Some(Reply::Rows(vec![row])),
    }
}

/// The statement was certainly not done: the connection was refused, or the database answered with an error and the
/// connection stays open. why is for the operator; keep passwords out of it.
///
/// # Safety
/// `statement` is NULL or the callback's; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_not_done(statement: *mut xpay_statement_t, why: *const c_char) {
    // SAFETY: by this function's contract.
    unsafe { say(statement, Reply::NotDone(reason(why))) }
}

/// Nobody knows whether the statement was done: the connection ended before an answer came, or after an error. why is for
/// the operator; keep passwords out of it.
///
/// # Safety
/// `statement` is NULL or the callback's; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_statement_unknown(statement: *mut xpay_statement_t, why: *const c_char) {
    // SAFETY: by this function's contract.
    unsafe { say(statement, Reply::Unknown(reason(why))) }
}

/// # Safety
/// `statement` is NULL or the callback's.
unsafe fn say(statement: *mut xpay_statement_t, said: Reply) {
    // SAFETY: by this function's own contract.
    if let Some(statement) = unsafe { statement.as_mut() } {
        statement.said = Some(said);
    }
}

/// # Safety
/// The string is NULL or NUL-terminated.
unsafe fn reason(why: *const c_char) -> String {
    match why.is_null() {
        true => "the store gave no reason".to_owned(),
        // SAFETY: by this function's own contract.
        false => unsafe { CStr::from_ptr(why) }.to_string_lossy().into_owned(),
    }
}

/// The store that is set. One that was replaced is never called again, also not for a transaction that began with it.
#[derive(Default)]
pub(crate) struct CurrentStore(Mutex<Option<Arc<Mutex<Option<Callee>>>>>);

/// In which words, the callback and what it is given.
type Given = (Dialect, Execute, *mut c_void);

type Execute = unsafe extern "C" fn(*mut c_void, *mut xpay_statement_t);

impl CurrentStore {
    /// What calls the next one from now on.
    pub(crate) fn replace(&self, next: Option<Given>) -> Option<Arc<dyn Database>> {
        let next = next.map(|(dialect, store, context)| {
            (dialect, Arc::new(Mutex::new(Some(Callee { store, context }))))
        });
        let callee = next.as_ref().map(|(_, callee)| callee.clone());
        if let Some(before) = std::mem::replace(&mut *held(&self.0), callee) {
            *held(&before) = None;
        }
        next.map(|(dialect, callee)| Arc::new(Callback { dialect, callee }) as Arc<dyn Database>)
    }
}

fn held<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The shop's callback.
struct Callee {
    store: Execute,
    context: *mut c_void,
}

// SAFETY: whoever sets a store lets it be called from any thread that uses the client.
unsafe impl Send for Callee {}

/// The same as long as it is set.
struct Callback {
    dialect: Dialect,
    callee: Arc<Mutex<Option<Callee>>>,
}

impl Database for Callback {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn run(&self, statement: &Statement<'_>, values: &[Option<&str>]) -> Reply {
        let shown = || {
            let text = |text: &str| CString::new(text).ok();
            let value = |value: &Option<&str>| value.map_or(Some(None), |value| text(value).map(Some));
            Some(xpay_statement_t {
                operation: text(statement.operation.name())?,
                sql: text(statement.text)?,
                values: values.iter().map(value).collect::<Option<_>>()?,
                on_connect: statement.on_connect.iter().map(|one| text(one)).collect::<Option<_>>()?,
                is_query: statement.operation.returns_rows(),
                is_fresh: statement.fresh,
                said: None,
            })
        };
        let Some(mut shown) = shown() else { return Reply::NotDone("a value contains a NUL".into()) };
        match &*held(&self.callee) {
            // SAFETY: store and context are callable with each other, by the contract of xpay_set_store; what is shown lives
            // until it returns.
            Some(callee) => unsafe { (callee.store)(callee.context, &raw mut shown) },
            None => return Reply::NotDone("the store was replaced".into()),
        }
        match shown.said {
            Some(said) => said,
            None if shown.is_query => Reply::Rows(Vec::new()),
            None => Reply::Unknown("the store said nothing".into()),
        }
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}
