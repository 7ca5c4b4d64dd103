//! A session reports what happened: reading changes nothing, messages hold no text of the shop, a missing journal is reported.

use xpayclient_core::binding::Level;
use xpayclient_core::binding::Session;
use xpayclient_core::signature::SignedResult;
use xpayclient_core::{Client, Code, Config, Outcome, Platform};
use xpayclient_tests::{MID, Shop, begin, name};

/// A reason that a shop passes after its database failed.
const STATEMENT: &str = "INSERT INTO orders VALUES ('홍길동', '01098765432')";

fn paid(shop: &Shop, session: &mut Session) {
    let paykey = shop.paykey();
    begin(session, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paykey)]);
}

/// Every value that can be read from a session.
fn everything(session: &Session) -> String {
    let rows: Vec<Vec<(&str, &str)>> = session.rows().iter().map(|row| row.iter().collect()).collect();
    format!(
        "{:?} {} {} {} {:?} {:?} {:?} {rows:?} {} {} {:?} {:?}",
        session.outcome(),
        session.tx_id(),
        session.auth_code(),
        session.response_code(),
        session.response_msg(),
        session.response_detail(),
        session.response_json(),
        session.is_held(),
        session.is_cancelled(b"SC0010"),
        session.notice_oid(),
        session.config(),
    )
}

/// A random generator with a fixed seed: the same calls in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

#[test]
fn reading_changes_nothing_whatever_was_called_before() {
    let shop = Shop::open();
    let mut dice = Dice(15);
    for _ in 0..40 {
        let (mut session, _) = shop.session(&[]);
        for _ in 0..12 {
            let done = match dice.below(12) {
                0 => session.init_tx(MID.as_bytes()),
                1 => session.init_tx(b"nosuchshop"),
                2 => session.set(b"LGD_TXNAME", "Ping"),
                3 => session.set(b"LGD_TXID", "not mine to set"),
                4 => session.tx(true),
                5 => {
                    paid(&shop, &mut session);
                    session.tx_held(true)
                }
                6 => session.confirm(),
                7 => session.undo(b"no order"),
                8 => session.rollback(b"no order"),
                9 => session.set_config(b"output_UTF8", if dice.below(2) == 0 { b"0" } else { b"1" }),
                10 => session.read_notice(b"LGD_OID=o-1"),
                _ => session.verify_notice(MID.as_bytes(), 1),
            };
            let code = session.response_code().to_owned();
            assert!(done || !code.is_empty(), "a false return always leaves a code");
            let first = everything(&session);
            assert_eq!(everything(&session), first, "reading twice is reading once");
            assert_eq!(session.response_code(), code);
        }
    }
}

/// The shop's reason contains a buyer's name, phone and address.
#[test]
fn a_shops_own_reason_is_in_no_log_and_no_message() {
    let shop = Shop::open();
    let (mut session, lines) = shop.session(&[("log_level", "4")]);
    paid(&shop, &mut session);
    assert!(session.tx(true));
    assert!(session.rollback(STATEMENT.as_bytes()), "{}", session.detail());
    paid(&shop, &mut session);
    assert!(session.tx_held(true) && !session.undo(STATEMENT.as_bytes()));
    assert_eq!((session.response_code(), name(session.outcome().unwrap())), ("90007", "rolled_back"));
    assert!(!session.detail().contains("홍길동"), "{}", session.detail());
    assert_eq!(lines.with(&["홍길동"]), Vec::<String>::new());
    assert_eq!(lines.with(&["LGD_RB_REASON=***"]).len(), 2);
    let reasons = shop.sandbox.requests().into_iter().flat_map(|request| request.parameters);
    assert_eq!(reasons.filter(|(name, value)| name == "LGD_RB_REASON" && value == STATEMENT).count(), 2);

    paid(&shop, &mut session);
    session.set(b"XPAY_SANDBOX_FAULT", "close");
    assert!(!session.tx(true));
    assert_eq!(lines.with(&["LGD_RB_REASON=Recv error"]).len(), 1, "this library's own words are shown");
}

#[test]
fn a_nul_byte_is_refused_with_the_fields_name_but_a_rollback_is_sent() {
    let shop = Shop::open();
    let (mut session, _) = shop.session(&[]);
    paid(&shop, &mut session);
    assert!(!session.set(b"LGD_BUYER", "a\0b"));
    assert!(session.response_code() == "90003" && session.detail().contains("LGD_BUYER holds a NUL byte"));
    assert!(!session.tx(true));
    assert!(!session.set_config(b"server_id", b"0\0" as &[u8]));
    assert!(!session.set_config(b"na\0me", b"1"));
    session.begin_window(b"lgdacomxpay");
    assert!(!session.set_window(b"LGD_BUYER", b"a\0b"));
    assert!(!session.read_notice(b"LGD_OID=1%00"));
    assert_eq!(shop.sandbox.requests().len(), 0);

    paid(&shop, &mut session);
    assert!(session.tx(true) && session.rollback(b"no\0order"));
    assert_eq!(shop.balance(), 0);
}

