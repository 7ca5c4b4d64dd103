//! Puts a file that the gateway sent in place of a configuration file: whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tempfile::NamedTempFile;

use crate::client::Client;
use crate::client::request::Request;
use crate::config::ini;
use crate::error::{Code, Error, Result};
use crate::log::Level;
use crate::protocol::answer::Answer;

impl Client {
    /// Asks `aux_url` for a new copy of a file in `conf/` and puts it in place, whole or not at all.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] for any other file than mall.conf, lgdacom.conf and ca-bundle.crt, and for a content that such
    /// a file cannot have; [`Code::TRANSPORT`] when the answer is not `text/plain`; [`Code::WRITE`] when it cannot be
    /// written; whatever keeps an answer from coming.
    pub fn patch(&self, mid: &str, file: &str) -> Result<()> {
        let place = place(self.config().home_dir(), file)?;
        let mut request = Request::new(self.config(), mid.as_bytes())?;
        request.set(b"LGD_TXNAME", "Patch".into())?;
        request.set(b"LGD_FILE", file.into())?;
        let timeout = self.settings().timeout;
        let http = self.post(&self.aux_url()?, &request, timeout, None).map_err(|broken| broken.error)?;
        if !http.content_type.starts_with("text/plain") {
            let said = Answer::parse(http.body, request.tx_id());
            let said =
                said.map_or_else(|_| String::new(), |said| format!(": {} {}", said.code(), said.message()));
            let detail = format!("the answer is not a text/plain file{said}");
            return Err(Error::new(Code::TRANSPORT, detail));
        }
        place.put(&http.body)?;
        self.log().write(Level::Info, request.tx_id(), format!("{file} was replaced"));
        Ok(())
    }
}

/// Where a new copy may go.
pub(crate) struct Place {
    path: PathBuf,
    can_be: Check,
}

/// Whether a content can be a file's.
type Check = fn(&[u8]) -> bool;

/// The only files that may be replaced, and what tells such a file from something else.
const FILES: [(&str, Check); 3] =
    [("mall.conf", has_settings), ("lgdacom.conf", has_settings), ("ca-bundle.crt", has_certificate)];

/// The place of `file` in `home_dir/conf`.
pub(crate) fn place(home_dir: Option<&Path>, file: &str) -> Result<Place> {
    let Some((name, can_be)) = FILES.iter().find(|(name, _)| *name == file) else {
        let detail = "the file may be mall.conf, lgdacom.conf or ca-bundle.crt and nothing else";
        return Err(Error::new(Code::BAD_VALUE, detail));
    };
    let Some(home_dir) = home_dir else {
        return Err(Error::new(Code::BAD_VALUE, "there is no file to replace without a home_dir"));
    };
    Ok(Place { path: home_dir.join("conf").join(name), can_be: *can_be })
}

impl Place {
    /// Readers see the old file or the new one, whenever they look and whatever happens meanwhile.
    pub(crate) fn put(&self, content: &[u8]) -> Result<()> {
        let path = self.path.display();
        if !(self.can_be)(content) {
            return Err(Error::new(
                Code::BAD_VALUE,
                format!("the received data is not a valid {path}; the file is unchanged"),
            ));
        }
        self.replace(content)
            .map_err(|error| Error::new(Code::WRITE, format!("{path} is unchanged: {error}")))
    }

    fn replace(&self, content: &[u8]) -> io::Result<()> {
        // Beside the file, for only within one file system the one takes the other's place in one step.
        let mut new = NamedTempFile::new_in(self.path.parent().unwrap_or(&self.path))?;
        new.write_all(content)?;
        new.as_file().sync_all()?;
        if let Ok(old) = fs::metadata(&self.path) {
            fs::set_permissions(new.path(), old.permissions())?;
        }
        // Whatever fails on the way, nothing of it is left behind.
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
