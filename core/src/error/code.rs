//! The one list of error codes, set when no well-formed answer came: the vendor's numbers, and our own 9xxxx for misuse.
//!
//! All other lists of codes (the constants of C and PHP, the documentation) are generated from [`CODES`].

use std::fmt;

/// Why there is no answer. The codes of answers (`0000`, …) are the gateway's and never appear here.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code(u32);

/// Name, texts and remedy of a [`Code`].
#[derive(Debug)]
#[non_exhaustive]
pub struct CodeInfo {
    /// The code itself.
    pub code: Code,
    /// Its name without prefix: `TIMEDOUT` is `XPAY_ERR_TIMEDOUT` in C, and in PHP, which has
    /// the vendor's codes alone, `LGD_ERR_TIMEDOUT`.
    pub name: &'static str,
    /// The kind of failure.
    pub kind: ErrorKind,
    /// How its messages begin; merchants' code compares this. Empty if the message has no fixed beginning.
    pub start: &'static str,
    /// What it means, in English.
    pub en: &'static str,
    /// What it means, in Korean.
    pub ko: &'static str,
    /// What to do.
    pub remedy: Remedy,
}

/// The kind of a failure, as it is numbered in C; a language with exceptions has one exception for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A call or a value is wrong. Nothing was sent.
    Usage = 1,
    /// Something on this machine needs correcting. Nothing was sent.
    Config,
    /// No answer came.
    Transport,
    /// The answer is malformed.
    Protocol,
    /// An error of this library or of the system.
    Internal,
}

/// The name of each [`ErrorKind`] in what programs read, at its number; 0 means that nothing failed.
pub const ERROR_KINDS: [&str; 6] = ["none", "usage", "config", "transport", "protocol", "internal"];

/// What to do, in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// In English.
    pub en: &'static str,
    /// In Korean.
    pub ko: &'static str,
}

