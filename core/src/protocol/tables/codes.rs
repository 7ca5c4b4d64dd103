//! What a row of the code tables is: what stands behind a code, and what a refund's code means.

/// A code and the Korean name behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// As it stands in a parameter.
    pub code: &'static str,
    /// In Korean.
    pub name_ko: &'static str,
}

/// A bank under its code of today and the ones of before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bank {
    /// Three digits, today's.
    pub code: &'static str,
    /// Two characters, as older results have it.
    pub old: &'static str,
    /// What its virtual accounts go by, where that is yet another code.
    pub old_virtual_account: Option<&'static str>,
    /// In Korean.
    pub name_ko: &'static str,
}

/// A bank that gives out virtual accounts, and what they can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VirtualAccountBank {
    /// LGD_BANKCODE.
    pub code: &'static str,
    /// In Korean.
    pub name_ko: &'static str,
    /// Whether more or less than the amount can be paid in.
    pub over_or_under_payment: bool,
    /// Whether the amount can be paid in several times.
    pub instalment_payment: bool,
    /// Whether a deposit can be cancelled on its day.
    pub same_day_deposit_cancel: bool,
}

/// What a cancel of a bank transfer or virtual account was answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundCode {
    /// LGD_RESPCODE.
    pub code: &'static str,
    /// Where the refund stands.
    pub state: RefundState,
    /// LGD_RESPMSG.
    pub message_ko: &'static str,
    /// When the gateway says so.
    pub meaning_ko: &'static str,
    /// The kind of answer it is.
    pub group_ko: &'static str,
}

/// A code that shops have a branch of their own for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenCode {
    /// LGD_RESPCODE.
    pub code: &'static str,
    /// In Korean.
    pub meaning_ko: &'static str,
    /// In English.
    pub meaning_en: &'static str,
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// The money is back.
    Done,
    /// The gateway finishes it by itself.
    InProgress,
    /// Not refunded; asking again can succeed.
    Retry,
    /// Not refunded, and asking again does not help.
    Impossible,
}

impl RefundState {
    /// The protocol's word for it.
    pub const fn name_ko(self) -> &'static str {
        match self {
            RefundState::Done => "환불완료",
            RefundState::InProgress => "환불진행중",
            RefundState::Retry => "재요청대상 (환불가능)",
            RefundState::Impossible => "환불불가",
        }
    }
}
