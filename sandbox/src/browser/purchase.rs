//! What a window was opened for, as its checked request says it.

use crate::form::Form;
use crate::{tables, text};
use encoding_rs::Encoding;

/// What the window is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A payment, which the shop requests with the key from the window.
    Payment,
    /// A payment that the window itself makes (LGD_PAYWINDOWTYPE `CUPS`); LGD_NOTEURL hears of it.
    UnionPay,
    /// A billing key (LGD_PAYWINDOWTYPE `CardBillingAuth`, `CardBillingAuth_smartphone`).
    Billing,
    Identity,
}

impl Purpose {
    /// By LGD_PAYWINDOWTYPE and LGD_PAYTYPE; else what the script asked for.
    pub(super) fn of(form: &Form, asked: Self) -> Self {
        match form.text("LGD_PAYWINDOWTYPE") {
            billing if billing.starts_with("CardBillingAuth") => Self::Billing,
            _ if form.text("LGD_PAYTYPE").starts_with("ASC") => Self::Identity,
            "CUPS" => Self::UnionPay,
            _ => asked,
        }
    }

    /// Whether the request is for an order and its amount.
    pub(super) fn is_payment(self) -> bool {
        matches!(self, Self::Payment | Self::UnionPay)
    }
}

/// A checked request of a window.
pub(super) struct Purchase {
    pub(super) purpose: Purpose,
    pub(super) amount: i64,
    pub(super) taxfree: i64,
    /// LGD_CUSTOM_USABLEPAY, or LGD_PAYTYPE of an identity check; empty for all.
    pub(super) methods: Vec<String>,
    /// LGD_INSTALLRANGE.
    pub(super) months: Vec<u32>,
    /// LGD_CUSTOM_SESSIONTIMEOUT, in seconds.
    pub(super) patience: i64,
    /// Every parameter, as the gateway understands it.
    sent: Form,
}

/// One line of an escrow order.
pub(super) struct Item<'a> {
    pub(super) name: &'a str,
    pub(super) code: &'a str,
    pub(super) price: &'a str,
    pub(super) quantity: &'a str,
}

impl Purchase {
    pub(super) fn read(sent: Form, purpose: Purpose) -> Self {
        const MINUTES: i64 = 20;
        let won = |name: &str| sent.text(name).parse().unwrap_or(0);
        let methods = match purpose {
            Purpose::Billing | Purpose::UnionPay => vec!["SC0010".into()],
            Purpose::Identity => list(sent.text("LGD_PAYTYPE")),
            Purpose::Payment => list(sent.text("LGD_CUSTOM_USABLEPAY")),
        };
        Self {
            purpose,
            amount: won("LGD_AMOUNT"),
            taxfree: won("LGD_TAXFREEAMOUNT"),
            methods,
            months: months(sent.text("LGD_INSTALLRANGE"))
                .unwrap_or_else(|| (0..=12).filter(|month| *month != 1).collect()),
            patience: sent.text("LGD_CUSTOM_SESSIONTIMEOUT").parse().unwrap_or(MINUTES) * 60,
            sent,
        }
    }

    /// A parameter as it was sent; `""` if it was not.
    pub(super) fn text(&self, name: &str) -> &str {
        self.sent.text(name)
    }

    pub(super) fn owned(&self, name: &str) -> String {
        self.text(name).to_owned()
    }

    /// LGD_CLOSEDATE; a day without a time lasts until its end.
    pub(super) fn closes(&self) -> String {
        match self.text("LGD_CLOSEDATE") {
            day if day.len() == 8 => format!("{day}235959"),
            other => other.to_owned(),
        }
    }

    /// LGD_ENCODING_RETURNURL.
    pub(super) fn return_charset(&self) -> &'static Encoding {
        text::charset(self.sent.get("LGD_ENCODING_RETURNURL").map(str::as_bytes))
    }

    pub(super) fn is_escrow(&self) -> bool {
        self.text("LGD_ESCROW_USEYN") == "Y"
    }

    /// The escrow's goods. The names of an item belong together by their place.
    pub(super) fn items(&self) -> Vec<Item<'_>> {
        let all = |name| self.sent.all(name).collect::<Vec<_>>();
        let columns =
            ["LGD_ESCROW_GOODNAME", "LGD_ESCROW_GOODCODE", "LGD_ESCROW_UNITPRICE", "LGD_ESCROW_QUANTITY"];
        let columns = columns.map(all);
        let count = columns.iter().map(Vec::len).max().unwrap_or_default();
        let of =
            |place: usize| columns.each_ref().map(|column| column.get(place).copied().unwrap_or_default());
        (0..count).map(of).map(|[name, code, price, quantity]| Item { name, code, price, quantity }).collect()
    }

    /// Where the escrow's goods go; what was not sent is left out.
    pub(super) fn delivery(&self) -> String {
        let names =
            ["LGD_ESCROW_ZIPCODE", "LGD_ESCROW_ADDRESS1", "LGD_ESCROW_ADDRESS2", "LGD_ESCROW_BUYERPHONE"];
        names.into_iter().filter_map(|name| self.sent.get(name)).collect::<Vec<_>>().join(" ")
    }

    /// The shop's own parameters, if it asks for them in the return (LGD_RETURN_MERT_CUSTOM_PARAM).
    pub(super) fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        let asked = self.text("LGD_RETURN_MERT_CUSTOM_PARAM") == "Y";
        self.sent.iter().filter(move |(name, _)| asked && !is_gateways(name))
    }

    /// These parameters with their values, empty where nothing was sent.
    pub(super) fn repeat(&self, names: &[&str]) -> Vec<(String, String)> {
        names.iter().map(|name| ((*name).to_owned(), self.owned(name))).collect()
    }

    /// What results and notices repeat.
    pub(super) fn carried(&self) -> impl Iterator<Item = (&str, &str)> {
        let repeated = tables::buyer_and_goods().iter().map(|name| (*name, self.text(name)));
        repeated.chain(self.own())
    }

    /// Issuers or banks that are allowed for a method; empty for all.
    pub(super) fn usable(&self, paytype: &str) -> Vec<String> {
        self.listed(paytype, ["LGD_USABLECARD", "LGD_USABLEBANK", "LGD_USABLECASBANK"])
    }

    pub(super) fn disabled(&self, paytype: &str) -> Vec<String> {
        self.listed(paytype, ["LGD_DISABLECARD", "LGD_DISABLEBANK", ""])
    }

    fn listed(&self, paytype: &str, [card, transfer, account]: [&str; 3]) -> Vec<String> {
        list(match paytype {
            "SC0010" => self.text(card),
            "SC0030" => self.text(transfer),
            "SC0040" => self.text(account),
            _ => "",
        })
    }
}

/// Whether a name is of the protocol, known or not. All others are the shop's own.
pub(super) fn is_gateways(name: &str) -> bool {
    ["LGD_", "CST_", "KVP_", "VBV_"].iter().any(|prefix| name.starts_with(prefix))
}

/// `SC0010-SC0030`, `11:31`.
pub(super) fn list(text: &str) -> Vec<String> {
    text.split(['-', ':', ',']).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// `0:2:3`: no leading zeros, nothing but 0 and 2 to 60.
pub(super) fn months(text: &str) -> Option<Vec<u32>> {
    let month = |text: &str| {
        let plain = text == "0" || !text.starts_with('0');
        text.parse().ok().filter(|months| plain && (*months == 0 || (2..=60).contains(months)))
    };
    text.split(':').map(month).collect()
}
