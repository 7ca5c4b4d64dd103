//! TLS configurations, made once for all clients of the process: reading the roots takes milliseconds.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use rustls::{ClientConfig, DEFAULT_VERSIONS};

use crate::error::Result;
use crate::net::shared::Shared;
use crate::net::trust::{BUNDLE, SYSTEM_BUNDLES, Trust, make};

/// A configuration for TLS 1.2 and 1.3 with the roots as they were at some moment.
#[derive(Clone)]
pub(crate) struct Checked {
    pub(crate) config: Arc<ClientConfig>,
    /// A log line if certificates of the merchant's bundle were skipped.
    pub(crate) warning: Option<String>,
    /// When the system's bundles were last checked. Whoever keeps this asks again after [`MAX_AGE`].
    pub(crate) since: Instant,
}

/// Returns a configuration whose bundles were checked at most [`MAX_AGE`] ago.
///
/// A configuration is made once per process, and again when a file has changed: reading the roots takes milliseconds, and only
/// the same configuration resumes TLS sessions and reuses pooled connections. The merchant's bundle is checked each time, the
/// system's after [`MAX_AGE`].
pub(crate) fn client_config(trust: &Trust<'_>) -> Result<Checked> {
    let key = CacheKey::of(trust);
    let fresh =
        |cached: &&Cached| cached.key == key && !cached.expired && cached.checked.since.elapsed() < MAX_AGE;
    if let Some(checked) = CACHE.with(|list| list.iter().find(fresh).map(Cached::checked)).flatten() {
        return Ok(checked);
    }
    let system = system_stamps(trust);
    let is_same = |cached: &Cached| cached.key == key && cached.system == system;
    let checked_again = CACHE.with(|list| {
        let cached = list.iter_mut().find(|cached| is_same(cached))?;
        cached.expired = false;
        cached.checked.since = Instant::now();
        Some(cached.checked())
    });
    if let Some(cached) = checked_again.flatten() {
        return Ok(cached);
    }
    let (config, warning) = make(trust, DEFAULT_VERSIONS)?;
    let own = Checked { config: config.into(), warning, since: Instant::now() };
    // If several threads made one at the same moment, all of them use the first.
    let cached = CACHE.first_or_add(
        is_same,
        || Cached { key: key.clone(), system: system.clone(), expired: false, checked: own.clone() },
        Cached::checked,
    );
    Ok(cached.unwrap_or(own))
}

/// How long the system's bundles are used without checking for changes.
pub(crate) const MAX_AGE: Duration = Duration::from_secs(600);

/// Makes the next call check all bundles, after a failed handshake.
pub(crate) fn expire() {
    CACHE.with(|list| list.iter_mut().for_each(|cached| cached.expired = true));
}

static CACHE: Shared<Cached, 16> = Shared::new();

struct Cached {
    key: CacheKey,
    system: Vec<Option<Stamp>>,
    /// Whether a handshake has failed since the check.
    expired: bool,
    checked: Checked,
}

impl Cached {
    fn checked(&self) -> Checked {
        self.checked.clone()
    }
}

/// The key of a cached configuration: the settings, the merchant's bundle as it is on disk, and the day, so that expired roots
/// are dropped.
#[derive(Clone, PartialEq)]
struct CacheKey {
    flags: [bool; 3],
    bundle: Option<(PathBuf, Option<Stamp>)>,
    day: u64,
}

impl CacheKey {
    fn of(trust: &Trust<'_>) -> CacheKey {
        let bundle = trust.home_dir.map(|home_dir| home_dir.join(BUNDLE));
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        CacheKey {
            flags: [trust.ca_bundle_only, trust.verify_cert, trust.verify_host],
            bundle: bundle.map(|path| (path.clone(), stamp(&path))),
            day: since.as_secs() / 86_400,
        }
    }
}

/// The system's bundles as they are on disk.
fn system_stamps(trust: &Trust<'_>) -> Vec<Option<Stamp>> {
    let bundles = SYSTEM_BUNDLES.iter().filter(|_| !trust.ca_bundle_only);
    bundles.map(|path| stamp(Path::new(path))).collect()
}

type Stamp = (u64, SystemTime);

/// Length and time of change: they differ once another file replaces this one.
fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise a client could keep for as long again what was almost too old when it got it.
    #[test]
    fn a_configuration_is_as_old_as_the_check_of_its_bundles() {
        let home = tempfile::tempdir().unwrap();
        let trust = || Trust {
            home_dir: Some(home.path()),
            ca_bundle_only: false,
            verify_cert: true,
            verify_host: true,
        };
        let first = client_config(&trust()).unwrap();
        let second = client_config(&trust()).unwrap();
        assert!(Arc::ptr_eq(&first.config, &second.config));
        assert_eq!(first.since, second.since);
        expire();
        let third = client_config(&trust()).unwrap();
        assert!(third.since > first.since && Arc::ptr_eq(&first.config, &third.config));
    }
}
