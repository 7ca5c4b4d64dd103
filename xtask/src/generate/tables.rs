//! The tables of protocol/tables.json as Rust, once for the core and once for the sandbox, which share no code.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::files::{Files, Result};

/// protocol/tables.json; objects keep the file's order.
#[derive(Deserialize)]
struct Tables {
    paytypes: IndexMap<String, String>,
    card_issuers: IndexMap<String, String>,
    /// Whose cards are authenticated by ISP.
    isp_issuers: Vec<String>,
    telecoms: IndexMap<String, String>,
    banks: Vec<Bank>,
    common_banks: Vec<CommonBank>,
    virtual_account_banks: Vec<AccountBank>,
    cancel_success_codes: IndexMap<String, Vec<String>>,
    refund_codes: Vec<Refund>,
    window_request: IndexMap<String, Field>,
    payment_result: IndexMap<String, Field>,
    window_result: IndexMap<String, Field>,
    /// What the shop sent of the buyer and the goods comes back in every result.
    buyer_and_goods: Vec<String>,
    billing_result: Vec<String>,
    window_types: Vec<String>,
    paywindow_types: IndexMap<String, String>,
    identity_means: IndexMap<String, String>,
    seen_codes: Vec<SeenCode>,
    /// What each LGD_TXNAME takes; "every" stands for all of them.
    transaction_request: IndexMap<String, Vec<String>>,
    other_transactions: IndexMap<String, Vec<String>>,
    /// What CardAuth takes for each LGD_AUTHTYPE.
    card_auth: IndexMap<String, Vec<String>>,
    escrow_delivery: EscrowDelivery,
    hosts: Hosts,
}

#[derive(Deserialize)]
struct EscrowDelivery {
    service: String,
    test: String,
    names: Vec<String>,
}

#[derive(Deserialize)]
struct Hosts {
    gateway: Vec<String>,
    older: Vec<String>,
    retired: Vec<String>,
    firewall: Firewall,
    tls12_only_since: String,
    admin: Admin,
    window_script: Scripts,
}

#[derive(Deserialize)]
struct Firewall {
    day: String,
    port: u16,
    gateway: Vec<String>,
    older: Vec<String>,
    older_is_cut: bool,
}

#[derive(Deserialize)]
struct Admin {
    today: String,
}

#[derive(Deserialize)]
struct Scripts {
    test: String,
    service: String,
}

#[derive(Deserialize)]
struct SeenCode {
    code: String,
    meaning_ko: String,
    meaning_en: String,
}

#[derive(Deserialize)]
struct Bank {
    code: String,
    old: String,
    old_virtual_account: Option<String>,
    name_ko: String,
}

#[derive(Deserialize)]
struct CommonBank {
    code: String,
}

#[derive(Deserialize)]
struct AccountBank {
    code: String,
    name_ko: String,
    over_or_under_payment: bool,
    instalment_payment: bool,
    same_day_deposit_cancel: bool,
}

#[derive(Deserialize)]
struct Refund {
    code: String,
    message_ko: String,
    meaning_ko: String,
    group_ko: String,
    state_ko: String,
}

#[derive(Deserialize)]
struct Field {
    max_bytes: Option<usize>,
    #[serde(default)]
    required: bool,
    /// Codes of payment methods or card issuers; the parameter is required where the request names one.
    #[serde(default)]
    required_for: Vec<String>,
    #[serde(default)]
    holds: Holds,
}

/// What a parameter's value is.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Holds {
    #[default]
    One,
    List,
    Repeats,
    Json,
}

const HEAD: &str = "//! The protocol's tables. Generated from protocol/tables.json by `cargo xtask generate`; do not edit.\n";

pub(crate) fn write(files: &mut Files) -> Result<()> {
    let tables: Tables = serde_json::from_str(&Files::read("protocol/tables.json")?)
        .map_err(|error| format!("protocol/tables.json: {error}"))?;
    files.put("core/src/protocol/tables/data.rs", core(&tables)?)?;
    files.put("sandbox/src/tables/data.rs", sandbox(&tables))
}

