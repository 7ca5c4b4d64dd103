//! The configuration: `conf/mall.conf` over `conf/lgdacom.conf`, and what the caller sets at run time over both.

pub(crate) mod ini;
mod kind;
mod platform;
mod settings;

pub use self::kind::{JournalMode, Kind};
pub use self::platform::Platform;
pub(crate) use self::settings::warnings;
pub use self::settings::{SETTINGS, Setting, Settings, Suspect, is_mert_key, is_setting};

use std::fmt;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::protocol::limits;
use crate::text::encoding::decode;

type Entries = IndexMap<Vec<u8>, Zeroizing<Vec<u8>>>;

/// A shop's settings by name, as bytes of the file's encoding. Unknown names are kept.
#[derive(Clone)]
pub struct Config {
    home_dir: Option<PathBuf>,
    /// In the order in which the names were first seen.
    entries: Entries,
    /// MertKeys by merchant ID that win over the settings, whose names they are not.
    keys: IndexMap<Vec<u8>, Zeroizing<Vec<u8>>>,
    /// What the entries mean, kept in step with them.
    settings: Settings,
}

impl Default for Config {
    fn default() -> Config {
        Config::of(None, IndexMap::new())
    }
}

impl Config {
    /// Without files: everything comes by [`Config::set`].
    pub fn new() -> Config {
        Config::default()
    }

    /// Reads `conf/lgdacom.conf` and `conf/mall.conf` below `home_dir`.
    ///
    /// # Errors
    /// [`Code::NO_HOME_DIR`], [`Code::NO_MALL_CONFIG`], [`Code::NO_LGDACOM_CONFIG`] when they are missing or unreadable,
    /// [`Code::BAD_CONFIG`] names a line whose quote is not closed.
    pub fn load(home_dir: impl AsRef<Path>) -> Result<Config> {
        let home_dir = home_dir.as_ref();
        if !home_dir.is_dir() {
            let cause = format!("home_dir [{}] does not exist", home_dir.display());
            return Err(Error::in_words(Code::NO_HOME_DIR, cause));
        }
        let conf = home_dir.join("conf");
        let mall = read(&conf.join("mall.conf"), Code::NO_MALL_CONFIG)?;
        let lgdacom = read(&conf.join("lgdacom.conf"), Code::NO_LGDACOM_CONFIG)?;
        let entries = lgdacom.into_iter().chain(mall).map(|(name, value)| (name, Zeroizing::new(value)));
        Ok(Config::of(Some(home_dir.to_owned()), entries.collect()))
    }

    fn of(home_dir: Option<PathBuf>, entries: Entries) -> Config {
        let settings = Settings::read(home_dir.as_deref(), &entries);
        Config { home_dir, entries, keys: IndexMap::new(), settings }
    }

    /// Sets or replaces one setting, as the vendor's `SetConfig`.
    pub fn set(&mut self, name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        let name = name.into();
        let steers = settings::is_setting(&name);
        self.entries.insert(name, Zeroizing::new(value.into()));
        if steers {
            self.settings = Settings::read(self.home_dir(), &self.entries);
        }
    }

    /// Takes one setting back: its default holds from now on.
    pub fn unset(&mut self, name: impl AsRef<[u8]>) {
        self.entries.shift_remove(name.as_ref());
        self.settings = Settings::read(self.home_dir(), &self.entries);
    }

    /// The MertKey of a merchant ID, in place of the one in the settings. It is no setting, whatever the merchant ID is called.
    pub fn set_mert_key(&mut self, mid: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) {
        self.keys.insert(mid.into(), Zeroizing::new(key.into()));
    }

    /// One setting's value.
    pub fn get(&self, name: impl AsRef<[u8]>) -> Option<&[u8]> {
        self.entries.get(name.as_ref()).map(|value| value.as_slice())
    }

