//! Reads the files of a configuration, and says which is missing.

use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::kind::plain_path;
use super::{Config, Contents, ini};
use crate::error::{Code, Error, Result};

impl Config {
    /// Reads `conf/lgdacom.conf` and `conf/mall.conf` below `home_dir`.
    ///
    /// # Errors
    /// [`Code::NO_HOME_DIR`], [`Code::NO_MALL_CONFIG`] or [`Code::NO_LGDACOM_CONFIG`] if the directory or file is
    /// missing or unreadable; [`Code::BAD_CONFIG`] names a line with an unclosed quote.
    pub fn load(home_dir: impl AsRef<Path>) -> Result<Config> {
        let home_dir = plain_path(home_dir);
        let conf = home_dir.join("conf");
        let mall = read(&conf.join("mall.conf"), Code::NO_MALL_CONFIG).map_err(|error| {
            let cause = || format!("home_dir [{}] does not exist", home_dir.display());
            if home_dir.is_dir() { error } else { Error::with_cause(Code::NO_HOME_DIR, cause()) }
        })?;
        let lgdacom = read(&conf.join("lgdacom.conf"), Code::NO_LGDACOM_CONFIG)?;
        let entries = lgdacom.into_iter().chain(mall).map(|(name, value)| (name, Zeroizing::new(value)));
        Ok(Config(Arc::new(Contents::of(Some(home_dir), entries.collect()))))
    }

    /// Reads one file that has the settings of both. Relative directories and `conf/ca-bundle.crt` are below its directory, or
    /// below the one above if that is called `conf`.
    ///
    /// # Errors
    /// [`Code::NO_LGDACOM_CONFIG`] if it is missing or unreadable; [`Code::BAD_CONFIG`] as for [`Config::load`].
    pub fn load_file(file: impl AsRef<Path>) -> Result<Config> {
        let file = plain_path(file);
        let entries = read(&file, Code::NO_LGDACOM_CONFIG)?;
        let entries = entries.into_iter().map(|(name, value)| (name, Zeroizing::new(value)));
        let directory = file.parent().unwrap_or(Path::new(""));
        let is_conf = directory.file_name().is_some_and(|name| name == "conf");
        let home_dir = if is_conf { directory.parent() } else { None }.unwrap_or(directory);
        Ok(Config(Arc::new(Contents::of(Some(home_dir.to_owned()), entries.collect()))))
    }
}

fn read(path: &Path, code: Code) -> Result<Vec<ini::NameValue>> {
    let file = std::fs::read(path).map(Zeroizing::new).map_err(|error| {
        let what = match error.kind() {
            std::io::ErrorKind::NotFound => "does not exist".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        Error::with_cause(code, format!("config file [{}] {what}", path.display()))
    })?;
    ini::parse(&file).map_err(|ini::UnclosedQuote(line)| {
        let detail = format!("{} line {line}: a quote is opened and not closed", path.display());
        Error::new(Code::BAD_CONFIG, detail)
    })
}
