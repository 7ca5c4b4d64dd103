//! A database of the shop that keeps the journal. A binding executes the statements with the driver that its shop has; what they
//! are and what follows from them is decided in `journal/database`.

use std::fmt;

use crate::error::{Error, Result};

/// What executes the journal's statements: a binding, or a simulator.
///
/// Each statement is a transaction of its own (autocommit), on a connection that is used for nothing else. It may be called by
/// several threads at once.
pub trait Database: fmt::Debug + Send + Sync {
    /// In which words the statements are to be.
    fn dialect(&self) -> Dialect;

    /// Executes one statement. It must return in seconds, whatever the database does: a connection has a deadline.
    fn run(&self, statement: &Statement<'_>, values: &[Option<&str>]) -> Reply;

    /// Whether it will execute no statement any more, because whoever does has ended: then none is attempted again.
    fn is_gone(&self) -> bool {
        false
    }
}

/// The words of a database, and how its driver writes the place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The database.
    pub sql: Sql,
    /// The place of a value.
    pub placeholder: Placeholder,
}

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sql {
    /// MySQL and MariaDB.
    MySql,
    /// PostgreSQL.
    Postgres,
}

/// How a driver writes the place of a value in a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// `?`: PDO, JDBC, MySQL's C client.
    Question,
    /// `$1`: libpq.
    Dollar,
    /// `%s`: Python's drivers.
    Percent,
}

/// A statement to execute.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// What it does, for whoever writes it in other words.
    pub operation: Operation,
    /// Its text in the words of [`Database::dialect`].
    pub text: &'a str,
    /// Whether it needs a new connection, since nobody knows what became of the last statement.
    pub fresh: bool,
    /// What is to be executed on each new connection before anything else.
    pub on_connect: &'a [&'a str],
}

/// What came of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Done: so many rows were inserted, updated or deleted.
    Changed(u64),
    /// The rows of a query, with their columns in its order.
    Rows(Vec<Vec<Option<String>>>),
    /// Certainly not done: the connection was refused, or the database answered with an error and the connection stays open.
    NotDone(String),
    /// Perhaps done: the connection ended before an answer, or after an error.
    Unknown(String),
}

macro_rules! operations {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal, $rows:literal;)*) => {
        /// What a statement does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Operation {
            $($(#[doc = $doc])* $name,)*
        }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Operation] = &[$(Operation::$name),*];

            /// Its name in programs.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Operation::$name => $text,)*
                }
            }

            /// Whether it is a query, so that its answer is [`Reply::Rows`].
            pub const fn returns_rows(self) -> bool {
                match self {
                    $(Operation::$name => $rows,)*
                }
            }
        }
    };
}

operations! {
    /// Inserts the row of a transaction, unless there is one with its key: 1 or 0 rows.
    Begin = "begin", false;
    /// Changes the row if it is still its writer's, at the step that this knows: 1 or 0 rows.
    Mark = "mark", false;
    /// Changes the row, whoever has it: 1 or 0 rows.
    Put = "put", false;
    /// Makes the row the writer's, if it is at this step and nobody works on it: 1 or 0 rows.
    Claim = "claim", false;
    /// Finds one row by its key.
    Find = "find", true;
    /// Lists the rows that are not settled.
    Open = "open", true;
    /// Lists the newest rows, settled or not.
    History = "history", true;
    /// Deletes some settled rows that are old.
    Prune = "prune", false;
    /// The version of the schema.
    Version = "version", true;
    /// Changes nothing, and fails where the row of a transaction could not be inserted.
    MayInsert = "may_insert", false;
    /// Changes nothing, and fails where a row could not be updated.
    MayUpdate = "may_update", false;
    /// What the database says of itself: names and values.
    Facts = "facts", true;
}

impl Operation {
    /// By its name.
    pub fn named(name: &str) -> Option<Operation> {
        Operation::ALL.iter().copied().find(|operation| operation.name() == name)
    }
}

impl Dialect {
    /// By the name of the database, as a DSN or a URL has it (`mysql`, `mariadb`, `pgsql`, `postgres`, `postgresql`), and by a
    /// value's place as it is written: `?`, `$1` or `%s`.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`](crate::Code::BAD_VALUE) names the one that is unknown.
    pub fn named(sql: &str, placeholder: &str) -> Result<Dialect> {
        let unknown = |name, found: &str, known: &str| {
            Err(Error::bad_value(name, format!("has to be {known}; found [{found}]")))
        };
        let Some(sql) = Sql::named(sql) else { return unknown("database", sql, "mysql or pgsql") };
        match Placeholder::named(placeholder) {
            Some(placeholder) => Ok(Dialect { sql, placeholder }),
            None => unknown("placeholder", placeholder, "?, $1 or %s"),
        }
    }
}

impl Sql {
    /// By its name in a DSN or a URL: `mysql`, `mariadb`, `pgsql`, `postgres`, `postgresql`.
    pub fn named(name: &str) -> Option<Sql> {
        match name {
            "mysql" | "mariadb" => Some(Sql::MySql),
            "pgsql" | "postgres" | "postgresql" => Some(Sql::Postgres),
            _ => None,
        }
    }
}

impl Placeholder {
    /// As it is written: `?`, `$1` or `%s`.
    pub fn named(text: &str) -> Option<Placeholder> {
        match text {
            "?" => Some(Placeholder::Question),
            "$1" => Some(Placeholder::Dollar),
            "%s" => Some(Placeholder::Percent),
            _ => None,
        }
    }

    /// A statement whose values have their places as `?`, with these.
    pub fn written(self, text: &str) -> String {
        let mut pieces = text.split('?');
        let mut whole = pieces.next().unwrap_or_default().to_owned();
        for (number, piece) in pieces.enumerate() {
            whole += &match self {
                Placeholder::Question => "?".to_owned(),
                Placeholder::Dollar => format!("${}", number + 1),
                Placeholder::Percent => "%s".to_owned(),
            };
            whole += piece;
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_the_driver_wants_them() {
        let written = |placeholder: &str| Placeholder::named(placeholder).unwrap().written("a = ? AND b = ?");
        assert_eq!(written("?"), "a = ? AND b = ?");
        assert_eq!(written("$1"), "a = $1 AND b = $2");
        assert_eq!(written("%s"), "a = %s AND b = %s");
        assert!(Dialect::named("oracle", "?").unwrap_err().message().contains("[oracle]"));
        assert!(Dialect::named("mariadb", ":1").unwrap_err().message().contains("[:1]"));
    }

    #[test]
    fn an_operation_is_found_by_its_name() {
        for operation in Operation::ALL {
            assert_eq!(Operation::named(operation.name()), Some(*operation));
        }
    }
}
