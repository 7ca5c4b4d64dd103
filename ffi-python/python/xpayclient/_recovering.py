"""``python -m xpayclient recover``: as ``xpay recover``, by the driver that is installed here. Any number may run at once."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from typing import Any, Optional

from . import _lines
from ._client import OpenTransaction, Recovery, XPayClient
from ._errors import XPayError

# As docs/*/recovery.md has them.
_KOREAN = {
    "rolled_back": "망취소됨",
    "running": "진행중",
    "abandoned": "중단됨",
    "in_doubt": "결과불명",
    "unconfirmed": "미확인승인",
    "ask_again": "재요청필요",
    "refused": "망취소거절",
    "damaged": "손상",
}
_LONGEST = 600

_CODES = """\
exit codes / 종료 코드:
  0  nothing is open, or the command succeeded / 미결 거래가 없거나 요청한 일을 마쳤습니다
  1  an error / 오류
  2  wrong usage / 사용법 오류
  3  transactions are still open / 미결 거래가 남아 있습니다
  4  another process is recovering, nothing was done / 다른 프로세스가 복구 중이어서 아무것도 하지 않았습니다"""


def main(name: str, arguments: list[str]) -> int:
    """`name` is ``recover`` or ``store``."""
    given = _parser(name).parse_args(arguments)
    home = given.home or os.environ.get("XPAY_HOME")
    if not home:
        return _complain("--home DIR or XPAY_HOME is missing / --home DIR 또는 XPAY_HOME이 필요합니다", 2)
    try:
        # Each is rolled back at the gateway of its record.
        client = XPayClient(home, "service")
        # It is read even if it is switched off now.
        client.set_config("journal", "on")
        return _serve(client) if name == "store" else _recover(client, given)
    except XPayError as error:
        return _complain(str(error), 1)


def _parser(name: str) -> argparse.ArgumentParser:
    about = {
        "recover": "Rolls back what is in doubt in the journal. / 저널의 결과불명 거래를 망취소합니다.",
        "store": "Executes the journal's statements for xpay --store. / xpay --store를 위해 저널의 SQL을 실행합니다.",
    }
    parser = argparse.ArgumentParser(
        f"python -m xpayclient {name}",
        description=about[name],
        epilog=_CODES if name == "recover" else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--home", metavar="DIR", help="the directory with conf/mall.conf; by default XPAY_HOME")
    if name == "recover":
        task = parser.add_mutually_exclusive_group()
        task.add_argument("--list", action="store_true", help="only show the open and the running transactions")
        task.add_argument("--watch", action="store_true", help="keep running and repeat the recovery")
        parser.add_argument("--every", metavar="SECONDS", type=_seconds, default=10, help="seconds between rounds of --watch")
        parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _seconds(text: str) -> int:
    seconds = int(text)
    if not 1 <= seconds <= 3600:
        raise ValueError
    return seconds


def _serve(client: XPayClient) -> int:
    store = client._store or client._configured[1]
    if store is None:
        # On stdout: there the command reads what is wrong.
        print("journal_dsn is not set / journal_dsn이 설정되지 않았습니다", flush=True)
        return 2
    return _lines.run(store)


def _recover(client: XPayClient, given: argparse.Namespace) -> int:
    client.check_journal()
    if given.list:
        found = client.open_transactions()
        rows = [_row(one) for one in found]
        print(_json(rows) if given.json else "\n".join(map(_line, rows)) or _of("미결 거래가 없습니다", "nothing is open"))
        return 3 if any(one.is_open for one in found) else 0
    if given.watch:
        return _watch(client, given)
    done = client.recover()
    if given.json:
        print(_json(_facts(done)))
    else:
        print(_report(done))
    return 4 if done.elsewhere else 3 if done.open else 0


def _watch(client: XPayClient, given: argparse.Namespace) -> int:
    """Each transaction once, until its state changes. On a signal the round at hand is finished first."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    print(_of("복구를 시작합니다", "watching"), file=sys.stderr, flush=True)
    pause, known = given.every, set[str]()
    while True:
        try:
            done = client.recover()
        except XPayError as error:
            _complain(str(error), 1)
            failed = True
        else:
            stuck = any(one.error is not None and one.is_recoverable for one in done.open)
            failed = stuck and not done.rolled_back
            facts = _facts(done)
            lines = [_json(row) if given.json else _line(row) for row in [*facts["rolled_back"], *facts["open"]]]
            for line in lines:
                if line not in known:
                    print(line, flush=True)
            known = set(lines)
        pause = min(pause * 2, max(_LONGEST, given.every)) if failed else given.every
        if ended.wait(pause):
            print(_of("복구를 마칩니다", "stopped"), file=sys.stderr, flush=True)
            return 0


def _facts(done: Recovery) -> dict[str, Any]:
    rolled_back = [{**_row(one), "state": "rolled_back", "why": None} for one in done.rolled_back]
    return {"rolled_back": rolled_back, "open": [_row(one) for one in done.open], "elsewhere": done.elsewhere}


def _row(one: OpenTransaction) -> dict[str, Any]:
    """By the names of ``xpay recover --json``."""
    texts = {name: getattr(one, name) for name in ("state", "at", "platform", "mid", "txname", "oid", "tid", "tx_id", "file")}
    return {**texts, "amount": "" if one.amount is None else str(one.amount), "why": _why(one)}


def _why(one: OpenTransaction) -> Optional[dict[str, str]]:
    if one.state == "refused":
        code, _, message = one.detail.partition(": ")[2].partition(" ")
        return {"code": code, "message": message}
    return None if one.error is None else {"code": one.error.code, "message": one.error.message}


def _report(done: Recovery) -> str:
    facts = _facts(done)
    rolled_back, still_open = len(done.rolled_back), len(done.open)
    if done.elsewhere:
        head = _of("다른 프로세스가 복구 중이어서 아무것도 하지 않았습니다", "another process is recovering, nothing was done")
    else:
        head = _of(f"망취소 {rolled_back}건, 미결 {still_open}건", f"{rolled_back} rolled back, {still_open} still open")
    return "\n".join([head, *map(_line, [*facts["rolled_back"], *facts["open"]])])


def _line(row: dict[str, Any]) -> str:
    """State, transaction, reason. The gateway's texts must not control the terminal."""
    why = row["why"] and f"{row['why']['code']} {row['why']['message']}"
    word = _of(_KOREAN.get(row["state"], row["state"]), row["state"])
    parts = [word, row["tx_id"] or row["file"], row["txname"], row["oid"], why]
    return "".join(one if one.isprintable() else " " for one in " ".join(filter(None, parts)))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _of(korean: str, english: str) -> str:
    """By the locale, as ``xpay`` does it."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return korean if named.startswith("ko") else english


def _complain(what: str, code: int) -> int:
    print(what, file=sys.stderr, flush=True)
    return code