macro_rules! codes {
    ($($name:ident $number:literal $kind:ident $start:literal, $en:literal, $ko:literal; $do_en:literal, $do_ko:literal;)*) => {
        impl Code {
            $(#[doc = concat!("`", stringify!($number), "`: ", $en)] pub const $name: Code = Code($number);)*
        }

        /// Every named code, in order.
        pub static CODES: &[CodeInfo] = &[$(CodeInfo {
            code: Code::$name,
            name: stringify!($name),
            kind: ErrorKind::$kind,
            start: $start,
            en: $en,
            ko: $ko,
            remedy: Remedy { en: $do_en, ko: $do_ko },
        }),*];
    };
}

codes! {
    NO_HOME_DIR 10001 Config "",
        "The home_dir directory does not exist",
        "home_dir로 지정한 디렉터리가 없습니다";
        "Pass the directory that contains conf/mall.conf and conf/lgdacom.conf",
        "conf/mall.conf와 conf/lgdacom.conf가 있는 디렉터리를 지정하십시오";
    NO_MALL_CONFIG 10002 Config "",
        "home_dir has no readable conf/mall.conf",
        "home_dir 아래에 읽을 수 있는 conf/mall.conf가 없습니다";
        "Put the shop's mall.conf there, readable by the user that runs this program",
        "상점의 mall.conf를 그 위치에 두고 실행 사용자에게 읽기 권한을 주십시오";
    NO_LGDACOM_CONFIG 10003 Config "",
        "home_dir has no readable conf/lgdacom.conf",
        "home_dir 아래에 읽을 수 있는 conf/lgdacom.conf가 없습니다";
        "Put lgdacom.conf there, readable by the user that runs this program",
        "lgdacom.conf를 그 위치에 두고 실행 사용자에게 읽기 권한을 주십시오";
    NO_MID 10004 Config "",
        "mall.conf has no MertKey for this merchant ID",
        "mall.conf에 이 상점아이디의 MertKey가 없습니다";
        "Add a line `<LGD_MID> = <MertKey>` to mall.conf; test IDs begin with t",
        "mall.conf에 `<상점아이디> = <MertKey>` 줄을 추가하십시오. 테스트 아이디는 t로 시작합니다";
    OUT_OF_MEMORY 10005 Config "",
        "Out of memory",
        "필요한 메모리를 얻지 못했습니다";
        "Free memory on this machine",
        "서버의 메모리를 확보하십시오";
    HTTP_URL 20001 Config "URL error",
        "The gateway's address is missing, is not a valid URL, or is not https",
        "게이트웨이 주소가 없거나, 주소가 아니거나, https가 아닙니다";
        "Correct url (service) or test_url (test) in lgdacom.conf; it must begin with https://",
        "lgdacom.conf의 url(실거래) 또는 test_url(테스트)을 https://로 시작하는 주소로 고치십시오";
    RESOLVE_HOST 20002 Transport "Resolve host error",
        "Could not resolve the gateway's host name",
        "게이트웨이 호스트 이름의 IP 주소를 찾지 못했습니다";
        "Check the host name in lgdacom.conf and this machine's DNS",
        "lgdacom.conf의 호스트 이름과 서버의 DNS 설정을 확인하십시오";
    RESOLVE_PROXY 20003 Transport "Resolve proxy error",
        "Could not resolve the proxy's host name",
        "프록시 호스트 이름의 IP 주소를 찾지 못했습니다";
        "Check proxy_host in mall.conf and this machine's DNS",
        "mall.conf의 proxy_host와 서버의 DNS 설정을 확인하십시오";
    CONNECT 20004 Transport "Could not connect error",
        "Could not connect",
        "연결하지 못했습니다";
        "Check address and port in lgdacom.conf, and that the firewall allows this outgoing connection",
        "lgdacom.conf의 주소와 포트, 방화벽의 외부 접속 허용 여부를 확인하십시오";
    WRITE 20005 Transport "Write error",
        "A write failed on this machine",
        "서버에서 쓰기에 실패했습니다";
        "Check this machine's disk and memory",
        "서버의 디스크와 메모리를 확인하십시오";
    READ 20006 Transport "Read error",
        "A read failed on this machine",
        "서버에서 읽기에 실패했습니다";
        "Check this machine's disk and memory",
        "서버의 디스크와 메모리를 확인하십시오";
    SEND 20007 Transport "Send error",
        "The connection broke while the request was sent",
        "요청을 보내는 중에 연결이 끊겼습니다";
        "Check the network and the firewall between this machine and the gateway",
        "상점 서버와 게이트웨이 사이의 네트워크와 방화벽을 확인하십시오";
    RECV 20008 Transport "Recv error",
        "The connection broke before the answer was complete",
        "응답을 다 받기 전에 연결이 끊겼습니다";
        "Check the network and the firewall between this machine and the gateway",
        "상점 서버와 게이트웨이 사이의 네트워크와 방화벽을 확인하십시오";
    TIMEDOUT 20009 Transport "Timeout error",
        "No complete answer came within the time limit",
        "제한 시간 안에 응답을 다 받지 못했습니다";
        "Check the network between this machine and the gateway, and timeout in mall.conf",
        "상점 서버와 게이트웨이 사이의 네트워크와 mall.conf의 timeout을 확인하십시오";
    SSL 20101 Transport "SSL error",
        "The TLS handshake failed, or the gateway's certificate is not trusted",
        "TLS 연결에 실패했거나 게이트웨이의 인증서를 신뢰할 수 없습니다";
        "Check this machine's clock, its CA certificates and conf/ca-bundle.crt",
        "서버의 시계, CA 인증서, conf/ca-bundle.crt를 확인하십시오";
    TRANSPORT 20201 Transport "Transport error",
        "The response is not HTTP, or is too large",
        "응답이 HTTP가 아니거나 너무 큽니다";
        "Another server than the gateway may answer at this address: check url in lgdacom.conf",
        "해당 주소에서 게이트웨이가 아닌 서버가 응답했을 수 있습니다. lgdacom.conf의 url을 확인하십시오";
    JSON 40001 Protocol "JSON Decode Failed",
        "HTTP 200, but the body is not a well-formed answer",
        "HTTP 200이지만 본문이 응답 형식이 아닙니다";
        "Another server than the gateway may answer at this address: check url in lgdacom.conf",
        "해당 주소에서 게이트웨이가 아닌 서버가 응답했을 수 있습니다. lgdacom.conf의 url을 확인하십시오";
    NULL_ARGUMENT 90001 Usage "Argument error",
        "NULL was passed instead of a string",
        "문자열 대신 NULL이 전달되었습니다";
        "Pass a string, not NULL",
        "NULL이 아닌 문자열을 넘기십시오";
    CALL_ORDER 90002 Usage "Call order error",
        "The call order is wrong, or a call was made twice",
        "호출 순서가 잘못되었거나 같은 호출을 두 번 했습니다";
        "Call Init, then Init_TX, then Set, then TX",
        "Init, Init_TX, Set, TX 순서로 호출하십시오";
    BAD_VALUE 90003 Usage "Value error",
        "Invalid value; the message names the field",
        "파라미터 값이 올바르지 않습니다. 어느 항목인지는 메시지에 표시됩니다";
        "Correct the named field",
        "해당 항목의 값을 고치십시오";
    BAD_CONFIG 90004 Config "Configuration error",
        "A configuration file has a malformed line",
        "설정 파일에 읽을 수 없는 줄이 있습니다";
        "Correct that line of the file",
        "설정 파일의 해당 줄을 고치십시오";
    NO_RANDOM 90005 Internal "Random source error",
        "The system returned no random bytes",
        "시스템에서 난수를 얻지 못했습니다";
        "Make the system's random source readable (outside Windows /dev/urandom)",
        "시스템 난수원(Windows 외에는 /dev/urandom)을 읽을 수 있게 하십시오";
    JOURNAL 90006 Config "Journal error",
        "The journal could not be written",
        "저널에 기록하지 못했습니다";
        "Set journal_dir in mall.conf to a writable directory with free space on a local disk, not a network disk",
        "mall.conf의 journal_dir을 네트워크가 아닌 이 서버의 디스크에 두고, 쓰기 권한과 여유 공간을 확인하십시오";
    SHOP_STEP 90007 Transport "Shop step error",
        "The payment was approved, but the shop's step in the guard failed",
        "승인되었지만 가드 안의 상점 처리가 실패했습니다";
        "Correct the cause in the shop's own step after the approval",
        "승인 후 상점의 처리 단계에서 실패한 원인을 해결하십시오";
    INTERRUPTED 90008 Transport "Interrupted error",
        "A signal, a cancelled task or `Stop` ended the wait for the answer",
        "시그널, 취소된 작업, `Stop` 때문에 응답을 기다리지 않고 끝냈습니다";
        "Check the outcome before you send the request again",
        "다시 요청하기 전에 결과를 확인하십시오";
    DELIVERY 90009 Protocol "Escrow delivery error",
        "The gateway did not accept the registration of an escrow delivery",
        "게이트웨이가 에스크로 배송등록을 받아들이지 않았습니다";
        "Correct what its answer names, and look the delivery up in the merchant admin",
        "응답에 표시된 항목을 고치고 상점관리자에서 배송 내역을 확인하십시오";
    INTERNAL 90099 Internal "Internal error",
        "An internal error of this library",
        "이 라이브러리의 결함입니다";
        "Report this to the xpayclient project, and look the payment up in the merchant admin",
        "xpayclient 프로젝트에 알려 주시고, 상점관리자에서 거래를 확인하십시오";
}

/// Base of the codes for an HTTP status.
const HTTP_BASE: u32 = 30000;

static HTTP: CodeInfo = CodeInfo {
    code: Code(HTTP_BASE),
    name: "HTTP",
    kind: ErrorKind::Protocol,
    start: "HTTP response code =",
    en: "The HTTP status is not 2xx",
    ko: "HTTP 상태가 2xx가 아닙니다",
    remedy: Remedy {
        en: "The gateway or a server before it refused the request: check url in lgdacom.conf and try again later",
        ko: "게이트웨이 또는 중간 서버가 거부했습니다. lgdacom.conf의 url을 확인하고 나중에 다시 시도하십시오",
    },
};

impl Code {
    /// `30000 + status`: an HTTP status other than 2xx.
    pub const fn http(status: u16) -> Code {
        Code(HTTP_BASE + status as u32)
    }

    /// The HTTP status of a [`Code::http`].
    pub const fn http_status(self) -> Option<u16> {
        match self.0 {
            30000..=30999 => Some((self.0 - HTTP_BASE) as u16),
            _ => None,
        }
    }

    /// Whether the gateway answered, though not with a well-formed answer: the request had arrived by then.
    pub(crate) const fn is_of_an_answer(self) -> bool {
        self.http_status().is_some() || self.0 == Code::JSON.0
    }

    /// The number, as in the vendor's library.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The kind of failure.
    pub fn kind(self) -> ErrorKind {
        self.info().kind
    }

    /// Its name, texts and remedy; the same for every HTTP status.
    pub fn info(self) -> &'static CodeInfo {
        let named = CODES.iter().find(|info| info.code == self);
        named.unwrap_or(&HTTP)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({} {})", self.0, self.info().name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An exception of the wrong type could tell a shop that nothing was sent.
    #[test]
    fn each_block_of_the_vendors_codes_is_of_one_kind() {
        for info in CODES.iter().filter(|info| info.code.number() < 90000) {
            let kind = match info.code.number() {
                ..=20000 => ErrorKind::Config,
                // The address is a setting.
                20001 => ErrorKind::Config,
                20002..30000 => ErrorKind::Transport,
                _ => ErrorKind::Protocol,
            };
            assert_eq!(info.kind, kind, "{}", info.name);
        }
        assert_eq!(Code::http(503).kind(), ErrorKind::Protocol);
    }
}
