//! The server of the demo shop, which uses the client library.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use xpayclient_core::notice::UnverifiedNotice;
use xpayclient_core::window_return::UnverifiedReturn;
use xpayclient_core::{Client, Config, Outcome, Platform, Result};
use xpayclient_sandbox::Checkout;

/// The demo shop with the configuration in this directory.
pub(super) fn of(dir: &Path) -> Arc<dyn Checkout> {
    Arc::new(DemoShop { home: dir.join("home") })
}

struct DemoShop {
    home: PathBuf,
}

/// A sandbox stands in for the test platform.
const PLATFORM: Platform = Platform::Test;

impl Checkout for DemoShop {
    fn pay(&self, mid: &str, paykey: &str, amount: i64) -> Vec<(String, String)> {
        let outcome = match self.payment(mid, paykey, amount) {
            Ok(outcome) => outcome,
            Err(error) => Outcome::NotSent(error),
        };
        match outcome {
            Outcome::Answered(answer) => {
                let head = [("LGD_RESPCODE", answer.code()), ("LGD_RESPMSG", answer.message())];
                let row = answer.rows().first().into_iter().flat_map(|row| row.iter());
                let row = row.filter(|(name, _)| !head.iter().any(|(known, _)| known == name));
                head.into_iter().chain(row).map(|(name, value)| (name.into(), value.into())).collect()
            }
            Outcome::NotSent(error) | Outcome::RolledBack(error) | Outcome::InDoubt(error) => {
                vec![
                    ("LGD_RESPCODE".into(), error.code().to_string()),
                    ("LGD_RESPMSG".into(), error.to_string()),
                ]
            }
        }
    }

    fn verify_return(
        &self,
        body: &[u8],
        mid: &str,
        amount_of: &dyn Fn(&str) -> Option<i64>,
    ) -> std::result::Result<(), String> {
        let returned = UnverifiedReturn::parse(body).map_err(|error| error.to_string())?;
        let oid = returned.claimed_oid().unwrap_or_default().to_owned();
        let (config, amount) = (self.own(mid)?, ordered(&oid, amount_of)?);
        returned.verify(&config, PLATFORM, mid, &oid, amount).map(drop).map_err(|error| error.to_string())
    }

    fn verify_notice(
        &self,
        body: &[u8],
        mid: &str,
        amount_of: &dyn Fn(&str) -> Option<i64>,
    ) -> std::result::Result<(), String> {
        let notice = UnverifiedNotice::parse(body).map_err(|error| error.to_string())?;
        let amount = ordered(notice.claimed_oid().unwrap_or_default(), amount_of)?;
        notice.verify(&self.own(mid)?, PLATFORM, mid, amount).map(drop).map_err(|error| error.to_string())
    }
}

fn ordered(oid: &str, amount_of: &dyn Fn(&str) -> Option<i64>) -> std::result::Result<u64, String> {
    let amount = amount_of(oid).and_then(|amount| u64::try_from(amount).ok());
    amount.ok_or_else(|| "이 상점의 주문이 아닙니다 / no order of this shop".to_owned())
}

impl DemoShop {
    /// Only the demo shop's: its sample MertKey is not accepted in a configuration with other shops.
    fn own(&self, mid: &str) -> std::result::Result<Config, String> {
        let all = Config::load(&self.home).map_err(|error| error.to_string())?;
        let key = all.mert_key(mid.as_bytes()).map_err(|error| error.to_string())?;
        let mut config = Config::new();
        config.set(mid, key);
        Ok(config)
    }

    /// With the amount of the order, so that the gateway refuses any other.
    fn payment(&self, mid: &str, paykey: &str, amount: i64) -> Result<Outcome> {
        let client = Client::new(Config::load(&self.home)?, PLATFORM);
        let mut payment = client.transaction(mid)?;
        payment.set("LGD_TXNAME", "PaymentByKey")?;
        payment.set("LGD_PAYKEY", paykey)?;
        payment.set("LGD_AMOUNTCHECKYN", "Y")?;
        payment.set("LGD_AMOUNT", amount.to_string())?;
        Ok(payment.send())
    }
}
