//! Cash receipts that a buyer asks for with the payment: their number stands in the ledger, or there is none.

use crate::common::{Answer, Merchant, Pairs};
use crate::pages::{field, get, opened, post};
use xpayclient_sandbox::PaykeyRequest;

fn pay(shop: &Merchant, paytype: &str, wish: &str) -> Answer {
    let (paytype, cash_receipt) = (paytype.into(), wish.into());
    let key = shop.sandbox.mint(&PaykeyRequest { paytype, cash_receipt, ..Default::default() }).unwrap();
    shop.call("PaymentByKey", &[("LGD_PAYKEY", &key)])
}

fn receipt(shop: &Merchant, method: &str, paytype: &str, tid: &str, more: Pairs<'_>) -> Answer {
    let pairs = [("LGD_METHOD", method), ("LGD_PAYTYPE", paytype), ("LGD_TID", tid)];
    shop.call("CashReceipt", &[&pairs[..], more].concat())
}

const ISSUE: Pairs<'static> = &[
    ("LGD_OID", "O-1"),
    ("LGD_AMOUNT", "1000"),
    ("LGD_CASHCARDNUM", "01000000000"),
    ("LGD_CASHRECEIPTUSE", "1"),
    ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
];

#[test]
fn a_transfer_with_a_receipt_has_it_in_the_ledger() {
    let shop = Merchant::new();
    for (wish, kind) in [("1", "0"), ("2", "1")] {
        let paid = pay(&shop, "SC0030", wish);
        let (tid, number) = (paid.get("LGD_TID"), paid.get("LGD_CASHRECEIPTNUM"));
        assert_eq!((number.len(), paid.get("LGD_CASHRECEIPTKIND")), (9, kind));
        assert_eq!(receipt(&shop, "AUTH", "SC0030", tid, ISSUE).code, "SB23");
        let cancelled = receipt(&shop, "CANCEL", "SC0030", tid, &[]);
        assert_eq!((cancelled.code.as_str(), cancelled.get("LGD_CASHRECEIPTNUM")), ("0000", number));
        assert_eq!(receipt(&shop, "AUTH", "SC0030", tid, ISSUE).code, "0000");
    }
}

#[test]
fn a_transfer_without_one_has_no_number_and_can_get_one() {
    let shop = Merchant::new();
    let paid = pay(&shop, "SC0030", "");
    let tid = paid.get("LGD_TID");
    assert_eq!((paid.get("LGD_CASHRECEIPTNUM"), paid.get("LGD_CASHRECEIPTKIND")), ("0", ""));
    assert_eq!(receipt(&shop, "CANCEL", "SC0030", tid, &[]).code, "SB24");
    assert_eq!(receipt(&shop, "AUTH", "SC0030", tid, ISSUE).code, "0000");
    assert_eq!(receipt(&shop, "CANCEL", "SC0030", tid, &[]).code, "0000");
}

#[test]
fn a_receipt_goes_with_the_payment_that_is_rolled_back() {
    let shop = Merchant::new();
    let paid = pay(&shop, "SC0030", "1");
    let tid = paid.get("LGD_TID");
    let cancelled = receipt(&shop, "CANCEL", "SC0030", tid, &[("LGD_AMOUNT", "300")]);
    assert_eq!(shop.rollback(&paid.txid).code, "0000");
    assert_eq!(shop.rollback(&cancelled.txid).code, "0000");
    assert_eq!(receipt(&shop, "CANCEL", "SC0030", tid, &[]).code, "SB24");
}

