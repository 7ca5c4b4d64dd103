"""The judge of leavings finds what was planted, tells its kind and never the value, and takes no time for a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.leavings import DEMO_KEY, Leavings

CODE = b"0123456789abcdef0123456789abcdef01234567"
NAME = "가명씨"
# By chance, a code's digits are a time.
TIMELY = b"ab20260210002000" + b"c" * 24


def judged(directory: Path, content: bytes) -> str:
    """What the judge says of a log with this content; nothing if it holds no secret."""
    judge = Leavings()
    judge.note("an LGD_AUTHCODE", CODE)
    judge.note("an LGD_AUTHCODE", TIMELY)
    judge.note("a name", NAME.encode())
    (directory / "shop.log").write_bytes(b"before " + content + b" after")
    try:
        judge.search(directory)
    except AssertionError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        (DEMO_KEY.encode(), "the demo shop's MertKey"),
        (b"01012345678", "a phone number"),
        (b"gil%40shop.example", "a mail address"),
        (NAME.encode(), "a name"),
        (NAME.encode("cp949"), "a name"),
        (b"%EA%B0%80%EB%AA%85%EC%94%A8", "a name"),
        (CODE, "an LGD_AUTHCODE"),
        # After other digits, as in an LGD_TXID, and after a time.
        (b"abc" + CODE, "an LGD_AUTHCODE"),
        (b"20260210002000" + TIMELY, "an LGD_AUTHCODE"),
        (b"20260210002000" + b"01012345678", "a phone number"),
    ],
)
def test_what_is_planted_is_found_and_not_shown(tmp_path: Path, planted: bytes, kind: str) -> None:
    said = judged(tmp_path, planted)
    assert "shop.log, byte" in said and kind in said
    assert planted.decode("latin-1") not in said and NAME not in said


def test_a_time_is_no_secret(tmp_path: Path) -> None:
    assert judged(tmp_path, b"tlgdacomxpay-0120260101012345" + b"678" + b"9" * 37) == ""
    for value in (b"20260210002000", b"20260210", b"short"):
        with pytest.raises(ValueError, match="cannot be a time"):
            Leavings().note("a value", value)


def test_a_configuration_may_have_its_key(tmp_path: Path) -> None:
    judge = Leavings()
    with pytest.raises(AssertionError, match="nothing to search"):
        judge.search(tmp_path)
    (tmp_path / "home/conf").mkdir(parents=True)
    (tmp_path / "home/conf/mall.conf").write_text(f"tlgdacomxpay = {DEMO_KEY}\n")
    (tmp_path / "home/shop.log").write_text("paid\n")
    judge.search(tmp_path)
    with pytest.raises(AssertionError, match="MertKey"):
        judge.search(tmp_path, allowed=())
