//! A rehearsal: what a request would send and where to, with its secrets masked. Nothing leaves, no file is written.

use crate::client::Client;
use crate::client::transaction::Transaction;
use crate::error::Result;
use crate::net::address::Address;
use crate::typed::escrow::Delivery;

/// A request as it would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rehearsal {
    /// The address that it would be sent to.
    pub url: String,
    /// Names and values in the order in which they would be sent. A value that may be secret or personal is `***`, as
    /// in the log; `log_except` masks more.
    pub parameters: Vec<(String, String)>,
}

impl Transaction {
    /// Shows what [`Transaction::send`] would send. Nothing is sent, and neither journal nor log has it.
    ///
    /// LGD_TXID and LGD_AUTHCODE are this transaction's: it can still be sent.
    ///
    /// ```
    /// use xpayclient_core::requests::Cancel;
    /// use xpayclient_core::{Client, Config, Platform};
    ///
    /// # fn main() -> Result<(), xpayclient_core::Error> {
    /// let mut config = Config::new();
    /// config.set("tlgdacomxpay", "0123456789abcdef0123456789abcdef");
    /// config.set("test_url", "https://gateway.example/");
    /// # config.set("journal", "off");
    /// let client = Client::new(config, Platform::Test);
    /// let rehearsal = client.prepare("tlgdacomxpay", &Cancel::new("tlgda1").reason("the buyer's wish"))?.rehearse()?;
    /// let shown = |name| rehearsal.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    /// assert_eq!((shown("LGD_TID"), shown("LGD_CANCELREASON")), (Some("tlgda1"), Some("***")));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What would keep it from being sent, as far as that is known without a connection and without a record in the
    /// journal: a wrong address of the gateway, roots that cannot be trusted.
    pub fn rehearse(&self) -> Result<Rehearsal> {
        let client = self.client();
        let url = client.gateway(client.platform())?;
        client.rehearsal(url, self.request().texts())
    }
}

impl Client {
    /// Shows what [`Client::register_delivery`] would send. Nothing is sent.
    ///
    /// # Errors
    /// As there, as far as they are known without a connection.
    pub fn rehearse_delivery(&self, mid: &str, delivery: &Delivery) -> Result<Rehearsal> {
        let (page, values) = self.registration(mid, delivery)?;
        self.rehearsal(&page, values.iter().map(|(name, value)| (*name, value.as_str())))
    }

    pub(super) fn rehearsal<T: AsRef<str>>(
        &self,
        url: &Address,
        parameters: impl Iterator<Item = (T, T)>,
    ) -> Result<Rehearsal> {
        self.route(self.settings().timeout, None)?;
        let shown = |(name, value): (T, T)| {
            let shown = self.log().shown(name.as_ref(), value.as_ref()).to_owned();
            (name.as_ref().to_owned(), shown)
        };
        Ok(Rehearsal { url: url.to_string(), parameters: parameters.map(shown).collect() })
    }
}
