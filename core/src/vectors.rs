//! Tests with the protocol's worked examples and fixtures (`protocol/`).

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::client::request::Request;
use crate::config::{Config, Platform};
use crate::protocol::answer::Answer;
use crate::protocol::signature::{self, SignedResult};
use crate::text::encoding::{decode, to_cp949};
use crate::typed::window_return::UnverifiedReturn;

fn protocol() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("protocol")
}

fn json(path: &str) -> Json {
    serde_json::from_slice(&fs::read(protocol().join(path)).unwrap()).unwrap()
}

/// Runs `check` on each example of a section, which must not be empty.
fn each(section: &str, check: impl Fn(&Json)) {
    let vectors = json("vectors.json");
    let examples = vectors[section].as_array().unwrap();
    assert!(!examples.is_empty());
    examples.iter().for_each(check);
}

fn text<'a>(example: &'a Json, name: &str) -> &'a str {
    example[name].as_str().unwrap()
}

/// The named members of an example as bytes, for a signature.
fn bytes<'a, const N: usize>(example: &'a Json, names: [&str; N]) -> [&'a [u8]; N] {
    names.map(|name| text(example, name).as_bytes())
}

fn shop() -> Config {
    let mut config = Config::new();
    config.set("server_id", "01");
    config.set("tlgdacomxpay", text(&json("vectors.json"), "mert_key"));
    config
}

#[test]
fn auth_code() {
    each("auth_code", |v| {
        let made = signature::auth_code(text(v, "txid"), text(v, "mert_key").as_bytes());
        assert_eq!(made, v["sha1_hex"]);
    });
}

#[test]
fn hash_data() {
    each("hash_data", |v| {
        let [mid, oid, amount, timestamp, key] = bytes(v, ["mid", "oid", "amount", "timestamp", "mert_key"]);
        assert_eq!(signature::hash_data(mid, oid, amount, timestamp, key).unwrap(), v["md5_hex"]);
    });
}

#[test]
fn hash_data_cas_is_made_and_verified() {
    each("hash_data_cas", |v| {
        let [mid, oid, amount, respcode, timestamp, key, hash_data] =
            bytes(v, ["mid", "oid", "amount", "respcode", "timestamp", "mert_key", "md5_hex"]);
        let made = signature::hash_data_cas(mid, oid, amount, respcode, timestamp, key).unwrap();
        assert_eq!(made, v["md5_hex"]);
        let result = SignedResult { mid, oid, amount, respcode, timestamp, hash_data };
        assert_eq!(result.verify(key), Ok(()));
        assert!(SignedResult { amount: b"23401", ..result }.verify(key).is_err());
        assert!(result.verify(b"another key").is_err());
    });
}

#[test]
fn window_return() {
    each("window_return", |v| {
        let [mid, oid, amount, respcode, timestamp, key, md5] =
            ["mid", "oid", "amount", "respcode", "timestamp", "mert_key", "md5_hex"]
                .map(|name| text(v, name));
        let mut config = Config::new();
        config.set(mid, key);
        let body = format!(
            "LGD_RESPCODE={respcode}&LGD_MID={mid}&LGD_OID={oid}&LGD_AMOUNT={amount}&LGD_PAYKEY=k\
             &LGD_TIMESTAMP={timestamp}&LGD_HASHDATA={md5}"
        );
        let returned = UnverifiedReturn::parse(body.as_bytes()).unwrap();
        let returned = returned.verify(&config, Platform::Test, mid, oid, amount.parse().unwrap());
        assert!(returned.unwrap().is_success());
    });
}

/// With a timestamp `0000` + 10 digits, the signature of a payment request also fits a notification made of the same
/// bytes.
#[test]
fn a_payment_request_is_not_accepted_as_a_notice() {
    let key = b"95160cce09854ef44d2edb2bfb05f9f3";
    let (mid, oid, amount) = (b"tlgdacomxpay", b"ORDER-1", b"23400");
    let whole: [&[u8]; 5] = [mid, oid, amount, b"00002020051510", key];
    let request = signature::digest::<md5::Md5>(whole);
    let forged = SignedResult {
        mid,
        oid,
        amount,
        respcode: b"0000",
        timestamp: b"2020051510",
        hash_data: request.as_bytes(),
    };
    let cut: [&[u8]; 6] = [mid, oid, amount, forged.respcode, forged.timestamp, key];
    assert_eq!(signature::digest::<md5::Md5>(cut), request, "the attack that this test is about");
    let not_made = signature::hash_data(mid, oid, amount, b"00002020051510", key).unwrap_err();
    assert!(not_made.cause().contains("LGD_TIMESTAMP"), "{not_made}");
    let refused = forged.verify(key).unwrap_err();
    assert!(refused.cause().contains("LGD_TIMESTAMP"), "{refused}");
}

#[test]
fn receipt_authdata() {
    each("receipt_authdata", |v| {
        let [mid, tid, key] = bytes(v, ["mid", "tid", "mert_key"]);
        assert_eq!(signature::receipt_authdata(mid, tid, key).unwrap(), v["md5_hex"]);
    });
}

