//! Permissions of files and directories: who can read them, and whether the library can write to them.

use super::access;
use super::finding::{About, Finding, Grade};
use super::fix::Fix;
use crate::system::{self, FOREIGN};
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;
use xpayclient_core::Config;
use xpayclient_core::encoding::decode;

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let home = config.home_dir().unwrap_or(Path::new("."));
    let mut findings = Vec::new();
    findings.extend(access::readable(&home.join("conf/mall.conf")));
    findings.extend(below_web_root(home));
    let elsewhere = elsewhere(config);
    let foreign = !elsewhere.is_empty();
    findings.extend(elsewhere);
    if let Some(log) = config.settings().log_dir.as_ref().filter(|_| !foreign) {
        findings.extend(unwritable("log_dir", About::LogDir, log, log));
        findings.extend(access::readable(log));
        findings.extend(below_web_root(log).filter(|_| !log.starts_with(home)));
    }
    if let Some(journal) = config.settings().journal_dir.as_ref().filter(|_| !foreign) {
        let apart = config.settings().log_dir.as_ref().is_none_or(|log| !journal.starts_with(log));
        // The library creates it if it can.
        let there = journal.ancestors().find(|dir| dir.exists()).filter(|_| apart);
        findings.extend(there.and_then(|there| unwritable("journal_dir", About::JournalDir, journal, there)));
        findings.extend(access::readable(journal));
    }
    findings
}

/// What to do about a directory that everybody can list: another one, if it is not the library's alone.
pub(super) fn shared(dir: &Path) -> Option<Finding> {
    if !dir.is_dir() || is_of_its_own(dir) {
        return None;
    }
    let place = dir.display();
    Some(Finding::new(
        Grade::Warning,
        About::Readable,
        format!(
            "이 서버의 누구나 볼 수 있는 {place}을(를) 다른 것과 함께 씁니다. log_dir에 전용 디렉터리를 주십시오"
        ),
        format!(
            "everybody on this server can list {place}, which others use too; give log_dir a directory of its own"
        ),
    ))
}

/// Whether a directory holds only files of the library. Others, such as /var/log or /tmp, must stay open.
fn is_of_its_own(dir: &Path) -> bool {
    let ours = |name: &str| {
        ["journal", "recovery.lock"].contains(&name)
            || name.starts_with("log_") && name.ends_with(".log")
            || name.ends_with(".journal")
    };
    let Ok(mut entries) = fs::read_dir(dir) else { return false };
    entries.all(|entry| entry.is_ok_and(|entry| entry.file_name().to_str().is_some_and(ours)))
}

fn below_web_root(dir: &Path) -> Option<Finding> {
    let place = dunce::canonicalize(dir).ok()?;
    let root = place.ancestors().find(|dir| is_web_root(dir))?;
    let (root, dir) = (root.display(), dir.display());
    Some(Finding::new(
        Grade::Warning,
        About::WebRoot,
        format!(
            "{root}은(는) 웹에 공개되는 디렉터리로 보입니다. {dir}을(를) 그 밖으로 옮기고 configPath(log_dir)를 바꾸십시오"
        ),
        format!(
            "{root} looks like a public directory of a web server; move {dir} out of it and change configPath (or log_dir)"
        ),
    ))
}

fn is_web_root(dir: &Path) -> bool {
    const NAMES: [&str; 5] = ["public_html", "htdocs", "wwwroot", "html", "www"];
    let named = dir.file_name().is_some_and(|name| NAMES.iter().any(|known| is_name(name, known)));
    // On Debian the sites are below /var/www.
    named && dir != Path::new("/var/www")
        || ["index.php", "index.html", ".htaccess", "web.config"].iter().any(|file| dir.join(file).exists())
}

/// As the system compares them.
fn is_name(name: &OsStr, known: &str) -> bool {
    if cfg!(windows) { name.eq_ignore_ascii_case(known) } else { name == known }
}

/// Directories of another kind of system: here they lie below home_dir, which is often in the web root, or nowhere.
fn elsewhere(config: &Config) -> Vec<Finding> {
    let settings = [("log_dir", About::LogDir), ("journal_dir", About::JournalDir)];
    let found = settings.into_iter().filter_map(|(setting, about)| {
        let value = decode(config.get(setting)?);
        system::is_foreign(&value).then(|| {
            Finding::new(
                Grade::Warning,
                about,
                format!("{setting} = [{value}]: {FOREIGN} 경로입니다. 이 서버에서는 다른 디렉터리가 됩니다. 웹 루트 밖의 이 서버 경로를 쓰고, 그 디렉터리를 만들어 상점을 실행하는 사용자에게 주십시오"),
                format!("{setting} = [{value}] is a path of {FOREIGN}; on this machine it is another directory. Write a path of this machine outside the web root, create it and give it to the user of the shop"),
            )
        })
    });
    found.collect()
}

/// Tries to write, because a read-only disk or an access list may forbid it too.
fn unwritable(setting: &str, about: About, dir: &Path, tried: &Path) -> Option<Finding> {
    let trial = tried.join(format!(".xpay-doctor-{}", std::process::id()));
    let error = OpenOptions::new().write(true).create_new(true).open(&trial).err();
    if error.is_none() {
        // If it is left behind it is harmless.
        let _ = fs::remove_file(&trial);
    }
    let error = error?;
    let missing = error.kind() == ErrorKind::NotFound && dir.parent().is_some_and(Path::is_dir);
    let place = dir.display();
    let finding = Finding::new(
        Grade::Warning,
        about,
        format!("{setting} [{place}]에 쓸 수 없습니다({error}). 만들고 상점을 실행하는 사용자에게 주십시오"),
        format!(
            "cannot write to {setting} [{place}] ({error}); create it and give it to the user of the shop"
        ),
    );
    Some(finding.fixed_by(missing.then(|| Fix::MakeDirectory(dir.to_owned()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_root_is_known_by_its_name() {
        assert!(is_web_root(Path::new("/srv/wwwroot")) && !is_web_root(Path::new("/srv/wwwroots")));
        assert_eq!(is_web_root(Path::new("/srv/WWWRoot")), cfg!(windows));
    }
}