/// No user can create a directory in `/proc`.
#[test]
fn a_missing_journal_is_reported_until_a_payment_is_recorded() {
    let shop = Shop::open();
    let (mut session, _) = shop.session(&[("journal_dir", "/proc/nowhere"), ("log_dir", "/proc/nowhere")]);
    assert_eq!(session.unwritten(), "");
    paid(&shop, &mut session);
    assert!(session.tx(true));
    let said = session.unwritten();
    for part in ["the journal in [/proc/nowhere]", "log_dir [/proc/nowhere]", "저널 없이", "로그 파일 없이"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(session.recover(), None);
    assert_eq!(session.response_code(), "90006");
    let dir = tempfile::tempdir().unwrap();
    for setting in [&b"journal_dir"[..], b"log_dir"] {
        assert!(session.set_config(setting, dir.path().as_os_str().as_encoded_bytes()));
    }
    paid(&shop, &mut session);
    assert!(session.tx(true));
    assert_eq!((session.unwritten().as_str(), session.recover()), ("", Some(0)));
}

#[test]
fn a_result_is_verified_on_the_platform_that_was_initialised() {
    let mut session = Session::new("test");
    let mut config = Config::new();
    let key = "0123456789abcdef0123456789abcdef";
    [("shop", key), ("tshop", key)].into_iter().for_each(|(mid, key)| config.set(mid, key));
    let signed = |mid: &str| {
        let bytes = [mid, "o-1", "1000", "0000", "20261128101112"].map(str::as_bytes);
        let [mid, oid, amount, respcode, timestamp] = bytes;
        xpayclient_core::signature::hash_data_cas(mid, oid, amount, respcode, timestamp, key.as_bytes())
            .unwrap()
    };
    let verified = |session: &mut Session, mid: &str| {
        session.verify(&SignedResult {
            mid: mid.as_bytes(),
            oid: b"o-1",
            amount: b"1000",
            respcode: b"0000",
            timestamp: b"20261128101112",
            hash_data: signed(mid).as_bytes(),
        })
    };
    assert!(!verified(&mut session, "shop"));
    assert_eq!(session.response_code(), "90002");
    for (mode, right, wrong) in
        [("test", "tshop", "shop"), ("service", "shop", "tshop"), ("TEST", "tshop", "shop")]
    {
        session.init_mode(mode.as_bytes());
        for mid in ["shop", "tshop"] {
            assert!(session.set_config(mid.as_bytes(), key.as_bytes()));
        }
        assert!(verified(&mut session, right), "{mode}: {}", session.detail());
        assert!(!verified(&mut session, wrong), "{mode}");
        assert!(session.response_code() == "90003" && session.detail().contains("LGD_MID"));
    }
}

#[test]
fn an_unknown_mode_is_refused() {
    assert_eq!("test".parse::<Platform>().unwrap(), Platform::Test);
    assert_eq!("service".parse::<Platform>().unwrap(), Platform::Service);
    for wrong in ["", "TEST", "Service", "real", "tset"] {
        assert_eq!(wrong.parse::<Platform>().unwrap_err().code(), Code::BAD_VALUE, "{wrong}");
    }
}

/// If the configuration now names another gateway, that gateway's answer about the payment proves nothing.
#[test]
fn a_rollback_goes_only_to_the_gateway_that_got_the_payment() {
    let (shop, other) = (Shop::open(), Shop::open());
    let client = shop.client(&[]);
    let payment = shop.payment(&client);
    let tx_id = payment.tx_id().to_owned();
    drop(payment.hold());
    let mut moved = shop.config();
    moved.set("test_url", other.sandbox.url());
    moved.set("ca_bundle_only", "0");
    let moved = Client::new(moved, Platform::Test);

    let refused = moved.undo_open(&tx_id, "no order").unwrap_err();
    assert!(refused.code() == Code::BAD_VALUE && refused.message().contains(other.sandbox.url().as_str()));
    assert_eq!(client.open_transactions().unwrap()[0].state.name(), "unconfirmed", "nothing has changed");

    let outcome = moved.rollback(MID, &tx_id, "no order");
    assert!(matches!(&outcome, Outcome::InDoubt(error) if error.code() == Code::BAD_VALUE), "{outcome:?}");
    assert_eq!(other.sandbox.requests().len(), 0);
    assert_eq!((client.open_transactions().unwrap()[0].state.name(), shop.balance()), ("in_doubt", 23_400));
    assert_eq!(moved.recover().unwrap().open.len(), 1);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn the_log_is_kept_for_a_caller_that_cannot_be_called_back() {
    let shop = Shop::open();
    let (mut session, _) = shop.session(&[]);
    assert_eq!(session.kept_log(), "");
    assert!(session.keep_log(true));
    paid(&shop, &mut session);
    assert!(session.tx(true));
    let lines = session.kept_log();
    let tx_id = format!("[{}]", session.tx_id());
    assert!(!lines.is_empty() && lines.lines().all(|line| line.contains(&tx_id)), "{lines}");
    assert!(session.rollback(b"no\norder") && session.kept_log().starts_with(&lines));
    assert!(session.keep_log(true));
    assert_eq!(session.kept_log(), "");
    for _ in 0..2000 {
        session.log(b"a line", Level::Error);
    }
    assert_eq!(session.kept_log().lines().count(), 1000);
    assert!(session.keep_log(false));
    session.log(b"nobody reads it", Level::Error);
    assert_eq!(session.kept_log(), "");
}
