//! The journal in a shop's own database: what a payment does when the database refuses, says nothing, or may forget.

use std::fmt;
use std::sync::{Arc, Mutex};

use xpayclient_core::database::{Database, Dialect, Operation, Placeholder, Reply, Sql, Statement};
use xpayclient_core::{Client, Code, Outcome, Platform};
use xpayclient_tests::Shop;

type Answer = dyn Fn(Operation, &[Option<&str>]) -> Reply + Send + Sync;

/// A database that a test speaks for. It keeps what it was asked.
struct Spoken {
    answer: Box<Answer>,
    asked: Mutex<Vec<Operation>>,
}

impl Spoken {
    fn new(answer: impl Fn(Operation, &[Option<&str>]) -> Reply + Send + Sync + 'static) -> Arc<Spoken> {
        Arc::new(Spoken { answer: Box::new(answer), asked: Mutex::default() })
    }

    fn asked(&self) -> Vec<Operation> {
        self.asked.lock().unwrap().clone()
    }
}

impl Database for Spoken {
    fn dialect(&self) -> Dialect {
        Dialect { sql: Sql::Postgres, placeholder: Placeholder::Dollar }
    }

    fn run(&self, statement: &Statement<'_>, values: &[Option<&str>]) -> Reply {
        assert_eq!(statement.text.matches('$').count(), values.len(), "{}", statement.text);
        self.asked.lock().unwrap().push(statement.operation);
        (self.answer)(statement.operation, values)
    }
}

impl fmt::Debug for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spoken")
    }
}

/// One that does what it is asked.
fn willing(operation: Operation, _: &[Option<&str>]) -> Reply {
    match operation {
        Operation::Facts => Reply::Rows(facts("on")),
        Operation::Version => Reply::Rows(vec![vec![Some("1".into())]]),
        operation if operation.returns_rows() => Reply::Rows(Vec::new()),
        _ => Reply::Changed(1),
    }
}

fn facts(synchronous_commit: &str) -> Vec<Vec<Option<String>>> {
    let facts = [("version", "15"), ("synchronous_commit", synchronous_commit), ("fsync", "on")];
    facts.map(|(name, value)| vec![Some(name.to_owned()), Some(value.to_owned())]).to_vec()
}

fn client(shop: &Shop, settings: &[(&str, &str)], database: &Arc<Spoken>) -> Client {
    let mut config = shop.config();
    settings.iter().for_each(|(name, value)| config.set(*name, *value));
    Client::with_database(config, Platform::Test, database.clone())
}

fn not_sent(outcome: &Outcome) -> String {
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
    let error = outcome.error().unwrap();
    assert_eq!(error.code(), Code::JOURNAL);
    error.message()
}

#[test]
fn a_payment_is_one_row_that_is_written_three_times() {
    let shop = Shop::open();
    let database = Spoken::new(willing);
    let client = client(&shop, &[], &database);
    let outcome = shop.payment(&client).send();
    assert!(outcome.answer().is_some_and(|answer| answer.code() == "0000"), "{outcome:?}");
    assert_eq!(database.asked(), [Operation::Begin, Operation::Mark, Operation::Mark]);
    assert_eq!(client.unwritten(), "");
}

#[test]
fn a_database_that_refuses_leaves_the_record_to_the_files() {
    let shop = Shop::open();
    let database = Spoken::new(|_, _| Reply::NotDone("connection refused".into()));
    let paying = client(&shop, &[], &database);
    let held = shop.payment(&paying).hold();
    assert!(held.is_approved());
    let said = paying.unwritten();
    assert!(said.contains("connection refused") && said.contains("`xpay recover`"), "{said}");
    // Without the database, the files show it.
    assert_eq!(shop.client(&[]).open_transactions().unwrap().len(), 1);
    assert!(held.confirm().answer().is_some());

    let strict = client(&shop, &[("journal", "strict")], &database);
    let said = not_sent(&shop.payment(&strict).send());
    assert!(said.contains("nothing was sent: the journal in the database"), "{said}");
}

/// Recovery would roll back what is sent now, if the row is there.
#[test]
fn nothing_is_sent_while_nobody_knows_whether_it_is_recorded() {
    let shop = Shop::open();
    let database = Spoken::new(|_, _| Reply::Unknown("the line was cut".into()));
    let paying = client(&shop, &[("journal", "on")], &database);
    let said = not_sent(&shop.payment(&paying).send());
    assert!(
        said.contains("nobody knows whether it was written") && said.contains("the line was cut"),
        "{said}"
    );
    assert_eq!(shop.balance(), 0);
}

/// The answer to the INSERT is lost, and recovery was faster than the second.
#[test]
fn a_row_that_another_process_has_is_not_paid_for() {
    let shop = Shop::open();
    let database = Spoken::new(|operation, values| match operation {
        Operation::Begin => Reply::Changed(0),
        operation => willing(operation, values),
    });
    let said = not_sent(&shop.payment(&client(&shop, &[], &database)).send());
    assert!(said.contains("it has this LGD_TXID already"), "{said}");
}

#[test]
fn strict_refuses_a_database_that_may_forget() {
    let shop = Shop::open();
    let database = Spoken::new(|operation, values| match operation {
        Operation::Facts => Reply::Rows(facts("off")),
        operation => willing(operation, values),
    });
    let strict = client(&shop, &[("journal", "strict")], &database);
    let said = not_sent(&shop.payment(&strict).send());
    assert!(said.contains("synchronous_commit is off") && said.contains("synchronous_commit 값이"), "{said}");
    let found = strict.database_facts().unwrap().unwrap();
    assert!(found.faults.iter().any(|fault| fault.forgets), "{found:?}");
    // Otherwise it is the doctor's to say.
    assert!(shop.payment(&client(&shop, &[], &database)).send().answer().is_some());
}

/// The shop's step took longer than its lease, and a person had it rolled back meanwhile.
#[test]
fn an_approval_that_was_undone_meanwhile_is_not_confirmed() {
    let shop = Shop::open();
    for (state, number) in [("rolled_back", 3), ("refused", Outcome::IN_DOUBT), ("closed", Outcome::ANSWERED)]
    {
        let database = Spoken::new(move |operation, values| match operation {
            Operation::Mark if values[0] == Some("delivered") => Reply::Changed(0),
            Operation::Find => Reply::Rows(vec![row(state)]),
            operation => willing(operation, values),
        });
        let held = shop.payment(&client(&shop, &[], &database)).hold();
        assert!(held.is_approved());
        assert_eq!(held.confirm().number(), number, "{state}");
    }
}

/// A row that is somebody else's.
fn row(state: &str) -> Vec<Option<String>> {
    let mut row = vec![Some(String::new()); 16];
    (row[1], row[2], row[3]) = (Some(state.into()), Some("7".into()), Some("another".into()));
    row.push(Some("settled".into()));
    row
}

#[test]
fn a_program_without_a_store_says_that_the_journal_is_elsewhere() {
    let shop = Shop::open();
    let dsn = ("journal_dsn", "pgsql:host=db;dbname=shop");
    let paying = shop.client(&[dsn]);
    assert!(shop.payment(&paying).send().answer().is_some());
    assert!(paying.unwritten().contains("this program has no store for it"), "{}", paying.unwritten());
    not_sent(&shop.payment(&shop.client(&[dsn, ("journal", "strict")])).send());
}
