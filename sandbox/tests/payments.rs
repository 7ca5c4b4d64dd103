//! Money: paid, given back, rolled back, and never more than there was.

use crate::common::Merchant;
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID, Options, PaykeyRequest, PaymentState, signature};

#[test]
fn a_payment_is_approved_once() {
    let shop = Merchant::new();
    let paykey = shop.paykey(23_400);
    let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &paykey)]);
    assert_eq!((paid.code.as_str(), paid.get("LGD_AMOUNT")), ("0000", "23400"));
    let hash = signature::result_hash(
        DEMO_TEST_MID,
        paid.get("LGD_OID"),
        "23400",
        "0000",
        paid.get("LGD_TIMESTAMP"),
        DEMO_KEY,
    );
    assert_eq!(paid.get("LGD_HASHDATA"), hash);
    assert_eq!(shop.call("PaymentByKey", &[("LGD_PAYKEY", &paykey)]).code, "S007");
    assert_eq!(shop.sandbox.payments().unwrap().len(), 1);
}

#[test]
fn a_wrong_amount_keeps_the_money_and_the_key() {
    let shop = Merchant::new();
    let paykey = shop.paykey(1000);
    let with = |amount| [("LGD_PAYKEY", paykey.as_str()), ("LGD_AMOUNTCHECKYN", "Y"), ("LGD_AMOUNT", amount)];
    assert_eq!(shop.call("AmountCheck", &with("1000")).code, "0000");
    assert_eq!(shop.call("AmountCheck", &with("10")).code, "SB14");
    assert_eq!(shop.call("PaymentByKey", &with("10")).code, "SB14");
    assert!(shop.sandbox.payments().unwrap().is_empty());
    assert_eq!(shop.call("PaymentByKey", &with("1000")).code, "0000");
}

#[test]
fn a_key_expires() {
    let shop = Merchant::new();
    let old = PaykeyRequest { age: 601, ..PaykeyRequest::default() };
    let paykey = shop.sandbox.mint(&old).unwrap();
    assert_eq!(shop.call("PaymentByKey", &[("LGD_PAYKEY", &paykey)]).code, "SB13");
    let longer = [("LGD_PAYKEY", paykey.as_str()), ("LGD_CUSTOM_PROCESSTIMEOUT", "86400")];
    assert_eq!(shop.call("PaymentByKey", &longer).code, "0000");
}

#[test]
fn a_card_is_cancelled_once() {
    let shop = Merchant::new();
    let tid = shop.paid_by_card(1000);
    assert_eq!(shop.call("Cancel", &[("LGD_TID", &tid)]).code, "0000");
    assert_eq!((shop.payment(&tid).state, shop.payment(&tid).balance), (PaymentState::Cancelled, 0));
    assert_eq!(shop.call("Cancel", &[("LGD_TID", &tid)]).code, "AV11");
}

#[test]
fn parts_add_up_to_the_whole() {
    let shop = Merchant::new();
    let tid = shop.paid_by_card(1000);
    let part = |amount, remain| {
        let pairs = [("LGD_TID", tid.as_str()), ("LGD_CANCELAMOUNT", amount), ("LGD_REMAINAMOUNT", remain)];
        shop.call("PartialCancel", &pairs).code
    };
    assert_eq!(part("400", "999"), "SB17");
    assert_eq!(part("400", "1000"), "0000");
    assert_eq!(shop.payment(&tid).state, PaymentState::PartlyCancelled);
    assert_eq!(part("601", "600"), "SB16");
    assert_eq!(part("0", "600"), "SB02");
    assert_eq!(part("600", "600"), "0000");
    assert_eq!((shop.payment(&tid).state, shop.payment(&tid).balance), (PaymentState::Cancelled, 0));
    assert_eq!(part("1", "0"), "AV11");
}

#[test]
fn the_tax_free_share_stays_within_the_money() {
    let shop = Merchant::new();
    let tid = shop.paid(PaykeyRequest { amount: 1000, taxfree: 300, ..PaykeyRequest::default() });
    let part = |amount, taxfree| {
        let pairs =
            [("LGD_TID", tid.as_str()), ("LGD_CANCELAMOUNT", amount), ("LGD_CANCELTAXFREEAMOUNT", taxfree)];
        shop.call("PartialCancel", &pairs).code
    };
    assert_eq!(part("100", "101"), "SB18");
    assert_eq!(part("500", "301"), "SB18");
    assert_eq!(part("100", "100"), "0000");
    assert_eq!(part("800", "0"), "SB18");
    assert_eq!(part("800", "150"), "0000");
    assert_eq!((shop.payment(&tid).balance, shop.payment(&tid).taxfree), (100, 50));
}

#[test]
fn what_cannot_be_cancelled_in_part_is_not() {
    let shop = Merchant::new();
    let phone = shop.paid(PaykeyRequest { paytype: "SC0060".into(), ..PaykeyRequest::default() });
    let part = [("LGD_TID", phone.as_str()), ("LGD_CANCELAMOUNT", "1")];
    assert_eq!(shop.call("PartialCancel", &part).code, "SB20");
    assert_eq!(shop.call("Cancel", &part[..1]).code, "0000");
    assert_eq!(shop.call("Cancel", &part[..1]).code, "SB19");
}