/// Of an account the receipt comes with the deposit, and goes when the bank reverses it.
#[test]
fn an_accounts_receipt_follows_its_deposit() {
    let shop = Merchant::new();
    let issued = pay(&shop, "SC0040", "1");
    let tid = issued.get("LGD_TID");
    let cancel =
        |seqno| receipt(&shop, "CANCEL", "SC0040", tid, &[("LGD_SEQNO", seqno), ("LGD_AMOUNT", "1")]);
    assert_eq!((issued.get("LGD_CASHRECEIPTNUM"), cancel("000").code.as_str()), ("", "SB24"));
    shop.sandbox.deposit(tid).unwrap();
    assert_eq!(
        (cancel("000").code.as_str(), cancel("001").code.as_str(), cancel("").code.as_str()),
        ("0000", "0000", "0000")
    );
    shop.sandbox.reverse_deposit(tid).unwrap();
    assert_eq!(cancel("000").code, "SB24");

    let order = [("LGD_METHOD", "ASSIGN"), ("LGD_OID", "A-1"), ("LGD_AMOUNT", "1000")];
    let assigned = shop.call("CyberAccount", &[&order[..], &[("LGD_CASHRECEIPTUSE", "2")]].concat());
    let tid = assigned.get("LGD_TID");
    shop.sandbox.deposit(tid).unwrap();
    assert_eq!(receipt(&shop, "AUTH", "SC0040", tid, ISSUE).code, "SB23");
    shop.rollback(&assigned.txid);
    assert_eq!(receipt(&shop, "CANCEL", "SC0040", tid, &[]).code, "SB24");
}

/// A second deposit issues none beside one that the shop issued in between.
#[test]
fn an_account_has_one_receipt_for_one_deposit() {
    let shop = Merchant::new();
    let tid = pay(&shop, "SC0040", "1").get("LGD_TID").to_owned();
    shop.sandbox.deposit(&tid).unwrap();
    assert_eq!(receipt(&shop, "CANCEL", "SC0040", &tid, &[]).code, "0000");
    assert_eq!(receipt(&shop, "AUTH", "SC0040", &tid, ISSUE).code, "0000");
    shop.sandbox.reverse_deposit(&tid).unwrap();
    shop.sandbox.deposit(&tid).unwrap();
    assert_eq!(receipt(&shop, "CANCEL", "SC0040", &tid, &[]).code, "0000");
    assert_eq!(receipt(&shop, "CANCEL", "SC0040", &tid, &[]).code, "SB24");
}

/// LGD_CASHRECEIPTYN is `Y` by default: the buyer may ask for one in the window, unless the shop says `N`.
#[test]
fn the_buyer_asks_for_one_in_the_window() {
    let shop = Merchant::new();
    let transfer = ("LGD_CUSTOM_USABLEPAY", "SC0030");
    let shown = |changes: &[(&str, &str)]| get(&shop, &opened(&shop, changes)).text;
    assert!(shown(&[transfer]).contains("name=\"cash_receipt-SC0030\""));
    let none = [transfer, ("LGD_CASHRECEIPTYN", "N")];
    assert!(!shown(&none).contains("cash_receipt") && !shown(&[]).contains("cash_receipt-SC0010"));

    let answer = "answer=pay&paytype=SC0030&finance-SC0030=088&cash_receipt-SC0030=1";
    let refused = post(&shop, &opened(&shop, &none), answer);
    assert_eq!(field(&refused, "LGD_RESPCODE"), "SB02");
    let back = post(&shop, &opened(&shop, &[transfer]), answer);
    let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &field(&back, "LGD_PAYKEY"))]);
    assert_eq!((paid.code.as_str(), paid.get("LGD_CASHRECEIPTNUM").len()), ("0000", 9));
}

#[test]
fn only_money_by_bank_gets_one() {
    let shop = Merchant::new();
    for (paytype, wish) in [("SC0010", "1"), ("SC0030", "3")] {
        let (paytype, cash_receipt) = (paytype.into(), wish.into());
        let request = PaykeyRequest { paytype, cash_receipt, ..Default::default() };
        assert_eq!(shop.sandbox.mint(&request).unwrap_err().code(), "SB02");
    }
    let order = [("LGD_METHOD", "ASSIGN"), ("LGD_OID", "A-1"), ("LGD_AMOUNT", "1000")];
    let wrong = shop.call("CyberAccount", &[&order[..], &[("LGD_CASHRECEIPTUSE", "9")]].concat());
    assert!(wrong.code == "SB02" && wrong.message.contains("LGD_CASHRECEIPTUSE"), "{}", wrong.message);
}
