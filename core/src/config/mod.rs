//! The configuration: `conf/mall.conf` overrides `conf/lgdacom.conf`, and settings made at run time override both.

mod files;
pub(crate) mod ini;
mod kind;
mod platform;
mod settings;

use self::kind::plain_path;
pub use self::kind::{JournalMode, Kind, LogFormat};
pub use self::platform::Platform;
pub(crate) use self::settings::warnings;
pub use self::settings::{InvalidSetting, SETTINGS, Setting, Settings, is_mert_key, is_setting};

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::protocol::limits;
use crate::text::encoding::decode;
use crate::text::secret::Secret;

type Entries = IndexMap<Vec<u8>, Zeroizing<Vec<u8>>>;

/// A shop's settings by name, as bytes in the file's encoding. Unknown names are kept. Cheap to clone.
///
/// ```
/// use xpayclient_core::Config;
///
/// let mut config = Config::new();
/// config.set("timeout", "20");
/// config.set_mert_key("tlgdacomxpay", "0123456789abcdef0123456789abcdef");
/// assert_eq!(config.get("timeout"), Some(&b"20"[..]));
/// assert!(!format!("{config:?}").contains("0123456789abcdef"));
/// ```
#[derive(Clone, Default)]
pub struct Config(Arc<Contents>);

#[derive(Clone)]
struct Contents {
    home_dir: Option<PathBuf>,
    /// In the order in which the names first appeared.
    entries: Entries,
    /// MertKeys by merchant ID. They override those among the settings and are no settings themselves.
    keys: IndexMap<Vec<u8>, Zeroizing<Vec<u8>>>,
    /// What the entries mean. Not read on demand behind a lock: a fork could leave that taken.
    settings: Settings,
}

impl Contents {
    fn of(home_dir: Option<PathBuf>, entries: Entries) -> Contents {
        let settings = Settings::read(home_dir.as_deref(), &entries);
        Contents { home_dir, entries, keys: IndexMap::new(), settings }
    }

    fn read_settings(&mut self) {
        self.settings = Settings::read(self.home_dir.as_deref(), &self.entries);
    }
}

impl Default for Contents {
    fn default() -> Contents {
        Contents::of(None, IndexMap::new())
    }
}

impl Config {
    /// An empty configuration, without files. Settings come by [`Config::set`].
    pub fn new() -> Config {
        Config::default()
    }

    /// An empty configuration of a shop in `home_dir`, without its files.
    pub fn below(home_dir: impl Into<PathBuf>) -> Config {
        Config(Arc::new(Contents::of(Some(plain_path(home_dir.into())), IndexMap::new())))
    }

    /// Sets or replaces one setting, like the vendor's `SetConfig`.
    pub fn set(&mut self, name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        let contents = Arc::make_mut(&mut self.0);
        contents.entries.insert(name.into(), Zeroizing::new(value.into()));
        contents.read_settings();
    }

    /// Removes one setting, so that its default applies.
    pub fn unset(&mut self, name: impl AsRef<[u8]>) {
        let contents = Arc::make_mut(&mut self.0);
        contents.entries.shift_remove(name.as_ref());
        contents.read_settings();
    }

    /// Sets the MertKey of a merchant ID, in place of the one in the settings. It is never a setting, whatever the
    /// merchant ID is.
    pub fn set_mert_key(&mut self, mid: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) {
        Arc::make_mut(&mut self.0).keys.insert(mid.into(), Zeroizing::new(key.into()));
    }

    /// One setting's value.
    pub fn get(&self, name: impl AsRef<[u8]>) -> Option<&[u8]> {
        self.0.entries.get(name.as_ref()).map(|value| value.as_slice())
    }

