//! How the client reaches the gateway: proxies, TLS and whom it trusts.

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use rustls::ClientConfig;

use crate::client::Client;
use crate::error::Result;
use crate::log::Level;
use crate::net::connection::Wire;
use crate::net::exchange::Route;
use crate::net::stop::Stop;
use crate::net::trust;
use crate::net::trust::Trust;

/// TLS as it was made, and when: a process may live longer than a root.
pub(super) struct Trusted {
    config: Arc<ClientConfig>,
    since: Instant,
}

impl Client {
    /// Connects to the gateway before the buyer pays, so that the payment need not wait for it. Nothing is sent.
    ///
    /// The connection is kept for `keep_alive` seconds, for whichever client of this process pays next. Where one is kept
    /// already that will last for half of that, nothing is done.
    ///
    /// # Errors
    /// Whatever would keep a payment from being sent.
    pub fn warm_up(&self) -> Result<()> {
        let url = self.gateway(self.platform())?;
        let warmed = self.route(self.settings().timeout, None)?.warm_up(url);
        warmed.map_err(|broken| broken.error)
    }

    /// How a gateway is reached, for one exchange.
    pub(crate) fn route(&self, timeout: Duration, stop: Option<&Stop>) -> Result<Route<'_>> {
        let wire = match self.0.world.lines() {
            Some(lines) => Wire::Simulated(lines),
            None => Wire::Tls(self.tls()?),
        };
        Ok(self.route_over(wire, timeout, stop))
    }

    /// The same over a wire of the caller's.
    pub(crate) fn route_over(&self, wire: Wire, timeout: Duration, stop: Option<&Stop>) -> Route<'_> {
        Route {
            timeout,
            keep_alive: self.settings().keep_alive,
            wire,
            proxies: self.settings().proxies().map(|(host, port)| (host.to_owned(), port)).collect(),
            user_agent: &self.0.user_agent,
            stop: stop.cloned(),
        }
    }

    pub(crate) fn trust(&self) -> Trust<'_> {
        let settings = self.settings();
        Trust {
            home_dir: self.config().home_dir(),
            ca_bundle_only: settings.ca_bundle_only,
            verify_cert: settings.verify_cert,
            verify_host: settings.verify_host,
        }
    }

    /// TLS under the roots as they are, looked at again after a while.
    fn tls(&self) -> Result<Arc<ClientConfig>> {
        const GOOD_FOR: Duration = Duration::from_secs(600);
        // Never waited for: a fork may leave it taken.
        let known = self.0.tls.try_lock();
        if let Some(known) = known.as_ref().ok().and_then(|known| known.as_ref()) {
            if known.since.elapsed() < GOOD_FOR {
                return Ok(known.config.clone());
            }
        }
        let (config, warning) = trust::client_config(&self.trust())?;
        if let Some(warning) = warning {
            self.log().write(Level::Warn, "", warning);
        }
        if let Ok(mut known) = known {
            *known = Some(Trusted { config: config.clone(), since: Instant::now() });
        }
        Ok(config)
    }

    /// After a handshake that failed: the next one looks whether there are other roots by now.
    pub(crate) fn doubt_trust(&self) {
        if let Ok(mut known) = self.0.tls.try_lock() {
            *known = None;
        }
    }
}
