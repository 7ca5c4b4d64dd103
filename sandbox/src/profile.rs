//! How this gateway answers what nobody has published about the real one. A client must be safe whichever way it is.

use crate::codes;
use crate::error::Error;
use std::fmt;
use std::str::FromStr;

/// One choice for each open question, as text `unknown-rollback=refused,keep-alive=5`. The default is what the sandbox does
/// without one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The Rollback of an LGD_TXID that has not arrived.
    pub unknown_rollback: Reply,
    /// A request that arrives after its own Rollback was answered `0000`.
    pub late_request: Late,
    /// Another Rollback of a transaction that was rolled back.
    pub second_rollback: Reply,
    /// The Rollback of a transaction that was declined.
    pub declined_rollback: Reply,
    /// The Rollback of a Cancel, PartialCancel or Settlement.
    pub cancel_rollback: CancelRollback,
    /// Another PaymentByKey with a PAYKEY that has paid.
    pub second_payment: SecondPayment,
    /// A Report.
    pub report: Reply,
    /// For how many seconds an idle connection stays open, 0 for not at all; by default until the client closes it.
    pub keep_alive: Option<u16>,
    /// The versions of TLS that it speaks.
    pub tls: Tls,
    /// Codes that it answers in place of the sandbox's own: the sandbox's, and the other.
    pub code_table: Vec<(String, String)>,
}

/// A value that is written as one of a few words.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $variant:ident $word:literal)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name { $($(#[$what])* $variant),* }

        impl $name {
            /// All of them, the default first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            const WORDS: &'static [&'static str] = &[$($word),*];
        }

        impl Value for $name {
            fn grammar() -> String {
                Self::WORDS.join("|")
            }

            fn read(text: &str) -> Option<Self> {
                Self::WORDS.iter().position(|word| *word == text).map(|at| Self::ALL[at])
            }

            fn write(&self) -> String {
                Self::WORDS[*self as usize].to_owned()
            }
        }
    };
}

words! {
    /// How a Rollback or a Report without effect is answered.
    Reply {
        /// `0000`.
        #[default]
        Done "0000"
        /// With another code.
        Refused "refused"
        /// Not at all: the connection stays open and silent.
        Silent "silent"
    }
}

words! {
    /// What becomes of a request that arrives after its own Rollback.
    Late {
        /// Refused. A Rollback that was refused itself bars nothing, so then it is executed.
        #[default]
        Refused "refused"
        /// Executed.
        Approved "approved"
    }
}

words! {
    /// How the Rollback of a Cancel is answered.
    CancelRollback {
        /// `0000`: the money that was refunded is the shop's again.
        #[default]
        Undone "undone"
        /// `0000`, and the Cancel stands.
        Ignored "ignored"
        /// Refused; the Cancel stands.
        Refused "refused"
    }
}

words! {
    /// How a second PaymentByKey with the same PAYKEY is answered.
    SecondPayment {
        /// `S007`.
        #[default]
        Refused "refused"
        /// `0000` with the result of the first. No money moves, and its Rollback undoes nothing.
        Repeated "repeated"
        /// As `repeated`, and its Rollback undoes the payment.
        Shared "shared"
    }
}

words! {
    /// Versions of TLS.
    Tls {
        /// 1.2 and 1.3.
        #[default]
        Both "1.2+1.3"
        /// 1.2 only.
        Tls12 "1.2"
        /// 1.3 only.
        Tls13 "1.3"
    }
}

/// How a setting is written.
trait Value: Sized {
    fn grammar() -> String;
    fn read(text: &str) -> Option<Self>;
    fn write(&self) -> String;
}

impl Value for Option<u16> {
    fn grammar() -> String {
        "SECONDS|on".into()
    }

    fn read(text: &str) -> Option<Self> {
        if text == "on" { Some(None) } else { text.parse().ok().map(Some) }
    }

    fn write(&self) -> String {
        self.map_or("on".into(), |seconds| seconds.to_string())
    }
}