    /// All settings in the order in which they first appeared, including MertKeys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], &[u8])> {
        self.0.entries.iter().map(|(name, value)| (name.as_slice(), value.as_slice()))
    }

    /// The directory of [`Config::load`] or [`Config::below`].
    pub fn home_dir(&self) -> Option<&Path> {
        self.0.home_dir.as_deref()
    }

    /// The settings with an invalid value, each of which is replaced by a safe one.
    pub fn invalid_settings(&self) -> Vec<InvalidSetting> {
        settings::invalid_settings(self)
    }

    /// Parses a line of a configuration file into name and value. `None` for a comment, a section or a malformed
    /// line. The line must not start with a byte order mark.
    pub fn read_line(line: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        ini::parse_line(line).ok().flatten()
    }

    /// The typed settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The password of the database that keeps the journal, from `journal_password_file` without its line break. Empty if there is
    /// no such setting.
    ///
    /// # Errors
    /// [`Code::JOURNAL`] if the file cannot be read.
    pub fn journal_password(&self) -> Result<Secret> {
        let Some(file) = &self.settings().journal_password_file else { return Ok(Secret::default()) };
        let read = std::fs::read_to_string(file).map(Zeroizing::new).map_err(|error| {
            let detail = format!("journal_password_file [{}] cannot be read: {error}", file.display());
            Error::new(Code::JOURNAL, detail)
        })?;
        Ok(read.trim_end_matches(['\r', '\n']).into())
    }

    /// The MertKey of a merchant ID, from [`Config::set_mert_key`], `<mid> = …` or `MID_<mid> = …`. The name of a
    /// setting is a merchant ID only with the prefix.
    ///
    /// # Errors
    /// [`Code::NO_MID`] when there is none.
    pub fn mert_key(&self, mid: &[u8]) -> Result<&[u8]> {
        let given = self.0.keys.get(mid).map(|key| key.as_slice());
        let plain = if settings::is_setting(mid) { None } else { self.get(mid) };
        given
            .or(plain)
            .or_else(|| self.get([b"MID_", mid].concat()))
            .filter(|key| !key.is_empty())
            .ok_or_else(|| {
                // Anything longer is no merchant ID, but perhaps a MertKey in its place.
                let shown =
                    if limits::check_bytes("LGD_MID", mid).is_ok() { decode(mid) } else { "…".into() };
                let cause = format!("Key for MID [{shown}] does not exist in mall.conf");
                Error::with_cause(Code::NO_MID, cause)
            })
    }

    /// The merchant IDs of the configuration with their MertKeys: 32 hex digits under a name that is not a setting.
    pub fn shops(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let given = self.0.keys.iter().map(|(mid, key)| (mid.as_slice(), key.as_slice()));
        let lines = self.iter().filter(|(name, _)| !settings::is_setting(name));
        let lines = lines.map(|(name, key)| (name.strip_prefix(b"MID_").unwrap_or(name), key));
        lines.chain(given).filter(|(_, key)| settings::is_mert_key(key))
    }

    /// Whether `mid` can be a merchant ID of the platform, as far as the configuration tells. On test it is `t` and
    /// the contracted ID; a contracted ID may begin with `t` too.
    pub fn is_of(&self, mid: &[u8], platform: Platform) -> bool {
        let knows = |mid: &[u8]| self.mert_key(mid).is_ok();
        let contracted = mid.strip_prefix(b"t").filter(|_| !knows(&[b"t", mid].concat()));
        match platform {
            Platform::Test => contracted.is_some(),
            Platform::Service => !contracted.is_some_and(knows),
        }
    }

    /// Rejects a merchant ID of the other platform.
    pub(crate) fn check_platform(&self, mid: &[u8], platform: Platform) -> Result<()> {
        let why = match platform {
            _ if self.is_of(mid, platform) => return Ok(()),
            Platform::Test => "is a shop's id in service; on test it is t and that id",
            Platform::Service => "is a test id; in service it is the id without the t before it",
        };
        Err(Error::bad_value("LGD_MID", why))
    }

    /// The MertKey that verifies messages claimed to be the gateway's, for the order's merchant `mid`.
    ///
    /// It must be 32 hex digits, like every real MertKey: any other value may be easy to guess. Everybody knows the
    /// sample MertKey, so it verifies nothing live, and nothing beside a real merchant ID.
    ///
    /// # Errors
    /// [`Code::NO_MID`] if there is no such merchant ID; [`Code::BAD_VALUE`] if it belongs to the other platform, or
    /// if the value is not a MertKey.
    pub(crate) fn verifying_key(&self, mid: &[u8], platform: Platform) -> Result<&[u8]> {
        // Checked before `mid` is looked up and before it is repeated in an error.
        limits::check_bytes("LGD_MID", mid)?;
        let key = self.mert_key(mid)?;
        let wrong = |why| Err(Error::bad_value("LGD_MID", why));
        if !settings::is_mert_key(key) {
            return wrong("has no MertKey of 32 hex digits");
        }
        self.check_platform(mid, platform)?;
        let real = platform == Platform::Service || self.shops().any(|(_, key)| !is_sample(key));
        if is_sample(key) && real {
            return wrong(
                "has the vendor's sample MertKey, which everybody knows and so no real shop has; delete that shop's line \
                 from mall.conf",
            );
        }
        Ok(key)
    }

    /// The gateway's address for a platform, as written in the file.
    pub fn gateway_url(&self, platform: Platform) -> &str {
        match platform {
            Platform::Test => &self.settings().test_url,
            Platform::Service => &self.settings().url,
        }
    }
}

