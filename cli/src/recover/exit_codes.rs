//! The exit codes of `xpay recover`.

use std::process::ExitCode;

pub(super) const HELP: &str = "\
종료 코드 / exit codes:
  0  미결 거래가 없거나 요청한 일을 마쳤습니다 / nothing is open, or the command succeeded
  1  오류 / an error
  2  사용법 오류 / wrong usage
  3  미결 거래가 남아 있습니다 / transactions are still open
  4  다른 프로세스가 복구 중이어서 아무것도 하지 않았습니다 / another process is recovering, nothing was done";

pub(super) fn exit_code(still_open: bool) -> ExitCode {
    ExitCode::from(if still_open { 3 } else { 0 })
}
