//! The exact bytes of every typed request, and the typed result of its answer.

mod accounts;

use xpayclient_core::requests::{
    Adjust, AmountCheck, AuthOnlyByKey, Cancel, Card, CardAuth, Credential, GiftCultureApp, GiftCultureAuth,
    GiftCultureSms, Isp, PartialCancel, PaymentByKey, Ping, ThreeDSecure, TypedRequest,
};
use xpayclient_core::results::{AuthOnlyResult, BillingKey, CancelResult, CancelState, PaymentResult};
use xpayclient_core::signature::auth_code;
use xpayclient_core::{Answer, Code, PaymentMethod};
use xpayclient_sandbox::{DEMO_KEY, PaykeyRequest};
use xpayclient_tests::{MID, Shop};

/// Sends a request; the gateway must receive exactly the head, LGD_TXNAME and `rest`.
fn send(shop: &Shop, request: &impl TypedRequest, rest: &str) -> Answer {
    let transaction = shop.client(&[]).prepare(MID, request).unwrap();
    let tx_id = transaction.tx_id().to_owned();
    let outcome = transaction.send();
    let received = shop.sandbox.requests().pop().unwrap();
    let auth_code = auth_code(&tx_id, DEMO_KEY.as_bytes());
    let expected = format!("LGD_TXID={tx_id}&LGD_AUTHCODE={auth_code}&LGD_MID={MID}&LGD_TXNAME={rest}");
    assert_eq!(String::from_utf8(received.raw_body).unwrap(), expected);
    assert!(outcome.answer().is_some(), "{outcome:?}");
    outcome.answer().unwrap().clone()
}

/// The payment key of a buyer who authorized 23,400 won with this payment method.
fn key(shop: &Shop, paytype: &str, identity: bool) -> String {
    let consent = PaykeyRequest {
        amount: 23_400,
        oid: format!("ORDER-{paytype}"),
        paytype: paytype.into(),
        identity,
        ..PaykeyRequest::default()
    };
    shop.sandbox.mint(&consent).unwrap()
}

fn pay(shop: &Shop, paytype: &str) -> (PaymentResult, Answer) {
    let key = key(shop, paytype, false);
    let answer = send(shop, &PaymentByKey::new(&key), &format!("PaymentByKey&LGD_PAYKEY={key}"));
    (PaymentResult::read(&answer).unwrap(), answer)
}

#[test]
fn a_payment_from_its_request_to_its_settlement() {
    let shop = Shop::open();
    let paykey = key(&shop, "SC0010", false);
    let check = AmountCheck::new(&paykey, 23_400);
    let asked = send(&shop, &check, &format!("AmountCheck&LGD_PAYKEY={paykey}&LGD_AMOUNT=23400"));
    assert!(asked.is_success());

    let payment = PaymentByKey::new(&paykey).amount(23_400).process_timeout(900);
    let tail = "LGD_AMOUNTCHECKYN=Y&LGD_AMOUNT=23400&LGD_CUSTOM_PROCESSTIMEOUT=900";
    let answer = send(&shop, &payment, &format!("PaymentByKey&LGD_PAYKEY={paykey}&{tail}"));
    let paid = PaymentResult::read(&answer).unwrap();
    assert_eq!((paid.oid.as_str(), paid.amount, &paid.means), ("ORDER-SC0010", 23_400, &PaymentMethod::Card));
    assert_eq!(paid.institution.unwrap().name, "신한");
    assert_eq!(paid.card.unwrap().installment.months, 0);
    assert_eq!(paid.cancellable_in_part, Some(true));

    let adjust = Adjust::new(&paid.tid);
    assert!(send(&shop, &adjust, &format!("Adjust&LGD_TID={}", paid.tid)).is_success());

    let declined = send(&shop, &payment, &format!("PaymentByKey&LGD_PAYKEY={paykey}&{tail}"));
    assert!(PaymentResult::read(&declined).unwrap_err().cause().contains("LGD_RESPCODE is S007"));
    assert_eq!(shop.balance(), 23_400);
}

#[test]
fn every_payment_method_has_a_result() {
    for (paytype, means, institution) in [
        ("SC0010", PaymentMethod::Card, Some("신한")),
        ("SC0030", PaymentMethod::BankTransfer, Some("신한")),
        ("SC0040", PaymentMethod::VirtualAccount, Some("신한")),
        ("SC0060", PaymentMethod::MobilePhone, Some("SKT")),
        ("SC0070", PaymentMethod::Landline, Some("SKT")),
        ("SC0090", PaymentMethod::OkCashbag, None),
        ("SC0111", PaymentMethod::CultureVoucher, None),
        ("SC0112", PaymentMethod::GameVoucher, None),
        ("SC0113", PaymentMethod::BookVoucher, None),
        ("SC0220", PaymentMethod::MobileTmoney, None),
    ] {
        let (paid, _) = pay(&Shop::open(), paytype);
        assert_eq!((&paid.means, paid.amount), (&means, 23_400));
        assert_eq!(paid.institution.as_ref().map(|i| i.name.as_str()), institution, "{paytype}");
        assert_eq!(paid.card.is_some(), means == PaymentMethod::Card);
        assert_eq!(paid.virtual_account.is_some(), means == PaymentMethod::VirtualAccount);
        // A buyer who did not ask for a cash receipt has none.
        assert_eq!(paid.cash_receipt_number, None);
    }
}

