//! `xpay-bridge`: the bridge alone, without the rest of the command `xpay`, because a page of PHP starts it.

use std::path::Path;
use std::process::ExitCode;

use xpayclient_bridge::{Failure, listen, pipe};

const HELP: &str = "\
XPay 라이브러리를 읽을 수 없는 프로그램(PHP)을 위한 연결 / the library for programs that may not load it, such as PHP

  xpay-bridge                  표준 입출력으로 / over stdin and stdout
  xpay-bridge --listen SOCKET  소켓으로 SIGTERM까지 / at a unix socket, until SIGTERM
";

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let words: Vec<&str> = words.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    // Where the command `xpay` may be named, so may this: it is called in the same way.
    let words = words.strip_prefix(&["bridge"]).unwrap_or(&words);
    match words {
        [] => ended(pipe()),
        ["--listen", socket] => ended(listen(Path::new(socket))),
        ["--version"] => said(&format!("xpay-bridge {}\n", env!("CARGO_PKG_VERSION"))),
        ["--help"] => said(HELP),
        _ => {
            eprint!("{HELP}");
            ExitCode::from(2)
        }
    }
}

/// The process ends here and at once: what it holds in memory nobody needs any more, and the page waits for its end.
fn ended(ended: Result<(), Failure>) -> ExitCode {
    ended.map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS)
}

fn said(words: &str) -> ExitCode {
    print!("{words}");
    ExitCode::SUCCESS
}
