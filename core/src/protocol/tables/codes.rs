//! The code tables of the protocol: what stands behind a code, and what a refund's code means.

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

macro_rules! named {
    ($(#[$doc:meta] $table:ident: $($code:literal $name:literal),*;)*) => {
        $(#[$doc] pub static $table: &[Named] = &[$(Named { code: $code, name_ko: $name }),*];)*
    };
}

named! {
    /// LGD_PAYTYPE: the means of payment.
    PAYTYPES:
        "SC0010" "신용카드", "SC0030" "계좌이체", "SC0040" "무통장(가상계좌)", "SC0060" "휴대폰",
        "SC0070" "유선전화", "SC0090" "OK캐쉬백", "SC0100" "무통장입금 단독(현금영수증)",
        "SC0111" "문화상품권", "SC0112" "게임문화상품권", "SC0113" "도서문화상품권", "SC0220" "모바일T머니";
    /// LGD_FINANCECODE of a card: who issued it.
    CARD_ISSUERS:
        "11" "국민", "21" "외환", "29" "산은캐피탈", "31" "비씨", "32" "하나", "33" "우리", "34" "수협",
        "35" "전북", "36" "씨티", "41" "신한", "42" "제주", "46" "광주", "51" "삼성", "61" "현대",
        "71" "롯데", "91" "NH", "4J" "해외JCB", "4M" "해외MASTER", "4V" "해외VISA", "6D" "해외DINERS",
        "6I" "해외DISCOVER";
    /// LGD_FINANCECODE of a telephone: whose line it is.
    TELECOMS:
        "011" "SKT", "016" "KT", "019" "LGT";
}

const fn bank(code: &'static str, old: &'static str, name_ko: &'static str) -> Bank {
    Bank { code, old, old_virtual_account: None, name_ko }
}

/// LGD_FINANCECODE and LGD_RFBANKCODE: the banks and brokers.
pub static BANKS: &[Bank] = &[
    bank("002", "02", "산업"),
    bank("003", "03", "기업"),
    bank("004", "06", "국민"),
    bank("005", "05", "외환"),
    bank("007", "07", "수협"),
    bank("011", "11", "농협"),
    bank("020", "20", "우리"),
    bank("023", "23", "SC제일"),
    bank("027", "27", "한국씨티"),
    bank("031", "31", "대구"),
    bank("032", "32", "부산"),
    bank("034", "34", "광주"),
    bank("035", "35", "제주"),
    bank("037", "37", "전북"),
    bank("039", "39", "경남"),
    bank("045", "45", "새마을금고"),
    bank("048", "48", "신협"),
    bank("071", "71", "우체국"),
    bank("081", "81", "KEB하나"),
    Bank { old_virtual_account: Some("26"), ..bank("088", "88", "신한") },
    bank("209", "S0", "동양증권"),
    bank("230", "S1", "미래에셋"),
    bank("240", "S3", "삼성증권"),
    bank("243", "S6", "한국투자증권"),
    bank("269", "SG", "한화증권"),
    bank("278", "S2", "신한금융투자"),
];

/// No bank of today takes over- or underpayments or payments in parts.
const fn account_bank(
    code: &'static str,
    name_ko: &'static str,
    same_day_deposit_cancel: bool,
) -> VirtualAccountBank {
    VirtualAccountBank {
        code,
        name_ko,
        over_or_under_payment: false,
        instalment_payment: false,
        same_day_deposit_cancel,
    }
}

/// LGD_BANKCODE: the banks that give out virtual accounts.
pub static VIRTUAL_ACCOUNT_BANKS: &[VirtualAccountBank] = &[
    account_bank("03", "기업", true),
    account_bank("06", "국민", true),
    account_bank("11", "농협", false),
    account_bank("26", "신한", true),
    account_bank("81", "KEB하나", true),
    account_bank("71", "우체국", true),
    account_bank("39", "경남", true),
    account_bank("20", "우리", true),
    account_bank("32", "부산", false),
    account_bank("07", "수협", true),
    account_bank("31", "대구", true),
];

/// The codes with which a cancel counts as done, by LGD_PAYTYPE.
pub static CANCEL_SUCCESS: &[(&str, &[&str])] = &[
    ("SC0010", &["0000", "AV11"]),
    ("SC0030", &["0000", "RF00", "RF09", "RF10", "RF15", "RF19", "RF23", "RF25"]),
];

/// The same for every other LGD_PAYTYPE.
pub static CANCEL_SUCCESS_OTHER: &[&str] = &["0000"];

macro_rules! refund_codes {
    ($($code:literal $state:ident $message:literal, $meaning:literal, $group:literal;)*) => {
        /// The codes of refunds by bank.
        pub static REFUND_CODES: &[RefundCode] = &[$(RefundCode {
            code: $code,
            state: RefundState::$state,
            message_ko: $message,
            meaning_ko: $meaning,
            group_ko: $group,
        }),*];
    };
}

refund_codes! {
    "0000" Done "환불성공",
        "정상 처리 및 재요청에 대한 정상 처리건 응답",
        "정상";
    "RF00" Done "환불이 정상 처리되었습니다.",
        "* 구 링크방식으로 환불요청한 경우만 적용",
        "정상";
    "RF21" Impossible "환불 기간이 초과되었습니다.",
        "10일(mid별 설정값 기준) 이후의 환불 요청건에대해서 실패처리",
        "환불실패";
    "RF05" Impossible "환불 가능한 상점이 아닙니다.",
        "환불 계약이 이루어지지 않은 상점",
        "환불실패";
    "RF07" Impossible "해당 상점이 존재하지 않습니다.",
        "상점 아이디가 존재하지 않을 때 재요청 요망",
        "환불실패";
    "RF17" Impossible "환불이 비정상 처리되었습니다.",
        "은행으로부터 환불 에러로 결과가 옴. LG U+ 에 확인 요청",
        "환불실패";
    "RF24" Impossible "요청하신 건에 대한 임금된 내역이 없습니다",
        "가상계좌 입금이 안된 주문건을 환불요청할 경우 (가상계좌 적용)",
        "환불실패";
    "RFFF" Impossible "알 수 없는 상태",
        "기부분환불된 거래건의 남은 거래액을 환불시, 부분환불 요청을 아니하고 전액환불요청을 하였을 때 응답",
        "환불실패";
    "RF02" Retry "은행 서비스 시간이 아닙니다.",
        "은행의 서비스 시간이 아닐 때 재요청 요망",
        "환불실패 - 재요청 요망";
    "RF08" Retry "상점 한달 환불 가능액을 초과했습니다.",
        "영업사원(AM)이나 기술문의(1544-7772(3)) 요망",
        "환불실패 - 재요청 요망";
    "RF13" Retry "상점 환불 한도액이 0원 입니다",
        "월한도액 0원 : 영업사원(AM)이나 기술문의(1544-7772(3)) 요망",
        "환불실패 - 재요청 요망";
    "RF22" Retry "은행 장애로 서비스 중지 상태이오니 잠시후 사용해주세요.",
        "일시적 은행 장애로 재요청 요망",
        "환불실패 - 재요청 요망";
    "RF28" Retry "환불요청시 환불금액이 0원이거나 누락되었습니다",
        "과오납허용 가상계좌 이용상점중 환불요청시, 환불금액을 보내주지 않은 경우에 대한 응답 (과오납허용 가상계좌에만 적용)",
        "환불실패 - 재요청 요망";
    "RF26" Retry "환불계좌 형식이 유효하지 않습니다",
        "환불계좌정보(예금주, 은행코드, 계좌번호) 모두 일치하지 않는 경우",
        "환불실패 - 재요청 요망";
    "RF27" Retry "환불요청금액이 입금금액보다 큽니다",
        "부분환불요청시, 환불요청금액이 (잔여)입금금액 보다 큰 경우",
        "환불실패 - 재요청 요망";
    "RF30" Retry "에스크로거래건은 부분환불이 불가합니다",
        "매매보호 (에스크로) 건은 부분환불이 불가함",
        "환불실패 - 재요청 요망";
    "RF31" Retry "가상계좌번호는 환불계좌로 이용할 수 없습니다",
        "환불요청시, 실제 예금계좌가 아닌 은행가상계좌번호를 넘겨줄 경우 (예: (단위)농협 가상계좌)",
        "환불실패 - 재요청 요망";
    "RF10" InProgress "환불 기간이 초과되었습니다. -오프라인처리",
        "은행별 실시간환불기간 (10일)이 지났지만 상점환불 사용가능일(계약) 이내일때 오프라인환불 처리됨",
        "오프라인처리";
    "RF09" InProgress "결제기관 미응답",
        "LG유플러스 사정으로 환불 처리 안됨. 백그라운드로 처리중으로 재요청하면 결과를 보내줌",
        "백그라운드 처리";
    "RF15" InProgress "환불 요청이 기 수행되었음",
        "환불 기요청건 (환불 성공되지 않은 상태)",
        "백그라운드 처리";
    "RF19" InProgress "환불 타임아웃",
        "은행 사정으로 환불 처리안됨. LG유플러스에서 백그라운드 처리중으로 재요청하면 결과를 보내줌",
        "백그라운드 처리";
    "RF23" InProgress "요청하신 건에 대한 환불이 진행중입니다",
        "오프라인 처리중이거나 백그라운드 처리중인모든 LG유플러스 처리중인 건에 대해 재요청시에 대한 응답 (계좌이체 적용)",
        "상태응답";
    "RF25" InProgress "요청하신 건에 대한 환불이 진행중입니다",
        "오프라인 처리중이거나 백그라운드 처리중인모든 LG유플러스 처리중인 건에 대해 재요청시에 대한 응답 (가상계좌 적용)",
        "상태응답";
}
