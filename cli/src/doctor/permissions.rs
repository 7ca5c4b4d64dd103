//! Permissions of files and directories: who can read them, and whether the library can write to them.

use super::finding::{About, Finding, Grade};
use super::fix::Fix;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;
use xpayclient_core::Config;
use xpayclient_core::encoding::decode;

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let home = config.home_dir().unwrap_or(Path::new("."));
    let mut findings = Vec::new();
    findings.extend(readable(&home.join("conf/mall.conf"), 0o004));
    findings.extend(below_web_root(home));
    let windows = windows(config);
    let foreign = !windows.is_empty();
    findings.extend(windows);
    if let Some(log) = config.settings().log_dir.as_ref().filter(|_| !foreign) {
        findings.extend(unwritable("log_dir", About::LogDir, log, log));
        // Listing or entering the directory is what matters for its files.
        findings.extend(readable(log, 0o005));
        findings.extend(below_web_root(log).filter(|_| !log.starts_with(home)));
    }
    if let Some(journal) = config.settings().journal_dir.as_ref().filter(|_| !foreign) {
        let apart = config.settings().log_dir.as_ref().is_none_or(|log| !journal.starts_with(log));
        // The library creates it if it can.
        let there = journal.ancestors().find(|dir| dir.exists()).filter(|_| apart);
        findings.extend(there.and_then(|there| unwritable("journal_dir", About::JournalDir, journal, there)));
        findings.extend(readable(journal, 0o005));
    }
    findings
}

#[cfg(unix)]
fn readable(path: &Path, bits: u32) -> Option<Finding> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok()?;
    if metadata.mode() & bits == 0 {
        return None;
    }
    let place = path.display();
    if metadata.is_dir() && !is_of_its_own(path) {
        return Some(Finding::new(
            Grade::Warning,
            About::Readable,
            format!(
                "이 서버의 누구나 볼 수 있는 {place}을(를) 다른 것과 함께 씁니다. log_dir에 전용 디렉터리를 주십시오"
            ),
            format!(
                "everybody on this server can list {place}, which others use too; give log_dir a directory of its own"
            ),
        ));
    }
    let finding = Finding::new(
        Grade::Warning,
        About::Readable,
        format!(
            "이 서버의 누구나 {place}을(를) 읽을 수 있습니다. 상점을 실행하는 사용자가 소유자나 그룹인지 확인하고: chmod o-rwx {place}"
        ),
        format!(
            "everybody on this server can read {place}; check that the user of the shop is its owner or in its group, then: chmod o-rwx {place}"
        ),
    );
    Some(finding.fixed_by(Fix::Close(path.to_owned())))
}

#[cfg(not(unix))]
fn readable(_: &Path, _: u32) -> Option<Finding> {
    None
}

/// Whether a directory holds only files of the library. Others, such as /var/log or /tmp, must stay open.
#[cfg(unix)]
fn is_of_its_own(dir: &Path) -> bool {
    let ours = |name: &str| {
        name == "journal" || name.starts_with("log_") && name.ends_with(".log") || name.ends_with(".journal")
    };
    let Ok(mut entries) = fs::read_dir(dir) else { return false };
    entries.all(|entry| entry.is_ok_and(|entry| entry.file_name().to_str().is_some_and(ours)))
}

fn below_web_root(dir: &Path) -> Option<Finding> {
    let place = dir.canonicalize().ok()?;
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
    let named = dir.file_name().is_some_and(|name| NAMES.iter().any(|known| name == *known));
    // On Debian the sites are below /var/www.
    named && dir != Path::new("/var/www")
        || ["index.php", "index.html", ".htaccess"].iter().any(|file| dir.join(file).exists())
}

/// Directories that only Windows has: elsewhere they are one strange name below home_dir, which is often in the web root.
fn windows(config: &Config) -> Vec<Finding> {
    let settings = [("log_dir", About::LogDir), ("journal_dir", About::JournalDir)];
    let found = settings.into_iter().filter(|_| cfg!(unix)).filter_map(|(setting, about)| {
        let value = decode(config.get(setting)?);
        let drive = matches!(value.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic());
        (drive || value.contains('\\')).then(|| {
            Finding::new(
                Grade::Warning,
                about,
                format!("{setting} = [{value}]: Windows 경로입니다. 이 서버에서는 home_dir 아래에 그 이름의 디렉터리가 됩니다. 웹 루트 밖의 이 서버 경로를 쓰고, 그 디렉터리를 만들어 상점을 실행하는 사용자에게 주십시오"),
                format!("{setting} = [{value}] is a path of Windows; on this machine it is a directory of that name below home_dir. Write a path of this machine outside the web root, create it and give it to the user of the shop"),
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