    /// All settings in the order in which they were first seen, MertKeys included.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], &[u8])> {
        self.entries.iter().map(|(name, value)| (name.as_slice(), value.as_slice()))
    }

    /// The directory that was given to [`Config::load`].
    pub fn home_dir(&self) -> Option<&Path> {
        self.home_dir.as_deref()
    }

    /// The values that cannot mean what they say, each of which is replaced by a safe one.
    pub fn suspects(&self) -> Vec<Suspect> {
        settings::suspects(self)
    }

    /// The name and the value that a line of a configuration file sets; none for a comment, a section, and what cannot be
    /// read. A byte order mark is no part of a line.
    pub fn read_line(line: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        ini::entry(line).ok().flatten()
    }

    /// The settings as what they mean.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The MertKey of a merchant ID, from [`Config::set_mert_key`], `<mid> = …` or `MID_<mid> = …`. A setting's name is a merchant ID
    /// only with the prefix.
    ///
    /// # Errors
    /// [`Code::NO_MID`] when there is none.
    pub fn mert_key(&self, mid: &[u8]) -> Result<&[u8]> {
        let given = self.keys.get(mid).map(|key| key.as_slice());
        let plain = if settings::is_setting(mid) { None } else { self.get(mid) };
        given
            .or(plain)
            .or_else(|| self.get([b"MID_", mid].concat()))
            .filter(|key| !key.is_empty())
            .ok_or_else(|| {
                let cause = format!("Key for MID [{}] does not exist in mall.conf", decode(mid));
                Error::in_words(Code::NO_MID, cause)
            })
    }

    /// The merchant IDs of the configuration with their MertKeys: 32 hex digits under a name that is no setting.
    pub fn shops(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let given = self.keys.iter().map(|(mid, key)| (mid.as_slice(), key.as_slice()));
        let lines = self.iter().filter(|(name, _)| !settings::is_setting(name));
        let lines = lines.map(|(name, key)| (name.strip_prefix(b"MID_").unwrap_or(name), key));
        lines.chain(given).filter(|(_, key)| settings::is_mert_key(key))
    }

    /// Whether `mid` can be a merchant ID of the platform, as far as the configuration tells: on test it is a `t` before the
    /// contracted id, and a contracted id may begin with `t` as well.
    pub fn is_of(&self, mid: &[u8], platform: Platform) -> bool {
        let knows = |mid: &[u8]| self.mert_key(mid).is_ok();
        let contracted = mid.strip_prefix(b"t").filter(|_| !knows(&[b"t", mid].concat()));
        match platform {
            Platform::Test => contracted.is_some(),
            Platform::Service => !contracted.is_some_and(knows),
        }
    }

    /// The MertKey to verify with what is said to be the gateway's, for the shop `mid` of an order.
    ///
    /// It must be 32 hex digits, as every shop's is: any other value of the configuration may be easy to guess. The sample
    /// shop's is known to everybody, and signs nothing in service nor beside a real shop's.
    ///
    /// # Errors
    /// [`Code::NO_MID`] when there is no such shop; [`Code::BAD_VALUE`] when it is another platform's, and when what is
    /// there is no MertKey of a shop.
    pub(crate) fn verifying_key(&self, mid: &[u8], platform: Platform) -> Result<&[u8]> {
        // Before the name is looked up, and repeated in an error.
        limits::check_bytes("LGD_MID", mid)?;
        let key = self.mert_key(mid)?;
        let wrong = |why| Err(Error::bad_value("LGD_MID", why));
        if !settings::is_mert_key(key) {
            return wrong("has no MertKey of 32 hex digits");
        }
        if !self.is_of(mid, platform) {
            return wrong(match platform {
                Platform::Test => "is a shop's id in service; on test it is t and that id",
                Platform::Service => "is a test id; in service it is the id without the t before it",
            });
        }
        let real = platform == Platform::Service || self.shops().any(|(_, key)| !is_sample(key));
        if is_sample(key) && real {
            return wrong(
                "has the vendor's sample MertKey, which everybody knows and so no real shop has; delete that shop's line \
                 from mall.conf",
            );
        }
        Ok(key)
    }

    /// The gateway's address for a platform, as it stands in the file.
    pub(crate) fn gateway_url(&self, platform: Platform) -> &str {
        match platform {
            Platform::Test => &self.settings.test_url,
            Platform::Service => &self.settings.url,
        }
    }
}

/// Whether it is the MertKey of the vendor's sample shop, which is printed in the vendor's manuals and in many copied files.
///
/// Only a digest of it is here, so that whoever looks for MertKeys in programs finds none.
pub fn is_sample(mert_key: &[u8]) -> bool {
    const SHA1: [u8; 20] =
        *b"\xf9\x49\x1a\x70\x89\xf7\x02\xcb\xeb\xdb\x62\xff\xf4\x7c\x1e\x74\x58\x86\x91\x0f";
    Sha1::digest(mert_key).as_slice() == SHA1
}