#[test]
fn a_card_is_cancelled_in_part_then_whole_then_again() {
    let shop = Shop::open();
    let tid = pay(&shop, "SC0010").0.tid;
    let part = PartialCancel::new(&tid, 400).remaining(23_400).tax_free(0).reason("변심").ask_remaining(true);
    let tail = "LGD_CANCELTAXFREEAMOUNT=0&LGD_CANCELREASON=%BA%AF%BD%C9&LGD_REQREMAIN=1";
    let body = format!("PartialCancel&LGD_TID={tid}&LGD_CANCELAMOUNT=400&LGD_REMAINAMOUNT=23400&{tail}");
    let cancelled = CancelResult::read(&send(&shop, &part, &body), &PaymentMethod::Card);
    assert_eq!((cancelled.state, cancelled.tid.as_deref()), (CancelState::Done, Some(tid.as_str())));
    assert_eq!(shop.balance(), 23_000);

    let whole = Cancel::new(&tid).reason("품절 & 환불").requester("admin").requester_ip("192.0.2.1");
    let reason = "LGD_CANCELREASON=%C7%B0%C0%FD+%26+%C8%AF%BA%D2";
    let body =
        format!("Cancel&LGD_TID={tid}&{reason}&LGD_CANCELREQUESTER=admin&LGD_CANCELREQUESTERIP=192.0.2.1");
    for code in ["0000", "AV11"] {
        let cancelled = CancelResult::read(&send(&shop, &whole, &body), &PaymentMethod::Card);
        assert_eq!((cancelled.code.as_str(), cancelled.state), (code, CancelState::Done));
        assert_eq!(shop.balance(), 0);
    }
}

#[test]
fn a_card_makes_a_billing_key_that_pays() {
    let shop = Shop::open();
    let card = Card::new("4111111111111111", "30", "12").pin("98").private_no("800101");
    let make = CardAuth::new("KEY-1", 0, Credential::Card(card.clone()));
    let body = "CardAuth&LGD_OID=KEY-1&LGD_AMOUNT=0&LGD_PAN=4111111111111111&LGD_INSTALL=00&VBV_ECI=010\
        &LGD_EXPYEAR=30&LGD_EXPMON=12&LGD_PIN=98&LGD_PRIVATENO=800101";
    let key = BillingKey::read(&send(&shop, &make, body)).unwrap();
    assert_eq!((&key.means, key.issuer.unwrap().name.as_str()), (&PaymentMethod::Card, "신한"));

    let pay = CardAuth::new("ORDER-3", 9_900, Credential::BillingKey(key.key.clone()))
        .install_months(3)
        .buyer("홍길동")
        .buyer_id("guest")
        .buyer_phone("01012345678")
        .buyer_email("hong@shop.example")
        .buyer_ip("192.0.2.1")
        .product_info("상품");
    let body = format!(
        "CardAuth&LGD_OID=ORDER-3&LGD_AMOUNT=9900&LGD_PAN={}&LGD_INSTALL=03&VBV_ECI=010\
        &LGD_BUYER=%C8%AB%B1%E6%B5%BF&LGD_BUYERID=guest&LGD_BUYERPHONE=01012345678\
        &LGD_BUYEREMAIL=hong%40shop.example&LGD_BUYERIP=192.0.2.1&LGD_PRODUCTINFO=%BB%F3%C7%B0",
        key.key.expose()
    );
    let paid = PaymentResult::read(&send(&shop, &pay, &body)).unwrap();
    assert_eq!((paid.amount, paid.card.unwrap().installment.months), (9_900, 3));
    assert_eq!(shop.balance(), 9_900);
}

