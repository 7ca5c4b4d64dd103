"""What a release says of itself, each from its one place: version, ABI, home page, the time of its commit."""

from __future__ import annotations

import functools
import os
import re
import subprocess

from sandbox import ROOT

# `git archive` writes the commit's time here (.gitattributes).
ARCHIVED = "$Format:%ct$"


def version() -> str:
    return one(r'^version = "(.*)"$', "Cargo.toml")


def abi() -> str:
    """XPAY_ABI_VERSION, which is also the SONAME's."""
    return one(r"^#define XPAY_ABI_VERSION (\d+)$", "include/xpayclient.h")


def homepage() -> str:
    """The project's address; empty until it has one. XPAY_HOMEPAGE is for whoever ships it from another."""
    return os.environ.get("XPAY_HOMEPAGE") or found(r'^repository = "(.*)"$', "Cargo.toml")


@functools.cache
def committed() -> int:
    """The commit's time, in seconds: archives have it instead of the time of their build."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or ARCHIVED
    if epoch.isdigit():
        return int(epoch)
    # Not the history of a repository in which a copy of ours lies.
    if not (ROOT / ".git").exists():
        raise SystemExit(
            "This copy of the sources does not know its commit: set SOURCE_DATE_EPOCH to its time in seconds\n"
            "이 소스 사본에는 커밋 정보가 없습니다. SOURCE_DATE_EPOCH에 커밋 시각을 초로 지정하십시오"
        )
    call = ["git", "log", "-1", "--format=%ct"]
    return int(subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def one(pattern: str, file: str) -> str:
    return found(pattern, file) or exit_without(file, pattern)


def found(pattern: str, file: str) -> str:
    match = re.search(pattern, (ROOT / file).read_text("utf-8"), re.MULTILINE)
    return match[1] if match else ""


def exit_without(file: str, pattern: str) -> str:
    raise SystemExit(f"{file} has no line {pattern}")
