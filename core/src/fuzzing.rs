//! The checks that the fuzz targets in `core/fuzz/` run: every input is parsed without a panic, and the results hold
//! certain properties. Compiled for fuzzing only.

use zeroize::Zeroizing;

use crate::config::{Config, Platform, ini};
use crate::journal::files::contents::Contents;
use crate::journal::record::{MAX_VALUE_BYTES, checksum};
use crate::net::address::Address;
use crate::net::fault::Fault;
use crate::net::http;
use crate::protocol::answer::Answer;
use crate::protocol::payment_method::PaymentMethod;
use crate::protocol::signature::hash_data_cas;
use crate::session::Session;
use crate::session::call::CALLS;
use crate::text::{encoding, form};
use crate::typed::notice::UnverifiedNotice;
use crate::typed::results::{CancelResult, CashReceiptResult, PaymentResult};
use crate::typed::window_return::{BillingReturn, UnverifiedReturn};

const MID: &str = "tlgdacomxpay";
const MERT_KEY: &[u8] = b"95160cce09854ef44d2edb2bfb05f9f3";

/// Any bytes as a configuration file: every entry has a name, and the settings can be read.
pub fn ini(data: &[u8]) {
    let Ok(entries) = ini::parse(data) else { return };
    let mut config = Config::new();
    for (name, value) in entries {
        assert!(!name.is_empty());
        config.set(name, value);
    }
    let _ = config.settings();
}

/// Any bytes as an answer: it has a code, its body is unchanged, and typed views read it or return an error.
pub fn answer(data: &[u8]) {
    let Ok(answer) = Answer::parse(data.to_vec(), "t-01") else { return };
    assert!(!answer.code().is_empty());
    assert_eq!(answer.json(), data);
    let _ = PaymentResult::read(&answer);
    let _ = CashReceiptResult::read(&answer);
    assert!(!answer.is_success() || CancelResult::read(&answer, &PaymentMethod::Card).counts_as_done);
    for row in answer.rows() {
        for (name, value) in row.iter() {
            let _ = encoding::to_cp949(name);
            assert_eq!(row.get(name), Some(value));
        }
    }
}

/// What comes over a connection, of any bytes: however it is cut into pieces, the same is read, within bounds. What follows an
/// answer may be seen or not.
#[allow(clippy::expect_used, reason = "a target stops at the first surprise")]
pub fn http(data: &[u8]) {
    let Some((first, data)) = data.split_first() else { return };
    let address = Address::parse(b"gateway.example/xpay/Gateway.do").expect("an address");
    let read_in = |size: usize| {
        let mut pieces = data.chunks(size.max(1));
        let request = http::post(&address, "XPayClient (0/C)", None, "a=b").expect("a request");
        let read = request.answer(|into| {
            let piece = pieces.next().unwrap_or_default();
            into.extend_from_slice(piece);
            Ok(piece.len())
        });
        match read {
            Ok(answer) => Ok((answer.status, answer.content_type, answer.content_encoding, answer.body)),
            Err(Fault::Unusable(_)) => Err("refused"),
            Err(_) => Err("ended"),
        }
    };
    let whole = read_in(data.len());
    assert!(whole.as_ref().map_or(0, |(.., body)| body.len()) <= data.len());
    assert_eq!(read_in(usize::from(*first)), whole);
    assert_eq!(read_in(1), whole);
}

/// Any bytes decoded and encoded: text that CP949 can encode is the same after a round trip.
pub fn cp949(data: &[u8]) {
    let text = encoding::decode(data);
    let bytes = encoding::to_cp949(&text);
    let lost = text.contains(|c: char| c == '\u{FFFD}') || bytes.contains(&b'?');
    // The encoding is guessed, UTF-8 first. These bytes were guessed as the other encoding.
    let other = std::str::from_utf8(&bytes).is_ok();
    assert!(lost || other || encoding::decode(&bytes) == text);
}

