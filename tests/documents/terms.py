"""The terms of the glossary in CONTRIBUTING.md: each forbidden word, and what to write instead."""

# What must not be written, as a pattern, and what to write. Only words that cannot be meant otherwise.
TERMS = [
    ("통지", "통보"),
    ("단말기", "터미널"),
    ("상점 아이디", "상점아이디"),
    ("결제 수단", "결제수단"),
    ("부분 취소", "부분취소"),
    ("환불 계좌", "환불계좌"),
    ("한국 시간", "한국 시각"),
    ("데비안", "Debian"),
    ("리눅스", "Linux"),
    ("윈도우", "Windows"),
    ("장고", "Django"),
    ("파이썬", "Python"),
    ("도커", "Docker"),
    ("장부", "원장"),
    ("인수", "인자"),
    ("시험", "테스트"),
    # A signal of a process; 신호등 is none.
    ("신호(?!등)", "시그널"),
    ("확인 ?필요", "결과불명, or 미확인승인"),
    ("회선", "연결, 네트워크, 통신 경로"),
    ("노릇", "역할, or a plain verb"),
    # What a buyer reads ends in 해 주십시오, everything else in 하십시오.
    ("세요", "하십시오"),
    (r"\bin form\b", "well-formed"),
    (r"\bmeans of payment\b", "payment method"),
    (r"\bshop ids?\b", "merchant ID"),
    (r"\bmend(?:s|ed|ing)?\b", "fix, correct"),
    (r"\b(?:was|were|is|are) (?:not )?believed\b", "trusted"),
    (r"\bcame about\b", "a plain verb"),
    (r"\bmade anew\b", "created again"),
    (r"\bwears? (?:your|the|its)\b", "uses"),
    (r"\bcounts? nothing\b", "is ignored"),
    (r"\bcancel\w* \((?:망취소|Rollback)\)", "rollback (망취소)"),
    (r"(?-i:`in doubt`|\"in doubt\")", "in_doubt, where programs read it"),
]