#[test]
fn a_bank_refunds_in_its_own_words() {
    let shop = Merchant::new();
    let tid = shop.paid(PaykeyRequest { paytype: "SC0030".into(), ..PaykeyRequest::default() });
    let part = |amount| shop.call("PartialCancel", &[("LGD_TID", &tid), ("LGD_CANCELAMOUNT", amount)]).code;
    assert_eq!(part("1001"), "RF27");
    assert_eq!(part("0"), "RF28");
    assert_eq!(part("400"), "0000");
    assert_eq!(shop.call("Cancel", &[("LGD_TID", &tid)]).code, "RFFF");
    assert_eq!(part("600"), "0000");
    assert_eq!(shop.call("Cancel", &[("LGD_TID", &tid)]).code, "0000");
    assert_eq!(shop.payment(&tid).balance, 0);
}

#[test]
fn an_account_is_refunded_only_once_paid_into() {
    let shop = Merchant::new();
    let order = [("LGD_OID", "cas-1"), ("LGD_AMOUNT", "5000"), ("LGD_METHOD", "ASSIGN")];
    let account = shop.call("CyberAccount", &order);
    let tid = account.get("LGD_TID");
    assert_eq!((account.get("LGD_CASFLAG"), account.get("LGD_ACCOUNTNUM").len()), ("R", 14));
    assert_eq!(shop.payment(tid).state, PaymentState::Issued);
    assert_eq!(shop.call("Cancel", &[("LGD_TID", tid)]).code, "RF24");

    let change = [("LGD_OID", "cas-1"), ("LGD_AMOUNT", "4000"), ("LGD_METHOD", "CHANGE")];
    let changed = shop.call("CyberAccount", &change);
    assert_eq!((changed.get("LGD_TID"), shop.payment(tid).amount), (tid, 4000));
    assert_eq!(shop.rollback(&changed.txid).code, "0000");
    assert_eq!(shop.payment(tid).amount, 5000);

    assert_eq!(shop.sandbox.deposit(tid).unwrap().state, PaymentState::Paid);
    assert_eq!(shop.sandbox.deposit(tid).unwrap_err().code(), "SB21");
    assert_eq!(shop.call("Cancel", &[&[("LGD_TID", tid)], crate::common::REFUND].concat()).code, "0000");
}

#[test]
fn a_rollback_undoes_an_approval_however_often_it_is_sent() {
    let shop = Merchant::new();
    let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &shop.paykey(1000))]);
    for _ in 0..2 {
        assert_eq!(shop.rollback(&paid.txid).code, "0000");
        let payment = shop.payment(paid.get("LGD_TID"));
        assert_eq!((payment.state, payment.balance), (PaymentState::RolledBack, 0));
    }
    assert!(shop.sandbox.transaction(&paid.txid).unwrap().unwrap().undone);
    assert_eq!(shop.call("Cancel", &[("LGD_TID", paid.get("LGD_TID"))]).code, "AV11");
}

#[test]
fn a_rollback_undoes_a_cancel() {
    let shop = Merchant::new();
    let tid = shop.paid_by_card(1000);
    let part = shop.call("PartialCancel", &[("LGD_TID", &tid), ("LGD_CANCELAMOUNT", "400")]);
    let rest = shop.call("Cancel", &[("LGD_TID", &tid)]);
    shop.rollback(&rest.txid);
    assert_eq!(shop.payment(&tid).balance, 600);
    shop.rollback(&part.txid);
    shop.rollback(&part.txid);
    assert_eq!((shop.payment(&tid).state, shop.payment(&tid).balance), (PaymentState::Approved, 1000));
}

#[test]
fn undoing_a_cancel_does_not_revive_a_payment_rolled_back() {
    let shop = Merchant::new();
    let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &shop.paykey(1000))]);
    let tid = paid.get("LGD_TID");
    let part = shop.call("PartialCancel", &[("LGD_TID", tid), ("LGD_CANCELAMOUNT", "400")]);
    shop.rollback(&paid.txid);
    assert_eq!(shop.rollback(&part.txid).code, "0000");
    assert_eq!((shop.payment(tid).state, shop.payment(tid).balance), (PaymentState::RolledBack, 0));
}

#[test]
fn a_transaction_that_arrives_after_its_rollback_is_turned_away() {
    let shop = Merchant::new();
    let (txid, paykey) = (shop.txid(), shop.paykey(1000));
    assert_eq!(shop.rollback(&txid).code, "0000");
    assert_eq!(shop.call_as(&txid, "PaymentByKey", &[("LGD_PAYKEY", &paykey)]).code, "SB22");
    assert!(shop.sandbox.payments().unwrap().is_empty());
}

#[test]
fn a_file_keeps_the_payments() {
    let dir = tempfile::tempdir().unwrap();
    let options = || Options { db: Some(dir.path().join("ledger.db")), ..Options::default() };
    let shop = Merchant::with(options());
    let tid = shop.paid_by_card(1000);
    let txid = shop.txid();
    shop.call_as(&txid, "PartialCancel", &[("LGD_TID", &tid), ("LGD_CANCELAMOUNT", "400")]);
    drop(shop);

    let shop = Merchant::with(options());
    assert_eq!((shop.payment(&tid).state, shop.payment(&tid).balance), (PaymentState::PartlyCancelled, 600));
    assert_eq!(shop.call_as(&txid, "Ping", &[]).code, "SB05");
    assert_eq!(shop.rollback(&txid).code, "0000");
    assert_eq!(shop.payment(&tid).balance, 1000);
    assert_ne!(shop.paid_by_card(1000), tid);
}