#[test]
fn escrow_deliveries() {
    each("escrow_delivery", |v| {
        let [mid, oid, key] = bytes(v, ["mid", "oid", "mert_key"]);
        let made = match v["dlvtype"].as_str() {
            Some("03") => {
                let [date, company, number] = bytes(v, ["dlvdate", "dlvcompcode", "dlvno"]);
                signature::escrow_sent(mid, oid, date, company, number, key)
            }
            _ => {
                let [kind, date] = bytes(v, ["dlvtype", "rcvdate"]);
                signature::escrow_received(mid, oid, kind, date, key)
            }
        };
        assert_eq!(made.unwrap(), v["md5_hex"]);
    });
}

#[test]
fn identity_check() {
    each("identity", |v| {
        let [mid, buyer_ssn, timestamp, key] = bytes(v, ["mid", "buyerssn", "timestamp", "mert_key"]);
        let made = signature::hash_data_auth_only(mid, buyer_ssn, timestamp, key).unwrap();
        assert_eq!(made, v["md5_hex"]);
    });
}

/// What a buyer types as the resident number is signed between merchant ID and time, as a result's order ID, amount and code
/// are, and a request's order ID and amount.
#[test]
fn an_identity_check_is_not_signed_for_another_purpose() {
    let (mid, timestamp, key) = (b"tlgdacomxpay", b"20200515101110", b"95160cce09854ef44d2edb2bfb05f9f3");
    let sign = |typed: &str| signature::hash_data_auth_only(mid, typed.as_bytes(), timestamp, key);
    let result = signature::hash_data_cas(mid, b"90010", b"1234", b"0000", timestamp, key).unwrap();
    let whole: [&[u8]; 4] = [mid, b"9001012340000", timestamp, key];
    assert_eq!(signature::digest::<md5::Md5>(whole), result, "the attack that this test is about");
    assert!(sign("9001012340000").unwrap_err().cause().contains("LGD_BUYERSSN ends in 0000"));
    for typed in
        ["A-1100000000", "2020051512310", "9013011", "9001321", "90010", "90010112", "9001011 ", "홍", ""]
    {
        let refused = sign(typed).unwrap_err();
        assert!(refused.cause().contains("LGD_BUYERSSN must be the 13 digits"), "{typed}: {refused}");
        assert!(typed.is_empty() || !refused.cause().contains(typed), "{refused}");
    }
    for typed in ["900101", "9001011", "9001011234567", "000229", "0002293"] {
        assert!(sign(typed).is_ok(), "{typed}");
    }
}

#[test]
fn openpay() {
    each("openpay", |v| {
        let [venderno, mid, mer_uid, token, timestamp, key] =
            bytes(v, ["venderno", "mid", "mer_uid", "token", "timestamp", "mert_key"]);
        let made = signature::hash_data_openpay(venderno, mid, mer_uid, token, timestamp, key).unwrap();
        assert_eq!(made, v["sha512_hex"]);
    });
}

#[test]
fn form() {
    each("form", |v| {
        let mut request = Request::new(&shop(), b"tlgdacomxpay").unwrap();
        for pair in v["pairs"].as_array().unwrap() {
            let [name, value] = [&pair[0], &pair[1]].map(|part| part.as_str().unwrap());
            request.set(name.as_bytes(), value.into()).unwrap();
        }
        let head =
            format!("LGD_TXID={}&LGD_AUTHCODE={}&LGD_MID=tlgdacomxpay", request.tx_id(), request.auth_code());
        assert_eq!(*request.body(), format!("{head}&{}", text(v, "body")));
    });
}

#[test]
fn cp949_out_and_in() {
    each("euc_kr", |v| {
        let bytes = to_cp949(text(v, "text"));
        assert_eq!(base16ct::lower::encode_string(&bytes), v["cp949_hex"]);
        assert_eq!(decode(&bytes), v["text"].as_str().unwrap());
    });
}

#[test]
fn answers() {
    each("answers", |v| {
        let answer = Answer::parse(text(v, "body").into(), "");
        assert_eq!(answer.is_ok(), v["tx"] == true, "{v}");
        let Ok(answer) = answer else { return };
        assert_eq!(answer.code(), v["code"]);
        assert_eq!(answer.rows().len(), v["count"].as_u64().unwrap() as usize);
        let names = answer.rows().first().map(|row| row.iter().map(|(name, _)| name).collect::<Vec<_>>());
        if let Some(expected) = v["names"].as_array() {
            assert_eq!(
                names.unwrap_or_default(),
                expected.iter().map(|n| n.as_str().unwrap()).collect::<Vec<_>>()
            );
        }
        for (name, value) in v["row0"].as_object().into_iter().flatten() {
            assert_eq!(answer.get(name), value.as_str(), "{name}");
        }
    });
}

/// Each configuration file gives the same settings in the same order as PHP's `parse_ini_file`.
#[test]
fn fixtures() {
    let expected = json("fixtures/expected.json");
    for (file, settings) in expected.as_object().unwrap() {
        let bytes = fs::read(protocol().join("fixtures").join(file)).unwrap();
        let entries = crate::config::ini::parse(&bytes).unwrap();
        let read: Vec<_> = entries.iter().map(|(name, value)| (decode(name), decode(value))).collect();
        let due: Vec<_> = settings.as_object().unwrap().iter().collect();
        assert_eq!(read.len(), due.len(), "{file}");
        for (name, value) in &read {
            assert_eq!(settings[name.as_ref()], value.as_ref(), "{file}: {name}");
        }
    }
}
