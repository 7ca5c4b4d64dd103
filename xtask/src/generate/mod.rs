//! All generated files, in order: a later step may read what an earlier one wrote.

mod abi;
mod attributes;
mod banks;
mod command;
mod constants;
mod ctests;
mod euckr;
mod functions;
mod fuzz;
mod header;
mod java;
mod language;
mod manual;
mod pages;
mod php;
mod python;
mod roff;
mod tables;

use functions::Function;
use xpayclient_core::binding::CALLS;

use crate::files::{Files, Result};

pub(crate) fn all(files: &mut Files) -> Result<()> {
    tables::write(files)?;
    banks::write(files)?;
    constants::write(files)?;
    let header = header::text()?;
    let functions = Function::all(&header);
    every_call_has_its_name(&functions)?;
    let releases = abi::write(files, &header)?;
    header::write(files, &header, &releases)?;
    php::write(files, &header)?;
    java::write(files, &functions)?;
    ctests::write(files, &functions)?;
    manual::write(files)?;
    fuzz::write(files)?;
    pages::write(files)?;
    command::write(files)?;
    python::write(files)?;
    euckr::write(files)?;
    attributes::write(files)
}

/// Without a line in `Session::call`, pipe, scenarios and fuzz target cannot call a function.
fn every_call_has_its_name(functions: &[Function]) -> Result<()> {
    /// They end the client or take a callback.
    const OF_C: [&str; 6] =
        ["free", "tx_guarded", "pay_by_key", "pay_by_billing_key", "set_logger", "set_store"];
    let unknown = functions.iter().filter(|one| one.changes() || one.reads()).find(|one| {
        let name = one.call_name();
        !CALLS.contains(&name) && !OF_C.contains(&name)
    });
    unknown.map_or(Ok(()), |one| Err(format!("core/src/session/call.rs has no line for xpay_{}", one.name)))
}
