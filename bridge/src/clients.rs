//! The clients of one caller by their numbers, and the answers to their calls.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use xpayclient_core::Error;
use xpayclient_core::binding::Session;
use xpayclient_core::database::Database;
use zeroize::Zeroizing;

use crate::line::{self, Call, Json, TRUE};
use crate::store::LineStore;
use crate::told::{Told, settings};
use crate::wire::Wire;

pub(crate) struct Clients {
    wire: Wire,
    all: HashMap<u64, Client>,
}

struct Client {
    session: Session,
    told: Told,
    /// Whether it has a transaction that was begun and not sent yet.
    drafted: bool,
}

impl Clients {
    pub(crate) fn new(wire: Wire) -> Clients {
        Clients { wire, all: HashMap::new() }
    }

    /// The answer to a call. [`Clients::told`] must follow.
    pub(crate) fn answer(&mut self, Call(number, name, arguments): &Call<'_>) -> Zeroizing<String> {
        if *name == "free" {
            let freed = line::flag_of(self.all.remove(number).is_some());
            return line::answer(&freed, std::iter::empty());
        }
        let client = self.all.entry(*number).or_insert_with(Client::new);
        let given: Vec<&[u8]> = arguments.iter().map(|bytes| bytes.as_slice()).collect();
        let value = client.call(&self.wire, name, &given);
        let news = client.told.update(&mut client.session);
        line::answer(&value, client.told.of(&news))
    }

    /// What follows from whether the caller was told how its transaction ended: nobody books an approval that nobody was
    /// told of.
    pub(crate) fn told(&mut self, Call(number, name, _): &Call<'_>, told: bool) {
        let Some(Client { session, .. }) = self.all.get_mut(number) else { return };
        if session.is_held() {
            let _ = match (*name, told) {
                ("tx" | "tx_held", false) => session.abandon(),
                ("tx", true) => session.confirm(),
                ("tx_held", true) => session.replied(),
                _ => return,
            };
        }
    }

    /// Whether a payment is begun, or approved and not confirmed yet.
    pub(crate) fn in_payment(&self) -> bool {
        self.all.values().any(|client| client.drafted || client.session.is_held())
    }
}

impl Client {
    fn new() -> Client {
        let mut session = Session::new("bridge");
        let told = Told::new(&mut session);
        Client { session, told, drafted: false }
    }

    fn call(&mut self, wire: &Wire, name: &str, given: &[&[u8]]) -> Json {
        let value = match catch_unwind(AssertUnwindSafe(|| self.value(wire, name, given))) {
            Ok(Some(value)) => value,
            Ok(None) => line::flag_of(self.session.fail(Error::internal("no such call"))),
            Err(_) => line::flag_of(self.session.fail(Error::internal("a panic was stopped"))),
        };
        match name {
            "init_tx" => self.drafted = true,
            "init" | "init_mode" | "tx" | "tx_held" | "cancel" | "partial_cancel" => self.drafted = false,
            _ => {}
        }
        value
    }

    fn value(&mut self, wire: &Wire, name: &str, given: &[&[u8]]) -> Option<Json> {
        match name {
            // What became of it is not told yet.
            "tx" | "tx_held" => {
                let rollback_on_error = given.first().is_some_and(|flag| *flag == TRUE);
                Some(line::flag_of(self.session.tx_replied(rollback_on_error)))
            }
            #[cfg(test)]
            "panic" => std::panic::resume_unwind(Box::new("in a test")),
            "settings" => Some(settings(&self.session)),
            "set_store" => Some(line::flag_of(self.set_store(wire, given))),
            _ => self.session.call(name, given).map(|returned| line::returned(&returned)),
        }
    }
    /// The caller keeps the journal, with a kind of database and a placeholder; without them nobody does.
    fn set_store(&mut self, wire: &Wire, given: &[&[u8]]) -> bool {
        let text = |at: usize| given.get(at).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
        let store = match text(0).as_ref() {
            "" => None,
            sql => match LineStore::new(wire, sql, &text(1)) {
                Ok(store) => Some(Arc::new(store) as Arc<dyn Database>),
                Err(error) => return self.session.fail(error),
            },
        };
        self.session.set_database(store);
        true
    }
}
