"""``python -m xpayclient store``: executes the journal's statements for the command ``xpay``, which has no driver.

Both ends write one JSON object a line: `bridge/src/store.rs` says which.
"""

from __future__ import annotations

import json
import signal
import sys
from typing import Any, TextIO

from . import _native
from .store import Store


def serve(store: Store, questions: TextIO, answers: TextIO) -> None:
    """Introduces the store, and answers until there is no question any more."""
    _say(answers, {"sql": store.database, "placeholder": store.placeholder})
    for line in questions:
        asked = json.loads(line)
        named = (asked[name] for name in ("operation", "sql", "values", "fresh", "on_connect"))
        kind, value = _native.execute(store, *named)
        _say(answers, {kind: value})


def _say(answers: TextIO, said: dict[str, Any]) -> None:
    answers.write(json.dumps(said) + "\n")
    answers.flush()


def run(store: Store) -> int:
    """By stdin and stdout, as long as the command needs it."""
    # Ctrl-C in a terminal is for the command, which still has statements then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        serve(store, sys.stdin, sys.stdout)
    except BrokenPipeError:
        # Python would say so itself once it flushes.
        sys.stdout = None
    store.close()
    return 0