fn core(tables: &Tables) -> Result<String> {
    let mut out = format!(
        "{HEAD}
use super::codes::{{Bank, Named, RefundCode, RefundState, SeenCode, VirtualAccountBank}};
use super::fields::{{Field, Holds}};
use super::hosts::Hosts;
"
    );
    for (doc, name, map) in [
        ("LGD_PAYTYPE: the payment method.", "PAYTYPES", &tables.paytypes),
        ("LGD_FINANCECODE of a card: who issued it.", "CARD_ISSUERS", &tables.card_issuers),
        ("LGD_FINANCECODE of a telephone: whose line it is.", "TELECOMS", &tables.telecoms),
    ] {
        let rows = map.iter().map(|(code, name)| format!("Named {{ code: {code:?}, name_ko: {name:?} }}"));
        table(&mut out, "pub", doc, name, "Named", rows);
    }
    let rows = tables.banks.iter().map(|one| {
        format!(
            "Bank {{ code: {:?}, old: {:?}, old_virtual_account: {:?}, name_ko: {:?} }}",
            one.code, one.old, one.old_virtual_account, one.name_ko
        )
    });
    table(
        &mut out,
        "pub",
        "LGD_FINANCECODE and LGD_RFBANKCODE: the banks and brokers.",
        "BANKS",
        "Bank",
        rows,
    );
    let rows = tables.virtual_account_banks.iter().map(|one| {
        format!(
            "VirtualAccountBank {{ code: {:?}, name_ko: {:?}, over_or_under_payment: {}, instalment_payment: {}, \
             same_day_deposit_cancel: {} }}",
            one.code,
            one.name_ko,
            one.over_or_under_payment,
            one.instalment_payment,
            one.same_day_deposit_cancel
        )
    });
    let doc = "LGD_BANKCODE: the banks that give out virtual accounts.";
    table(&mut out, "pub", doc, "VIRTUAL_ACCOUNT_BANKS", "VirtualAccountBank", rows);
    let (other, own): (Vec<_>, Vec<_>) =
        tables.cancel_success_codes.iter().partition(|(means, _)| *means == "other");
    let rows = own.iter().map(|(means, codes)| format!("({means:?}, &{codes:?})"));
    let doc = "The codes with which a cancel counts as done, by LGD_PAYTYPE.";
    table(&mut out, "pub", doc, "CANCEL_SUCCESS", "(&str, &[&str])", rows);
    let rows = other.iter().flat_map(|(_, codes)| codes.iter()).map(|code| format!("{code:?}"));
    let doc = "The same for every other LGD_PAYTYPE.";
    table(&mut out, "pub", doc, "CANCEL_SUCCESS_OTHER", "&str", rows);
    let rows: Vec<String> = tables.refund_codes.iter().map(refund).collect::<Result<_>>()?;
    table(&mut out, "pub", "The codes of refunds by bank.", "REFUND_CODES", "RefundCode", rows.into_iter());
    for (doc, name, map) in [
        (
            "What the page gives the payment window, in the order in which it is written out.",
            "WINDOW_REQUEST",
            &tables.window_request,
        ),
        ("What comes back of a payment.", "PAYMENT_RESULT", &tables.payment_result),
        ("What the window gives to LGD_RETURNURL.", "WINDOW_RESULT", &tables.window_result),
    ] {
        let rows = map.iter().map(|(name, field)| field.row(name));
        table(&mut out, "pub", doc, name, "Field", rows);
    }
    lists(&mut out, "pub", tables, |one| {
        format!(
            "SeenCode {{ code: {:?}, meaning_ko: {:?}, meaning_en: {:?} }}",
            one.code, one.meaning_ko, one.meaning_en
        )
    });
    let EscrowDelivery { service, test, .. } = &tables.escrow_delivery;
    constant(&mut out, "Where deliveries of the service platform are registered.", "ESCROW_PAGE", service);
    constant(&mut out, "The same on the test platform.", "ESCROW_TEST_PAGE", test);
    tables.hosts.write(&mut out);
    Ok(out)
}

