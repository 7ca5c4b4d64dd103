//! PHP on this machine, and how the class would load the library.

use super::finding::{About, Finding, Grade};
use serde::Deserialize;
use std::path::Path;
use std::process::{Command, Stdio};

const ASK: &str = "echo json_encode(['version' => PHP_VERSION, 'old' => PHP_VERSION_ID < 70400, \
    'ffi' => extension_loaded('ffi'), 'ffi_enable' => (string) ini_get('ffi.enable'), \
    'ffi_preload' => (string) ini_get('ffi.preload'), 'opcache_preload' => (string) ini_get('opcache.preload'), \
    'proc_open' => function_exists('proc_open'), 'ini' => (string) php_ini_loaded_file()]);";

#[derive(Deserialize)]
struct Php {
    version: String,
    old: bool,
    ffi: bool,
    ffi_enable: String,
    ffi_preload: String,
    opcache_preload: String,
    proc_open: bool,
    ini: String,
}

/// Warnings only if the user named it: the PHP of the path may not be the shop's.
pub(super) fn examine(given: Option<&Path>) -> Finding {
    let program = given.unwrap_or(Path::new("php"));
    let Some(php) = ask(program) else {
        let grade = if given.is_some() { Grade::Warning } else { Grade::Fine };
        return Finding::new(
            grade,
            About::Php,
            format!("PHP가 없거나 답하지 않습니다[{}]. PHP 상점이면 --php로 지정하십시오", program.display()),
            format!(
                "no PHP at [{}], or it does not answer; use --php if the shop is in PHP",
                program.display()
            ),
        );
    };
    let backend = php.backend();
    let (ko, en) = php.advice(backend);
    let wrong = php.old || backend.is_none();
    let grade = if wrong && given.is_some() { Grade::Warning } else { Grade::Fine };
    let on = |yes| if yes { "o" } else { "x" };
    let facts = format!(
        "PHP {} ({}), FFI {}, ffi.enable={}, ffi.preload={}, opcache.preload={}, proc_open {}",
        php.version,
        php.ini,
        on(php.ffi),
        php.ffi_enable,
        php.ffi_preload,
        php.opcache_preload,
        on(php.proc_open)
    );
    Finding::new(grade, About::Php, format!("{facts}: {ko}"), format!("{facts}: {en}"))
        .fact("version", php.version)
        .fact("ini", php.ini)
        .fact("ffi", php.ffi)
        .fact("ffi.enable", php.ffi_enable)
        .fact("ffi.preload", php.ffi_preload)
        .fact("opcache.preload", php.opcache_preload)
        .fact("proc_open", php.proc_open)
        .fact("backend", backend)
}

fn ask(program: &Path) -> Option<Php> {
    let mut php = Command::new(program);
    let output = php.args(["-r", ASK]).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    // PHP may print warnings about php.ini before.
    let start = output.stdout.iter().position(|byte| *byte == b'{')?;
    serde_json::from_slice(output.stdout.get(start..)?).ok()
}

impl Php {
    /// For web pages. On the command line `ffi.enable = preload` would allow FFI.
    fn backend(&self) -> Option<&'static str> {
        let preloads = !self.ffi_preload.is_empty() || !self.opcache_preload.is_empty();
        let allowed = match self.ffi_enable.to_ascii_lowercase().as_str() {
            "1" | "true" | "on" | "yes" => true,
            "preload" => preloads,
            _ => false,
        };
        if self.ffi && allowed { Some("ffi") } else { self.proc_open.then_some("pipe") }
    }

    fn advice(&self, backend: Option<&str>) -> (&'static str, &'static str) {
        match backend {
            _ if self.old => ("PHP 7.4 이상이 필요합니다", "PHP 7.4 or newer is required"),
            Some("ffi") => ("웹에서 FFI로 씁니다", "web pages use FFI"),
            Some(_) => (
                "웹에서 xpay 명령(pipe)으로 씁니다. FFI로 쓰려면 ffi 확장과 opcache.preload=preload.php가 필요합니다. 웹 서버의 php.ini는 다를 수 있습니다",
                "web pages use the command xpay (pipe); FFI needs the extension ffi and opcache.preload=preload.php. The web server's php.ini may differ",
            ),
            None => (
                "쓸 수 없습니다. ffi 확장을 켜고 preload.php를 preload하거나 proc_open을 허용하십시오",
                "the class cannot be used; enable the extension ffi and preload preload.php, or allow proc_open",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_the_library_in_a_web_page() {
        let php = |ffi, enable: &str, preload: &str, proc_open| {
            let php = Php {
                version: String::new(),
                old: false,
                ffi,
                ffi_enable: enable.into(),
                ffi_preload: String::new(),
                opcache_preload: preload.into(),
                proc_open,
                ini: String::new(),
            };
            php.backend()
        };
        assert_eq!(php(true, "1", "", true), Some("ffi"));
        assert_eq!(php(true, "preload", "/x/preload.php", true), Some("ffi"));
        assert_eq!(php(true, "preload", "", true), Some("pipe"));
        assert_eq!(php(true, "0", "/x/preload.php", true), Some("pipe"));
        assert_eq!(php(false, "1", "", false), None);
    }
}
