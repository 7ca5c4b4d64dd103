//! Everything that is generated, in order: what is read by a later step is written by an earlier one.

mod abi;
mod command;
mod constants;
mod ctests;
mod euckr;
mod functions;
mod fuzz;
mod header;
mod language;
mod pages;
mod php;
mod tables;

use crate::files::{Files, Result};
use functions::Function;

pub(crate) fn all(files: &mut Files) -> Result<()> {
    tables::write(files)?;
    constants::write(files)?;
    let header = header::write(files)?;
    let functions = Function::all(&header);
    abi::write(files, &header)?;
    php::write(files, &header)?;
    ctests::write(files, &functions)?;
    fuzz::write(files)?;
    pages::write(files)?;
    command::write(files)?;
    euckr::write(files)
}
