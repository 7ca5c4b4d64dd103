//! Cards without the payment window: by ISP, by 3-D Secure and at a terminal; and what else answers plainly.

use crate::common::{Answer, Merchant, Pairs};
use xpayclient_sandbox::{PaykeyRequest, PaymentState};

fn card_auth(shop: &Merchant, oid: &str, pairs: Pairs<'_>) -> Answer {
    shop.call("CardAuth", &[&[("LGD_OID", oid), ("LGD_AMOUNT", "30000")], pairs].concat())
}

#[test]
fn a_card_by_isp_pays_without_its_number() {
    let shop = Merchant::new();
    let isp = [
        ("LGD_AUTHTYPE", "ISP"),
        ("KVP_QUOTA", "3"),
        ("KVP_NOINT", "1"),
        ("KVP_CARDCODE", "0204012345"),
        ("KVP_SESSIONKEY", "session-key"),
        ("KVP_ENCDATA", "encrypted"),
    ];
    let paid = card_auth(&shop, "O-1", &isp);
    assert_eq!((paid.code.as_str(), paid.get("LGD_AMOUNT")), ("0000", "30000"));
    assert_eq!((paid.get("LGD_CARDINSTALLMONTH"), paid.get("LGD_CARDNOINTYN")), ("03", "1"));
    assert_ne!(paid.get("LGD_ISPKEY"), "");
    assert_eq!(shop.payment(paid.get("LGD_TID")).state, PaymentState::Approved);
    // It is a card payment like any other.
    assert_eq!(shop.rollback(&paid.txid).code, "0000");
    assert_eq!(shop.payment(paid.get("LGD_TID")).state, PaymentState::RolledBack);
    let refused = card_auth(&shop, "O-2", &[&isp[..1], &[("LGD_PAN", "4111111111111111")]].concat());
    assert!(refused.code == "SB01" && refused.message.contains("KVP_CARDCODE"), "{}", refused.message);
    let quota = [("LGD_AUTHTYPE", "ISP"), ("KVP_QUOTA", "three"), isp[3], isp[4], isp[5]];
    assert_eq!(card_auth(&shop, "O-2", &quota).code, "SB02");
}

#[test]
fn a_card_by_3d_secure_shows_its_whole_proof() {
    let shop = Merchant::new();
    let card = [("LGD_PAN", "4111111111111111"), ("LGD_INSTALL", "00")];
    let proof = [("VBV_ECI", "05"), ("VBV_CAVV", "proof"), ("VBV_XID", "number")];
    let paid = card_auth(&shop, "O-1", &[&card[..], &proof].concat());
    assert_eq!((paid.code.as_str(), paid.get("LGD_CARDNUM")), ("0000", "411111******1111"));
    assert_eq!(paid.get("LGD_ISPKEY"), "");
    for missing in 0..3 {
        let part: Vec<_> = (0..3).filter(|at| *at != missing).map(|at| proof[at]).collect();
        let refused = card_auth(&shop, "O-2", &[&card[..], &part].concat());
        assert_eq!(refused.code, "SB01", "without {}", proof[missing].0);
        assert!(refused.message.contains(proof[missing].0), "{}", refused.message);
    }
    // An ECI alone is no proof: the card is read out, so it needs its expiry date.
    let read_out = card_auth(&shop, "O-2", &[&card[..], &[("VBV_ECI", "010")]].concat());
    assert!(read_out.code == "SB01" && read_out.message.contains("LGD_EXPYEAR"), "{}", read_out.message);
}

#[test]
fn a_terminal_takes_cards_and_issues_receipts() {
    let shop = Merchant::new();
    let pos = |reqtype, pairs: Pairs<'_>| {
        shop.call("CardAuthOfflinePos", &[&[("LGD_REQTYPE", reqtype)], pairs].concat())
    };
    let order = [("LGD_OID", "T-1"), ("LGD_AMOUNT", "5000")];
    let paid = pos("APPR", &order);
    assert_eq!((paid.code.as_str(), paid.get("LGD_PAYTYPE")), ("0000", "SC0010"));
    assert_eq!(shop.call("Cancel", &[("LGD_TID", paid.get("LGD_TID"))]).code, "0000");
    let cash = [
        ("LGD_PAYTYPE", "SC0100"),
        ("LGD_CASHCARDNUM", "0100001234"),
        ("LGD_CASHRECEIPTUSE", "1"),
        ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
    ];
    let receipt = pos("CASHAPPR", &[&order[..], &cash].concat());
    assert_eq!((receipt.code.as_str(), receipt.get("LGD_CASHRECEIPTNUM").len()), ("0000", 9));
    let tid = receipt.get("LGD_TID");
    let cancel = [("LGD_METHOD", "CANCEL"), ("LGD_PAYTYPE", "SC0100"), ("LGD_TID", tid)];
    assert_eq!(shop.call("CashReceipt", &cancel).code, "0000");
}

#[test]
fn settlement_returns_the_deposit_of_an_account() {
    let shop = Merchant::new();
    let order = [("LGD_METHOD", "ASSIGN"), ("LGD_OID", "A-1"), ("LGD_AMOUNT", "700")];
    let tid = shop.call("CyberAccount", &order).get("LGD_TID").to_owned();
    let settle = |tid: &str| shop.call("Settlement", &[("LGD_TID", tid)]);
    assert_eq!(settle(&tid).code, "RF24");
    shop.sandbox.deposit(&tid).unwrap();
    let returned = settle(&tid);
    assert_eq!((returned.code.as_str(), shop.payment(&tid).balance), ("0000", 0));
    assert_eq!(shop.rollback(&returned.txid).code, "0000");
    assert_eq!(shop.payment(&tid).balance, 700);
    assert_eq!(settle(&shop.paid_by_card(1)).code, "SB02");
}

#[test]
fn what_moves_no_money_answers_plainly() {
    let shop = Merchant::new();
    let reserve = |pairs: Pairs<'_>| shop.call("ARSReserve", pairs);
    let created = reserve(&[("LGD_REQTYPE", "Create"), ("LGD_CALLBACK", "01012345678")]);
    let number = created.get("LGD_RESERVENUMBER");
    assert!(created.code == "0000" && !number.is_empty());
    for what in ["Update", "Search"] {
        let known = reserve(&[("LGD_REQTYPE", what), ("LGD_RESERVENUMBER", number)]);
        assert_eq!((known.code.as_str(), known.get("LGD_RESERVENUMBER")), ("0000", number));
        assert_eq!(reserve(&[("LGD_REQTYPE", what)]).code, "SB01");
    }
    let check = |bank| {
        let pairs = [("LGD_BANKCODE", bank), ("LGD_ACCOUNTNO", "110123"), ("LGD_PRIVATENO", "891231")];
        shop.call("AccCert", &pairs)
    };
    assert_eq!((check("004").code.as_str(), check("999").code.as_str()), ("0000", "SB02"));
    assert!(shop.sandbox.payments().unwrap().is_empty());
}

/// The names of section 7 of the field notes are taken with a partial cancellation.
#[test]
fn a_partial_cancellation_takes_what_shops_add() {
    let shop = Merchant::new();
    let tid = shop.paid(PaykeyRequest::default());
    let pairs = [
        ("LGD_TID", tid.as_str()),
        ("LGD_CANCELAMOUNT", "400"),
        ("LGD_PCANCELCNT", "001"),
        ("LGD_DIVIDE_YN", "Y"),
        ("LGD_DIVIDE_MID_SUB", "sub"),
    ];
    assert_eq!(shop.call("PartialCancel", &pairs).code, "0000");
    assert_eq!(shop.payment(&tid).balance, 600);
}