impl Hosts {
    fn write(&self, out: &mut String) {
        let Hosts { gateway, older, retired, firewall, tls12_only_since, admin, window_script } = self;
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "
/// The gateway's hosts, and what a firewall has to let out to them.
pub static HOSTS: Hosts = Hosts {{
    gateway: &{gateway:?},
    older: &{older:?},
    retired: &{retired:?},
    day: {:?},
    port: {},
    gateway_addresses: &{:?},
    older_addresses: &{:?},
    older_is_cut: {},
    tls12_only_since: {tls12_only_since:?},
    admin: {:?},
    window_script_test: {:?},
    window_script_service: {:?},
}};",
            firewall.day,
            firewall.port,
            firewall.gateway,
            firewall.older,
            firewall.older_is_cut,
            admin.today,
            window_script.test,
            window_script.service
        );
    }
}

fn constant(out: &mut String, doc: &str, name: &str, text: &str) {
    let _ = writeln!(out, "\n/// {doc}\npub const {name}: &str = {text:?};");
}

fn refund(one: &Refund) -> Result<String> {
    let state = match &*one.state_ko {
        "환불완료" => "Done",
        "환불진행중" => "InProgress",
        "재요청대상 (환불가능)" => "Retry",
        "환불불가" => "Impossible",
        other => return Err(format!("protocol/tables.json: {other} is no state of a refund")),
    };
    Ok(format!(
        "RefundCode {{ code: {:?}, state: RefundState::{state}, message_ko: {:?}, meaning_ko: {:?}, group_ko: {:?} }}",
        one.code, one.message_ko, one.meaning_ko, one.group_ko
    ))
}

impl Field {
    fn row(&self, name: &str) -> String {
        format!(
            "Field {{ name: {name:?}, max_bytes: {:?}, required: {}, required_for: &{:?}, holds: Holds::{:?} }}",
            self.max_bytes, self.required, self.required_for, self.holds
        )
    }
}

