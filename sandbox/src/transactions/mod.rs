//! The transactions the gateway knows: their names, what each requires, and which function does it.

mod account;
pub(crate) mod call;
mod card;
mod identity;
mod payment;
pub(crate) mod receipt;
mod refund;
mod service;
mod unbooked;
mod voucher;

use crate::codes::{self, Refusal};
use crate::form::Form;
use call::{Call, Completed, require, within_limit};

/// One kind of transaction.
pub struct Kind {
    /// LGD_TXNAME.
    pub txname: &'static str,
    /// The parameter that tells the kinds of an LGD_TXNAME apart, like LGD_METHOD; empty if there is one kind.
    pub selector: &'static str,
    /// Its value; empty for the kind that every other value stands for.
    pub method: &'static str,
    /// The parameters required in addition to [`COMMON`].
    pub required: &'static [&'static str],
    run: Run,
}

/// The parameters that every request requires.
pub const COMMON: &[&str] = &["LGD_MID", "LGD_TXID", "LGD_AUTHCODE", "LGD_TXNAME"];

type Run = fn(&Call<'_>) -> Result<Completed, Refusal>;

const fn kind(txname: &'static str, required: &'static [&'static str], run: Run) -> Kind {
    Kind { txname, selector: "", method: "", required, run }
}

const fn one_of(
    txname: &'static str,
    (selector, method): (&'static str, &'static str),
    required: &'static [&'static str],
    run: Run,
) -> Kind {
    Kind { txname, selector, method, required, run }
}

const fn method(name: &'static str) -> (&'static str, &'static str) {
    ("LGD_METHOD", name)
}

const fn reqtype(name: &'static str) -> (&'static str, &'static str) {
    ("LGD_REQTYPE", name)
}

/// What a cash receipt requires.
const RECEIPT: &[&str] = &[
    "LGD_PAYTYPE",
    "LGD_OID",
    "LGD_AMOUNT",
    "LGD_CASHCARDNUM",
    "LGD_CASHRECEIPTUSE",
    "LGD_CUSTOM_BUSINESSNUM",
];

/// Section 6 of the protocol page, and what the field notes add.
pub const KINDS: &[Kind] = &[
    kind("Ping", &[], service::ping),
    kind("PaymentByKey", &["LGD_PAYKEY"], payment::by_key),
    kind("AmountCheck", &["LGD_PAYKEY", "LGD_AMOUNT"], payment::amount_check),
    kind("Cancel", &["LGD_TID"], refund::cancel),
    kind("PartialCancel", &["LGD_TID", "LGD_CANCELAMOUNT"], refund::partial_cancel),
    kind("Settlement", &["LGD_TID"], refund::settlement),
    one_of("CashReceipt", method("AUTH"), RECEIPT, receipt::issue),
    one_of("CashReceipt", method("CANCEL"), &["LGD_PAYTYPE", "LGD_TID"], receipt::cancel),
    one_of("CyberAccount", method("ASSIGN"), &["LGD_OID", "LGD_AMOUNT"], account::assign),
    one_of("CyberAccount", method("CHANGE"), &["LGD_OID", "LGD_AMOUNT"], account::change),
    kind("Adjust", &["LGD_TID"], payment::adjust),
    kind("AuthOnlyByKey", &["LGD_AUTHONLYKEY", "LGD_PAYTYPE"], identity::by_key),
    one_of(
        "CardAuth",
        ("LGD_AUTHTYPE", "ISP"),
        &["LGD_OID", "LGD_AMOUNT", "KVP_CARDCODE", "KVP_SESSIONKEY", "KVP_ENCDATA"],
        card::isp,
    ),
    one_of(
        "CardAuth",
        ("LGD_AUTHTYPE", ""),
        &["LGD_OID", "LGD_AMOUNT", "LGD_PAN", "LGD_INSTALL"],
        card::auth,
    ),
    one_of("CardAuthOfflinePos", reqtype("APPR"), &["LGD_OID", "LGD_AMOUNT"], card::terminal),
    one_of("CardAuthOfflinePos", reqtype("CASHAPPR"), RECEIPT, receipt::issue),
    one_of(
        "GiftCulture",
        method("AUTH"),
        &["LGD_OID", "LGD_AMOUNT", "LGD_CULTID", "LGD_CULTPASSWD"],
        voucher::auth,
    ),
    one_of("GiftCulture", method("SMS"), &["LGD_TID", "LGD_CULTID"], voucher::sms),
    one_of("GiftCulture", method("APP"), &["LGD_TID", "LGD_AMOUNT", "LGD_CULTPIN"], voucher::approve),
    one_of("ARSReserve", reqtype("Create"), &[], unbooked::reserve),
    one_of("ARSReserve", reqtype("Update"), &["LGD_RESERVENUMBER"], unbooked::reserve),
    one_of("ARSReserve", reqtype("Search"), &["LGD_RESERVENUMBER"], unbooked::reserve),
    kind("AccCert", &["LGD_BANKCODE", "LGD_ACCOUNTNO"], unbooked::check_account),
    kind("Rollback", &["LGD_RB_TXID"], service::rollback),
    kind("Report", &["LGD_STATUS"], service::report),
    kind("Patch", &["LGD_FILE"], service::patch),
];

/// Finds the kind of a request, checks that no parameter is missing or too long, and executes it.
pub(crate) fn run(call: &Call<'_>) -> Result<Completed, Refusal> {
    let kind = kind_of(call.form)?;
    require(call.form, kind.required)?;
    call.form.iter().try_for_each(|(name, value)| within_limit(name, value))?;
    (kind.run)(call)
}

fn kind_of(form: &Form) -> Result<&'static Kind, Refusal> {
    let txname = form.text("LGD_TXNAME");
    let named: Vec<_> = KINDS.iter().filter(|kind| kind.txname == txname).collect();
    let Some(first) = named.first() else { return Err(codes::TXNAME.on(txname)) };
    let wanted = form.text(first.selector);
    let chosen = named.iter().find(|kind| kind.method == wanted).or_else(|| {
        // Every other value stands for the kind without one.
        named.iter().find(|kind| kind.method.is_empty())
    });
    chosen.copied().ok_or_else(|| match wanted {
        "" => codes::MISSING.on(first.selector),
        _ => {
            let methods: Vec<_> = named.iter().map(|kind| kind.method).collect();
            codes::MALFORMED.with(first.selector, methods.join("|"))
        }
    })
}
