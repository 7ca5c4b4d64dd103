//! The bridge: the library for programs that may not load it, as PHP on shared hosting. Calls come in as lines, over a pipe
//! or a socket.
//!
//! The first line out is `[2,2]`: the version of the library's interface and that of these lines. A line in is
//! `[client, "call", [argument, …]]`, its answer `[value]`, or `[value, {…}]` with what the call changed of what the caller
//! knows of that client: the results of reading calls by their names, and `rows`, each a list of names and values. So nobody
//! has to ask for these. After `set_store` with a kind of database and its driver's placeholder, a call may ask its caller for
//! statements before it is answered: see `store.rs`. Calls and values are those of xpayclient.h without the prefix; what C gives as NULL or writes into a
//! buffer is `false` or the text. `settings` is a call of its own: a list of all names and values. Several lines may be sent
//! before the first answer is read. An approval counts, or is held, once its caller was told of it, and is undone where the
//! caller is gone by then. Texts are percent-encoded, for they are bytes. A client is made when its number is first seen and
//! ends with `free`, all end with the input.
#![forbid(unsafe_code)]

mod clients;
#[cfg(target_os = "linux")]
mod daemon;
mod failure;
mod line;
mod serve;
mod store;
mod told;
mod wire;

use std::io::BufReader;
use std::path::Path;

pub use failure::Failure;
pub use serve::{Progress, serve};
pub use store::LineStore;
pub use wire::Wire;

/// The version of the lines. It grows when a caller of an earlier one would misread them.
pub const LINES: u32 = 2;

/// Serves stdin and stdout until the input ends.
///
/// # Errors
/// Stdin or stdout broke, or a line is no call.
pub fn pipe() -> Result<(), Failure> {
    let wire = Wire::new(BufReader::new(std::io::stdin()), std::io::stdout());
    serve(&wire, &|_| ()).map_err(|error| {
        Failure::new(format!("통신이 끊겼습니다: {error}"), format!("the pipe broke: {error}"))
    })
}

/// Serves all callers of one user at a socket, until SIGTERM or SIGINT.
///
/// # Errors
/// The socket cannot be made, or another daemon has it.
#[cfg(target_os = "linux")]
pub fn listen(socket: &Path) -> Result<(), Failure> {
    daemon::run(socket)
}

/// Serves all callers of one user at a socket, which needs Linux.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub fn listen(_: &Path) -> Result<(), Failure> {
    Err(Failure::new("--listen은 Linux에서만 쓸 수 있습니다", "--listen needs Linux"))
}
