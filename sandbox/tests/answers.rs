//! What every answer has: a code and a message in its row, and the names that real rows have.

use crate::common::{Answer, Merchant, Pairs};
use xpayclient_sandbox::{KINDS, PaykeyRequest};

const RECEIPT: Pairs<'static> = &[
    ("LGD_OID", "R-1"),
    ("LGD_AMOUNT", "1000"),
    ("LGD_CASHCARDNUM", "01000000000"),
    ("LGD_CASHRECEIPTUSE", "1"),
    ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
];

/// A success of each kind, in the order of the table.
fn successes(shop: &Merchant) -> Vec<Answer> {
    let call = |txname, pairs: Pairs<'_>, more: Pairs<'_>| shop.call(txname, &[pairs, more].concat());
    let mint = |request| shop.sandbox.mint(&request).unwrap();
    let transfer = || shop.paid(PaykeyRequest { paytype: "SC0030".into(), ..PaykeyRequest::default() });
    let account = |oid| {
        let pairs = [("LGD_METHOD", "ASSIGN"), ("LGD_OID", oid), ("LGD_AMOUNT", "700")];
        shop.call("CyberAccount", &pairs)
    };
    let key = shop.paykey(1000);
    let identity = mint(PaykeyRequest { identity: true, paytype: "SC0060".into(), ..Default::default() });
    let cancelled = shop.paid_by_card(1000);
    let in_part = shop.paid_by_card(1000);
    let deposited = account("A-1").get("LGD_TID").to_owned();
    shop.sandbox.deposit(&deposited).unwrap();
    let receipt = [("LGD_METHOD", "AUTH"), ("LGD_PAYTYPE", "SC0030"), ("LGD_TID", &transfer())];
    let issued = call("CashReceipt", &receipt, RECEIPT);
    let assigned = account("A-2");
    let voucher = [("LGD_METHOD", "AUTH"), ("LGD_OID", "V-1"), ("LGD_AMOUNT", "500"), ("LGD_CULTID", "me")];
    let voucher = call("GiftCulture", &voucher, &[("LGD_CULTPASSWD", "secret")]);
    let tid = |of: &Answer| of.get("LGD_TID").to_owned();
    let (issued_tid, voucher_tid) = (tid(&issued), tid(&voucher));
    let isp = [("LGD_AUTHTYPE", "ISP"), ("LGD_OID", "I-1"), ("LGD_AMOUNT", "1000"), ("KVP_CARDCODE", "0")];
    let card = [("LGD_PAN", "4111111111111111"), ("LGD_INSTALL", "00"), ("LGD_EXPYEAR", "30")];
    let terminal = [("LGD_REQTYPE", "APPR"), ("LGD_OID", "T-1"), ("LGD_AMOUNT", "1000")];
    let cash = [("LGD_REQTYPE", "CASHAPPR"), ("LGD_PAYTYPE", "SC0100")];
    let reserve = |what| [("LGD_REQTYPE", what), ("LGD_RESERVENUMBER", "7")];
    vec![
        call("Ping", &[], &[]),
        call("AmountCheck", &[("LGD_PAYKEY", &key), ("LGD_AMOUNT", "1000")], &[]),
        call("PaymentByKey", &[("LGD_PAYKEY", &key)], &[]),
        call("Cancel", &[("LGD_TID", &cancelled)], &[]),
        call("PartialCancel", &[("LGD_TID", &in_part), ("LGD_CANCELAMOUNT", "400")], &[]),
        call("Settlement", &[("LGD_TID", &deposited)], &[]),
        call(
            "CashReceipt",
            &[("LGD_METHOD", "CANCEL"), ("LGD_PAYTYPE", "SC0030")],
            &[("LGD_TID", &issued_tid)],
        ),
        issued,
        call("CyberAccount", &[("LGD_METHOD", "CHANGE"), ("LGD_OID", "A-2")], &[("LGD_AMOUNT", "800")]),
        assigned,
        call("Adjust", &[("LGD_TID", &in_part)], &[]),
        call("AuthOnlyByKey", &[("LGD_AUTHONLYKEY", &identity), ("LGD_PAYTYPE", "SC0060")], &[]),
        call("CardAuth", &isp, &[("KVP_SESSIONKEY", "s"), ("KVP_ENCDATA", "e")]),
        call("CardAuth", &card, &[("LGD_EXPMON", "12"), ("LGD_OID", "C-1"), ("LGD_AMOUNT", "1000")]),
        call("CardAuthOfflinePos", &terminal, &[]),
        call("CardAuthOfflinePos", &cash, RECEIPT),
        voucher,
        call("GiftCulture", &[("LGD_METHOD", "SMS"), ("LGD_TID", &voucher_tid)], &[("LGD_CULTID", "me")]),
        call(
            "GiftCulture",
            &[("LGD_METHOD", "APP"), ("LGD_TID", &voucher_tid), ("LGD_AMOUNT", "500")],
            &[("LGD_CULTPIN", "1")],
        ),
        call("ARSReserve", &reserve("Create"), &[]),
        call("ARSReserve", &reserve("Update"), &[]),
        call("ARSReserve", &reserve("Search"), &[]),
        call("AccCert", &[("LGD_BANKCODE", "004"), ("LGD_ACCOUNTNO", "110123")], &[]),
        shop.rollback(&shop.txid()),
        call("Report", &[("LGD_STATUS", "500")], &[]),
    ]
}

