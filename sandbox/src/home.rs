//! `DIR/home`: a home_dir for clients of this sandbox.

use crate::error::Error;
use crate::files::{private_dir, replace};
use crate::shops::Shops;
use crate::tables;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The files of `home/conf`.
pub(crate) const FILES: [&str; 3] = ["mall.conf", "lgdacom.conf", "ca-bundle.crt"];

/// The first line of every file written here. A file without it is not overwritten.
const MARKER: &str = "xpay sandbox: 샌드박스가 만든 파일 / written by the sandbox";

/// Writes the home directory and returns its path.
pub(crate) fn write(dir: &Path, url: &str, bundle: &str, shops: &Shops) -> Result<PathBuf, Error> {
    let home = dir.join("home");
    let conf = home.join("conf");
    let log = dir.join("log");
    for file in FILES {
        refuse_foreign(&conf.join(file))?;
    }
    let written = [dir, &home, &conf, &log].into_iter().try_for_each(private_dir).and_then(|()| {
        let log = dunce::canonicalize(&log)?;
        replace(&conf.join(FILES[0]), &mall_conf(&log, &escrow_url(url), shops))?;
        replace(&conf.join(FILES[1]), &lgdacom_conf(url))?;
        replace(&conf.join(FILES[2]), &format!("# {MARKER}\n{bundle}"))
    });
    match written {
        Ok(()) => Ok(home),
        Err(error) => Err(Error::new(
            format!("{}에 쓸 수 없습니다({error}). 쓸 수 있는 디렉터리를 지정하십시오", dir.display()),
            format!("cannot write to {} ({error}): use a directory that you can write to", dir.display()),
        )),
    }
}

fn refuse_foreign(path: &Path) -> Result<(), Error> {
    let Ok(file) = fs::File::open(path) else { return Ok(()) };
    let mut first = Vec::new();
    let read = BufReader::new(file).read_until(b'\n', &mut first);
    if read.is_ok() && String::from_utf8_lossy(&first).contains(MARKER) {
        return Ok(());
    }
    let path = path.display();
    Err(Error::new(
        format!(
            "{path} 파일은 샌드박스가 만든 것이 아니어서 덮어쓰지 않습니다. 다른 디렉터리를 지정하십시오"
        ),
        format!("{path} was not written by the sandbox and is not overwritten: use another directory"),
    ))
}

fn lgdacom_conf(url: &str) -> String {
    format!(
        "; {MARKER}
; 운영과 테스트 모두 이 샌드박스로 갑니다. / Live and test both use this sandbox.
url = \"{url}\"
test_url = \"{url}\"
; Report와 Patch를 보려면 아래 줄의 ;를 지우십시오. / Remove the ; below to try Report and Patch.
;aux_url = \"{url}\"
"
    )
}

/// The page that takes escrow deliveries, beside the gateway's own.
fn escrow_url(url: &str) -> String {
    let (base, _) = url.split_once("/xpay/").unwrap_or((url, ""));
    format!("{base}{}", tables::escrow_test_path())
}

fn mall_conf(log: &Path, escrow: &str, shops: &Shops) -> String {
    let shops: String = shops.iter().map(|shop| format!("{} = {}\n", shop.mid, shop.key)).collect();
    format!(
        "; {MARKER}
; 서버 구분자, LGD_TXID에 들어갑니다. / ID of this server, part of every LGD_TXID.
server_id = 01
; 요청 전체의 제한 시간(초). / Time limit of a request, in seconds.
timeout = 60
; 로그 디렉터리와 수준(0 FATAL - 4 DEBUG). / Log directory and level.
log_dir = {log}
log_level = 3
; 인증서와 호스트 이름을 확인합니다. / Verify the certificate and its host name.
verify_cert = 1
verify_host = 1
; HTTP 오류를 aux_url에 알립니다. / Report HTTP errors to aux_url.
report_error = 1
; 응답을 받지 못하면 자동으로 망취소합니다. / Roll back if there is no answer.
auto_rollback = 1
; 응답 문자를 UTF-8로 돌려줍니다. / Return answers as UTF-8.
output_UTF8 = 1
; 에스크로 배송등록 주소. / Where escrow deliveries are registered.
escrow_url = \"{escrow}\"
test_escrow_url = \"{escrow}\"
; TLS 1.2
default_secure_protocols = 2048
; 상점아이디 = MertKey. 공개된 데모 상점입니다. / Merchant ID = MertKey. The public demo shop.
{shops}",
        log = quoted(log)
    )
}

/// In double quotes, in which the rules of INI files keep everything but these two.
fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.display().to_string().replace('\\', "\\\\").replace('"', "\\\""))
}
