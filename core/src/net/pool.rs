//! The connection pool: idle connections for the next payment of this process, whichever client sends it.
//!
//! A connection is taken out while it is used, and checked before anything is sent; an idle one expires before servers close
//! theirs. By hand: the pools of HTTP clients belong to one client and do not know of forks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use crate::net::connection::Connection;
use crate::net::shared::Shared;

/// With whom a connection speaks: the address, the proxy on the way, and the very trust that was asked of it.
#[derive(Clone, Copy)]
pub(crate) struct Peer<'a> {
    pub(crate) authority: &'a str,
    pub(crate) proxy: Option<&'a (String, u16)>,
    pub(crate) tls: &'a Arc<ClientConfig>,
}

struct Kept {
    authority: String,
    proxy: Option<(String, u16)>,
    tls: Arc<ClientConfig>,
    connection: Connection,
    until: Instant,
}

impl Kept {
    fn leads_to(&self, peer: Peer<'_>) -> bool {
        self.authority == peer.authority
            && self.proxy.as_ref() == peer.proxy
            && Arc::ptr_eq(&self.tls, peer.tls)
    }
}

static KEPT: Shared<Kept, 64> = Shared::new();

/// The connection to `peer` that was used last and is alive, if any.
pub(crate) fn take(peer: Peer<'_>) -> Option<Connection> {
    loop {
        let now = Instant::now();
        let found = KEPT.with(|list| {
            list.retain(|kept| kept.until > now);
            let found = list.iter().rposition(|kept| kept.leads_to(peer))?;
            Some(list.remove(found).connection)
        });
        let mut connection = found??;
        if connection.is_quiet() {
            return Some(connection);
        }
    }
}

/// Whether there is one that is alive and will be kept for at least so long.
pub(crate) fn is_ready(peer: Peer<'_>, time: Duration) -> bool {
    let then = Instant::now() + time;
    let ready = |kept: &mut Kept| kept.leads_to(peer) && kept.until > then && kept.connection.is_quiet();
    KEPT.with(|list| list.iter_mut().any(ready)) == Some(true)
}

/// Keeps a connection after an exchange that ended well, or before the first.
pub(crate) fn keep(peer: Peer<'_>, connection: Connection, time: Duration) {
    if !time.is_zero() {
        KEPT.add(Kept {
            authority: peer.authority.to_owned(),
            proxy: peer.proxy.cloned(),
            tls: peer.tls.clone(),
            connection,
            until: Instant::now() + time,
        });
    }
}

/// After a break: what else leads there may be broken too, and a Rollback should not have to find out.
pub(crate) fn forget(peer: Peer<'_>) {
    KEPT.with(|list| list.retain(|kept| !kept.leads_to(peer)));
}
