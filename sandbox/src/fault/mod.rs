//! Failures on request: `[before:]ACTION`, to see what a client does when the gateway or the network fails.

pub(crate) mod response;
pub mod script;
pub(crate) mod stream;

use crate::codes::{self, Refusal};
use crate::error::Error;
use axum::http::StatusCode;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The parameter by which a caller in any language asks for a fault.
pub const PARAMETER: &str = "XPAY_SANDBOX_FAULT";

/// A failure. Without `before` the request is executed first: money moves, and the caller does not learn of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Whether the request fails before it is executed.
    pub before: bool,
    /// What the caller sees.
    pub action: Action,
}

/// What the caller of a faulty gateway sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `hang`: no answer; the connection stays open until the caller leaves.
    Hang,
    /// `close`: the connection is closed without a byte.
    Close,
    /// `truncate=N`: complete headers, N bytes of the body, then closed.
    Truncate(usize),
    /// `status=NNN`: that HTTP status with a page of HTML.
    Status(StatusCode),
    /// `body=TEXT`: HTTP 200 with exactly this body.
    Body(String),
    /// `code=CODE`: a well-formed answer with this code other than `0000`, in place of the real one.
    Code(String),
    /// `gzip`: the real answer, compressed.
    Gzip,
    /// `delay=MS`: the real answer, delayed by this many milliseconds. `before:delay=MS`: the request is executed late, even
    /// if the caller has left by then.
    Delay(u32),
    /// `reset`: the connection is reset without a byte.
    Reset,
    /// `cut=N`: the first N bytes of the response, headers included, then closed.
    Cut(usize),
    /// `garbage=N`: N bytes that are not HTTP, then closed.
    Garbage(usize),
    /// `twice`: the whole response twice, then closed.
    Twice,
}

pub(crate) const GRAMMAR: &str =
    "[before:]hang|close|reset|delay=MS|status=NNN|code=CODE|body=TEXT|gzip|truncate=N|cut=N|garbage=N|twice";

impl FromStr for Fault {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).map_err(Into::into)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.before { "before:" } else { "" })?;
        match &self.action {
            Action::Hang => f.write_str("hang"),
            Action::Close => f.write_str("close"),
            Action::Truncate(bytes) => write!(f, "truncate={bytes}"),
            Action::Status(status) => write!(f, "status={}", status.as_u16()),
            Action::Body(text) => write!(f, "body={text}"),
            Action::Code(code) => write!(f, "code={code}"),
            Action::Gzip => f.write_str("gzip"),
            Action::Delay(milliseconds) => write!(f, "delay={milliseconds}"),
            Action::Reset => f.write_str("reset"),
            Action::Cut(bytes) => write!(f, "cut={bytes}"),
            Action::Garbage(bytes) => write!(f, "garbage={bytes}"),
            Action::Twice => f.write_str("twice"),
        }
    }
}

impl Fault {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let (before, action) = match text.strip_prefix("before:") {
            Some(action) => (true, action),
            None => (false, text),
        };
        let action = parse_action(action).ok_or_else(|| codes::FAULT.with(PARAMETER, GRAMMAR))?;
        Ok(Self { before, action })
    }

    /// How long a request waits before it is executed.
    pub(crate) fn delay_before(&self) -> Option<Duration> {
        match self.action {
            Action::Delay(milliseconds) if self.before => Some(Duration::from_millis(milliseconds.into())),
            _ => None,
        }
    }
}

fn parse_action(text: &str) -> Option<Action> {
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    match (name, value) {
        ("hang", None) => Some(Action::Hang),
        ("close", None) => Some(Action::Close),
        ("gzip", None) => Some(Action::Gzip),
        ("reset", None) => Some(Action::Reset),
        ("twice", None) => Some(Action::Twice),
        ("delay", Some(milliseconds)) => milliseconds.parse().ok().map(Action::Delay),
        ("cut", Some(bytes)) => bytes.parse().ok().map(Action::Cut),
        ("garbage", Some(bytes)) => bytes.parse().ok().map(Action::Garbage),
        ("truncate", Some(bytes)) => bytes.parse().ok().map(Action::Truncate),
        ("code", Some(code)) => codes::is_refusal(code).then(|| Action::Code(code.to_owned())),
        ("body", Some(text)) => Some(Action::Body(text.to_owned())),
        ("status", Some(status)) => {
            // An informational status is not an answer: a client keeps waiting for one.
            let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
            (!status.is_informational()).then_some(Action::Status(status))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_read_and_written_alike() {
        for text in [
            "hang",
            "before:close",
            "truncate=0",
            "status=503",
            "body=",
            "code=S007",
            "before:code=XC01",
            "before:body=a=b",
            "gzip",
            "before:delay=250",
            "reset",
            "cut=1",
            "garbage=9",
            "twice",
        ] {
            assert_eq!(Fault::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "before:",
            "hang=1",
            "truncate",
            "truncate=-1",
            "status=99",
            "status=100",
            "Hang",
            "cut",
            "delay=1s",
            "code=0000",
            "code=s007",
            "code=XC011",
        ] {
            assert_eq!(Fault::parse(text).err().map(|refusal| refusal.code()), Some("SB26"), "{text}");
        }
    }
}
