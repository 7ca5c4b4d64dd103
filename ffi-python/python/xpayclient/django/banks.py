"""Banks by LGD_RFBANKCODE. Generated from protocol/tables.json by `cargo xtask generate`; do not edit."""

GATEWAYS = [
    ("002", "산업"),
    ("003", "기업"),
    ("004", "국민"),
    ("007", "수협"),
    ("011", "농협"),
    ("020", "우리"),
    ("023", "SC제일"),
    ("027", "한국씨티"),
    ("031", "iM뱅크"),
    ("032", "부산"),
    ("034", "광주"),
    ("035", "제주"),
    ("037", "전북"),
    ("039", "경남"),
    ("045", "새마을금고"),
    ("048", "신협"),
    ("071", "우체국"),
    ("081", "하나"),
    ("088", "신한"),
]
"""In the gateway's own table, by their names of today."""

COMMON = [
    ("012", "지역 농·축협"),
    ("050", "저축은행"),
    ("064", "산림조합"),
    ("089", "케이뱅크"),
    ("090", "카카오뱅크"),
    ("092", "토스뱅크"),
]
"""By the codes that Korean banks have in common: nobody has confirmed them for this gateway."""