fn read(path: &Path, code: Code) -> Result<Vec<ini::Entry>> {
    let file = std::fs::read(path).map(Zeroizing::new).map_err(|error| {
        let what = match error.kind() {
            std::io::ErrorKind::NotFound => "does not exist".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        Error::in_words(code, format!("config file [{}] {what}", path.display()))
    })?;
    ini::parse(&file).map_err(|ini::UnclosedQuote(line)| {
        let detail = format!("{} line {line}: a quote is opened and not closed", path.display());
        Error::new(Code::BAD_CONFIG, detail)
    })
}

/// Only the values of the settings this library knows are shown: every other name may be a merchant ID with its MertKey.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().map(|(name, value)| {
            let value = if settings::is_setting(name) { decode(value) } else { "…".into() };
            (decode(name), value)
        });
        f.debug_map().entries(shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_mert_key() {
        let mut config = Config::new();
        config.set("timeout", "5");
        config.set("tshop", "0123456789abcdef0123456789abcdef");
        let shown = format!("{config:?}");
        assert!(shown.contains(r#""timeout": "5""#), "{shown}");
        assert!(shown.contains("tshop") && !shown.contains("0123"), "{shown}");
    }

    #[test]
    fn a_key_with_the_prefix_is_found_and_an_empty_one_is_none() {
        let mut config = Config::new();
        config.set("MID_yes", "k");
        config.set("tempty", "");
        assert_eq!(config.mert_key(b"yes").unwrap(), b"k");
        assert_eq!(config.mert_key(b"tempty").unwrap_err().code(), Code::NO_MID);
    }

    #[test]
    fn a_key_given_for_a_shop_is_no_setting() {
        let mut config = Config::new();
        config.set("tshop", "of the file");
        config.set_mert_key("tshop", "given");
        config.set_mert_key("log_dir", "given");
        assert_eq!(config.mert_key(b"tshop").unwrap(), b"given");
        assert_eq!((config.get("tshop"), config.get("log_dir")), (Some(&b"of the file"[..]), None));
        assert!(!format!("{config:?}").contains("given"));
    }

    #[test]
    fn a_setting_taken_back_has_its_default() {
        let mut config = Config::new();
        config.set("verify_cert", "");
        assert!(!config.settings().verify_cert);
        config.unset("verify_cert");
        assert!(config.settings().verify_cert);
    }

    /// Who names a setting for LGD_MID would sign with its value.
    #[test]
    fn a_setting_is_not_a_shop() {
        let mut config = Config::new();
        config.set("timeout", "60");
        config.set("note", "60");
        assert_eq!(config.mert_key(b"timeout").unwrap_err().code(), Code::NO_MID);
        assert_eq!(config.verifying_key(b"note", Platform::Service).unwrap_err().code(), Code::BAD_VALUE);
        config.set("MID_timeout", REAL);
        assert!(config.verifying_key(b"timeout", Platform::Service).is_ok());
    }

    const SAMPLE: &str = "95160cce09854ef44d2edb2bfb05f9f3";
    const REAL: &str = "0123456789abcdef0123456789abcdef";

    /// Test ids are published and their MertKeys shared; a signature made for one must not pay an order in service.
    #[test]
    fn a_test_id_verifies_nothing_in_service_nor_the_reverse() {
        let shops = |mids: &[&str]| {
            let mut config = Config::new();
            mids.iter().for_each(|mid| config.set(*mid, REAL));
            config
        };
        for (mids, mid, test, service) in [
            (&["shop", "tshop"][..], "shop", false, true),
            (&["shop", "tshop"], "tshop", true, false),
            // A shop whose own name begins with t, with and without its test id.
            (&["toy", "ttoy"], "toy", false, true),
            (&["toy", "ttoy"], "ttoy", true, false),
            (&["toy"], "toy", true, true),
        ] {
            let config = shops(mids);
            let verifies = |platform| config.verifying_key(mid.as_bytes(), platform).is_ok();
            assert_eq!(
                (verifies(Platform::Test), verifies(Platform::Service)),
                (test, service),
                "{mid} of {mids:?}"
            );
        }
    }

    #[test]
    fn the_sample_key_verifies_nothing_beside_a_real_shop() {
        let mut config = Config::new();
        config.set("tlgdacomxpay", SAMPLE);
        config.set("lgdacomxpay", SAMPLE);
        assert!(config.verifying_key(b"tlgdacomxpay", Platform::Test).is_ok());
        assert!(config.verifying_key(b"lgdacomxpay", Platform::Service).is_err(), "money is never under it");
        config.set("tshop", REAL);
        let error = config.verifying_key(b"tlgdacomxpay", Platform::Test).unwrap_err();
        assert!(error.cause().contains("sample MertKey") && error.code() == Code::BAD_VALUE, "{error}");
        assert!(config.verifying_key(b"tshop", Platform::Test).is_ok());
        config.unset("tshop");
        assert!(config.verifying_key(b"tlgdacomxpay", Platform::Test).is_ok());
        config.set_mert_key("tshop", REAL);
        assert!(config.verifying_key(b"tlgdacomxpay", Platform::Test).is_err());
    }
}
