//! A struct that is a row of the ledger: its fields are the table's columns, named once.

/// Declares the struct and how it is read from and entered into its table.
macro_rules! stored {
    (
        $(#[$about:meta])*
        $seen:vis struct $name:ident in $table:literal {
            $($(#[$note:meta])* $field_seen:vis $field:ident: $kind:ty,)*
        }
    ) => {
        $(#[$about])*
        $seen struct $name {
            $($(#[$note])* $field_seen $field: $kind,)*
        }

        impl $name {
            fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                Ok(Self { $($field: row.get(stringify!($field))?,)* })
            }

            /// Enters it as a new row.
            pub(crate) fn enter(&self, db: &rusqlite::Connection) -> rusqlite::Result<()> {
                // The rowid SQLite gives by itself takes the place after the last comma.
                const SQL: &str = concat!(
                    "INSERT INTO ", $table, " (", $(stringify!($field), ", ",)* "rowid) VALUES (",
                    $(":", stringify!($field), ", ",)* "NULL)"
                );
                let values: &[(&str, &dyn rusqlite::ToSql)] =
                    &[$((concat!(":", stringify!($field)), &self.$field),)*];
                db.prepare_cached(SQL)?.execute(values).map(drop)
            }
        }
    };
}

pub(crate) use stored;
