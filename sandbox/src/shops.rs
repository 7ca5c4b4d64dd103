//! The shops that the gateway knows, with their MertKeys.

use crate::codes::{self, Refusal};

/// The merchant ID of the public demo shop.
pub const DEMO_MID: &str = "lgdacomxpay";
/// The same shop on the test platform.
pub const DEMO_TEST_MID: &str = "tlgdacomxpay";
/// The demo shop's MertKey, which is public: the vendor's manuals print it.
pub const DEMO_KEY: &str = "95160cce09854ef44d2edb2bfb05f9f3";

/// A merchant ID and its MertKey.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) mid: String,
    pub(crate) key: String,
}

/// The demo shop under both its IDs, and other shops.
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
