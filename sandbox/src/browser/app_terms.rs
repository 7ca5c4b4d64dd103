//! What the window's request says of payments that the gateway finishes itself: in an app, or on UnionPay's page.

use crate::form::Form;
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
#[derive(Clone)]
pub(super) struct Way {
    pub(super) place: Place,
    /// The parameter with the address for the result.
    pub(super) name: &'static str,
    pub(super) noteurl: String,
    /// …WAPURL and …CANCELURL: an address, or the scheme of the shop's app.
    pub(super) wapurl: String,
    pub(super) cancelurl: String,
}

/// The ways of a request.
pub(super) struct Terms {
    ways: Vec<Way>,
    /// LGD_CUSTOM_ROLLBACK.
    custom_rollback: String,
}

/// The parameters of a way: address of the result, way of the app, and where the buyer goes.
type Names = (Place, &'static str, &'static str, &'static str, &'static str);

const NAMES: [Names; 3] = [
    (Place::Isp, "LGD_KVPMISPNOTEURL", "LGD_KVPMISPAUTOAPPYN", "LGD_KVPMISPWAPURL", "LGD_KVPMISPCANCELURL"),
    (
        Place::Bank,
        "LGD_MTRANSFERNOTEURL",
        "LGD_MTRANSFERAUTOAPPYN",
        "LGD_MTRANSFERWAPURL",
        "LGD_MTRANSFERCANCELURL",
    ),
    // The buyer returns to LGD_RETURNURL.
    (Place::UnionPay, "LGD_NOTEURL", "", "", ""),
];

impl Terms {
    pub(super) fn of(form: &Form) -> Self {
        let owned = |name: &str| form.text(name).to_owned();
        let unionpay = form.text("LGD_PAYWINDOWTYPE") == "CUPS";
        let way = |(place, name, autoapp, wapurl, cancelurl): Names| Way {
            place,
            name,
            // `A` and `N` bring the buyer back to LGD_RETURNURL with a PAYKEY, whatever address is there.
            noteurl: if ["", "Y"].contains(&form.text(autoapp)) { owned(name) } else { String::new() },
            wapurl: owned(wapurl),
            cancelurl: owned(cancelurl),
        };
        let ways = NAMES.map(way).into_iter().filter(|way| url::is_http(&way.noteurl));
        Self {
            ways: ways.filter(|way| (way.place == Place::UnionPay) == unionpay).collect(),
            custom_rollback: owned("LGD_CUSTOM_ROLLBACK"),
        }
    }

    /// The way of a choice; none for the ordinary one, by LGD_RETURNURL with a PAYKEY.
    pub(super) fn way(&self, paytype: &str, finance: &str) -> Option<&Way> {
        self.ways.iter().find(|way| match way.place {
            Place::Isp => paytype == "SC0010" && tables::is_isp(finance),
            Place::Bank => paytype == "SC0030",
            Place::UnionPay => paytype == "SC0010",
        })
    }

    /// LGD_CUSTOM_ROLLBACK is for apps.
    pub(super) fn rollback(&self, way: &Way) -> Rollback {
        match way.place {
            Place::Isp | Place::Bank => Rollback::of(&self.custom_rollback),
            Place::UnionPay => Rollback::Never,
        }
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
