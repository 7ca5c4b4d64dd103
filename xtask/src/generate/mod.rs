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

use functions::Function;
use xpayclient_core::CALLS;

use crate::files::{Files, Result};

pub(crate) fn all(files: &mut Files) -> Result<()> {
    tables::write(files)?;
    constants::write(files)?;
    let header = header::write(files)?;
    let functions = Function::all(&header);
    every_call_has_its_name(&functions)?;
    abi::write(files, &header)?;
    php::write(files, &header)?;
    ctests::write(files, &functions)?;
    fuzz::write(files)?;
    pages::write(files)?;
    command::write(files)?;
    euckr::write(files)
}

/// A function that `Session::call` does not know cannot be had over the pipe, by a scenario or by the fuzz target.
fn every_call_has_its_name(functions: &[Function]) -> Result<()> {
    /// They begin, end or name the library, or take a function of C's.
    const OF_C: [&str; 4] = ["free", "tx_guarded", "pay_by_key", "set_logger"];
    let unknown = functions.iter().filter(|one| one.changes() || one.reads()).find(|one| {
        let name = one.name.as_str();
        !CALLS.contains(&name) && !OF_C.contains(&name)
    });
    unknown.map_or(Ok(()), |one| Err(format!("core/src/session/call.rs has no line for xpay_{}", one.name)))
}
