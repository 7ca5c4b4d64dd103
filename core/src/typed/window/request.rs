//! The request of a payment's window.

use std::fmt;

use time::PrimitiveDateTime;

use super::draft::Draft;
use super::form::Window;
use crate::config::{Config, Platform};
use crate::error::Result;
use crate::text::dates;
use crate::typed::setters::setters;

/// A request to open the payment window, by `openXpay`; also for UnionPay, with LGD_PAYWINDOWTYPE `CUPS` in `others`.
/// Its `Debug` shows the order ID only.
#[derive(Clone)]
#[non_exhaustive]
pub struct WindowRequest {
    /// CST_MID: the contracted merchant ID. LGD_MID is made from it, with a leading `t` on the test platform.
    pub cst_mid: String,
    /// LGD_OID: the shop's order ID.
    pub oid: String,
    /// LGD_AMOUNT in won.
    pub amount: u64,
    /// LGD_BUYER: the buyer's name.
    pub buyer: String,
    /// LGD_BUYERID; required for vouchers (SC0111 to SC0113), else it may be empty.
    pub buyer_id: String,
    /// LGD_BUYERIP, likewise.
    pub buyer_ip: String,
    /// LGD_PRODUCTINFO: the product.
    pub product_info: String,
    /// LGD_RETURNURL: the shop's page that receives the window's result.
    pub return_url: String,
    /// LGD_WINDOW_TYPE: `iframe`, `submit` or `popup`. The page passes the same value to `openXpay`.
    pub window_type: String,
    /// LGD_DOMAIN_URL, as in the gateway's sample page for the shop.
    pub domain_url: String,
    /// LGD_TIMESTAMP, in Korean time; the current time if not set.
    pub timestamp: Option<PrimitiveDateTime>,
    /// What is delivered under escrow: LGD_ESCROW_GOODID and the four names that go with it, once for each item.
    pub escrow_items: Vec<EscrowItem>,
    /// Other parameters, LGD_… or CST_…, and names of the shop's own, which come back in the return with
    /// LGD_RETURN_MERT_CUSTOM_PARAM `Y`.
    pub others: Vec<(String, String)>,
    /// Whether a [`super::Warning`] is a refusal.
    pub strict: bool,
}

/// An item of an order under escrow. Its `Debug` shows nothing.
#[derive(Clone)]
#[non_exhaustive]
pub struct EscrowItem {
    /// LGD_ESCROW_GOODID: the item's ID in the shop.
    pub id: String,
    /// LGD_ESCROW_GOODNAME.
    pub name: String,
    /// LGD_ESCROW_GOODCODE; may be empty.
    pub code: String,
    /// LGD_ESCROW_UNITPRICE in won.
    pub unit_price: u64,
    /// LGD_ESCROW_QUANTITY.
    pub quantity: u64,
}

impl WindowRequest {
    /// A payment window for the order `oid`. The gateway also requires the buyer, the product and the return URL.
    pub fn new(cst_mid: impl Into<String>, oid: impl Into<String>, amount: u64) -> WindowRequest {
        WindowRequest {
            cst_mid: cst_mid.into(),
            oid: oid.into(),
            amount,
            buyer: String::new(),
            buyer_id: String::new(),
            buyer_ip: String::new(),
            product_info: String::new(),
            return_url: String::new(),
            window_type: String::new(),
            domain_url: String::new(),
            timestamp: None,
            escrow_items: Vec::new(),
            others: Vec::new(),
            strict: false,
        }
    }

    /// Adds a parameter, or a name of the shop's own, to [`others`](field@WindowRequest::others).
    #[must_use = "a setter returns the changed value"]
    pub fn other(mut self, name: impl Into<String>, value: impl Into<String>) -> WindowRequest {
        self.others.push((name.into(), value.into()));
        self
    }

    /// Adds an item that is delivered under escrow.
    #[must_use = "a setter returns the changed value"]
    pub fn escrow_item(mut self, item: EscrowItem) -> WindowRequest {
        self.escrow_items.push(item);
        self
    }

    /// Checks all parameters and signs the request with the shop's MertKey.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the first parameter that is missing, too long, malformed or given twice, and
    /// if the request is strict, the first that would be warned of; [`crate::Code::NO_MID`] if the configuration has no
    /// MertKey for LGD_MID.
    pub fn sign(&self, config: &Config, platform: Platform) -> Result<Window> {
        let mut draft = Draft::new(&self.cst_mid);
        draft.strict = self.strict;
        let (amount, timestamp) = (self.amount.to_string(), self.timestamp.map(dates::format));
        for (name, text) in [
            ("LGD_OID", self.oid.as_str()),
            ("LGD_AMOUNT", &amount),
            ("LGD_BUYER", &self.buyer),
            ("LGD_PRODUCTINFO", &self.product_info),
            ("LGD_TIMESTAMP", timestamp.as_deref().unwrap_or_default()),
            ("LGD_RETURNURL", &self.return_url),
            ("LGD_WINDOW_TYPE", &self.window_type),
            ("LGD_BUYERID", &self.buyer_id),
            ("LGD_BUYERIP", &self.buyer_ip),
            ("LGD_DOMAIN_URL", &self.domain_url),
        ] {
            draft.add(name, text);
        }
        self.escrow_items.iter().for_each(|item| item.add_to(&mut draft));
        self.others.iter().for_each(|(name, text)| draft.add(name, text));
        draft.sign(config, platform)
    }
}

setters!(WindowRequest {
    buyer = impl Into<String>,
    buyer_id = impl Into<String>,
    buyer_ip = impl Into<String>,
    product_info = impl Into<String>,
    return_url = impl Into<String>,
    window_type = impl Into<String>,
    domain_url = impl Into<String>,
    timestamp: PrimitiveDateTime,
    strict = bool,
});

impl EscrowItem {
    /// `quantity` pieces of an item, at `unit_price` won each.
    pub fn new(id: impl Into<String>, name: impl Into<String>, unit_price: u64, quantity: u64) -> EscrowItem {
        EscrowItem { id: id.into(), name: name.into(), code: String::new(), unit_price, quantity }
    }

    fn add_to(&self, draft: &mut Draft) {
        draft.add("LGD_ESCROW_GOODID", &self.id);
        draft.add("LGD_ESCROW_GOODNAME", &self.name);
        draft.add("LGD_ESCROW_GOODCODE", &self.code);
        draft.add("LGD_ESCROW_UNITPRICE", &self.unit_price.to_string());
        draft.add("LGD_ESCROW_QUANTITY", &self.quantity.to_string());
    }
}

setters!(EscrowItem { code = impl Into<String> });

impl fmt::Debug for WindowRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowRequest").field("oid", &self.oid).finish_non_exhaustive()
    }
}

impl fmt::Debug for EscrowItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EscrowItem").finish_non_exhaustive()
    }
}
