//! A struct whose fields are the columns of a table.

/// Declares the struct with the code that reads and inserts it.
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

            /// Inserts it as a new row.
            pub(crate) fn enter(&self, db: &rusqlite::Connection) -> rusqlite::Result<()> {
                // The automatic rowid comes after the last comma.
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
