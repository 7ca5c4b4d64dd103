//! The vendor's call sequence, for the legacy half of `XPayClient`.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use xpayclient_core::Outcome;
use xpayclient_core::binding::unmatchable;
use xpayclient_core::binding::{Level, Sink};
use xpayclient_core::database::{Database, Dialect};
use xpayclient_core::encoding::decode;
use xpayclient_core::signature::SignedResult;

use crate::client::Client;
use crate::errors;
use crate::from_python::Text;
use crate::log;
use crate::store::{JournalSettings, PyStore};
use crate::waiting::{Interrupted, finish, run_in_thread, wait};

/// One transaction at a time, in the vendor's manner.
#[pyclass(frozen, module = "xpayclient._native")]
pub(crate) struct Session {
    session: Shared,
    sink: Sink,
    /// The process whose connections and locks the session knows.
    pid: Mutex<u32>,
}

/// `None` while a call uses it.
type Shared = Arc<Mutex<Option<xpayclient_core::binding::Session>>>;

/// The session while one call uses it. It is put back when this is dropped, whatever happens.
struct InUse {
    shared: Shared,
    session: Option<xpayclient_core::binding::Session>,
}

impl InUse {
    fn with<R>(&mut self, call: impl FnOnce(&mut xpayclient_core::binding::Session) -> R) -> Option<R> {
        self.session.as_mut().map(call)
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        *self.shared.lock().unwrap_or_else(PoisonError::into_inner) = self.session.take();
    }
}

impl Session {
    fn of(session: xpayclient_core::binding::Session, sink: Sink) -> Session {
        let session = Arc::new(Mutex::new(Some(session)));
        Session { session, sink, pid: Mutex::new(std::process::id()) }
    }

    fn take(&self) -> PyResult<InUse> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(session) = session else { return Err(busy()) };
        let mut in_use = InUse { shared: self.session.clone(), session: Some(session) };
        let mut pid = self.pid.lock().unwrap_or_else(PoisonError::into_inner);
        if *pid != std::process::id() {
            *pid = std::process::id();
            // What the parent shares with its threads may be locked for ever here.
            in_use.with(|session| session.set_logger(Some(self.sink.clone())));
        }
        Ok(in_use)
    }

    fn quick<R>(&self, call: impl FnOnce(&mut xpayclient_core::binding::Session) -> R) -> PyResult<R> {
        self.take()?.with(call).ok_or_else(busy)
    }

    fn slow<R: Send + 'static>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&mut xpayclient_core::binding::Session) -> R + Send + 'static,
    ) -> PyResult<R> {
        let mut in_use = self.take()?;
        finish(py, move || in_use.with(call))?.ok_or_else(busy)
    }
}

fn busy() -> PyErr {
    PyRuntimeError::new_err(
        "a call of this client is still going on, in another thread or after Ctrl-C. / \
         이 클라이언트의 다른 호출이 아직 진행 중입니다.",
    )
}

#[pymethods]
impl Session {
    #[new]
    fn new(write: Py<PyAny>) -> Session {
        let sink = log::sink(write);
        let mut session = xpayclient_core::binding::Session::new("Python");
        session.set_logger(Some(sink.clone()));
        Session::of(session, sink)
    }

    /// Another session of the same configuration, for another thread.
    fn twin(&self) -> PyResult<Session> {
        Ok(Session::of(self.quick(|session| session.twin())?, self.sink.clone()))
    }

    /// From the next transaction on as `other` is configured.
    fn configure_as(&self, other: &Session) -> PyResult<()> {
        let other = other.quick(|other| other.twin())?;
        self.quick(|session| session.configure_as(&other))
    }

    /// `test` or `service`; `None` before `init`.
    fn platform(&self) -> PyResult<Option<String>> {
        self.quick(|session| session.platform().map(|platform| platform.to_string()))
    }

    /// The client for typed requests.
    fn client(&self, py: Python<'_>) -> PyResult<Client> {
        let client = self.quick(|session| session.client())?;
        client.map(Client).map_err(|error| errors::not_sent(py, &error))
    }

    /// Keeps the journal in a database, by a `xpayclient.store.Store`; `None` ends that.
    fn set_store(
        &self,
        store: Option<Py<PyAny>>,
        database: &str,
        placeholder: &str,
        py: Python<'_>,
    ) -> PyResult<()> {
        let made = store.map(|store| {
            let dialect = Dialect::named(database, placeholder)?;
            Ok(Arc::new(PyStore::new(store, dialect)) as Arc<dyn Database>)
        });
        let made = made.transpose().map_err(|error| errors::not_sent(py, &error))?;
        self.quick(|session| session.set_database(made))
    }

