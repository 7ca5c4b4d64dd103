//! The shops the gateway knows and the keys they sign with.

use crate::codes::{self, Refusal};

/// The contracted id of the public demo shop.
pub const DEMO_MID: &str = "lgdacomxpay";
/// The same shop on the test platform.
pub const DEMO_TEST_MID: &str = "tlgdacomxpay";
/// The demo shop's MertKey, printed in the vendor's own manuals and no secret.
pub const DEMO_KEY: &str = "95160cce09854ef44d2edb2bfb05f9f3";

/// A shop id and its MertKey.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) mid: String,
    pub(crate) key: String,
}

/// The demo shop under both its ids, and whichever others the caller brings.
#[derive(Clone)]
pub(crate) struct Shops(Vec<Shop>);

impl Shops {
    pub(crate) fn with(others: &[(String, String)]) -> Self {
        let demo = [(DEMO_TEST_MID, DEMO_KEY), (DEMO_MID, DEMO_KEY)];
        let others = others.iter().map(|(mid, key)| (mid.as_str(), key.as_str()));
        let all = demo.into_iter().chain(others);
        Self(all.map(|(mid, key)| Shop { mid: mid.into(), key: key.into() }).collect())
    }

    pub(crate) fn find(&self, mid: &str) -> Result<&Shop, Refusal> {
        let found = self.0.iter().find(|shop| shop.mid == mid);
        found.ok_or_else(|| codes::SHOP.with("LGD_MID", DEMO_TEST_MID))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Shop> {
        self.0.iter()
    }
}