/// Sorted by name or code, as the sandbox shows them.
fn sandbox(tables: &Tables) -> String {
    let mut out = format!("{HEAD}\nuse super::{{AccountBank, Bank, Field, Holds, SeenCode}};\n");
    let pair = |(one, other): (&String, &String)| format!("({one:?}, {other:?})");
    for (doc, name, map) in [
        ("Code and name of each payment method.", "PAYTYPES", &tables.paytypes),
        ("Code and name of whoever issued a card.", "CARD_ISSUERS", &tables.card_issuers),
        ("Code and name of each telephone company.", "TELECOMS", &tables.telecoms),
    ] {
        let sorted: BTreeMap<_, _> = map.iter().collect();
        table(&mut out, "pub(super)", doc, name, "(&str, &str)", sorted.into_iter().map(pair));
    }
    let rows = tables.banks.iter().map(|one| {
        format!(
            "Bank {{ code: {:?}, old: {:?}, old_virtual_account: {:?}, name: {:?} }}",
            one.code, one.old, one.old_virtual_account, one.name_ko
        )
    });
    table(&mut out, "pub(super)", "The banks and brokers.", "BANKS", "Bank", rows);
    let rows = tables.common_banks.iter().map(|one| format!("{:?}", one.code));
    let doc = "Codes of banks that are in no table of the gateway's.";
    table(&mut out, "pub(super)", doc, "COMMON_BANKS", "&str", rows);
    let rows = tables.isp_issuers.iter().map(|one| format!("{one:?}"));
    table(&mut out, "pub(super)", "Whose cards are authenticated by ISP.", "ISP_ISSUERS", "&str", rows);
    let rows = tables.virtual_account_banks.iter().map(|one| {
        format!(
            "AccountBank {{ code: {:?}, name: {:?}, any_amount: {} }}",
            one.code, one.name_ko, one.over_or_under_payment
        )
    });
    let doc = "The banks that give out virtual accounts.";
    table(&mut out, "pub(super)", doc, "VIRTUAL_ACCOUNT_BANKS", "AccountBank", rows);
    let rows = tables.refund_codes.iter().map(|one| pair((&one.code, &one.message_ko)));
    let doc = "The codes of refunds, and what is said.";
    table(&mut out, "pub(super)", doc, "REFUND_CODES", "(&str, &str)", rows);
    let rows = tables.cancel_success_codes.iter().map(|(means, codes)| format!("({means:?}, &{codes:?})"));
    let doc = "The codes with which a cancel counts as done, by LGD_PAYTYPE or \"other\".";
    table(&mut out, "pub(super)", doc, "CANCEL_SUCCESS_CODES", "(&str, &[&str])", rows);
    for (doc, name, map) in [
        ("What the window takes.", "WINDOW_REQUEST", &tables.window_request),
        ("What a payment answers.", "PAYMENT_RESULT", &tables.payment_result),
        ("What the window gives to LGD_RETURNURL.", "WINDOW_RESULT", &tables.window_result),
    ] {
        let sorted: BTreeMap<_, _> = map.iter().collect();
        let rows = sorted.into_iter().map(|(name, field)| field.row(name));
        table(&mut out, "pub(super)", doc, name, "Field", rows);
    }
    let EscrowDelivery { service, test, .. } = &tables.escrow_delivery;
    let rows = [service, test].into_iter().map(|url| format!("{url:?}"));
    let doc = "The pages that take escrow deliveries: service, then test.";
    table(&mut out, "pub(super)", doc, "ESCROW_PAGES", "&str", rows);
    lists(&mut out, "pub(super)", tables, |one| {
        format!("SeenCode {{ code: {:?}, ko: {:?}, en: {:?} }}", one.code, one.meaning_ko, one.meaning_en)
    });
    let row = |(name, takes): (&String, &Vec<String>)| format!("({name:?}, &{takes:?})");
    let card = tables.card_auth.values().map(|takes| format!("(\"CardAuth\", &{takes:?})"));
    let rows = tables.transaction_request.iter().chain(&tables.other_transactions).map(row).chain(card);
    let doc = "What each LGD_TXNAME takes, in one row or several; \"every\" stands for all of them.";
    table(&mut out, "pub(super)", doc, "TRANSACTION_REQUEST", "(&str, &[&str])", rows);
    out
}

/// The tables that are the same on both sides.
fn lists(out: &mut String, seen: &str, tables: &Tables, code: impl Fn(&SeenCode) -> String) {
    for (doc, name, list) in [
        (
            "What the shop told the window of the buyer and the goods; every result carries it.",
            "BUYER_AND_GOODS",
            &tables.buyer_and_goods,
        ),
        ("What a billing window gives to LGD_RETURNURL.", "BILLING_RESULT", &tables.billing_result),
        ("LGD_WINDOW_TYPE.", "WINDOW_TYPES", &tables.window_types),
        (
            "The names of an escrow delivery's registration, in the order in which they are sent.",
            "ESCROW_DELIVERY",
            &tables.escrow_delivery.names,
        ),
    ] {
        table(out, seen, doc, name, "&str", list.iter().map(|one| format!("{one:?}")));
    }
    for (doc, name, map) in [
        ("LGD_PAYWINDOWTYPE and its Korean name.", "PAYWINDOW_TYPES", &tables.paywindow_types),
        ("LGD_PAYTYPE of an identity check and its Korean name.", "IDENTITY_MEANS", &tables.identity_means),
    ] {
        let rows = map.iter().map(|(one, other)| format!("({one:?}, {other:?})"));
        table(out, seen, doc, name, "(&str, &str)", rows);
    }
    let doc = "Codes that shops have branches of their own for.";
    table(out, seen, doc, "SEEN_CODES", "SeenCode", tables.seen_codes.iter().map(code));
}

/// A table, one row per line.
fn table(out: &mut String, seen: &str, doc: &str, name: &str, of: &str, rows: impl Iterator<Item = String>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "\n/// {doc}\n{seen} static {name}: &[{of}] = &[");
    for row in rows {
        let _ = writeln!(out, "    {row},");
    }
    out.push_str("];\n");
}