    /// What the configuration says of a database for the journal.
    fn journal_settings(&self) -> PyResult<JournalSettings> {
        self.quick(|session| JournalSettings(session.config().clone()))
    }

    fn init(&self, home_dir: Text, mode: Text) -> PyResult<bool> {
        self.quick(|session| session.init(home_dir.bytes(), mode.bytes()))
    }

    fn init_mode(&self, mode: Text) -> PyResult<bool> {
        self.quick(|session| session.init_mode(mode.bytes()))
    }

    fn set_config(&self, name: Text, value: Text) -> PyResult<bool> {
        self.quick(|session| session.set_config(name.bytes(), value.bytes()))
    }

    /// All settings, as the files have them.
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Vec<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)>> {
        self.quick(|session| {
            let settings = session.config().iter();
            settings.map(|(name, value)| (PyBytes::new(py, name), PyBytes::new(py, value))).collect()
        })
    }

    fn init_tx(&self, mid: Text) -> PyResult<bool> {
        self.quick(|session| session.init_tx(mid.bytes()))
    }

    fn set(&self, name: Text, value: Text) -> PyResult<bool> {
        self.quick(|session| session.set(name.bytes(), value))
    }

    /// Sends the transaction. With `for_step` an approval waits for `confirm` or `undo`.
    fn tx(&self, py: Python<'_>, rollback_on_error: bool, for_step: bool) -> PyResult<bool> {
        let mut in_use = self.take()?;
        let (exchanged, signal) = wait(py, |stop| {
            in_use.with(|session| {
                let answered = session.exchange(rollback_on_error, stop);
                (answered && !stop.is_stopped()).then(|| session.settle(for_step))
            })
        })?;
        let Some(settled) = exchanged else { return Err(busy()) };
        let interrupted = signal.is_some();
        let conclude = move |session: &mut xpayclient_core::binding::Session| {
            let answered = settled.unwrap_or_else(|| session.settle(for_step));
            match session.is_held() {
                true if interrupted => session.abandon(),
                true if !for_step => session.confirm(),
                _ => answered,
            }
        };
        if settled.is_some() && !interrupted {
            return py.detach(|| in_use.with(conclude)).ok_or_else(busy);
        }
        match run_in_thread(py, signal, move || in_use.with(conclude)) {
            Ok(answered) => answered.ok_or_else(busy),
            Err(interrupted) => Err(self.interrupted(py, interrupted)),
        }
    }

    fn is_held(&self) -> PyResult<bool> {
        self.quick(|session| session.is_held())
    }

    fn confirm(&self, py: Python<'_>) -> PyResult<bool> {
        // With a store it runs Python, on another thread.
        py.detach(|| self.quick(xpayclient_core::binding::Session::confirm))
    }

    fn undo(&self, py: Python<'_>, reason: Text) -> PyResult<bool> {
        self.slow(py, move |session| session.undo(reason.bytes()))
    }

    fn rollback(&self, py: Python<'_>, reason: Text) -> PyResult<bool> {
        self.slow(py, move |session| session.rollback(reason.bytes()))
    }

    fn report(&self, py: Python<'_>, status: Text, message: Text) -> PyResult<bool> {
        self.slow(py, move |session| session.report(status.bytes(), message.bytes()))
    }

    fn patch(&self, py: Python<'_>, file: Text) -> PyResult<bool> {
        self.slow(py, move |session| session.patch(file.bytes()))
    }

    /// How many are open; `None` leaves a code.
    fn recover(&self, py: Python<'_>) -> PyResult<Option<usize>> {
        self.slow(py, xpayclient_core::binding::Session::recover)
    }

    fn log(&self, message: Text, level: i64) -> PyResult<()> {
        self.quick(|session| session.log(message.bytes(), Level::from_number(level)))
    }

    fn outcome(&self) -> PyResult<u8> {
        self.quick(|session| session.outcome().map_or(0, Outcome::number))
    }

    fn tx_id(&self) -> PyResult<String> {
        self.quick(|session| session.tx_id().to_owned())
    }

    fn auth_code(&self) -> PyResult<String> {
        self.quick(|session| session.auth_code().to_owned())
    }

    fn response_code(&self) -> PyResult<String> {
        self.quick(|session| session.response_code().to_owned())
    }

    fn response_msg(&self) -> PyResult<String> {
        self.quick(|session| session.message().to_owned())
    }

    fn response_detail(&self) -> PyResult<String> {
        self.quick(|session| session.detail().to_owned())
    }

    fn response_body<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.quick(|session| PyBytes::new(py, session.response_json()))
    }

    fn response_json(&self) -> PyResult<String> {
        self.quick(|session| decode(session.response_json()).into_owned())
    }

    fn response_count(&self) -> PyResult<usize> {
        self.quick(|session| session.rows().len())
    }

    /// The names of the first row; `None` without a row.
    fn response_names(&self) -> PyResult<Option<Vec<String>>> {
        self.quick(|session| {
            let first = session.rows().first()?;
            Some(first.iter().map(|(name, _)| name.to_owned()).collect())
        })
    }

    fn response(&self, name: Text, index: usize) -> PyResult<String> {
        let name = decode(name.bytes()).into_owned();
        self.quick(|session| {
            session.rows().get(index).and_then(|row| row.get(&name)).unwrap_or_default().to_owned()
        })
    }

    fn hash_data(&self, mid: Text, oid: Text, amount: Text, timestamp: Text) -> PyResult<Option<String>> {
        self.quick(|s| s.hash_data(mid.bytes(), oid.bytes(), amount.bytes(), timestamp.bytes()))
    }

    /// A text that equals no received signature if it was refused: None may equal a missing one.
    fn hash_data_cas(
        &self,
        mid: Text,
        oid: Text,
        amount: Text,
        respcode: Text,
        timestamp: Text,
    ) -> PyResult<String> {
        let made = self.quick(|s| {
            s.hash_data_cas(mid.bytes(), oid.bytes(), amount.bytes(), respcode.bytes(), timestamp.bytes())
        });
        Ok(made?.unwrap_or_else(unmatchable))
    }

    fn hash_data_openpay(
        &self,
        venderno: Text,
        mid: Text,
        mer_uid: Text,
        token: Text,
        timestamp: Text,
    ) -> PyResult<Option<String>> {
        self.quick(|s| {
            let (venderno, mid, mer_uid) = (venderno.bytes(), mid.bytes(), mer_uid.bytes());
            s.hash_data_openpay(venderno, mid, mer_uid, token.bytes(), timestamp.bytes())
        })
    }

    fn vendor_hash_data(&self, mid: Text, oid: Text, amount: Text, timestamp: Text) -> PyResult<String> {
        let made =
            self.quick(|s| s.vendor_hash_data(mid.bytes(), oid.bytes(), amount.bytes(), timestamp.bytes()));
        Ok(made?.unwrap_or_else(unmatchable))
    }

    fn vendor_hash_data_cas(
        &self,
        mid: Text,
        oid: Text,
        amount: Text,
        respcode: Text,
        timestamp: Text,
    ) -> PyResult<String> {
        let made = self.quick(|s| {
            let (mid, oid, amount) = (mid.bytes(), oid.bytes(), amount.bytes());
            s.vendor_hash_data_cas(mid, oid, amount, respcode.bytes(), timestamp.bytes())
        });
        Ok(made?.unwrap_or_else(unmatchable))
    }

    fn vendor_hash_data_openpay(
        &self,
        venderno: Text,
        mid: Text,
        mer_uid: Text,
        token: Text,
        timestamp: Text,
    ) -> PyResult<String> {
        let made = self.quick(|s| {
            let (venderno, mid, mer_uid) = (venderno.bytes(), mid.bytes(), mer_uid.bytes());
            s.vendor_hash_data_openpay(venderno, mid, mer_uid, token.bytes(), timestamp.bytes())
        });
        Ok(made?.unwrap_or_else(unmatchable))
    }

    fn receipt_authdata(&self, mid: Text, tid: Text) -> PyResult<Option<String>> {
        self.quick(|session| session.receipt_authdata(mid.bytes(), tid.bytes()))
    }

    fn verify(
        &self,
        mid: Text,
        oid: Text,
        amount: Text,
        respcode: Text,
        timestamp: Text,
        hash_data: Text,
    ) -> PyResult<bool> {
        let signed = SignedResult {
            mid: mid.bytes(),
            oid: oid.bytes(),
            amount: amount.bytes(),
            respcode: respcode.bytes(),
            timestamp: timestamp.bytes(),
            hash_data: hash_data.bytes(),
        };
        self.quick(|session| session.verify(&signed))
    }
}

impl Session {
    /// The signal's exception, and what became of the transaction as its cause.
    fn interrupted(&self, py: Python<'_>, interrupted: Interrupted<Option<bool>>) -> PyErr {
        let cause = match interrupted.result {
            None => Some(errors::caller_left(py, "")),
            Some(_) => {
                self.quick(|s| s.outcome().and_then(|o| errors::of_outcome(py, o, s.tx_id()))).ok().flatten()
            }
        };
        interrupted.error.set_cause(py, cause);
        interrupted.error
    }
}

/// Now in Korea as `yyyyMMddHHmmss`.
#[pyfunction]
pub(crate) fn timestamp() -> String {
    xpayclient_core::timestamp()
}
