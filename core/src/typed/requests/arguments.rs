//! The argument of a typed call that becomes a parameter, so that an error names what its caller wrote.

use crate::error::Error;

/// Names of the parameters, and of the arguments in every language. Where they are almost the same, none is here.
static ARGUMENTS: &[(&[&str], &str)] = &[
    (&["LGD_AMOUNT", "LGD_CANCELAMOUNT"], "amount"),
    (&["LGD_REMAINAMOUNT"], "remaining"),
    (&["LGD_TAXFREEAMOUNT", "LGD_CANCELTAXFREEAMOUNT"], "tax_free"),
    (&["LGD_CUSTOM_PROCESSTIMEOUT"], "process_timeout"),
    (&["LGD_RESULTCNT"], "rows"),
    (&["LGD_PAYTYPE"], "means or paytype"),
    (&["LGD_AUTHONLYKEY"], "key"),
    (&["LGD_CANCELREASON"], "reason"),
    (&["LGD_CANCELREQUESTER"], "requester"),
    (&["LGD_CANCELREQUESTERIP"], "requester_ip"),
    (&["LGD_RFACCOUNTNUM"], "refund_account.number"),
    (&["LGD_RFBANKCODE"], "refund_account.bank_code"),
    (&["LGD_RFCUSTOMERNAME"], "refund_account.holder"),
    (&["LGD_RFPHONE"], "refund_account.phone"),
    (&["LGD_CASHCARDNUM"], "card_number or cash_card_number"),
    (&["LGD_CASHRECEIPTUSE"], "receipt_use"),
    (&["LGD_CUSTOM_BUSINESSNUM"], "business_number"),
    (&["LGD_CUSTOM_MERTNAME"], "shop_name"),
    (&["LGD_CUSTOM_CEONAME"], "ceo_name"),
    (&["LGD_CUSTOM_MERTPHONE"], "shop_phone"),
    (&["LGD_CASNOTEURL"], "note_url"),
    (&["LGD_PAN"], "billing_key, or the number of a card"),
    (&["LGD_EXPYEAR"], "card.expiry_year"),
    (&["LGD_EXPMON"], "card.expiry_month"),
    (&["LGD_PRIVATENO"], "card.private_no"),
    (&["LGD_INSTALL"], "install_months"),
    (&["LGD_CULTPASSWD"], "cult_password"),
];

/// The same error with the argument beside the parameter.
pub(super) fn named(parameter: &str, error: Error) -> Error {
    match ARGUMENTS.iter().find(|(parameters, _)| parameters.contains(&parameter)) {
        Some((_, argument)) => error.of_argument(argument),
        None => error,
    }
}
