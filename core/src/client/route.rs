//! How the client reaches the gateway: proxies, TLS and trusted certificates.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;

use crate::client::Client;
use crate::error::Result;
use crate::log::Level;
use crate::net::connection::Wire;
use crate::net::exchange::Route;
use crate::net::stop::Stop;
use crate::net::tls;
use crate::net::trust::Trust;

impl Client {
    /// Connects to the gateway before the buyer pays, so that the payment need not wait for a connection. Sends
    /// nothing.
    ///
    /// The connection is kept for `keep_alive` seconds, for the next payment of any client in this process. If a kept
    /// connection lasts for at least half of that, nothing is done.
    ///
    /// # Errors
    /// Any error that would prevent a payment from being sent.
    pub fn warm_up(&self) -> Result<()> {
        let url = self.gateway(self.platform())?;
        let warmed = self.route(self.settings().timeout, None)?.warm_up(url);
        warmed.map_err(|broken| broken.error)
    }

    /// The route to a gateway, for one exchange.
    pub(crate) fn route(&self, timeout: Duration, stop: Option<&Stop>) -> Result<Route<'_>> {
        let wire = match self.0.world.lines() {
            Some(lines) => Wire::Simulated(lines),
            None => Wire::Tls(self.tls()?),
        };
        Ok(self.route_over(wire, timeout, stop))
    }

    /// The same over the given kind of connection.
    pub(crate) fn route_over(&self, wire: Wire, timeout: Duration, stop: Option<&Stop>) -> Route<'_> {
        Route {
            timeout,
            keep_alive: self.settings().keep_alive,
            wire,
            proxies: self.settings().proxies().map(|(host, port)| (host.to_owned(), port)).collect(),
            user_agent: &self.0.user_agent,
            charset: None,
            stop: stop.cloned(),
            send_by: None,
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

    /// The TLS configuration with the current root certificates: a process may outlive one of them.
    fn tls(&self) -> Result<Arc<ClientConfig>> {
        // Does not wait: after a fork the lock may stay taken forever.
        let cached = self.0.tls.try_lock();
        if let Some(tls) = cached.as_ref().ok().and_then(|cached| cached.as_ref()) {
            if tls.since.elapsed() < tls::MAX_AGE {
                return Ok(tls.config.clone());
            }
        }
        let checked = tls::client_config(&self.trust())?;
        if let Some(warning) = &checked.warning {
            self.log().write(Level::Warn, "", warning);
        }
        if let Ok(mut cached) = cached {
            *cached = Some(checked.clone());
        }
        Ok(checked.config)
    }

    /// Drops the cached TLS configuration after a failed handshake, so that the next one reads the root certificates
    /// again.
    pub(crate) fn forget_tls(&self) {
        tls::expire();
        if let Ok(mut cached) = self.0.tls.try_lock() {
            *cached = None;
        }
    }
}
