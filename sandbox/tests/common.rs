//! A sandbox and a merchant of no great skill: just enough client to post a form and read the answer.

use encoding_rs::{EUC_KR, UTF_8};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use ureq::tls::{PemItem, RootCerts, TlsConfig};
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID, Options, PaykeyRequest, Payment, Sandbox, signature};

pub(crate) struct Merchant {
    pub(crate) sandbox: Sandbox,
    pub(crate) agent: ureq::Agent,
    _dir: TempDir,
}

/// What a call came to.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) txid: String,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) rows: Vec<Value>,
}

impl Answer {
    pub(crate) fn get(&self, name: &str) -> &str {
        self.rows[0][name].as_str().unwrap_or_default()
    }
}

pub(crate) type Pairs<'a> = &'a [(&'a str, &'a str)];

/// Where a virtual account's money goes back to.
pub(crate) const REFUND: Pairs<'static> =
    &[("LGD_RFACCOUNTNUM", "11012345678"), ("LGD_RFBANKCODE", "004"), ("LGD_RFCUSTOMERNAME", "홍길동")];

impl Merchant {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    /// A merchant of a sandbox with these options, in a directory of its own.
    pub(crate) fn with(options: Options) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start(Options { dir: dir.path().join("sandbox"), ..options }).unwrap();
        let agent = agent(&std::fs::read(sandbox.ca()).unwrap());
        Self { sandbox, agent, _dir: dir }
    }

    /// A fresh LGD_TXID: forty digits that differ from call to call are hex enough.
    pub(crate) fn txid(&self) -> String {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        format!("{DEMO_TEST_MID}-0120200515101112{number:040x}")
    }

    pub(crate) fn call(&self, txname: &str, pairs: Pairs<'_>) -> Answer {
        self.call_as(&self.txid(), txname, pairs)
    }

    pub(crate) fn call_as(&self, txid: &str, txname: &str, pairs: Pairs<'_>) -> Answer {
        let auth_code = signature::auth_code(txid, DEMO_KEY);
        let head = [
            ("LGD_TXNAME", txname),
            ("LGD_MID", DEMO_TEST_MID),
            ("LGD_TXID", txid),
            ("LGD_AUTHCODE", &auth_code),
        ];
        self.post(txid, &[&head, pairs].concat())
    }

    /// Exactly these parameters and nothing else.
    pub(crate) fn post(&self, txid: &str, pairs: Pairs<'_>) -> Answer {
        let text = self.send(pairs).unwrap().body_mut().read_to_string().unwrap();
        let json: Value = serde_json::from_str(&text).unwrap();
        let said = |name: &str| json[name].as_str().unwrap().to_owned();
        Answer {
            txid: txid.to_owned(),
            code: said("LGD_RESPCODE"),
            message: said("LGD_RESPMSG"),
            rows: json["LGD_RESPONSE"].as_array().unwrap().clone(),
        }
    }

    /// The answer as HTTP has it, or the lack of one.
    pub(crate) fn send(&self, pairs: Pairs<'_>) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let request = self.agent.post(self.sandbox.url());
        request.header("content-type", "application/x-www-form-urlencoded").send(encode(pairs))
    }

    pub(crate) fn paykey(&self, amount: i64) -> String {
        self.sandbox.mint(&PaykeyRequest { amount, ..PaykeyRequest::default() }).unwrap()
    }

    /// The TID of a new approved payment.
    pub(crate) fn paid(&self, request: PaykeyRequest) -> String {
        let paykey = self.sandbox.mint(&request).unwrap();
        let answer = self.call("PaymentByKey", &[("LGD_PAYKEY", &paykey)]);
        assert_eq!(answer.code, "0000", "{}", answer.message);
        answer.get("LGD_TID").to_owned()
    }

    /// The TID of a card payment.
    pub(crate) fn paid_by_card(&self, amount: i64) -> String {
        self.paid(PaykeyRequest { amount, ..PaykeyRequest::default() })
    }

    pub(crate) fn payment(&self, tid: &str) -> Payment {
        let all = self.sandbox.payments().unwrap();
        all.into_iter().find(|payment| payment.tid == tid).unwrap()
    }

    pub(crate) fn rollback(&self, txid: &str) -> Answer {
        self.call("Rollback", &[("LGD_RB_TXID", txid), ("LGD_RB_REASON", "test")])
    }
}

/// A client that trusts this CA alone and follows nothing; the time limit is there for a test that fails, not for one that passes.
pub(crate) fn agent(bundle: &[u8]) -> ureq::Agent {
    let roots = ureq::tls::parse_pem(bundle).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::from(roots.collect::<Vec<_>>()))
        .build();
    let config = ureq::Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)));
    config.build().into()
}

/// CP949, or UTF-8 when the parameters say so.
pub(crate) fn encode(pairs: Pairs<'_>) -> String {
    let utf8 = pairs.iter().any(|(name, value)| *name == "LGD_ENCODING" && *value == "UTF-8");
    let charset = if utf8 { UTF_8 } else { EUC_KR };
    let escape =
        |text: &str| -> String { charset.encode(text).0.iter().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}
