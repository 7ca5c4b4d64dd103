//! The files' and directories' places: who can read them, and whether the library can write there.

use super::finding::{Finding, Grade};
use std::fs::{self, OpenOptions};
use std::path::Path;
use xpayclient_core::Config;

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let home = config.home_dir().unwrap_or(Path::new("."));
    let mut findings = Vec::new();
    findings.extend(readable(&home.join("conf/mall.conf")));
    findings.extend(below_web_root(home));
    findings.extend(config.log_dir().and_then(|dir| unwritable(&dir)));
    findings
}

#[cfg(unix)]
fn readable(file: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(file).ok()?.permissions().mode();
    let shown = file.display();
    (mode & 0o004 != 0).then(|| {
        Finding::new(
            Grade::Warning,
            "readable",
            format!("이 서버의 누구나 MertKey를 읽을 수 있습니다: chmod o-rwx {shown}"),
            format!("anybody on this server can read the MertKeys: chmod o-rwx {shown}"),
        )
    })
}

#[cfg(not(unix))]
fn readable(_: &Path) -> Option<Finding> {
    None
}

fn below_web_root(home: &Path) -> Option<Finding> {
    let home = home.canonicalize().ok()?;
    let root = home.ancestors().find(|dir| {
        let named = dir
            .file_name()
            .is_some_and(|name| ["public_html", "htdocs", "wwwroot"].iter().any(|n| name == *n));
        named || dir.join("index.php").exists() || dir.join(".htaccess").exists()
    })?;
    let root = root.display();
    Some(Finding::new(
        Grade::Warning,
        "web_root",
        format!(
            "{root}은(는) 웹에 공개되는 디렉터리로 보입니다. 설정을 그 밖으로 옮기고 configPath를 바꾸십시오"
        ),
        format!(
            "{root} looks like a directory that the web server shows; move the configuration out of it and change configPath"
        ),
    ))
}

/// Tried, not read from the mode: a read-only disk and an access list say no as well.
fn unwritable(dir: &Path) -> Option<Finding> {
    let trial = dir.join(format!(".xpay-doctor-{}", std::process::id()));
    let error = OpenOptions::new().write(true).create_new(true).open(&trial).err();
    if error.is_none() {
        // Left behind, it harms nothing.
        let _ = fs::remove_file(&trial);
    }
    let (error, dir) = (error?, dir.display());
    Some(Finding::new(
        Grade::Warning,
        "log_dir",
        format!("log_dir [{dir}]에 쓸 수 없습니다({error}). 만들고 상점을 실행하는 사용자에게 주십시오"),
        format!(
            "log_dir [{dir}] cannot be written ({error}); make it and give it to the user that runs the shop"
        ),
    ))
}
