//! Networking to the gateway: addresses, sockets with a deadline, TLS and its roots, HTTP, the connection pool.

pub(crate) mod address;
pub(crate) mod connection;
pub(crate) mod exchange;
pub(crate) mod fault;
pub(crate) mod http;
pub(crate) mod pool;
pub(crate) mod shared;
pub(crate) mod socket;
pub(crate) mod stop;
pub(crate) mod tls;
pub(crate) mod trust;
