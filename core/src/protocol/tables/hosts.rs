//! The operator's hosts: which are today's, which are older, which are gone, and what a firewall has to let out to them.

/// The operator's hosts as of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Today's gateways, live and test.
    pub gateway: &'static [&'static str],
    /// Older names that still answer.
    pub older: &'static [&'static str],
    /// Domains that are gone, with every name below them.
    pub retired: &'static [&'static str],
    /// The day of the operator's notice on firewalls, `yyyy-MM-dd`.
    pub day: &'static str,
    /// The port to let out.
    pub port: u16,
    /// The addresses of today's live gateway.
    pub gateway_addresses: &'static [&'static str],
    /// The addresses of the older names.
    pub older_addresses: &'static [&'static str],
    /// Whether there are more of the older names' than those.
    pub older_is_cut: bool,
    /// Since when the gateway refuses TLS below 1.2.
    pub tls12_only_since: &'static str,
    /// The merchant admin.
    pub admin: &'static str,
    /// The payment window's script on the test platform.
    pub window_script_test: &'static str,
    /// The payment window's script on the service platform.
    pub window_script_service: &'static str,
}

/// How a host stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// The gateway's own name.
    Today,
    /// An older name that still answers.
    Older,
    /// Gone.
    Retired,
}

impl Hosts {
    /// What a firewall has to let out to reach `host`; empty where nobody has published it.
    pub fn addresses(&self, host: &str) -> &'static [&'static str] {
        // The list of today's is the live gateway's, which comes first.
        match self.age(host) {
            Some(Age::Today) if self.gateway.first().is_some_and(|live| live.eq_ignore_ascii_case(host)) => {
                self.gateway_addresses
            }
            Some(Age::Older) => self.older_addresses,
            _ => &[],
        }
    }

    /// How `host` stands; `None` if it is not the operator's. Case does not matter.
    pub fn age(&self, host: &str) -> Option<Age> {
        let host = host.to_ascii_lowercase();
        let below =
            |domain: &str| host.strip_suffix(domain).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
        if self.gateway.contains(&&*host) {
            Some(Age::Today)
        } else if self.older.contains(&&*host) {
            Some(Age::Older)
        } else {
            self.retired.iter().any(|domain| below(domain)).then_some(Age::Retired)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::tables::HOSTS;

    #[test]
    fn each_name_has_its_age_and_a_strangers_has_none() {
        for (host, age) in [
            ("xpay-gateway.tosspayments.com", Some(Age::Today)),
            ("XPay-Gateway-Sandbox.TossPayments.com", Some(Age::Today)),
            ("xpayvvip.tosspayments.com", Some(Age::Older)),
            ("xpayclient.lgdacom.net", Some(Age::Retired)),
            ("uplus.co.kr", Some(Age::Retired)),
            ("notuplus.co.kr", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(HOSTS.age(host), age, "{host}");
        }
    }

    #[test]
    fn only_published_addresses_are_named() {
        assert!(HOSTS.addresses("xpay-gateway.tosspayments.com").contains(&"121.67.39.15"));
        assert!(HOSTS.addresses("xpay.tosspayments.com").contains(&"210.98.141.15"));
        assert!(HOSTS.addresses("xpay-gateway-sandbox.tosspayments.com").is_empty());
        assert!(HOSTS.addresses("127.0.0.1").is_empty());
    }
}
