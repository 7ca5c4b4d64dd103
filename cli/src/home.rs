//! The shop's home, the directory with conf/mall.conf: by `--home`, else by XPAY_HOME, else the current directory.

use crate::failure::Failure;
use crate::language::{Language, harmless};
use crate::system;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Once;
use xpayclient_core::{Code, Config};

#[derive(Args)]
pub(crate) struct Home {
    /// conf/mall.conf가 있는 디렉터리. 없으면 XPAY_HOME, 그것도 없으면 현재 디렉터리 / the directory with conf/mall.conf; by default XPAY_HOME, then the current directory
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
}

const MALL: &str = "conf/mall.conf";

impl Home {
    /// Whether the option or XPAY_HOME names one.
    pub(crate) fn is_given(&self) -> bool {
        self.home.is_some() || std::env::var_os("XPAY_HOME").is_some_and(|home| !home.is_empty())
    }

    /// The directory. Prints it on stderr unless it was the option's.
    pub(crate) fn find(&self) -> Result<PathBuf, Failure> {
        let home = match &self.home {
            Some(home) => home.clone(),
            None => unasked()?,
        };
        match beside(&home) {
            None => Ok(home),
            Some(better) => Err(not_a_home(&home, better.as_deref())),
        }
    }

    pub(crate) fn config(&self) -> Result<Config, Failure> {
        Ok(Config::load(self.find()?)?)
    }
}

/// XPAY_HOME, right or wrong, before the current directory: a wrong one must not lead to another shop.
fn unasked() -> Result<PathBuf, Failure> {
    if let Some(home) = std::env::var_os("XPAY_HOME").filter(|home| !home.is_empty()) {
        let home = PathBuf::from(home);
        tell(&home, "XPAY_HOME");
        return Ok(home);
    }
    let here = std::env::current_dir().unwrap_or_default();
    if !here.join(MALL).is_file() {
        return Err(nowhere());
    }
    // Another user could lead an operator who passes by to a gateway, a log and a journal of their choice.
    if !system::are_ours(&[here.clone(), here.join("conf"), here.join(MALL)]) {
        return Err(not_ours(&here));
    }
    tell(&here, Language::chosen().of("현재 디렉터리", "the current directory"));
    Ok(here)
}

/// Once, however often a command looks.
fn tell(home: &Path, from: &str) {
    static TOLD: Once = Once::new();
    let name = Language::chosen().of("설정", "configuration");
    TOLD.call_once(|| aside!("{name}: {} ({from})", harmless(&home.join(MALL).display().to_string())));
}

/// If what was named lies beside the home: the home that was probably meant, if it can be seen.
fn beside(home: &Path) -> Option<Option<PathBuf>> {
    let above = |times: usize| home.ancestors().nth(times).filter(|dir| dir.join(MALL).is_file());
    match home {
        _ if home.join(MALL).is_file() => None,
        // A file of conf, or conf itself.
        _ if home.is_file() => Some(above(2).map(Path::to_owned)),
        _ if home.join("mall.conf").is_file() => Some(above(1).map(Path::to_owned)),
        _ => None,
    }
}

fn not_a_home(home: &Path, better: Option<&Path>) -> Failure {
    let (home, better) = (home.display(), better.map(Path::display));
    let [ko, en] = match better {
        Some(better) => [format!("[{better}]을(를) 지정하십시오"), format!("give [{better}]")],
        None => ["그 디렉터리를 지정하십시오".to_owned(), "give that directory".to_owned()],
    };
    Failure::misuse(
        format!("[{home}]은(는) {MALL}가 있는 디렉터리가 아닙니다. {ko}"),
        format!("[{home}] is not the directory that has {MALL}: {en}"),
    )
    .coded("usage", Code::NO_HOME_DIR)
}

fn not_ours(home: &Path) -> Failure {
    let home = harmless(&home.display().to_string());
    Failure::misuse(
        format!(
            "현재 디렉터리 [{home}]의 설정은 다른 사용자의 것이어서 쓰지 않았습니다. 이 설정이 맞으면 --home [{home}]을 주거나, 상점을 실행하는 사용자로 실행하십시오"
        ),
        format!(
            "the configuration in the current directory [{home}] is another user's, so it was not taken: if you mean it, give --home [{home}], or run this as the user of the shop"
        ),
    )
}

fn nowhere() -> Failure {
    Failure::misuse(
        format!(
            "상점의 설정을 찾지 못했습니다. --home DIR을 주거나, 환경 변수 XPAY_HOME을 설정하거나, {MALL}가 있는 디렉터리에서 실행하십시오"
        ),
        format!(
            "no shop's configuration was found: give --home DIR, set XPAY_HOME, or run this in the directory that has {MALL}"
        ),
    )
}
