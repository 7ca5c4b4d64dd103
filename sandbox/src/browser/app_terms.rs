//! What the window's request says of payments that the gateway finishes itself: in an app, or on UnionPay's page.

use super::purchase::{Purchase, Purpose};
use crate::notices::answer::Rollback;
use crate::{tables, url};

/// Where such a payment is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The app of ISP, for cards of the issuers that use it.
    Isp,
    /// The app of the buyer's bank.
    Bank,
    /// UnionPay's page (LGD_PAYWINDOWTYPE `CUPS`).
    UnionPay,
}

/// How a payment is finished: where its result is posted, and where the buyer goes afterwards.
pub(super) struct Way {
    pub(super) place: Place,
    /// The parameter with the address for the result.
    pub(super) name: &'static str,
    pub(super) noteurl: String,
    /// Whether the buyer may come back with a PAYKEY instead: some shops report that of `A` and `N`.
    pub(super) may_return: bool,
    /// …WAPURL and …CANCELURL: an address, or the scheme of the shop's app.
    pub(super) wapurl: String,
    pub(super) cancelurl: String,
}

/// The parameters of a way: address of the result, way of the app, and where the buyer goes.
type Names = (Place, &'static str, &'static str, &'static str, &'static str);

const ISP: Names =
    (Place::Isp, "LGD_KVPMISPNOTEURL", "LGD_KVPMISPAUTOAPPYN", "LGD_KVPMISPWAPURL", "LGD_KVPMISPCANCELURL");

const BANK: Names = (
    Place::Bank,
    "LGD_MTRANSFERNOTEURL",
    "LGD_MTRANSFERAUTOAPPYN",
    "LGD_MTRANSFERWAPURL",
    "LGD_MTRANSFERCANCELURL",
);

/// The buyer returns to LGD_RETURNURL.
const UNIONPAY: Names = (Place::UnionPay, "LGD_NOTEURL", "", "", "");

/// The way of a choice; none for the ordinary one, by LGD_RETURNURL with a PAYKEY.
pub(super) fn way(purchase: &Purchase, paytype: &str, finance: &str) -> Option<Way> {
    let (place, name, autoapp, wapurl, cancelurl) = match (purchase.purpose, paytype) {
        (Purpose::UnionPay, _) => UNIONPAY,
        (Purpose::Payment, "SC0010") if tables::is_isp(finance) => ISP,
        (Purpose::Payment, "SC0030") => BANK,
        _ => return None,
    };
    url::is_http(purchase.text(name)).then(|| Way {
        place,
        name,
        noteurl: purchase.owned(name),
        may_return: ["A", "N"].contains(&purchase.text(autoapp)),
        wapurl: purchase.owned(wapurl),
        cancelurl: purchase.owned(cancelurl),
    })
}

/// LGD_CUSTOM_ROLLBACK, which is for apps.
pub(super) fn rollback(purchase: &Purchase, place: Place) -> Rollback {
    match place {
        Place::Isp | Place::Bank => Rollback::of(purchase.text("LGD_CUSTOM_ROLLBACK")),
        Place::UnionPay => Rollback::Never,
    }
}

impl Place {
    pub(super) fn korean(self) -> &'static str {
        match self {
            Self::Isp => "카드 앱(ISP)",
            Self::Bank => "은행 앱",
            Self::UnionPay => "은련 결제 페이지",
        }
    }

    pub(super) fn english(self) -> &'static str {
        match self {
            Self::Isp => "The card's app (ISP)",
            Self::Bank => "The bank's app",
            Self::UnionPay => "UnionPay's page",
        }
    }
}
