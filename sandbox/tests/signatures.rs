//! The digests, against the vectors of the protocol.

use serde_json::Value;
use xpayclient_sandbox::signature;

fn vectors(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../protocol/vectors.json")).unwrap();
    let vectors = all[name].as_array().unwrap().clone();
    assert!(!vectors.is_empty());
    vectors
}

fn each(name: &str, digest: &str, compute: impl Fn(&dyn Fn(&str) -> String, &str) -> String) {
    let demo: Value = serde_json::from_str(include_str!("../protocol/vectors.json")).unwrap();
    for vector in vectors(name) {
        let field = |name: &str| vector[name].as_str().unwrap().to_owned();
        let key = demo["mert_key"].as_str().unwrap();
        assert_eq!(vector["mert_key"], key);
        assert_eq!(compute(&field, key), field(digest), "{vector}");
    }
}

#[test]
fn auth_code() {
    each("auth_code", "sha1_hex", |of, key| signature::auth_code(&of("txid"), key));
}

#[test]
fn hash_of_a_request() {
    each("hash_data", "md5_hex", |of, key| {
        signature::request_hash(&of("mid"), of("oid"), &of("amount"), &of("timestamp"), key)
    });
}

#[test]
fn hash_of_a_result() {
    each("hash_data_cas", "md5_hex", |of, key| {
        let (code, at) = (of("respcode"), of("timestamp"));
        signature::result_hash(&of("mid"), of("oid"), &of("amount"), &code, &at, key)
    });
}

#[test]
fn authdata_of_a_receipt() {
    each("receipt_authdata", "md5_hex", |of, key| signature::receipt_authdata(&of("mid"), &of("tid"), key));
}

#[test]
fn openpay() {
    each("openpay", "sha512_hex", |of, key| {
        let (user, token, at) = (of("mer_uid"), of("token"), of("timestamp"));
        signature::openpay_hash(&of("mid"), &of("venderno"), &user, &token, &at, key)
    });
}
