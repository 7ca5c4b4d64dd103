"""What became of a request, and the exceptions of the calls that raise."""

from __future__ import annotations

import enum
from typing import Optional


class Outcome(enum.IntEnum):
    """What became of a request. Only ANSWERED can mean an approved payment that is meant to stand."""

    NONE = 0
    """Nothing was sent."""
    ANSWERED = 1
    """A well-formed answer arrived, approval or decline: look at its code."""
    NOT_SENT = 2
    """It failed before the first byte of the request could have left. No money moved."""
    ROLLED_BACK = 3
    """It may have arrived, no well-formed answer came, and the gateway confirmed the Rollback: nothing of it stands."""
    IN_DOUBT = 4
    """As before, but no Rollback was confirmed. It may have been done: the message says what to do, the journal has it."""

    def __str__(self) -> str:
        """Its name in small letters, as ``in_doubt``."""
        return self.name.lower()


class XPayError(Exception):
    """Why a call has no result. An answer of the gateway, declines included, is never an error.

    It holds no secret. ``str()`` of it says what happened and what to do, in English and Korean.
    """

    def __init__(self, code: str, message: str, tx_id: str = "", outcome: int = Outcome.NOT_SENT) -> None:
        """Made by the library; all of it is kept in ``args``, so that it can be pickled."""
        super().__init__(code, message, tx_id, int(outcome))

    @property
    def code(self) -> str:
        """The number of what went wrong, as ``"20009"``."""
        return str(self.args[0])

    @property
    def message(self) -> str:
        """What happened, and what to do about it in English and Korean."""
        return str(self.args[1])

    @property
    def tx_id(self) -> str:
        """LGD_TXID of the request; empty where none was made."""
        return str(self.args[2])

    @property
    def outcome(self) -> Outcome:
        """Whether money may have moved: only IN_DOUBT says so."""
        return Outcome(self.args[3])

    @staticmethod
    def of(error: Optional[BaseException]) -> Optional[XPayError]:
        """The XPayError that `error` is, or that it comes from: its cause, its context, or one of a group. None without one.

        A call that was cancelled or timed out raises ``CancelledError`` or ``TimeoutError``, and this says what became of it.
        """
        seen: set[int] = set()
        left = [error]
        while left:
            one = left.pop()
            if isinstance(one, XPayError):
                return one
            if one is not None and id(one) not in seen:
                seen.add(id(one))
                before = None if one.__suppress_context__ else one.__context__
                left += [before, one.__cause__, *reversed(getattr(one, "exceptions", ()))]
        return None

    def __eq__(self, other: object) -> bool:
        """Whether both say the same, as an error and its copy from another process do."""
        return isinstance(other, XPayError) and type(self) is type(other) and self.args == other.args

    def __hash__(self) -> int:
        """As equality."""
        return hash((type(self), self.args))

    def __str__(self) -> str:
        """Code and message."""
        return f"[{self.code}] {self.message}"


class UsageError(XPayError):
    """An invalid value or call; the message names it. Nothing was sent."""


class ConfigError(XPayError):
    """Something on this machine needs a correction: a file, an address, a MertKey. Nothing was sent."""


class TransportError(XPayError):
    """No answer came. `outcome` says whether money may have moved."""


class ProtocolError(XPayError):
    """Something came that is not the gateway's: a malformed answer, a notification without a valid signature."""