fn said_in_its_row(answer: &Answer) {
    assert_eq!(answer.rows.len(), 1, "{answer:?}");
    assert_eq!((answer.get("LGD_RESPCODE"), answer.get("LGD_RESPMSG")), (&*answer.code, &*answer.message));
}

/// Pages read both there, after a Rollback and a Cancel too. Only Patch has no row: it answers with a file.
#[test]
fn code_and_message_are_in_the_row_of_every_answer() {
    let shop = Merchant::new();
    let answers = successes(&shop);
    let other_than_patch = KINDS.iter().filter(|kind| kind.txname != "Patch").count();
    assert_eq!(answers.len(), other_than_patch);
    for answer in &answers {
        assert_eq!(answer.code, "0000", "{answer:?}");
        said_in_its_row(answer);
    }
    for kind in KINDS.iter().filter(|kind| !kind.required.is_empty()) {
        let selected = (!kind.method.is_empty()).then_some((kind.selector, kind.method));
        let refused = shop.call(kind.txname, &selected.into_iter().collect::<Vec<_>>());
        assert_ne!(refused.code, "0000", "{}", kind.txname);
        said_in_its_row(&refused);
    }
    said_in_its_row(&shop.call("PaymentByTomorrow", &[]));
}

/// The first five characters of the MID, the time, and five digits.
#[test]
fn a_tid_has_the_form_of_real_ones() {
    let shop = Merchant::new();
    for answer in successes(&shop).iter().filter(|answer| answer.rows[0].get("LGD_TID").is_some()) {
        let (mid, digits) = answer.get("LGD_TID").split_at(5);
        assert_eq!((mid, digits.len()), ("tlgda", 19));
        assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
    }
}

#[test]
fn a_result_has_the_names_of_real_rows() {
    const ALL: &[&str] = &[
        "LGD_TIMESTAMP",
        "LGD_HASHDATA",
        "LGD_2TR_FLAG",
        "LGD_IFOS",
        "LGD_DEVICE",
        "LGD_COMMENT",
        "LGD_BUYERIP",
        "LGD_BUYERPHONE",
        "LGD_BUYEREMAIL",
        "LGD_BUYERADDRESS",
        "LGD_BUYERSSN",
        "LGD_PRODUCTCODE",
        "LGD_RECEIVER",
        "LGD_RECEIVERPHONE",
        "LGD_DELIVERYINFO",
    ];
    const CARD: &[&str] = &[
        "LGD_VANCODE",
        "LGD_ISPKEY",
        "LGD_AFFILIATECODE",
        "LGD_CARDNOINTEREST_YN",
        "LGD_DISCOUNTUSEYN",
        "LGD_DISCOUNTUSEAMOUNT",
        "LGD_HASHDATA_BILLKEY",
        "LGD_PAYNOW_TRANTYPE",
    ];
    const BANK: &[&str] = &["LGD_CASHRECEIPTNUM", "LGD_CASHRECEIPTCODE", "LGD_CASHRECEIPTKIND"];
    let shop = Merchant::new();
    for (paytype, own) in [
        ("SC0010", CARD),
        ("SC0030", BANK),
        ("SC0040", &[BANK, &["LGD_SAOWNER", "LGD_PAYER", "LGD_CASSEQNO"]].concat()),
        ("SC0060", &[]),
        ("SC0090", &["LGD_OCBTID"]),
    ] {
        let key =
            shop.sandbox.mint(&PaykeyRequest { paytype: paytype.into(), ..Default::default() }).unwrap();
        let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &key)]);
        let row = paid.rows[0].as_object().unwrap();
        for name in ALL.iter().chain(own) {
            assert!(row.contains_key(*name), "{paytype}: {name}");
        }
    }
    let key = shop.sandbox.mint(&PaykeyRequest { paytype: "SC0040".into(), ..Default::default() }).unwrap();
    // No bank's accounts take another amount than the order's.
    assert_eq!(shop.call("PaymentByKey", &[("LGD_PAYKEY", &key)]).get("LGD_CASSEQNO"), "000");
}

