//! A certificate for people: subject, issuer, expiry.

use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

#[derive(Clone, Serialize)]
pub(crate) struct Certificate {
    pub(crate) subject: String,
    pub(crate) issuer: String,
    /// The day of expiry, `yyyy-MM-dd`.
    pub(crate) until: String,
    /// The days left, negative after the expiry.
    pub(crate) days: i64,
}

impl Certificate {
    /// A malformed one is shown as `?`; whether it is trusted is up to the library.
    pub(crate) fn read(der: &[u8]) -> Certificate {
        let Ok((_, read)) = X509Certificate::from_der(der) else {
            return Certificate { subject: "?".into(), issuer: "?".into(), until: "?".into(), days: 0 };
        };
        let end = read.validity().not_after;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let left = end.timestamp() - i64::try_from(now).unwrap_or(i64::MAX);
        Certificate {
            subject: short(read.subject()),
            issuer: short(read.issuer()),
            until: end.to_datetime().date().to_string(),
            days: left.div_euclid(86_400),
        }
    }
}

/// The common name, or else the whole name.
fn short(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().next().and_then(|common| common.as_str().ok());
    common.map_or_else(|| name.to_string(), str::to_owned)
}