#[test]
fn an_authenticated_card_pays() {
    let shop = Shop::open();
    let secure = ThreeDSecure::new("4111111111111111", "05", "AAABBg==", "number 1");
    let pay = CardAuth::new("ORDER-6", 9_900, Credential::ThreeDSecure(secure));
    let body = "CardAuth&LGD_OID=ORDER-6&LGD_AMOUNT=9900&LGD_PAN=4111111111111111&LGD_INSTALL=00&VBV_ECI=05\
        &VBV_CAVV=AAABBg%3D%3D&VBV_XID=number+1";
    let paid = PaymentResult::read(&send(&shop, &pay, body)).unwrap();
    assert_eq!(paid.card.unwrap().number.unwrap().expose(), "411111******1111");

    let isp = Isp::new("0204", "session+key", "encrypted/data").quota("03").no_interest("1");
    let pay = CardAuth::new("ORDER-7", 90_000, Credential::Isp(isp));
    let body = "CardAuth&LGD_OID=ORDER-7&LGD_AMOUNT=90000&LGD_AUTHTYPE=ISP&KVP_QUOTA=03&KVP_NOINT=1\
        &KVP_CARDCODE=0204&KVP_SESSIONKEY=session%2Bkey&KVP_ENCDATA=encrypted%2Fdata";
    let card = PaymentResult::read(&send(&shop, &pay, body)).unwrap().card.unwrap();
    assert_eq!((card.installment.months, card.interest_free), (3, Some(true)));
    assert_eq!(shop.balance(), 99_900);
}

#[test]
fn a_voucher_pays_in_three_steps() {
    let shop = Shop::open();
    let auth = GiftCultureAuth::new("ORDER-4", 5_000, "holder", "pass word!")
        .buyer_id("guest")
        .buyer_ip("192.0.2.1")
        .product_info("상품");
    let body = "GiftCulture&LGD_METHOD=AUTH&LGD_OID=ORDER-4&LGD_AMOUNT=5000&LGD_CULTID=holder\
        &LGD_CULTPASSWD=pass+word%21&LGD_CULTVERSION=2&LGD_BUYERID=guest&LGD_BUYERIP=192.0.2.1\
        &LGD_PRODUCTINFO=%BB%F3%C7%B0";
    let tid = send(&shop, &auth, body).get("LGD_TID").unwrap().to_owned();
    let sms = GiftCultureSms::new(&tid, "holder");
    let body = format!("GiftCulture&LGD_METHOD=SMS&LGD_TID={tid}&LGD_CULTID=holder");
    assert!(send(&shop, &sms, &body).is_success());
    let app = GiftCultureApp::new(&tid, 5_000, "123456");
    let body = format!("GiftCulture&LGD_METHOD=APP&LGD_TID={tid}&LGD_AMOUNT=5000&LGD_CULTPIN=123456");
    let paid = PaymentResult::read(&send(&shop, &app, &body)).unwrap();
    assert_eq!((paid.tid, paid.means, paid.amount), (tid, PaymentMethod::CultureVoucher, 5_000));
    assert_eq!(shop.balance(), 5_000);
}

#[test]
fn an_identity_is_returned_and_not_in_debug_output() {
    let shop = Shop::open();
    let key = key(&shop, "SC0060", true);
    let request = AuthOnlyByKey::new(&key, PaymentMethod::MobilePhone);
    let body = format!("AuthOnlyByKey&LGD_AUTHONLYKEY={key}&LGD_PAYTYPE=SC0060");
    let person = AuthOnlyResult::read(&send(&shop, &request, &body)).unwrap();
    assert_eq!(person.name.as_ref().unwrap().expose(), "홍길동");
    let shown = format!("{person:?}");
    // The LGD_TID has digits of its own, of today.
    let rest = shown.replace(&person.tid, "");
    assert!(rest != shown && !rest.contains("홍길동") && !rest.contains("0100"), "{shown}");
}

#[test]
fn a_ping_asks_for_rows() {
    let shop = Shop::open();
    assert_eq!(send(&shop, &Ping::new().rows(3), "Ping&LGD_RESULTCNT=3").rows().len(), 3);
    assert_eq!(send(&shop, &Ping::default(), "Ping").rows().len(), 1);
}

#[test]
fn text_goes_as_utf8_once_the_caller_says_so() {
    let shop = Shop::open();
    let tid = pay(&shop, "SC0010").0.tid;
    let cancel = Cancel::new(&tid).reason("변심");
    let mut transaction = shop.client(&[]).prepare(MID, &cancel).unwrap();
    transaction.set("LGD_ENCODING", "UTF-8").unwrap();
    assert!(transaction.send().answer().is_some_and(Answer::is_success));
    let body = shop.only_request("Cancel").raw_body;
    let end = "&LGD_CANCELREASON=%EB%B3%80%EC%8B%AC&LGD_ENCODING=UTF-8";
    assert!(String::from_utf8(body).unwrap().ends_with(end));
}

/// A request that the gateway would refuse is not sent.
#[test]
fn an_invalid_request_is_not_sent() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let long = CardAuth::new("ORDER-5", 1, Credential::BillingKey("key".into())).buyer("가".repeat(16));
    let error = client.prepare(MID, &long).unwrap_err();
    assert_eq!(error.code(), Code::BAD_VALUE);
    assert!(error.cause().contains("LGD_BUYER may have 30 bytes of CP949; found 32"), "{error}");
    let error = client.prepare("tnobody", &Ping::default()).unwrap_err();
    assert_eq!(error.code(), Code::NO_MID);
    assert!(shop.sandbox.requests().is_empty());
}
