//! Replaces a configuration file by a new copy from the gateway, atomically.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tempfile::NamedTempFile;

use crate::client::Client;
use crate::client::exchange::Patience;
use crate::client::request::Request;
use crate::config::ini;
use crate::error::{Code, Error, Result};
use crate::log::Level;
use crate::protocol::answer::Answer;

impl Client {
    /// Requests a new copy of a file in `conf/` from `aux_url` and replaces the file atomically.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] if `file` is not mall.conf, lgdacom.conf or ca-bundle.crt, or if the content is not valid for that
    /// file; [`Code::TRANSPORT`] if the answer is not `text/plain`; [`Code::WRITE`] if the file cannot be written; any error
    /// of a request that gets no answer.
    pub fn patch(&self, mid: &str, file: &str) -> Result<()> {
        let conf_file = conf_file(self.config().home_dir(), file)?;
        let mut request = Request::new(self.config(), mid.as_bytes())?;
        request.set(b"LGD_TXNAME", "Patch".into())?;
        request.set(b"LGD_FILE", file.into())?;
        let timeout = self.settings().timeout;
        let http =
            self.post(&self.aux_url()?, &request, Patience::of(timeout)).map_err(|broken| broken.error)?;
        if !http.content_type.starts_with("text/plain") {
            let answer = Answer::parse(http.body, request.tx_id());
            let reason = answer
                .map_or_else(|_| String::new(), |answer| format!(": {} {}", answer.code(), answer.message()));
            let detail = format!("the answer is not a text/plain file{reason}");
            return Err(Error::new(Code::TRANSPORT, detail));
        }
        conf_file.replace(&http.body)?;
        self.log().write(Level::Info, request.tx_id(), format!("{file} was replaced"));
        Ok(())
    }
}

/// A configuration file that may be replaced.
pub(crate) struct ConfFile {
    path: PathBuf,
    is_valid: Check,
}

/// Whether a content is valid for a file.
type Check = fn(&[u8]) -> bool;

/// The only files that may be replaced, each with the check of a new content.
const FILES: [(&str, Check); 3] =
    [("mall.conf", has_settings), ("lgdacom.conf", has_settings), ("ca-bundle.crt", has_certificate)];

/// Finds `file` in `home_dir/conf`.
pub(crate) fn conf_file(home_dir: Option<&Path>, file: &str) -> Result<ConfFile> {
    let Some((name, is_valid)) = FILES.iter().find(|(name, _)| *name == file) else {
        let detail = "the file may be mall.conf, lgdacom.conf or ca-bundle.crt and nothing else";
        return Err(Error::new(Code::BAD_VALUE, detail));
    };
    let Some(home_dir) = home_dir else {
        return Err(Error::new(Code::BAD_VALUE, "there is no file to replace without a home_dir"));
    };
    Ok(ConfFile { path: home_dir.join("conf").join(name), is_valid: *is_valid })
}

impl ConfFile {
    /// Checks the new content and replaces the file. A reader sees the old file or the new one, also after a crash.
    pub(crate) fn replace(&self, content: &[u8]) -> Result<()> {
        let path = self.path.display();
        if !(self.is_valid)(content) {
            return Err(Error::new(
                Code::BAD_VALUE,
                format!("the received data is not a valid {path}; the file is unchanged"),
            ));
        }
        self.write(content).map_err(|error| Error::new(Code::WRITE, format!("{path} is unchanged: {error}")))
    }

    fn write(&self, content: &[u8]) -> io::Result<()> {
        // In the same directory: a rename is atomic only within one file system.
        let mut new = NamedTempFile::new_in(self.path.parent().unwrap_or(&self.path))?;
        new.write_all(content)?;
        new.as_file().sync_all()?;
        if let Ok(old) = fs::metadata(&self.path) {
            fs::set_permissions(new.path(), old.permissions())?;
        }
        // If a step fails, dropping `new` deletes the temporary file.
        new.persist(&self.path)?;
        Ok(())
    }
}

fn has_settings(content: &[u8]) -> bool {
    ini::parse(content).is_ok_and(|entries| !entries.is_empty())
}

fn has_certificate(content: &[u8]) -> bool {
    CertificateDer::pem_slice_iter(content).any(|item| item.is_ok())
}
