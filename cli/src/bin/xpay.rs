//! The command `xpay`: everything is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    xpayclient_cli::run()
}
