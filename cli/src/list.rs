//! `xpay list`: recent requests from journal and log, the newest first.

use crate::failure::Failure;
use crate::home::Home;
use crate::language::{Language, harmless, readable};
use crate::readonly;
use crate::say;
use crate::standing;
use crate::store::Store;
use crate::table::{self, Cell, Column, Narrow};
use clap::Args;
use serde::Serialize;
use std::process::ExitCode;
use xpayclient_core::binding::Level;
use xpayclient_core::records::{Listing, Recent, Wanted};
use xpayclient_core::{Platform, parse_timestamp};

const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  보여 주었습니다. 하나도 없을 때도 0입니다 / listed, even if there is none
  1  저널이나 로그를 읽을 수 없습니다 / the journal or the log cannot be read
  2  사용법 오류 / wrong usage
  3  보여 준 것 가운데 미결이 있습니다 / one of those listed is still open";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    home: Home,
    #[command(flatten)]
    store: Store,
    /// 최근 몇 건까지 보여 줄지 / how many to show, the newest
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// 이 날(한국 시각)의 것만 / only those of this day, in Korean time
    #[arg(long, value_name = "yyyy-MM-dd", conflicts_with = "since")]
    day: Option<String>,
    /// 이 날(한국 시각)부터 / from this day on, in Korean time
    #[arg(long, value_name = "yyyy-MM-dd")]
    since: Option<String>,
    /// 이 상태인 것만. 쉼표로 여럿을 줍니다 / only those in this state, or in several with commas between them
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    state: Vec<String>,
    /// 이 주문의 것만 / only those of this order
    #[arg(long, value_name = "LGD_OID")]
    oid: Option<String>,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    json: bool,
}

/// The field names are those of the JSON, which do not change.
#[derive(Serialize)]
struct Row<'a> {
    at: &'a str,
    state: &'static str,
    code: &'a str,
    message: &'a str,
    txname: &'a str,
    oid: &'a str,
    amount: &'a str,
    tid: &'a str,
    tx_id: &'a str,
    mid: &'a str,
    /// null if only the log shows it, which does not say.
    platform: Option<String>,
    in_journal: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let wanted = wanted(arguments)?;
    let config = arguments.home.config()?;
    let client = readonly::journal(&config, Platform::Service, arguments.store.open(&config)?);
    let listing = client.recent(&config, &wanted)?;
    let rows: Vec<Row> = listing.requests.iter().map(row).collect();
    let language = Language::chosen();
    if arguments.json {
        let log = listing.log_dir.as_ref().map(
            |dir| serde_json::json!({"dir": dir.display().to_string(), "level": listing.log_level as u8}),
        );
        let known = limits(&listing).map(|(name, _)| name).collect::<Vec<_>>();
        let json = serde_json::json!({
            "transactions": rows, "more": listing.more, "log": log, "journal": listing.journal, "limits": known,
        });
        say!("{json}");
    } else {
        if !rows.is_empty() {
            let cells: Vec<Vec<Cell>> = rows.iter().map(|row| row.cells(language)).collect();
            say::text(&table::render(&COLUMNS, &cells));
        }
        notes(&listing, arguments.limit, language).iter().for_each(|note| aside!("{note}"));
    }
    let open = listing.requests.iter().any(|one| one.standing.is_open());
    Ok(ExitCode::from(if open { 3 } else { 0 }))
}

fn wanted(arguments: &Arguments) -> Result<Wanted, Failure> {
    let day = |name: &str, given: &Option<String>| {
        given.as_deref().map_or(Ok(String::new()), |day| date(name, day))
    };
    let (only, since) = (day("--day", &arguments.day)?, day("--since", &arguments.since)?);
    let states = arguments.state.iter().map(|word| {
        standing::name(word.trim()).map(str::to_owned).ok_or_else(|| {
            let names = |language| standing::names(language);
            Failure::misuse(
                format!(
                    "--state [{word}]은(는) 상태가 아닙니다. 다음 가운데 하나를 쓰십시오: {}",
                    names(Language::Ko)
                ),
                format!("--state [{word}] is no state; write one of {}", names(Language::En)),
            )
        })
    });
    let oid = arguments.oid.clone().unwrap_or_default();
    if arguments.oid.is_some() && oid.trim().is_empty() {
        return Err(Failure::misuse(
            "--oid가 비어 있습니다. 주문번호(LGD_OID)를 쓰거나 --oid를 빼십시오",
            "--oid is empty; write an LGD_OID, or leave --oid out",
        ));
    }
    Ok(Wanted {
        since: if only.is_empty() { since } else { only.clone() },
        until: only,
        oid,
        states: states.collect::<Result<_, _>>()?,
        limit: arguments.limit.try_into().unwrap_or(usize::MAX),
    })
}

/// `yyyy-MM-dd` as the core has it.
pub(crate) fn date(option: &str, given: &str) -> Result<String, Failure> {
    let digits: String = given.split('-').collect();
    let shaped = given.len() == 10 && given.split('-').map(str::len).eq([4, 2, 2]);
    if shaped && parse_timestamp(&format!("{digits}000000")).is_some() {
        return Ok(digits);
    }
    Err(Failure::misuse(
        format!("{option} [{given}]은(는) yyyy-MM-dd 형식의 날짜가 아닙니다. 2026-11-29처럼 쓰십시오"),
        format!("{option} [{given}] is no date in the form yyyy-MM-dd; write it like 2026-11-29"),
    ))
}

