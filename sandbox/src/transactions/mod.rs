//! The transactions the gateway knows: their names, what each requires, and which function does it.

mod account;
pub(crate) mod call;
mod card;
mod identity;
mod payment;
mod receipt;
mod refund;
mod service;
mod voucher;

use crate::codes::{self, Refusal};
use crate::form::Form;
use call::{Call, Completed, require, within_limit};

/// One kind of transaction.
pub struct Kind {
    /// LGD_TXNAME.
    pub txname: &'static str,
    /// LGD_METHOD, if the LGD_TXNAME has several; else empty.
    pub method: &'static str,
    /// The parameters required in addition to [`COMMON`].
    pub required: &'static [&'static str],
    run: fn(&Call<'_>) -> Result<Completed, Refusal>,
}

/// The parameters that every request requires.
pub const COMMON: &[&str] = &["LGD_MID", "LGD_TXID", "LGD_AUTHCODE", "LGD_TXNAME"];

const fn kind(
    txname: &'static str,
    method: &'static str,
    required: &'static [&'static str],
    run: fn(&Call<'_>) -> Result<Completed, Refusal>,
) -> Kind {
    Kind { txname, method, required, run }
}

/// Section 6 of the protocol page.
pub const KINDS: &[Kind] = &[
    kind("Ping", "", &[], service::ping),
    kind("PaymentByKey", "", &["LGD_PAYKEY"], payment::by_key),
    kind("AmountCheck", "", &["LGD_PAYKEY", "LGD_AMOUNT"], payment::amount_check),
    kind("Cancel", "", &["LGD_TID"], refund::cancel),
    kind("PartialCancel", "", &["LGD_TID", "LGD_CANCELAMOUNT"], refund::partial_cancel),
    kind(
        "CashReceipt",
        "AUTH",
        &[
            "LGD_PAYTYPE",
            "LGD_OID",
            "LGD_AMOUNT",
            "LGD_CASHCARDNUM",
            "LGD_CASHRECEIPTUSE",
            "LGD_CUSTOM_BUSINESSNUM",
        ],
        receipt::issue,
    ),
    kind("CashReceipt", "CANCEL", &["LGD_PAYTYPE", "LGD_TID"], receipt::cancel),
    kind("CyberAccount", "ASSIGN", &["LGD_OID", "LGD_AMOUNT"], account::assign),
    kind("CyberAccount", "CHANGE", &["LGD_OID", "LGD_AMOUNT"], account::change),
    kind("Adjust", "", &["LGD_TID"], payment::adjust),
    kind("AuthOnlyByKey", "", &["LGD_AUTHONLYKEY", "LGD_PAYTYPE"], identity::by_key),
    kind("CardAuth", "", &["LGD_OID", "LGD_AMOUNT", "LGD_PAN", "LGD_INSTALL"], card::auth),
    kind("GiftCulture", "AUTH", &["LGD_OID", "LGD_AMOUNT", "LGD_CULTID", "LGD_CULTPASSWD"], voucher::auth),
    kind("GiftCulture", "SMS", &["LGD_TID", "LGD_CULTID"], voucher::sms),
    kind("GiftCulture", "APP", &["LGD_TID", "LGD_AMOUNT", "LGD_CULTPIN"], voucher::approve),
    kind("Rollback", "", &["LGD_RB_TXID"], service::rollback),
    kind("Report", "", &["LGD_STATUS"], service::report),
    kind("Patch", "", &["LGD_FILE"], service::patch),
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
    match named[..] {
        [] => Err(codes::TXNAME.with("LGD_TXID", txname)),
        [only] if only.method.is_empty() => Ok(only),
        _ => {
            require(form, &["LGD_METHOD"])?;
            let methods = || named.iter().map(|kind| kind.method).collect::<Vec<_>>().join("|");
            let wanted = named.iter().find(|kind| kind.method == form.text("LGD_METHOD"));
            wanted.copied().ok_or_else(|| codes::MALFORMED.with("LGD_METHOD", methods()))
        }
    }
}
