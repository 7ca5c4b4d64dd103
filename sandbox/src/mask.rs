//! Which values may be shown. Everything not named here is hidden: a parameter nobody thought of may be a secret.

/// Parameters that are neither secret nor personal.
const SHOWN: &[&str] = &[
    "LGD_TXNAME",
    "LGD_TXID",
    "LGD_MID",
    "LGD_METHOD",
    "LGD_OID",
    "LGD_TID",
    "LGD_AMOUNT",
    "LGD_PAYTYPE",
    "LGD_AMOUNTCHECKYN",
    "LGD_TAXFREEAMOUNT",
    "LGD_VAT",
    "LGD_CANCELAMOUNT",
    "LGD_CANCELTAXFREEAMOUNT",
    "LGD_CANCELREASON",
    "LGD_CANCELREQUESTER",
    "LGD_REMAINAMOUNT",
    "LGD_REQREMAIN",
    "LGD_RFBANKCODE",
    "LGD_CASHRECEIPTUSE",
    "LGD_SEQNO",
    "LGD_CLOSEDATE",
    "LGD_BANKCODE",
    "LGD_INSTALL",
    "LGD_BUYER",
    "LGD_PRODUCTINFO",
    "LGD_ENCODING",
    "LGD_TIMESTAMP",
    "LGD_HASHTYPE",
    "LGD_VERSION",
    "LGD_CUSTOM_PROCESSTIMEOUT",
    "LGD_RB_TXID",
    "LGD_RB_REASON",
    "LGD_RESULTCNT",
    "LGD_DUMMY",
    "LGD_STATUS",
    "LGD_FILE",
    "XPAY_SANDBOX_FAULT",
    "XPAY_SANDBOX_REFUND",
];

/// What only answers have.
const ANSWERED: &[&str] = &[
    "LGD_RESPCODE",
    "LGD_RESPMSG",
    "LGD_PAYDATE",
    "LGD_RESPDATE",
    "LGD_HASHDATA",
    "LGD_FINANCECODE",
    "LGD_FINANCENAME",
    "LGD_FINANCEAUTHNUM",
    "LGD_ESCROWYN",
    "LGD_CARDINSTALLMONTH",
    "LGD_CARDNOINTYN",
    "LGD_PCANCELFLAG",
    "LGD_PCANCELSTR",
    "LGD_CASFLAG",
    "LGD_CASSEQNO",
    "LGD_CASHRECEIPTNUM",
    "LGD_CASHRECEIPTSELFYN",
    "LGD_CASHRECEIPTKIND",
];

/// Parameters that carry the request and say nothing of the order.
const PLUMBING: &[&str] =
    &["LGD_TXNAME", "LGD_TXID", "LGD_RESULTCNT", "XPAY_SANDBOX_FAULT", "XPAY_SANDBOX_REFUND"];

/// What a listing shows in place of `value`.
pub(crate) fn shown<'a>(name: &str, value: &'a str) -> &'a str {
    if value.is_empty() || SHOWN.contains(&name) || ANSWERED.contains(&name) { value } else { "***" }
}

/// Whether an answer may repeat the parameter to whoever sent it.
pub(crate) fn may_be_repeated(name: &str) -> bool {
    SHOWN.contains(&name) && !PLUMBING.contains(&name)
}