/// A resident number is repeated to nobody.
#[test]
fn a_result_repeats_what_the_request_has_of_the_buyer_and_the_goods() {
    let shop = Merchant::new();
    let sent = [
        ("LGD_BUYERPHONE", "01012345678"),
        ("LGD_BUYEREMAIL", "gil@shop.example"),
        ("LGD_PRODUCTCODE", "P-1"),
        ("LGD_RECEIVER", "이순신"),
        ("LGD_BUYER", "홍길동"),
    ];
    let more =
        [("LGD_OID", "C-1"), ("LGD_AMOUNT", "1000"), ("LGD_BUYERSSN", "9001011234567"), ("order_memo", "1")];
    let isp = [("LGD_AUTHTYPE", "ISP"), ("KVP_CARDCODE", "0"), ("KVP_SESSIONKEY", "s"), ("KVP_ENCDATA", "e")];
    let assign = [("LGD_METHOD", "ASSIGN"), ("LGD_OID", "A-1")];
    let answers = [
        shop.call("CardAuth", &[&sent[..], &more, &isp].concat()),
        shop.call("CyberAccount", &[&sent[..], &assign, &more[1..]].concat()),
        shop.call("PaymentByKey", &[&sent[..], &[("LGD_PAYKEY", &shop.paykey(1))]].concat()),
    ];
    for answer in answers {
        assert_eq!(answer.code, "0000", "{}", answer.message);
        for (name, value) in sent {
            assert_eq!(answer.get(name), value, "{name}");
        }
        assert_eq!(answer.get("LGD_BUYERSSN"), "");
        assert!(answer.rows[0].get("order_memo").is_none());
    }
}

#[test]
fn each_code_of_shops_own_branches_can_be_had() {
    let tables: serde_json::Value = serde_json::from_str(include_str!("../protocol/tables.json")).unwrap();
    let shop = Merchant::new();
    for seen in tables["seen_codes"].as_array().unwrap() {
        let (code, key) = (seen["code"].as_str().unwrap(), shop.paykey(1000));
        let pay =
            |fault: &str| shop.call("PaymentByKey", &[("LGD_PAYKEY", &key), ("XPAY_SANDBOX_FAULT", fault)]);
        let refused = pay(&format!("before:code={code}"));
        assert_eq!(refused.code, code);
        assert_eq!(
            refused.message,
            format!("{} / {}", seen["meaning_ko"].as_str().unwrap(), seen["meaning_en"].as_str().unwrap())
        );
        said_in_its_row(&refused);
        // Nothing was done yet; now it is, and the answer says otherwise.
        let paid = shop.sandbox.payments().unwrap().len();
        assert_eq!(pay(&format!("code={code}")).code, code);
        assert_eq!(shop.sandbox.payments().unwrap().len(), paid + 1);
    }
    let other = shop.call("Ping", &[("XPAY_SANDBOX_FAULT", "code=8326")]);
    assert!(other.code == "8326" && other.message.starts_with("[sandbox]"), "{}", other.message);
}

/// Which of S007 and XC01 the gateway answers when is not known: XC01 takes a fault.
#[test]
fn a_key_used_before_is_already_processed() {
    let shop = Merchant::new();
    let key = shop.paykey(1000);
    let pay = || shop.call("PaymentByKey", &[("LGD_PAYKEY", &key)]);
    assert_eq!((pay().code, pay().code), ("0000".into(), "S007".into()));
    shop.sandbox.follow(format!("LGD_PAYKEY={key} before:code=XC01").parse().unwrap());
    assert_eq!(pay().code, "XC01");
    assert_eq!(shop.sandbox.payments().unwrap().len(), 1);
}

#[test]
fn an_order_is_paid_once_until_it_is_given_back() {
    let shop = Merchant::new();
    let mint = || {
        let request = PaykeyRequest { oid: "O-1".into(), ..PaykeyRequest::default() };
        shop.sandbox.mint(&request).unwrap()
    };
    let keys = [mint(), mint(), mint()];
    let pay = |at: usize| shop.call("PaymentByKey", &[("LGD_PAYKEY", &keys[at])]);
    let paid = pay(0);
    let used = pay(1);
    assert_eq!((paid.code.as_str(), used.code.as_str()), ("0000", "A016"));
    let order = [("LGD_OID", "O-1"), ("LGD_AMOUNT", "1000")];
    let card =
        [("LGD_PAN", "4111111111111111"), ("LGD_INSTALL", "00"), ("LGD_EXPYEAR", "30"), ("LGD_EXPMON", "12")];
    assert_eq!(shop.call("CardAuth", &[&order[..], &card].concat()).code, "A016");
    assert_eq!(shop.call("CyberAccount", &[&order[..], &[("LGD_METHOD", "ASSIGN")]].concat()).code, "A016");
    // The key was not used up: once the first payment is rolled back, it pays.
    shop.rollback(&paid.txid);
    assert_eq!((pay(1).code.as_str(), pay(2).code.as_str()), ("0000", "A016"));
}