/// Whether it is the MertKey of the vendor's sample merchant, which is printed in the vendor's manuals and in many
/// copied files.
///
/// Only its digest is stored here, so that a search for MertKeys in programs finds nothing.
pub fn is_sample(mert_key: &[u8]) -> bool {
    const SHA1: [u8; 20] =
        *b"\xf9\x49\x1a\x70\x89\xf7\x02\xcb\xeb\xdb\x62\xff\xf4\x7c\x1e\x74\x58\x86\x91\x0f";
    Sha1::digest(mert_key).as_slice() == SHA1
}

/// `Debug` shows only the values of known settings: any other name may be a merchant ID with its MertKey.
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
    fn a_key_with_the_prefix_is_found_and_an_empty_one_is_not() {
        let mut config = Config::new();
        config.set("MID_yes", "k");
        config.set("tempty", "");
        assert_eq!(config.mert_key(b"yes").unwrap(), b"k");
        assert_eq!(config.mert_key(b"tempty").unwrap_err().code(), Code::NO_MID);
    }

    #[test]
    fn a_mert_key_in_place_of_a_merchant_is_in_no_message() {
        let error = Config::new().mert_key(REAL.as_bytes()).unwrap_err();
        assert!(!error.message().contains("0123") && !error.for_buyer(false).contains("0123"), "{error}");
    }

    #[test]
    fn a_key_set_for_a_merchant_is_not_a_setting() {
        let mut config = Config::new();
        config.set("tshop", "of the file");
        config.set_mert_key("tshop", "given");
        config.set_mert_key("log_dir", "given");
        assert_eq!(config.mert_key(b"tshop").unwrap(), b"given");
        assert_eq!((config.get("tshop"), config.get("log_dir")), (Some(&b"of the file"[..]), None));
        assert!(!format!("{config:?}").contains("given"));
    }

    #[test]
    fn a_removed_setting_has_its_default() {
        let mut config = Config::new();
        config.set("verify_cert", "");
        assert!(!config.settings().verify_cert);
        config.unset("verify_cert");
        assert!(config.settings().verify_cert);
    }

    /// Otherwise a setting's name as LGD_MID would make its value a signing key.
    #[test]
    fn a_setting_is_not_a_merchant() {
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

    /// Test IDs are public and share their MertKeys, so a signature for one must not pay a live order.
    #[test]
    fn a_test_id_verifies_nothing_live_and_a_live_id_nothing_on_test() {
        let shops = |mids: &[&str]| {
            let mut config = Config::new();
            mids.iter().for_each(|mid| config.set(*mid, REAL));
            config
        };
        for (mids, mid, test, service) in [
            (&["shop", "tshop"][..], "shop", false, true),
            (&["shop", "tshop"], "tshop", true, false),
            // A merchant ID that itself begins with t, with and without its test ID.
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
    fn the_sample_key_verifies_nothing_beside_a_real_merchant() {
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
