//! PHP on this machine, and how the class would load the library.

use super::finding::{About, Finding, Grade};
use crate::system::{library, program};
use serde::Deserialize;
use std::path::Path;
use std::process::{Command, Stdio};
use xpayclient_core::VERSION;

const ASK: &str = "echo json_encode(['version' => PHP_VERSION, 'old' => PHP_VERSION_ID < 70400, \
    'ffi' => extension_loaded('ffi'), 'ffi_enable' => (string) ini_get('ffi.enable'), \
    'ffi_preload' => (string) ini_get('ffi.preload'), 'opcache_preload' => (string) ini_get('opcache.preload'), \
    'opcache' => extension_loaded('Zend OPcache') && ini_get('opcache.enable'), 'proc_open' => function_exists('proc_open'), \
    'ini' => (string) php_ini_loaded_file()]);";

#[derive(Deserialize)]
struct Php {
    version: String,
    old: bool,
    ffi: bool,
    ffi_enable: String,
    ffi_preload: String,
    opcache_preload: String,
    opcache: bool,
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
    let strange = strange_release(Path::new(&php.opcache_preload));
    let (ko, en) = strange.as_deref().map_or_else(|| php.advice(backend), other_release);
    let wrong = php.old || backend.is_none() || strange.is_some();
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

/// The release that preload.php preloads, if it is not this command's: the class refuses to work with it.
fn strange_release(preload: &Path) -> Option<String> {
    let class = std::fs::read_to_string(preload.parent()?.join("src/XPayClient.php")).ok()?;
    let (_, release) = class.split_once("public const RELEASE = '")?;
    let (release, _) = release.split_once('\'')?;
    let (version, _) = release.rsplit_once('-')?;
    (version != VERSION).then(|| release.to_owned())
}

fn other_release(release: &str) -> (String, String) {
    (
        format!(
            "opcache.preload는 다른 버전({release})의 것입니다. 이 명령({VERSION})과 같은 릴리스의 preload.php로 바꾸고 php-fpm을 다시 시작하십시오"
        ),
        format!(
            "opcache.preload is of another release ({release}) than this command ({VERSION}); take preload.php from the same one and restart php-fpm"
        ),
    )
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
        // ffi.preload alone allows it to nobody.
        let preloads = self.opcache && !self.opcache_preload.is_empty();
        let allowed = match self.ffi_enable.to_ascii_lowercase().as_str() {
            "1" | "true" | "on" | "yes" => true,
            "preload" => preloads,
            _ => false,
        };
        if self.ffi && allowed { Some("ffi") } else { self.proc_open.then_some("pipe") }
    }

    fn advice(&self, backend: Option<&str>) -> (String, String) {
        let (library, bridge) = (library(), program("xpay-bridge"));
        match backend {
            _ if self.old => ("PHP 7.4 이상이 필요합니다".into(), "PHP 7.4 or newer is required".into()),
            Some("ffi") => (
                format!("웹에서 FFI로 씁니다. XPayClient.php 옆에 {library}를 두십시오"),
                format!("web pages use FFI; put {library} next to XPayClient.php"),
            ),
            Some(_) => (
                format!("웹에서 명령(pipe)으로 씁니다. XPayClient.php 옆에 {bridge}를 두십시오. FFI로 쓰려면 ffi 확장, opcache와 opcache.preload=preload.php가 필요합니다. 웹 서버의 php.ini는 다를 수 있습니다"),
                format!("web pages use the command (pipe); put {bridge} next to XPayClient.php. FFI needs the extension ffi, opcache and opcache.preload=preload.php. The web server's php.ini may differ"),
            ),
            None => (
                "쓸 수 없습니다. ffi 확장을 켜고 preload.php를 preload하거나 proc_open을 허용하십시오".into(),
                "the class cannot be used; enable the extension ffi and preload preload.php, or allow proc_open".into(),
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
                opcache: !preload.starts_with("off"),
                proc_open,
                ini: String::new(),
            };
            php.backend()
        };
        assert_eq!(php(true, "1", "", true), Some("ffi"));
        assert_eq!(php(true, "preload", "/x/preload.php", true), Some("ffi"));
        assert_eq!(php(true, "preload", "", true), Some("pipe"));
        assert_eq!(php(true, "preload", "off:/x/preload.php", true), Some("pipe"));
        assert_eq!(php(true, "0", "/x/preload.php", true), Some("pipe"));
        assert_eq!(php(false, "1", "", false), None);
    }

    #[test]
    fn preloading_another_release_is_seen() -> std::io::Result<()> {
        let package = tempfile::tempdir()?;
        let package = package.path();
        std::fs::create_dir(package.join("src"))?;
        let preloads = |release: &str| -> std::io::Result<Option<String>> {
            let class = format!("<?php\n    public const RELEASE = '{release}';\n");
            std::fs::write(package.join("src/XPayClient.php"), class)?;
            Ok(strange_release(&package.join("preload.php")))
        };
        assert_eq!(preloads(&format!("{VERSION}-0badcafe"))?, None);
        assert_eq!(preloads("9.9.9-0badcafe")?.as_deref(), Some("9.9.9-0badcafe"));
        assert_eq!(strange_release(Path::new("")), None);
        Ok(())
    }
}
