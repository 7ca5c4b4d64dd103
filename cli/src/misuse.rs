//! What is wrong with a command line, in one sentence: clap finds it, the sentence is ours, in one language.

use crate::asked;
use crate::failure::Failure;
use crate::language::{Language, harmless};
use crate::listening::NoAddress;
use crate::words;
use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

/// Prints it, or the help that was asked for.
pub(crate) fn report(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let helps = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Some(ExitCode::SUCCESS),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !asked::json() => Some(ExitCode::from(2)),
        _ => None,
    };
    if let Some(code) = helps {
        // Nothing can be done if stdout is closed.
        let _ = error.print();
        return code;
    }
    let mut command = called(arguments);
    let code = failure(error, command.get_name()).report();
    if !asked::json() {
        let language = Language::chosen();
        aside!("{}: {}", language.of("사용법", "usage"), words::usage(&mut command));
        let name = command.get_bin_name().unwrap_or("xpay");
        aside!("{}: {name} --help", language.of("도움말", "help"));
    }
    code
}

/// The subcommand that was meant.
fn called(arguments: &[OsString]) -> Command {
    let mut command = crate::command(Language::chosen());
    for name in arguments.iter().skip(1).filter_map(|argument| argument.to_str()) {
        if let Some(sub) = command.find_subcommand(name) {
            command = sub.clone();
        }
    }
    command
}

fn failure(error: &clap::Error, command: &str) -> Failure {
    let texts = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let argument = texts(ContextKind::InvalidArg).join(", ");
    let value = texts(ContextKind::InvalidValue).concat();
    let valid = texts(ContextKind::ValidValue).join(", ");
    let suggested = |kind| texts(kind).first().cloned();
    match error.kind() {
        ErrorKind::UnknownArgument => unknown(command, &argument, suggested(ContextKind::SuggestedArg)),
        ErrorKind::InvalidSubcommand => {
            let named = texts(ContextKind::InvalidSubcommand).concat();
            no_subcommand(&named, suggested(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Failure::misuse(
                "명령이 없습니다. --help로 명령을 확인하십시오",
                "a command is missing: see --help",
            )
        }
        ErrorKind::MissingRequiredArgument => {
            Failure::misuse(format!("필요한 값이 없습니다: {argument}"), format!("missing: {argument}"))
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            Failure::misuse(format!("{argument}에 값이 없습니다"), format!("{argument} has no value"))
        }
        ErrorKind::InvalidValue => Failure::misuse(
            format!("{argument}의 값 [{}]은(는) 쓸 수 없습니다. 쓸 수 있는 값: {valid}", harmless(&value)),
            format!("{argument} cannot be [{}]: use one of {valid}", harmless(&value)),
        ),
        ErrorKind::ValueValidation => refused(&argument, error.source()),
        ErrorKind::ArgumentConflict => {
            let prior = texts(ContextKind::PriorArg).join(", ");
            if prior.is_empty() || prior == argument { twice(&argument) } else { conflict(&argument, &prior) }
        }
        ErrorKind::InvalidUtf8 => Failure::misuse(
            "인자가 UTF-8이 아닙니다. 터미널과 로케일을 UTF-8로 바꾸십시오",
            "an argument is not UTF-8: set the terminal and the locale to UTF-8",
        ),
        _ => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Failure::misuse(format!("명령 사용법이 올바르지 않습니다({first})"), first)
        }
    }
}

/// A value is never repeated: it may be a secret that does not belong on a command line.
fn unknown(command: &str, argument: &str, suggested: Option<String>) -> Failure {
    let name = argument.split('=').next().unwrap_or_default();
    if !name.starts_with('-') {
        return Failure::misuse(
            "받지 않는 인자가 있습니다. 값은 --이름 뒤에 주고, 비밀은 인자가 아니라 표준 입력으로 주십시오",
            "there is an argument that this command does not take: values follow a --name, and secrets are read from stdin, never from arguments",
        );
    }
    let secret = SECRETS.iter().any(|secret| name.to_lowercase().replace(['-', '_'], "").ends_with(secret));
    let [ko, en] = match suggested {
        _ if secret => [
            ". 비밀은 인자로 주지 않습니다. 표준 입력으로 주십시오. MertKey는 mall.conf에서 읽습니다"
                .to_owned(),
            ": secrets are never arguments. Give them on stdin; the MertKey is read from mall.conf"
                .to_owned(),
        ],
        suggested => match (HINTS.iter().find(|hint| hint.names.contains(&name)), suggested) {
            (Some(hint), _) if hint.command.is_none_or(|of| of == command) => {
                [format!(". {}", hint.ko), format!(": {}", hint.en)]
            }
            (_, Some(suggested)) => {
                [format!(". {suggested}을(를) 뜻하셨습니까?"), format!(": did you mean {suggested}?")]
            }
            (_, None) => [String::new(), String::new()],
        },
    };
    Failure::misuse(format!("{name}은(는) 없는 옵션입니다{ko}"), format!("there is no option {name}{en}"))
}

/// What was meant by options that many would look for.
struct Hint {
    names: &'static [&'static str],
    command: Option<&'static str>,
    ko: &'static str,
    en: &'static str,
}

