//! What a registration sends, and what it refuses to.

use time::macros::datetime;

use super::*;

const KEY: &[u8] = b"95160cce09854ef44d2edb2bfb05f9f3";

fn sent() -> Delivery {
    Delivery {
        oid: "ORDER-20200515_1".into(),
        product_id: "goods 1".into(),
        order_date: "20200514".into(),
        event: Event::Sent(Sent {
            date: datetime!(2020-05-15 10:30:59),
            company_code: "CJ".into(),
            company: "대한통운".into(),
            number: "123456789012".into(),
            worker: "홍길동".into(),
            worker_phone: "010-0000-0000".into(),
        }),
    }
}

fn refusal(delivery: &Delivery) -> String {
    delivery.signed("tlgdacomxpay", KEY).unwrap_err().to_string()
}

#[test]
fn what_was_sent_is_signed_and_every_name_is_there_once_in_cp949() {
    assert_eq!(
        *form(&sent().signed("tlgdacomxpay", KEY).unwrap()),
        "mid=tlgdacomxpay&oid=ORDER-20200515_1&productid=goods+1&orderdate=20200514&dlvtype=03&rcvdate=&rcvname=\
         &rcvrelation=&dlvdate=202005151030&dlvcompcode=CJ&dlvcomp=%B4%EB%C7%D1%C5%EB%BF%EE&dlvno=123456789012\
         &dlvworker=%C8%AB%B1%E6%B5%BF&dlvworkertel=010-0000-0000&hashdata=8d604005fcdd370f9fda2df53ff960f7"
    );
}

#[test]
fn what_was_received_has_a_signature_of_its_own() {
    let values = [
        ("oid", "ORDER-20200515_1"),
        ("rcvdate", "202005161400"),
        ("rcvname", "김"),
        ("rcvrelation", "본인"),
    ];
    let received = Delivery::from_values("received", values.into_iter()).unwrap();
    let form = form(&received.signed("tlgdacomxpay", KEY).unwrap());
    assert!(form.contains("&dlvtype=01&rcvdate=202005161400&rcvname=%B1%E8&"), "{}", *form);
    assert!(form.ends_with("&dlvworkertel=&hashdata=f769db65ef757c3c2d83838e9303fad6"), "{}", *form);
}

#[test]
fn the_first_wrong_value_is_named_and_never_shown() {
    let with = |change: fn(&mut Delivery, &mut Sent)| {
        let mut delivery = sent();
        let Event::Sent(mut how) = delivery.event.clone() else { unreachable!() };
        change(&mut delivery, &mut how);
        refusal(&Delivery { event: Event::Sent(how), ..delivery })
    };
    assert!(with(|delivery, _| delivery.oid.clear()).contains("oid is required"));
    assert!(with(|delivery, _| delivery.oid = "a b".into()).contains("LGD_OID"));
    assert!(
        with(|delivery, _| delivery.order_date = "2020-05-14".into()).contains("orderdate must be a date")
    );
    assert!(with(|delivery, _| delivery.order_date = "20200230".into()).contains("orderdate must be a date"));
    assert!(with(|delivery, _| delivery.product_id = "a\nb".into()).contains("productid holds a control"));
    assert!(with(|_, how| how.company_code.clear()).contains("dlvcompcode is required"));
    assert!(with(|_, how| how.number = "12 34".into()).contains("dlvno may hold"));
    assert!(with(|_, how| how.number = "１２".into()).contains("dlvno may hold"));
    let emoji = with(|_, how| how.worker = "길동😀".into());
    assert!(emoji.contains("dlvworker holds a character") && !emoji.contains("길동"), "{emoji}");
}

#[test]
fn values_by_their_names_are_those_of_their_kind() {
    let refused = |kind, values: &[(&str, &str)]| {
        Delivery::from_values(kind, values.iter().copied()).unwrap_err().to_string()
    };
    assert!(refused("lost", &[]).contains("must be sent or received"));
    assert!(refused("sent", &[]).contains("dlvdate is required"));
    assert!(refused("sent", &[("dlvdate", "20200515")]).contains("dlvdate must be a date and time"));
    assert!(refused("03", &[("dlvdate", "202013151030")]).contains("dlvdate must be a date and time"));
    for name in ["rcvname", "hashdata", "mid", "LGD_OID", ""] {
        let text = refused("sent", &[("dlvdate", "202005151030"), (name, "x")]);
        assert!(text.contains(&format!("[{name}] is no value of a delivery that is sent")), "{text}");
    }
    assert!(refused("01", &[("rcvdate", "202005151030"), ("dlvno", "1")]).contains("that is received"));
}

#[test]
fn debug_shows_nothing_of_the_buyer() {
    assert_eq!(format!("{:?}", sent()), "Delivery { oid: \"ORDER-20200515_1\", event: \"sent\", .. }");
    let Event::Sent(how) = sent().event else { unreachable!() };
    assert_eq!(format!("{how:?}"), "Sent { date: 2020-05-15 10:30:59.0, .. }");
}
