//! The journal in the shop's own database: its statements are executed by the method `execute` of a Python object.
//!
//! Each runs on a thread of its own, for which the caller waits without the GIL and not for ever. So no driver keeps a payment
//! waiting, and no signal's handler raises in the middle of one: CPython runs handlers on the main thread alone.

use std::fmt;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use xpayclient_core::Config;
use xpayclient_core::database::{Database, Dialect, Reply, Statement};

use crate::errors;
use crate::from_python::class_name;
use crate::to_python::{Object, ToPython};

/// How long a statement may take, with the connection that it may need.
const LIMIT: Duration = Duration::from_secs(12);

/// A `xpayclient.store.Store`.
pub(crate) struct PyStore {
    store: Arc<Py<PyAny>>,
    dialect: Dialect,
}

impl PyStore {
    pub(crate) fn new(store: Py<PyAny>, dialect: Dialect) -> PyStore {
        PyStore { store: Arc::new(store), dialect }
    }
}

impl Database for PyStore {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn run(&self, statement: &Statement<'_>, values: &[Option<&str>]) -> Reply {
        let owned = |text: &&str| (*text).to_owned();
        Question {
            store: self.store.clone(),
            operation: statement.operation.name().to_owned(),
            sql: statement.text.to_owned(),
            values: values.iter().map(|value| value.as_ref().map(owned)).collect(),
            fresh: statement.fresh,
            on_connect: statement.on_connect.iter().map(owned).collect(),
        }
        .answered()
    }
}

impl fmt::Debug for PyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PyStore")
    }
}

/// A statement on its way to another thread.
struct Question {
    store: Arc<Py<PyAny>>,
    operation: String,
    sql: String,
    values: Vec<Option<String>>,
    fresh: bool,
    on_connect: Vec<String>,
}

impl Question {
    /// What the store says. The caller must not have the GIL.
    fn answered(self) -> Reply {
        let (sender, receiver) = sync_channel(1);
        let ours = Arc::new(Mutex::new(Some(self)));
        let theirs = ours.clone();
        let started = thread::Builder::new().name("xpayclient".into()).spawn(move || {
            let question = theirs.lock().unwrap_or_else(PoisonError::into_inner).take();
            // Whoever asked may have left.
            let _ = question.map(|question| sender.send(question.ask()));
        });
        if started.is_err() {
            // It is late then, if the driver has no deadline of its own, and is done.
            let question = ours.lock().unwrap_or_else(PoisonError::into_inner).take();
            return question.map_or_else(
                || Reply::Unknown("no thread could be started".into()),
                |question| question.ask(),
            );
        }
        match receiver.recv_timeout(LIMIT) {
            Ok(reply) => reply,
            Err(RecvTimeoutError::Timeout) => {
                Reply::Unknown(format!("the database did not answer within {} seconds", LIMIT.as_secs()))
            }
            Err(RecvTimeoutError::Disconnected) => Reply::Unknown("a panic was stopped".into()),
        }
    }

    /// Asks on this thread.
    fn ask(&self) -> Reply {
        let asked = Python::try_attach(|py| {
            let call = || -> PyResult<Reply> {
                let (values, on_connect) =
                    (PyTuple::new(py, &self.values)?, PyTuple::new(py, &self.on_connect)?);
                let arguments = (&self.operation, &self.sql, values, self.fresh, on_connect);
                read(&self.store.bind(py).call_method1("execute", arguments)?)
            };
            call().unwrap_or_else(|error| {
                let raised = class_name(error.value(py)).unwrap_or_default();
                error.write_unraisable(py, Some(self.store.bind(py)));
                Reply::Unknown(format!("the store raised {raised}"))
            })
        });
        asked.unwrap_or_else(|| Reply::Unknown("the interpreter is shutting down".into()))
    }
}

/// What `execute` returned: a kind and its value.
fn read(said: &Bound<'_, PyAny>) -> PyResult<Reply> {
    let (kind, value): (String, Bound<'_, PyAny>) = said.extract()?;
    match kind.as_str() {
        "changed" => value.extract().map(Reply::Changed),
        "rows" => value.extract().map(Reply::Rows),
        "not_done" => value.extract().map(Reply::NotDone),
        "unknown" => value.extract().map(Reply::Unknown),
        _ => Err(PyTypeError::new_err("changed, rows, not_done or unknown expected")),
    }
}

/// As `execute` of a store returns it.
impl ToPython for Reply {
    fn to_python<'py>(&self, py: Python<'py>) -> Object<'py> {
        let pair = match self {
            Reply::Changed(rows) => ("changed", rows).into_pyobject(py)?,
            Reply::Rows(rows) => ("rows", rows).into_pyobject(py)?,
            Reply::NotDone(why) => ("not_done", why).into_pyobject(py)?,
            Reply::Unknown(why) => ("unknown", why).into_pyobject(py)?,
        };
        Ok(pair.into_any())
    }
}

/// Executes one statement as the journal does it: within seconds, whatever the driver does.
#[pyfunction]
pub(crate) fn execute<'py>(
    py: Python<'py>,
    store: Py<PyAny>,
    operation: String,
    sql: String,
    values: Vec<Option<String>>,
    fresh: bool,
    on_connect: Vec<String>,
) -> Object<'py> {
    let question = Question { store: Arc::new(store), operation, sql, values, fresh, on_connect };
    py.detach(|| question.answered()).to_python(py)
}

/// Never frees an object: a forked child does that with connections that it inherited, for a driver that frees one ends the
/// parent's session.
#[pyfunction]
pub(crate) fn keep_for_ever(object: Py<PyAny>) {
    std::mem::forget(object);
}

/// What the configuration says of the database that keeps the journal.
#[pyclass(frozen, module = "xpayclient._native")]
pub(crate) struct JournalSettings(pub(crate) Config);

#[pymethods]
impl JournalSettings {
    /// Empty where none is set.
    #[getter]
    fn dsn(&self) -> &str {
        &self.0.settings().journal_dsn
    }

    #[getter]
    fn user(&self) -> &str {
        &self.0.settings().journal_user
    }

    /// The file's name; empty without one.
    #[getter]
    fn password_file(&self) -> String {
        let file = self.0.settings().journal_password_file.as_ref();
        file.map(|file| file.display().to_string()).unwrap_or_default()
    }

    /// Raises where its file cannot be read.
    fn password<'py>(&self, py: Python<'py>) -> Object<'py> {
        let read = py.detach(|| self.0.journal_password());
        read.map_err(|error| errors::not_sent(py, &error))?.to_python(py)
    }
}
