//! Requests that move no money: Pings, wrong signatures, unknown names, limits, character sets, a Report.

use super::connection::{http, reply_of};
use super::examination::{Examination, Surprise};
use super::finding::{NOTHING, Text, Verdict};
use super::talk::Heard;
use xpayclient_core::diagnosis::Question;
use xpayclient_core::encoding::to_cp949;

/// A PAYKEY that no window made.
pub(super) const NO_PAYKEY: &str = "19700101000000XPAYCLIENTCONFORMANCENOSUCHPAYMENTKEY0";

/// Pings with 1, 2 and 10 rows, and the HTTP of the first answer.
pub(super) fn pings(examination: &mut Examination) -> Result<(), Surprise> {
    for (id, rows) in [("ping-1", "1"), ("ping-2", "2"), ("ping-10", "10")] {
        let ping = examination.talk.question("Ping")?.set("LGD_RESULTCNT", rows);
        let heard = examination.ask(&ping);
        let found = match &heard {
            Heard::Reply(reply) => {
                let rows = reply.answer.as_ref().map_or(0, |answer| answer.rows().len());
                format!("{} × {rows}", heard.told())
            }
            _ => heard.told(),
        };
        let expected = format!("0000 × {rows}");
        let verdict = Verdict::of(found == expected);
        let asked = Text::new(format!("Ping, LGD_RESULTCNT={rows}"), format!("Ping, LGD_RESULTCNT={rows}"));
        examination.add(id, None, asked, Text::same(expected), found, verdict);
        match (id, heard) {
            ("ping-1", heard) if !heard.is_success() => {
                return Err(Surprise(Text::new(
                    format!(
                        "Ping에 0000으로 응답하지 않았습니다({}). 상점아이디와 MertKey, 방화벽을 확인하십시오",
                        heard.told()
                    ),
                    format!(
                        "a Ping was not answered 0000 ({}): check merchant ID, MertKey and firewall",
                        heard.told()
                    ),
                )));
            }
            ("ping-1", heard) => {
                if let Some(reply) = reply_of(heard) {
                    http(examination, &reply);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Requests that must be refused, and the codes by which they are.
pub(super) fn refusals(examination: &mut Examination) -> Result<(), Surprise> {
    let talk = &examination.talk;
    let questions = [
        (
            "wrong-authcode",
            "SB06",
            Text::new("LGD_AUTHCODE가 틀린 Ping", "a Ping with a wrong LGD_AUTHCODE"),
            talk.question("Ping")?.set("LGD_AUTHCODE", "0".repeat(40)),
        ),
        (
            "unknown-mid",
            "SB03",
            Text::new("모르는 LGD_MID의 Ping", "a Ping of an unknown LGD_MID"),
            talk.question("Ping")?.set("LGD_MID", "tnosuchmerchant"),
        ),
        (
            "unknown-txname",
            "SB07",
            Text::new("모르는 LGD_TXNAME", "an unknown LGD_TXNAME"),
            talk.question("NoSuchTransaction")?,
        ),
        (
            "missing-txid",
            "SB01",
            Text::new("LGD_TXID 없는 Ping", "a Ping without LGD_TXID"),
            talk.question("Ping")?.without("LGD_TXID"),
        ),
        (
            "unknown-paykey",
            "SB11",
            Text::new("없는 PAYKEY의 PaymentByKey", "PaymentByKey of a PAYKEY that does not exist"),
            talk.question("PaymentByKey")?.set("LGD_PAYKEY", NO_PAYKEY),
        ),
        (
            "unknown-tid",
            "SB15",
            Text::new("없는 LGD_TID의 Cancel", "Cancel of an LGD_TID that does not exist"),
            talk.question("Cancel")?.set("LGD_TID", "tlgda1970010100000000000"),
        ),
    ];
    for (id, ours, asked, question) in questions {
        let heard = examination.ask(&question);
        let refused = !heard.code().is_empty() && !heard.is_success();
        let expected = Text::new("0000이 아닌 코드", "a code other than 0000");
        examination.add(id, Some(10), asked.clone(), expected, heard.told(), Verdict::of(refused));
        if heard.is_success() {
            return Err(Surprise(Text::new(
                format!("{}: 거절되어야 하는데 0000으로 응답했습니다", asked.ko),
                format!("{}: it had to be refused and was answered 0000", asked.en),
            )));
        }
        examination.set_code(ours, &heard);
    }
    Ok(())
}

/// The same LGD_TXID in two Pings.
pub(super) fn same_txid(examination: &mut Examination) -> Result<(), Surprise> {
    let ping = examination.talk.question("Ping")?;
    let first = examination.ask(&ping);
    let second = examination.ask(&ping);
    examination.note(
        "same-txid",
        Text::new("같은 LGD_TXID의 Ping을 두 번", "the same LGD_TXID in two Pings"),
        format!("{} | {}", first.told(), second.told()),
        Text::new(
            "라이브러리는 같은 요청을 두 번 보내지 않습니다",
            "the library never sends the same request twice",
        ),
    );
    examination.set_code("SB05", &second);
    Ok(())
}

/// Values as long as allowed, and a byte longer, in a request that is refused for another reason.
pub(super) fn limits(examination: &mut Examination) -> Result<(), Surprise> {
    let mut told = Vec::new();
    for length in [63, 64] {
        let question = unpayable(examination)?.set("LGD_OID", "o".repeat(length));
        told.push(format!("{length}: {}", examination.ask(&question).code()));
    }
    examination.note(
        "limits",
        Text::new(
            "LGD_OID 63바이트와 64바이트, 없는 PAYKEY로",
            "LGD_OID of 63 and of 64 bytes, with a PAYKEY that does not exist",
        ),
        told.join(", "),
        Text::new(
            "코드가 같으면 길이는 이 요청에서 검사하지 않습니다. 라이브러리는 결제창에서 미리 경고합니다",
            "the same code means that this request's length is not checked; the library warns at the window",
        ),
    );
    Ok(())
}

/// A buyer's name in EUC-KR and in UTF-8, with letters that EUC-KR has only in CP949, and what comes back.
pub(super) fn charsets(examination: &mut Examination) -> Result<(), Surprise> {
    const NAME: &str = "똠 믜 뷁";
    let euc_kr = to_cp949(NAME);
    for (id, bytes, utf8) in [("euc-kr", euc_kr.as_slice(), false), ("utf-8", NAME.as_bytes(), true)] {
        let mut ping = examination.talk.question("Ping")?.set("LGD_BUYER", bytes);
        if utf8 {
            ping = ping.set("LGD_ENCODING", "UTF-8");
        }
        let heard = examination.ask(&ping);
        let back = heard.value("LGD_BUYER");
        let found = format!("{}, LGD_BUYER: {}", heard.told(), if back.is_empty() { NOTHING } else { back });
        examination.note(
            id,
            Text::new(
                format!("{}로 보낸 이름 {NAME}", id.to_uppercase()),
                format!("the name {NAME} in {}", id.to_uppercase()),
            ),
            found,
            Text::new(
                "돌아온 이름이 다르면 LGD_ENCODING을 확인하십시오",
                "if it comes back otherwise, LGD_ENCODING is the place to look",
            ),
        );
    }
    Ok(())
}

/// A Report, where there is an address for it.
pub(super) fn report(examination: &mut Examination) -> Result<(), Surprise> {
    let asked = Text::new("Report", "a Report");
    let expected = Text::new("무엇이든", "anything");
    let aux = examination.client().config().get("aux_url").is_some_and(|url| !url.is_empty());
    if !aux {
        examination.add("report", Some(9), asked, expected, format!("aux_url: {NOTHING}"), Verdict::Unknown);
        return Ok(());
    }
    let report = examination.talk.question("Report")?.set("LGD_STATUS", "200").set("LGD_MSG", "conformance");
    let heard = examination.ask(&report);
    examination.set("report", heard.reply());
    examination.add("report", Some(9), asked, expected, heard.told(), Verdict::Expected);
    Ok(())
}

/// A payment that cannot come about.
pub(super) fn unpayable(examination: &Examination) -> Result<Question, Surprise> {
    Ok(examination.talk.question("PaymentByKey")?.set("LGD_PAYKEY", NO_PAYKEY))
}
