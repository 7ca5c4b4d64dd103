//! A store at the other end of a pipe: a program in the shop's language, which executes the journal's statements with the shop's
//! driver.
//!
//! A statement is a line `{"operation":"begin","sql":"INSERT …","values":["…",null],"rows":false,"fresh":false,"on_connect":["SET …"]}`.
//! Its answer is one of `{"changed":1}`, `{"rows":[["…",null],…]}`, `{"not_done":"why"}`, `{"unknown":"why"}`. Texts are UTF-8.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use xpayclient_core::Error;
use xpayclient_core::database::{Database, Dialect, Reply, Statement};

use crate::wire::Wire;

/// Asks the other end to execute each statement.
#[derive(Debug)]
pub struct LineStore {
    wire: Wire,
    dialect: Dialect,
    /// The other end has ended.
    gone: AtomicBool,
}

impl LineStore {
    /// See [`Dialect::named`].
    ///
    /// # Errors
    /// As there.
    pub fn new(wire: &Wire, sql: &str, placeholder: &str) -> Result<LineStore, Error> {
        Ok(LineStore {
            wire: wire.clone(),
            dialect: Dialect::named(sql, placeholder)?,
            gone: AtomicBool::new(false),
        })
    }

    /// A store whose other end introduces itself with `{"sql":"mysql","placeholder":"?"}`.
    ///
    /// # Errors
    /// What it said instead.
    pub fn introduced(wire: &Wire) -> Result<LineStore, String> {
        let line = wire.read().map_err(|error| error.to_string())?;
        let line = line.ok_or_else(|| "it said nothing".to_owned())?;
        let said: Value = serde_json::from_str(&line).map_err(|_| line.trim_end().to_owned())?;
        let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        LineStore::new(wire, &text("sql"), &text("placeholder")).map_err(|error| error.message())
    }
}

impl Database for LineStore {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn run(&self, statement: &Statement<'_>, values: &[Option<&str>]) -> Reply {
        let question = json!({
            "operation": statement.operation.name(),
            "sql": statement.text,
            "values": values,
            "rows": statement.operation.returns_rows(),
            "fresh": statement.fresh,
            "on_connect": statement.on_connect,
        });
        match self.wire.ask(&format!("{question}\n")) {
            Ok(answer) => {
                read(&answer).unwrap_or_else(|| Reply::Unknown("the store's answer is none".into()))
            }
            Err(error) => {
                self.gone.store(true, Ordering::Relaxed);
                Reply::Unknown(format!("the store is gone: {error}"))
            }
        }
    }

    fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }
}

fn read(answer: &str) -> Option<Reply> {
    let Value::Object(said) = serde_json::from_str(answer).ok()? else { return None };
    let (name, value) = said.into_iter().next()?;
    let text = |value: Value| value.as_str().map(str::to_owned);
    Some(match (name.as_str(), value) {
        ("changed", value) => Reply::Changed(value.as_u64()?),
        ("rows", Value::Array(rows)) => Reply::Rows(rows.into_iter().map(row).collect::<Option<_>>()?),
        ("not_done", value) => Reply::NotDone(text(value)?),
        ("unknown", value) => Reply::Unknown(text(value)?),
        _ => return None,
    })
}

/// Drivers return numbers as such, or as text.
fn row(row: Value) -> Option<Vec<Option<String>>> {
    let Value::Array(values) = row else { return None };
    values
        .into_iter()
        .map(|value| match value {
            Value::Null => Some(None),
            Value::String(text) => Some(Some(text)),
            Value::Number(number) => Some(Some(number.to_string())),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_and_others_are_none() {
        assert_eq!(read(r#"{"changed":1}"#), Some(Reply::Changed(1)));
        assert_eq!(
            read(r#"{"rows":[["a",null,7]]}"#),
            Some(Reply::Rows(vec![vec![Some("a".into()), None, Some("7".into())]]))
        );
        assert_eq!(read(r#"{"not_done":"refused"}"#), Some(Reply::NotDone("refused".into())));
        for none in ["{}", "[]", r#"{"changed":"1"}"#, r#"{"rows":[[true]]}"#, "hello"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
