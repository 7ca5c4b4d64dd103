//! Edits of a configuration file that leave every other byte as it is. Each changed line is parsed again by the library, and
//! an edit with another result than intended is not made.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::borrow::Cow;
use xpayclient_core::Config;
use xpayclient_core::diagnosis::{is_setting, is_usable_root};
use xpayclient_core::encoding::decode;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// Renames a setting; its value stays.
    Rename { from: Vec<u8>, to: &'static str },
    /// Replaces a part of a value.
    Replace { name: &'static str, old: String, new: String },
    /// Turns a line into a comment.
    Comment { name: &'static str },
    /// Adds a missing line.
    Append { name: &'static str, value: &'static str },
    /// Converts UTF-16 to UTF-8.
    FromUtf16,
    /// Removes certificates that the library ignores.
    DropUseless,
}

impl Edit {
    /// The edited file; `None` if there is nothing to change.
    pub(super) fn apply(&self, file: &[u8]) -> Option<Vec<u8>> {
        let edited = match self {
            Edit::Rename { from, to } => each_line(file, |line| {
                let (name, value) = Config::read_line(line)?;
                let new = (name == *from).then(|| splice(line, from, to.as_bytes(), 0))??;
                (Config::read_line(&new)? == (to.as_bytes().to_vec(), value)).then_some(new)
            }),
            Edit::Replace { name, old, new } => each_line(file, |line| {
                let (found, value) = Config::read_line(line)?;
                let at = line.iter().position(|byte| *byte == b'=')?;
                let edited = (found == name.as_bytes())
                    .then(|| splice(line, old.as_bytes(), new.as_bytes(), at))??;
                let meant = splice(&value, old.as_bytes(), new.as_bytes(), 0)?;
                (Config::read_line(&edited)? == (found, meant)).then_some(edited)
            }),
            Edit::Comment { name } => each_line(file, |line| {
                let (found, _) = Config::read_line(line)?;
                (found == name.as_bytes()).then(|| [b";", line].concat())
            }),
            Edit::Append { name, value } => append(file, name, value),
            Edit::FromUtf16 => from_utf16(file)?.into_bytes(),
            Edit::DropUseless => drop_useless(file),
        };
        (edited != file).then_some(edited)
    }
}

/// Whether it has a byte order mark of UTF-16, or contains zeros like UTF-16 without one.
pub(super) fn is_utf16(file: &[u8]) -> bool {
    file.starts_with(b"\xFF\xFE") || file.starts_with(b"\xFE\xFF") || file.contains(&0)
}

/// The file with secrets masked: the value of an unknown name may be a MertKey, and so may any long run of hex digits.
pub(super) fn masked(file: &[u8]) -> String {
    let text = from_utf16(file).map_or_else(|| decode(file), Cow::Owned);
    text.lines().map(|line| masked_line(line) + "\n").collect()
}

fn masked_line(line: &str) -> String {
    let secret = Config::read_line(line.as_bytes()).is_some_and(|(name, _)| !is_setting(&name));
    match line.split_once('=') {
        Some((name, _)) if secret => format!("{}= ***", without_hex(name)),
        _ => without_hex(line),
    }
}

pub(super) fn without_hex(text: &str) -> String {
    let mut masked = String::new();
    let mut run = String::new();
    for character in text.chars().map(Some).chain([None]) {
        match character {
            Some(digit) if digit.is_ascii_hexdigit() => run.push(digit),
            other => {
                masked += if run.len() >= 16 { "***" } else { &run };
                run.clear();
                masked.extend(other);
            }
        }
    }
    masked
}

/// Edits each line, without its line break.
fn each_line(file: &[u8], edit: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut edited = Vec::with_capacity(file.len());
    let (mark, text) = match file.strip_prefix(BOM) {
        Some(text) => (BOM, text),
        None => (&[][..], file),
    };
    edited.extend(mark);
    for whole in text.split_inclusive(|byte| *byte == b'\n') {
        let line = whole.strip_suffix(b"\n").unwrap_or(whole);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        edited.extend(edit(line).unwrap_or_else(|| line.to_vec()));
        edited.extend(whole.get(line.len()..).unwrap_or_default());
    }
    edited
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Replaces the first `old` after `start` by `new`.
fn splice(line: &[u8], old: &[u8], new: &[u8], start: usize) -> Option<Vec<u8>> {
    let at = start + line.get(start..)?.windows(old.len().max(1)).position(|piece| piece == old)?;
    Some([line.get(..at)?, new, line.get(at + old.len()..)?].concat())
}

fn append(file: &[u8], name: &str, value: &str) -> Vec<u8> {
    let end = if file.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let before = if file.is_empty() || file.ends_with(b"\n") { "" } else { end };
    [file, format!("{before}{name} = {value}{end}").as_bytes()].concat()
}

/// `None` if it is not UTF-16 with a byte order mark.
fn from_utf16(file: &[u8]) -> Option<String> {
    let (text, unit): (_, fn([u8; 2]) -> u16) = match file {
        [0xFF, 0xFE, text @ ..] => (text, u16::from_le_bytes),
        [0xFE, 0xFF, text @ ..] => (text, u16::from_be_bytes),
        _ => return None,
    };
    let units = text.chunks(2).map(|pair| Some(unit(pair.try_into().ok()?)));
    String::from_utf16(&units.collect::<Option<Vec<u16>>>()?).ok()
}

/// Removes the blocks without a usable certificate. Text between the blocks stays.
fn drop_useless(file: &[u8]) -> Vec<u8> {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    const END: &[u8] = b"-----END CERTIFICATE-----";
    let mut kept = Vec::new();
    let mut block = Vec::new();
    for line in file.split_inclusive(|byte| *byte == b'\n') {
        if !block.is_empty() || line.starts_with(BEGIN) {
            block.extend(line);
            if line.starts_with(END) {
                let block = std::mem::take(&mut block);
                let usable = CertificateDer::from_pem_slice(&block).is_ok_and(|found| is_usable_root(&found));
                if usable {
                    kept.extend(block);
                }
            }
        } else {
            kept.extend(line);
        }
    }
    kept.extend(block);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_byte_stays() {
        let rename = Edit::Rename { from: b"time_out".to_vec(), to: "timeout" };
        let file = b"\xEF\xBB\xBF; \xBB\xF3\xC1\xA1 time_out\r\n  time_out =\t5 ; time_out\r\nx = 'time_out'";
        let edited =
            b"\xEF\xBB\xBF; \xBB\xF3\xC1\xA1 time_out\r\n  timeout =\t5 ; time_out\r\nx = 'time_out'";
        assert_eq!(rename.apply(file).as_deref(), Some(&edited[..]));
        assert_eq!(rename.apply(edited), None);
        let first = Edit::Replace { name: "url", old: "http://".into(), new: "https://".into() };
        assert_eq!(
            first.apply(b"\xEF\xBB\xBFurl = \"http://a\"").as_deref(),
            Some(&b"\xEF\xBB\xBFurl = \"https://a\""[..])
        );
    }

    #[test]
    fn a_missing_line_ends_as_the_others_do() {
        let append = Edit::Append { name: "url", value: "https://a" };
        assert_eq!(
            append.apply(b"a = b\r\nc = d").as_deref(),
            Some(&b"a = b\r\nc = d\r\nurl = https://a\r\n"[..])
        );
        assert_eq!(append.apply(b"").as_deref(), Some(&b"url = https://a\n"[..]));
    }

    #[test]
    fn only_what_may_be_read_is_shown() {
        let shown =
            masked(b"timeout = 5\ntshop = abc\n; old 95160cce09854ef44d2edb2bfb05f9f3\nlog_dir = /a\n");
        assert_eq!(shown, "timeout = 5\ntshop = ***\n; old ***\nlog_dir = /a\n");
    }
}
