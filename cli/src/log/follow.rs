//! `--follow`: the log as it grows.

use super::{Line, find, journal, named_in, on_stderr, readable, unreadable};
use crate::failure::Failure;
use crate::language::Language;
use crate::shutdown::Shutdown;
use crate::store::Store;
use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use xpayclient_core::Config;
use xpayclient_core::records::{LogFiles, LogLine, Thread};

/// Between two looks at the files.
const PAUSE: Duration = Duration::from_millis(250);

/// How many lines of before are shown if nothing is looked for, as `tail` does.
const BEFORE: usize = 10;

/// First what the log has of it, then what is written. Ends on a signal, and when nobody reads any more.
pub(super) fn run(config: &Config, store: &Store, id: Option<&str>, json: bool) -> Result<ExitCode, Failure> {
    if config.settings().log_to_stderr {
        return Err(on_stderr());
    }
    let Some(dir) = config.settings().log_dir.as_deref() else {
        return Err(Failure::new(
            "log_dir가 없어 따라갈 로그가 없습니다. mall.conf에 log_dir를 설정하십시오",
            "without log_dir there is no log to follow: set log_dir in mall.conf",
        ));
    };
    let mut shutdown = Shutdown::listen().map_err(|error| {
        Failure::new(
            format!("시그널을 받을 수 없습니다({error})"),
            format!("cannot listen for signals ({error})"),
        )
    })?;
    let failed = |error: io::Error| unreadable(dir, &error);
    let mut follow = LogFiles::in_dir(dir).follow().map_err(failed)?;
    let mut thread = None;
    let before: Vec<LogLine> = match id {
        Some(id) => {
            let mut wanted = named_in(&journal(config, store)?, id);
            let found = find(&mut wanted, id, |take| follow.past(false, take)).map_err(failed)?;
            wanted.insert(id.to_owned());
            thread = Some(Thread::of(wanted));
            found
        }
        None => {
            let mut last = VecDeque::new();
            let keep = |line| {
                last.push_back(line);
                if last.len() > BEFORE {
                    last.pop_front();
                }
            };
            follow.past(true, keep).map_err(failed)?;
            last.into()
        }
    };
    let mut open = print(&before, json);
    tell(dir);
    while open && !shutdown.comes_within(PAUSE) {
        let news = follow.news().map_err(failed)?;
        let news = match &mut thread {
            Some(thread) => news.into_iter().flat_map(|line| thread.take(line)).collect(),
            None => news,
        };
        open = print(&news, json);
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(dir: &Path) {
    let (exists, place) = (dir.is_dir(), dir.display());
    let (ko, en) = match exists {
        true => (
            format!("[{place}]의 로그를 따라갑니다. Ctrl-C로 끝냅니다"),
            format!("following the log in [{place}]; Ctrl-C ends this"),
        ),
        false => (
            format!("[{place}]이(가) 아직 없어 기다립니다. Ctrl-C로 끝냅니다"),
            format!("[{place}] does not exist yet: waiting for it; Ctrl-C ends this"),
        ),
    };
    aside!("{}", Language::chosen().of(ko, en));
}

/// Whether somebody still reads.
fn print(lines: &[LogLine], json: bool) -> bool {
    let text = |line: &LogLine| match json {
        true => format!("{}\n", serde_json::json!(Line::of(line))),
        false => readable(line),
    };
    let text: String = lines.iter().map(text).collect();
    let mut stdout = io::stdout();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).is_ok()
}
