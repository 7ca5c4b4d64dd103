//! The connection pool: idle connections for the next payment of this process, whichever client sends it.
//!
//! A connection leaves the pool while it is in use, and is checked before a request is sent. An idle connection expires before
//! servers usually close it. Written by hand: the pool of an HTTP client belongs to that client and ignores forks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use crate::net::connection::Connection;
use crate::net::shared::Shared;

/// The key of a pooled connection: the address, the proxy, and the TLS configuration that verified the certificate.
#[derive(Clone, Copy)]
pub(crate) struct Peer<'a> {
    pub(crate) authority: &'a str,
    pub(crate) proxy: Option<&'a (String, u16)>,
    pub(crate) tls: &'a Arc<ClientConfig>,
}

struct Pooled {
    authority: String,
    proxy: Option<(String, u16)>,
    tls: Arc<ClientConfig>,
    connection: Connection,
    expires: Instant,
}

impl Pooled {
    fn is_for(&self, peer: Peer<'_>) -> bool {
        self.authority == peer.authority
            && self.proxy.as_ref() == peer.proxy
            && Arc::ptr_eq(&self.tls, peer.tls)
    }
}

static POOL: Shared<Pooled, 64> = Shared::new();

/// Takes the most recently used live connection to `peer` out of the pool, if there is one.
pub(crate) fn take(peer: Peer<'_>) -> Option<Connection> {
    loop {
        let now = Instant::now();
        let found = POOL.with(|list| {
            list.retain(|pooled| pooled.expires > now);
            let found = list.iter().rposition(|pooled| pooled.is_for(peer))?;
            Some(list.remove(found).connection)
        });
        let mut connection = found??;
        if connection.is_idle() {
            return Some(connection);
        }
    }
}

/// Whether the pool has a live connection to `peer` that stays for longer than `time`.
pub(crate) fn is_ready(peer: Peer<'_>, time: Duration) -> bool {
    let then = Instant::now() + time;
    let ready =
        |pooled: &mut Pooled| pooled.is_for(peer) && pooled.expires > then && pooled.connection.is_idle();
    POOL.with(|list| list.iter_mut().any(ready)) == Some(true)
}

/// Adds a connection, after a complete exchange or before its first one.
pub(crate) fn keep(peer: Peer<'_>, connection: Connection, time: Duration) {
    if !time.is_zero() {
        POOL.add(Pooled {
            authority: peer.authority.to_owned(),
            proxy: peer.proxy.cloned(),
            tls: peer.tls.clone(),
            connection,
            expires: Instant::now() + time,
        });
    }
}

/// Drops every connection to `peer` after a failure: the others may be broken too, and a Rollback must not run into one.
pub(crate) fn forget(peer: Peer<'_>) {
    POOL.with(|list| list.retain(|pooled| !pooled.is_for(peer)));
}
