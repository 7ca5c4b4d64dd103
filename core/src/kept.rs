//! Channels that ended well, kept for the next payment of this process, whoever's client that is.
//!
//! One has one user at a time: it is taken out to be used. Whether its connection still lives is asked of the socket before
//! anything is sent; an idle one ages out before servers close theirs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use crate::connection::Channel;
use crate::shared::Shared;

/// With whom a channel speaks and as whom: the address, the proxy on the way, and the very trust that was asked of it.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) authority: String,
    pub(crate) proxy: Option<(String, u16)>,
    pub(crate) user_agent: String,
    pub(crate) tls: Arc<ClientConfig>,
}

impl PartialEq for Peer {
    fn eq(&self, other: &Peer) -> bool {
        self.authority == other.authority
            && self.proxy == other.proxy
            && self.user_agent == other.user_agent
            && Arc::ptr_eq(&self.tls, &other.tls)
    }
}

struct Kept {
    peer: Peer,
    channel: Channel,
    until: Instant,
}

static KEPT: Shared<Kept, 64> = Shared::new();

/// The channel to `peer` that was used last, if any.
pub(crate) fn take(peer: &Peer) -> Option<Channel> {
    let now = Instant::now();
    KEPT.with(|list| {
        list.retain(|kept| kept.until > now);
        let found = list.iter().rposition(|kept| kept.peer == *peer)?;
        Some(list.remove(found).channel)
    })?
}

/// Keeps a channel after an exchange that ended well.
pub(crate) fn keep(peer: Peer, channel: Channel, time: Duration) {
    if !time.is_zero() {
        KEPT.add(Kept { peer, channel, until: Instant::now() + time });
    }
}

/// After a break: what else leads there may be broken too, and a Rollback should not have to find out.
pub(crate) fn forget(peer: &Peer) {
    KEPT.with(|list| list.retain(|kept| kept.peer != *peer));
}
