"""Notifications: what the gateway POSTs to LGD_CASNOTEURL (a virtual account), LGD_NOTEURL (a payment's result), LGD_KVPMISPNOTEURL
and LGD_MTRANSFERNOTEURL (a mobile payment, which has an answer of its own: `NoteReply`)."""

from __future__ import annotations

import datetime
from collections.abc import AsyncGenerator, Coroutine, Generator
from dataclasses import dataclass
from typing import Callable, Optional

from . import _native
from ._secret import hides
from .results import CasFlag, Institution, institution, moment

NOTICE_ANSWER = "OK"
"""The whole body of the shop's response to a notification that it has recorded. After any other the notification comes again."""


@hides("body")
def claimed_oid(body: bytes) -> Optional[str]:
    """LGD_OID of a notification or a window's return that is not verified yet, to find the order that it is verified against.

    Anyone may have sent it: use it for nothing else. `ProtocolError` for a body that is no form.
    """
    return _native.claimed_oid(body)


class Notice:
    """A notification that is signed with the MertKey.

    `mid`, `oid`, `amount` and `code` are signed, and `amount` is the order's. `tid` and `flag` are not signed: compare `tid`
    with the one that the order was given.
    """

    __slots__ = ("_notice",)

    def __init__(self, notice: _native.Notice) -> None:
        """Made by `XPayClient.verify_notice`."""
        self._notice = notice

    @property
    def mid(self) -> str:
        """LGD_MID: the merchant ID."""
        return self._notice.mid

    @property
    def oid(self) -> str:
        """LGD_OID: the shop's order number."""
        return self._notice.oid

    @property
    def amount(self) -> int:
        """LGD_AMOUNT in won."""
        return self._notice.amount

    @property
    def code(self) -> str:
        """LGD_RESPCODE."""
        return self._notice.code

    @property
    def is_success(self) -> bool:
        """Whether the code is ``0000``."""
        return self._notice.is_success

    @property
    def tid(self) -> str:
        """LGD_TID: the gateway's number of the payment."""
        return self._notice.tid

    @property
    def means(self) -> str:
        """LGD_PAYTYPE, see `Means`."""
        return self._notice.means

    @property
    def flag(self) -> Optional[CasFlag]:
        """LGD_CASFLAG; a virtual account's notification always has one."""
        flag = self._notice.flag
        return None if flag is None else CasFlag(flag)

    @property
    def seqno(self) -> Optional[str]:
        """LGD_CASSEQNO: which of the account's deposits it is."""
        return self._notice.seqno

    @property
    def paid_in_total(self) -> Optional[int]:
        """LGD_CASTAMOUNT in won: the total of all deposits so far."""
        return self._notice.paid_in_total

    @property
    def paid_in_now(self) -> Optional[int]:
        """LGD_CASCAMOUNT in won: this deposit."""
        return self._notice.paid_in_now

    @property
    def pay_date(self) -> Optional[datetime.datetime]:
        """LGD_PAYDATE."""
        at = self._notice.pay_date
        return None if at is None else moment(at)

    @property
    def institution(self) -> Optional[Institution]:
        """The bank or other institution."""
        known = self._notice.institution
        return None if known is None else institution(known)

    @property
    def dedup_key(self) -> tuple[str, str, str, str]:
        """LGD_TID, LGD_CASSEQNO, LGD_CASFLAG and LGD_PAYDATE: the same for a notification that comes again, and for no other."""
        return self._notice.dedup_key

    def is_due(self, saved_tid: Optional[str]) -> bool:
        """Whether the shop has to save its order for this note of a mobile payment.

        `saved_tid` is LGD_TID with which the order is saved as paid; None or empty where it is not. False for a repetition, for
        a failure, and for an order that another payment has paid.
        """
        return self._notice.is_due(saved_tid or "")

    def mobile_answer(self, saved_tid: Optional[str]) -> str:
        """The whole answer to this note of a mobile payment: ``OK`` or ``ROLLBACK``.

        `saved_tid` is LGD_TID with which the order is saved as paid now; None or empty where it could not be saved.
        """
        return self._notice.mobile_answer(saved_tid or "")

    def get(self, name: str) -> Optional[str]:
        """Any value by its LGD_ name. Only those named above are signed."""
        return self._notice.get(name)

    def __reduce__(self) -> tuple[Callable[[list[tuple[str, str]]], Notice], tuple[list[tuple[str, str]]]]:
        """For pickle: all values that came. Unpickled, it counts as verified."""
        return _kept, (self._notice.values,)

    def __eq__(self, other: object) -> bool:
        """Whether the same values came."""
        return isinstance(other, Notice) and self._notice.values == other._notice.values

    def __hash__(self) -> int:
        """As equality."""
        return hash(tuple(self._notice.values))

    def __repr__(self) -> str:
        """Numbers and flag; nothing of the buyer."""
        return f"<Notice {self.code} oid={self.oid} tid={self.tid} flag={self._notice.flag}>"


def _kept(values: list[tuple[str, str]]) -> Notice:
    return Notice(_native.Notice(values))


@dataclass(frozen=True)
class NoteReply:
    """What `XPayClient.mobile_note` answers."""

    answer: str
    """The whole body of the response, with the status 200: ``OK`` or ``ROLLBACK``."""
    note: Notice
    """The note that was verified."""
    error: Optional[Exception] = None
    """What the shop's step raised. Log it: nobody else sees it."""


def note_reply(note: Notice, saved_tid: Optional[str], error: Optional[Exception] = None) -> NoteReply:
    """The reply for an order that is saved as paid with `saved_tid`."""
    return NoteReply(answer=note.mobile_answer(saved_tid), note=note, error=error)


def ran(result: object, name: str = "the step", instead: str = "use AsyncClient.mobile_note") -> None:
    """`TypeError` if what the shop's function returned shows that it has not run: an unsaved order would be answered with OK."""
    if isinstance(result, Coroutine):
        result.close()
        raise TypeError(f"{name} is async and did not run: {instead}")
    if isinstance(result, (Generator, AsyncGenerator)):
        raise TypeError(f"{name} has a yield and did not run: remove the yield")
