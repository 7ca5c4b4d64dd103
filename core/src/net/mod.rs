//! The way to the gateway: addresses, sockets that end in time, TLS and whom it trusts, HTTP, connections that are kept.

pub(crate) mod address;
pub(crate) mod connection;
pub(crate) mod exchange;
pub(crate) mod fault;
pub(crate) mod http;
pub(crate) mod pool;
pub(crate) mod shared;
pub(crate) mod socket;
pub(crate) mod stop;
pub(crate) mod trust;