/// Any bytes as a form value survive a round trip, and any form text is decoded or rejected.
pub fn form(data: &[u8]) {
    let mut text = String::new();
    form::encode(data, &mut text);
    assert_eq!(form::decode(text.as_bytes()).as_deref().map(Vec::as_slice), Some(data));
    let _ = form::decode(data);
}

/// Any bytes as a notification or a return of the window are rejected without the MertKey, unless the return is a failure,
/// which has no payment key. With a signature they are read as signed, or rejected.
pub fn notice(data: &[u8]) {
    let mut config = Config::new();
    config.set(MID, MERT_KEY);
    let _ = BillingReturn::parse(data);
    if let Ok(returned) = UnverifiedReturn::parse(data).and_then(|returned| {
        let oid = returned.claimed_oid().unwrap_or_default().to_owned();
        returned.verify(&config, Platform::Test, MID, &oid, 23400)
    }) {
        assert!(!returned.is_success(), "a return without the MertKey was accepted");
        assert!(returned.get("LGD_PAYKEY").is_none());
    }
    let Ok(notice) = UnverifiedNotice::parse(data) else { return };
    let oid = notice.claimed_oid().map(str::to_owned);
    let signature = oid.as_ref().and_then(|oid| {
        hash_data_cas(MID.as_bytes(), oid.as_bytes(), b"23400", b"0000", b"20200515101110", MERT_KEY).ok()
    });
    let verified = notice.verify(&config, Platform::Test, MID, 23400);
    assert!(verified.is_err(), "a notification without the MertKey was accepted");
    let (Some(oid), Some(signature)) = (oid, signature) else { return };
    let signed = Zeroizing::new(
        [
            data,
            b"&LGD_MID=",
            MID.as_bytes(),
            b"&LGD_AMOUNT=23400&LGD_RESPCODE=0000&LGD_TIMESTAMP=20200515101110&LGD_HASHDATA=",
            signature.as_bytes(),
        ]
        .concat(),
    );
    let Ok(notice) = UnverifiedNotice::parse(&signed) else { return };
    if let Ok(notice) = notice.verify(&config, Platform::Test, MID, 23400) {
        assert_eq!((notice.oid.as_str(), notice.amount), (oid.as_str(), 23400));
        assert!(notice.values().all(|(name, _)| name.is_ascii() || !name.starts_with("LGD_")));
    }
}

/// Any bytes as a journal file, and any lines with correct checksums: a record that is read and written again is
/// unchanged.
pub fn journal(data: &[u8]) {
    let lines = String::from_utf8_lossy(data);
    let whole: String = lines.lines().map(|line| format!("{} {line}\n", checksum(line))).collect();
    for file in [data, whole.as_bytes()] {
        let contents = Contents::parse(file);
        assert!(contents.end <= file.len());
        // An owner longer than the limit is cut and then unreadable. No system's boot ID is that long.
        if let Some(record) = contents.record.filter(|record| record.owner.to_text().len() <= MAX_VALUE_BYTES)
        {
            let again = Contents::parse(record.line().as_bytes()).record;
            assert_eq!(again.map(|again| again.line()), Some(record.line()));
        }
    }
}

/// Any sequence of calls by name with any arguments: no call is unknown, none ends with an internal error. Nothing is sent,
/// because there is no address to send to.
pub fn session(data: &[u8]) {
    /// Settings that would let a call reach the network or the disk.
    const REACHING: [&[u8]; 6] = [b"url", b"test_url", b"aux_url", b"journal_dir", b"log_dir", b"proxy"];
    let mut session = Session::new("fuzz");
    session.set_config(MID.as_bytes(), MERT_KEY);
    for line in data.split(|byte| *byte == b'\n') {
        let Some((number, line)) = line.split_first() else { continue };
        let name = CALLS[usize::from(*number) % CALLS.len()];
        let mut arguments: Vec<&[u8]> = line.split(|byte| *byte == b'\t').collect();
        if arguments.iter().any(|argument| REACHING.contains(argument)) {
            continue;
        }
        if name == "init" {
            arguments[0] = b"/nonexistent";
        }
        assert!(session.call(name, &arguments).is_some());
        assert_ne!(session.response_code(), "90099");
    }
}