const HINTS: [Hint; 4] = [
    Hint {
        names: &["--amount"],
        command: Some("cancel"),
        ko: "일부만 취소하려면 xpay partial-cancel을 쓰십시오",
        en: "to cancel a part use xpay partial-cancel",
    },
    Hint {
        names: &["--service", "--live", "--test", "--platform", "--env"],
        command: None,
        ko: "플랫폼은 --mode test 또는 --mode service로 정합니다",
        en: "the platform is chosen by --mode test or --mode service",
    },
    Hint {
        names: &["--config", "--conf", "--home-dir", "--home_dir"],
        command: None,
        ko: "conf/mall.conf가 있는 디렉터리를 --home으로 주십시오",
        en: "give the directory with conf/mall.conf as --home",
    },
    Hint {
        names: &["--force", "--no-confirm"],
        command: None,
        ko: "묻지 않고 보내려면 --yes를 주십시오",
        en: "to send without being asked use --yes",
    },
];

/// Ends of options that people try for secrets.
const SECRETS: [&str; 9] =
    ["key", "card", "cardnumber", "cardnum", "phone", "account", "accountnum", "password", "email"];

fn no_subcommand(named: &str, suggested: Option<String>) -> Failure {
    let [ko, en] = match suggested {
        Some(suggested) => {
            [format!(" {suggested}을(를) 뜻하셨습니까?"), format!(": did you mean {suggested}?")]
        }
        None => [" --help로 명령을 확인하십시오".to_owned(), ": see --help".to_owned()],
    };
    let named = harmless(named);
    Failure::misuse(
        format!("[{named}]은(는) 없는 명령입니다.{ko}"),
        format!("there is no command [{named}]{en}"),
    )
}

fn refused(argument: &str, why: Option<&(dyn Error + 'static)>) -> Failure {
    let [ko, en] = why.map(reason).unwrap_or_default();
    Failure::misuse(
        format!("{argument}의 값이 올바르지 않습니다. {ko}"),
        format!("the value of {argument} is not valid: {en}"),
    )
}

fn reason(why: &(dyn Error + 'static)) -> [String; 2] {
    if let Some(error) = why.downcast_ref::<xpayclient_core::Error>() {
        let (_, cause) = error.cause().split_once("; ").unwrap_or_default();
        return [error.remedy().ko.to_owned(), format!("{cause}. {}", error.remedy().en)];
    }
    if let Some(error) = why.downcast_ref::<xpayclient_sandbox::Error>() {
        return [error.korean().to_owned(), error.english().to_owned()];
    }
    if why.is::<NoAddress>() {
        return [NoAddress::KO, NoAddress::EN].map(str::to_owned);
    }
    if why.is::<std::net::AddrParseError>() {
        return ["IP 주소를 넣으십시오", "give an IP address"].map(str::to_owned);
    }
    let text = why.to_string();
    // As clap says it of a number: 0 is not in 1..=3600.
    let Some((_, range)) = text.split_once(" is not in ") else {
        return ["정수를 넣으십시오", "give a whole number"].map(str::to_owned);
    };
    let (least, most) = range.split_once("..").unwrap_or((range, ""));
    match most.trim_start_matches('=') {
        // The last is as good as none.
        "" | "4294967295" => {
            [format!("{least} 이상의 정수를 넣으십시오"), format!("give a whole number of {least} or more")]
        }
        most => [
            format!("{least}부터 {most}까지의 정수를 넣으십시오"),
            format!("give a whole number from {least} to {most}"),
        ],
    }
}

fn conflict(argument: &str, prior: &str) -> Failure {
    Failure::misuse(
        format!("{argument}은(는) {prior}와(과) 함께 쓸 수 없습니다"),
        format!("{argument} cannot be used with {prior}"),
    )
}

fn twice(argument: &str) -> Failure {
    Failure::misuse(
        format!("{argument}을(를) 두 번 주었습니다. 한 번만 주십시오"),
        format!("{argument} is given twice: give it once"),
    )
}