fn row(one: &Recent) -> Row<'_> {
    Row {
        at: &one.at,
        state: one.standing.name(),
        code: &one.code,
        message: &one.message,
        txname: &one.txname,
        oid: &one.oid,
        amount: &one.amount,
        tid: &one.tid,
        tx_id: &one.tx_id,
        mid: &one.mid,
        platform: one.platform.map(|platform| platform.to_string()),
        in_journal: one.in_journal,
    }
}

const COLUMNS: [Column; 10] = [
    Column::left("시각", "AT", Narrow::Stays),
    Column::left("상태", "STATE", Narrow::Stays),
    Column::left("요청", "TXNAME", Narrow::Stays),
    Column::right("금액", "AMOUNT", Narrow::Stays),
    Column::left("주문번호", "OID", Narrow::Stays),
    Column::left("코드", "CODE", Narrow::LeftOut(2)),
    Column::left("거래번호", "TID", Narrow::LeftOut(4)),
    Column::left("요청번호", "LGD_TXID", Narrow::Below),
    Column::left("상점", "MID", Narrow::LeftOut(5)),
    Column::left("플랫폼", "PLATFORM", Narrow::LeftOut(6)),
];

impl Row<'_> {
    fn cells(&self, language: Language) -> Vec<Cell> {
        let state = Cell::toned(standing::word(self.state, language), standing::tone(self.state));
        let before = [Cell::from(readable(self.at)), state];
        let texts =
            [self.txname, self.amount, self.oid, self.code, self.tid].map(|text| Cell::from(harmless(text)));
        // On a narrow terminal one name is enough to look it up: xpay log.
        let tx_id = Cell { spare: !self.oid.is_empty(), ..Cell::from(harmless(self.tx_id)) };
        let after =
            [self.mid, self.platform.as_deref().unwrap_or_default()].map(|text| Cell::from(harmless(text)));
        before.into_iter().chain(texts).chain([tx_id]).chain(after).collect()
    }
}

/// What cannot be listed, with a name for scripts.
fn limits(listing: &Listing) -> impl Iterator<Item = (&'static str, [String; 2])> {
    let level = listing.log_level as u8;
    let all = [
        (listing.log_to_stderr, "log_on_stderr", [
            "log_dir = -: 로그가 표준 오류로 나가 여기서 읽을 수 없습니다. 저널이 아직 보여 주는 것만 나옵니다. 나머지는 표준 오류를 모으는 곳에서 찾으십시오".to_owned(),
            "log_dir = -: the log goes to standard error and cannot be read here; only what the journal still shows is listed. Look for the rest where standard error is collected".to_owned(),
        ]),
        (listing.log_dir.is_none() && !listing.log_to_stderr, "no_log", [
            "log_dir가 없어 로그가 없습니다. 저널이 아직 보여 주는 것만 나옵니다. 저널은 종결된 거래의 자리를 다시 씁니다".to_owned(),
            "without log_dir there is no log: only what the journal still shows is listed, and it reuses the space of settled transactions".to_owned(),
        ]),
        (listing.log_dir.is_some() && listing.log_level < Level::Info, "log_without_answers", [
            format!("log_level = {level}: 로그에 승인과 거절이 없습니다. 저널이 더는 보여 주지 않는 승인과 거절은 나오지 않습니다. 기록하려면 3(INFO)으로 설정하십시오"),
            format!("log_level = {level}: the log has neither approvals nor declines; those that the journal no longer shows are not listed. Set it to 3 (INFO) to record them"),
        ]),
        (!listing.journal, "no_journal", [
            "저널이 꺼져 있거나 없습니다. 프로세스가 도중에 끝난 거래는 알 수 없습니다".to_owned(),
            "the journal is off: what became of a transaction whose process died is not known".to_owned(),
        ]),
    ];
    all.into_iter().filter(|(holds, ..)| *holds).map(|(_, name, text)| (name, text))
}

fn notes(listing: &Listing, limit: u32, language: Language) -> Vec<String> {
    let note = language.of("참고", "note");
    let mut notes: Vec<String> =
        limits(listing).map(|(_, [ko, en])| format!("{note}: {}", language.of(ko, en))).collect();
    if listing.requests.is_empty() {
        notes.insert(0, language.of("거래가 없습니다", "no transactions").to_owned());
    }
    if listing.more {
        let more = format!("최근 {limit}건만 나왔습니다. 더 보려면 --limit을 늘리십시오");
        notes.push(format!(
            "{note}: {}",
            language.of(more, format!("only the newest {limit} are listed; raise --limit to see more"))
        ));
    }
    if listing.requests.iter().any(|one| one.standing.name() == "unknown") {
        let [ko, en] = [
            "알 수 없음: 로그에는 요청이 있으나 결과가 없고, 저널도 더는 보여 주지 않습니다. 상점관리자에서 확인하십시오",
            "unknown: the log has the request without its result, and the journal no longer shows it; look it up in the merchant admin",
        ];
        notes.push(format!("{note}: {}", language.of(ko, en)));
    }
    notes
}