impl Value for Vec<(String, String)> {
    fn grammar() -> String {
        "CODE:CODE[+CODE:CODE…]".into()
    }

    fn read(text: &str) -> Option<Self> {
        let pair = |pair: &str| {
            let (ours, theirs) = pair.split_once(':')?;
            let known = codes::ALL.iter().any(|code| code.code == ours) && ours != codes::OK.code;
            // A refusal stays one: with 0000 it would say that money moved.
            (known && codes::is_refusal(theirs)).then(|| (ours.to_owned(), theirs.to_owned()))
        };
        text.split('+').filter(|pair| !pair.is_empty()).map(pair).collect()
    }

    fn write(&self) -> String {
        let pairs: Vec<_> = self.iter().map(|(ours, theirs)| format!("{ours}:{theirs}")).collect();
        pairs.join("+")
    }
}

/// Names each setting once, for reading and writing.
macro_rules! settings {
    ($($name:literal $field:ident)*) => {
        impl Profile {
            /// The names of the settings.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Sets one setting.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
                match name {
                    $($name => self.$field = read(name, value)?,)*
                    _ => return Err(unknown(name)),
                }
                Ok(())
            }

            /// All settings by their names, as they are written.
            pub fn settings(&self) -> Vec<(&'static str, String)> {
                vec![$(($name, self.$field.write())),*]
            }
        }
    };
}

settings! {
    "unknown-rollback" unknown_rollback
    "late-request" late_request
    "second-rollback" second_rollback
    "declined-rollback" declined_rollback
    "cancel-rollback" cancel_rollback
    "second-payment" second_payment
    "report" report
    "keep-alive" keep_alive
    "tls" tls
    "code-table" code_table
}

fn read<T: Value>(name: &str, text: &str) -> Result<T, Error> {
    T::read(text).ok_or_else(|| {
        let grammar = T::grammar();
        Error::new(
            format!("프로필의 {name} 값 [{text}]이(가) 올바르지 않습니다. {grammar} 가운데 하나를 쓰십시오"),
            format!("[{text}] is no value of {name} in a profile: use {grammar}"),
        )
    })
}

fn unknown(name: &str) -> Error {
    let names = Profile::NAMES.join(", ");
    Error::new(
        format!("프로필에 [{name}] 항목이 없습니다. {names} 가운데 하나를 쓰십시오"),
        format!("a profile has no [{name}]: use one of {names}"),
    )
}

impl FromStr for Profile {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut profile = Self::default();
        for setting in text.split(',').map(str::trim).filter(|setting| !setting.is_empty()) {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            profile.set(name, value)?;
        }
        Ok(profile)
    }
}

/// What differs from the default.
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = Self::default().settings();
        let own = self.settings().into_iter().zip(usual).filter(|(own, usual)| own != usual);
        let own: Vec<_> = own.map(|((name, value), _)| format!("{name}={value}")).collect();
        f.write_str(&own.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_and_written_alike() {
        for text in [
            "",
            "unknown-rollback=refused",
            "unknown-rollback=silent,late-request=approved,second-rollback=refused",
            "cancel-rollback=ignored,second-payment=shared,report=silent,keep-alive=0,tls=1.2",
            "keep-alive=60,tls=1.3,code-table=S007:XC01+SB11:P001",
        ] {
            assert_eq!(text.parse::<Profile>().map(|profile| profile.to_string()).ok(), Some(text.into()));
        }
    }

    #[test]
    fn what_is_no_profile_is_refused_by_its_name() {
        for (text, named) in [
            ("late=approved", "[late]"),
            ("unknown-rollback=maybe", "unknown-rollback"),
            ("keep-alive=-1", "keep-alive"),
            ("keep-alive=65536", "keep-alive"),
            ("code-table=S007", "code-table"),
            ("code-table=S007:0000", "code-table"),
            ("code-table=0000:S007", "code-table"),
            ("code-table=NONE:S007", "code-table"),
        ] {
            let error = text.parse::<Profile>().err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
