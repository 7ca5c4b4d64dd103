"""Results: what the gateway answered, as frozen objects that show no secret.

``code``, ``message`` and ``is_success`` are always there. Everything else is read from an approval: where the gateway
declined, or a value is malformed, reading it raises `ProtocolError` and ``get`` still gives what came.
"""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass, field
from typing import Any, Callable, ClassVar, Generic, NamedTuple, NoReturn, Optional, TypeVar, Union, overload

from . import _native

__all__ = [
    "AuthOnlyResult",
    "BillingKey",
    "CancelResult",
    "CancelState",
    "CardDetails",
    "CasFlag",
    "CashReceiptResult",
    "CyberAccountResult",
    "Institution",
    "Means",
    "PaymentResult",
    "Points",
    "Result",
    "VirtualAccountDetails",
]

T = TypeVar("T")

KST = datetime.timezone(datetime.timedelta(hours=9), "KST")


class Means:
    """LGD_PAYTYPE: the payment method. A code that is not here is kept as the gateway sent it."""

    CARD = "SC0010"
    BANK_TRANSFER = "SC0030"
    VIRTUAL_ACCOUNT = "SC0040"
    MOBILE_PHONE = "SC0060"
    LANDLINE = "SC0070"
    OK_CASHBAG = "SC0090"
    DEPOSIT = "SC0100"
    CULTURE_VOUCHER = "SC0111"
    GAME_VOUCHER = "SC0112"
    BOOK_VOUCHER = "SC0113"
    MOBILE_TMONEY = "SC0220"


class CasFlag(enum.Enum):
    """LGD_CASFLAG: what happened to a virtual account."""

    ALLOTTED = "R"
    """할당: issued. No money moved."""
    PAID_IN = "I"
    """입금: a deposit arrived."""
    DEPOSIT_CANCELLED = "C"
    """입금취소: the bank reversed a deposit; the account waits for one again."""


class CancelState(enum.Enum):
    """Where a cancel stands."""

    DONE = "done"
    """Cancelled, now or before."""
    IN_PROGRESS = "in progress"
    """The gateway is at it; the same request again returns the current state."""
    RETRY = "retry"
    """Not cancelled; the same request again can succeed."""
    REFUSED = "refused"
    """Not cancelled."""


class Points(enum.Enum):
    """The points of a card that paid."""

    ISSUER = "issuer"
    """The issuer's."""
    HYUNDAI = "hyundai"
    """Hyundai's."""


class Institution(NamedTuple):
    """The institution of an LGD_FINANCECODE: a card's issuer, a bank, a telephone company."""

    code: str
    """LGD_FINANCECODE."""
    name: str
    """Its Korean name."""


@dataclass(frozen=True)
class CardDetails:
    """What only a card's payment has."""

    number: Optional[str] = field(repr=False)
    """LGD_CARDNUM, masked for most shops."""
    installment_months: int
    """0 is at once."""
    points: Optional[Points]
    """Which points paid, if any."""
    interest_free: Optional[bool]
    """LGD_CARDNOINTYN: whether the shop bears the interest."""
    acquirer: Optional[str]
    """LGD_CARDACQUIRER: the acquirer's code."""


@dataclass(frozen=True)
class VirtualAccountDetails:
    """What only a virtual account has."""

    number: str = field(repr=False)
    """LGD_ACCOUNTNUM: the account to pay into."""
    flag: CasFlag
    """LGD_CASFLAG."""
    seqno: str
    """LGD_CASSEQNO: which of the account's deposits it is."""


class _Field(Generic[T]):
    """A value of an approval, read-only and documented."""

    def __init__(self, doc: str, make: Optional[Callable[[Any], Any]] = None, *, core_name: Optional[str] = None) -> None:
        """`make` makes it of what the core gives; `core_name` is what the core calls it, where that is another name."""
        self.__doc__ = doc
        self._make = make
        self._name = ""
        self._core_name = core_name

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, result: None, owner: type) -> _Field[T]: ...

    @overload
    def __get__(self, result: Result, owner: type) -> T: ...

    def __get__(self, result: Optional[Result], owner: type) -> Union[_Field[T], T]:
        if result is None:
            return self
        value = result._view()[self._core_name or self._name]
        made: T = value if value is None or self._make is None else self._make(value)
        return made

    def __set__(self, result: Result, value: object) -> NoReturn:
        raise AttributeError(f"{self._name} is read-only")


def moment(view: dict[str, int]) -> datetime.datetime:
    """A moment of the protocol, which is Korean time."""
    return datetime.datetime(**view, tzinfo=KST)


def institution(view: dict[str, str]) -> Institution:
    return Institution(**view)


def _card(view: dict[str, Any]) -> CardDetails:
    installment = view.pop("installment")
    points = installment["points"]
    return CardDetails(installment_months=installment["months"], points=None if points is None else Points(points), **view)


def _account(view: dict[str, Any]) -> VirtualAccountDetails:
    return VirtualAccountDetails(flag=CasFlag(view.pop("flag")), **view)


class Result:
    """A well-formed answer, approval or decline."""

    __slots__ = ("_answer",)

    _answer: _native.Answer
    _core_name: ClassVar[str]
    """What the core calls this result."""

    def __init__(self, answer: _native.Answer) -> None:
        """Made by the calls of a client."""
        object.__setattr__(self, "_answer", answer)

    @property
    def code(self) -> str:
        """LGD_RESPCODE."""
        return self._answer.code

    @property
    def message(self) -> str:
        """LGD_RESPMSG."""
        return self._answer.message

    @property
    def is_success(self) -> bool:
        """Whether the code is ``0000``."""
        return self._answer.is_success

    @property
    def is_repeated(self) -> bool:
        """Whether the gateway says that it did this before: ``S007`` (already processed) or ``XC01`` (duplicate request).

        After `pay_by_key` it is no decline that the buyer may repeat: an earlier request may have taken the payment. It does
        not say that this order is paid either, because the payment key may be that of another order. Look the payment up by
        LGD_OID in the merchant admin.
        """
        return self._answer.is_repeated

    @property
    def tx_id(self) -> str:
        """LGD_TXID of the request, by which `XPayClient.undo` undoes it."""
        return self._answer.tx_id

    @property
    def rows(self) -> list[dict[str, str]]:
        """All rows of LGD_RESPONSE; often one, sometimes none."""
        return self._answer.rows

    @property
    def json(self) -> bytes:
        """The body exactly as it was received."""
        return self._answer.json

    def get(self, name: str) -> Optional[str]:
        """A value of the first row by its LGD_ name."""
        return self._answer.get(name)

    def _view(self) -> dict[str, Any]:
        """What an approval says beyond that, by the names of the core's struct."""
        return self._answer.read(self._core_name)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Results are frozen."""
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __delattr__(self, name: str) -> NoReturn:
        """Results are frozen."""
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __reduce__(self) -> tuple[type[Result], tuple[Any, ...]]:
        """For pickle: the answer as it came, secrets included."""
        return type(self), self._kept()

    def __eq__(self, other: object) -> bool:
        """Whether it is the same answer to the same request."""
        return isinstance(other, Result) and self.__reduce__() == other.__reduce__()

    def __hash__(self) -> int:
        """As equality."""
        return hash(self.__reduce__())

    def _kept(self) -> tuple[Any, ...]:
        """What it is made of."""
        return (self._answer,)

    def __repr__(self) -> str:
        """Code and numbers of the payment; nothing of the buyer."""
        tid = self.get("LGD_TID")
        of = f" tid={tid}" if tid else ""
        return f"<{type(self).__name__} {self.code}{of} tx_id={self.tx_id}>"


class PaymentResult(Result):
    """The answer to PaymentByKey, CardAuth or GiftCulture APP."""

    __slots__ = ()
    _core_name = "PaymentResult"

    tid: _Field[str] = _Field("LGD_TID: the gateway's number of the payment, by which it is cancelled.")
    oid: _Field[str] = _Field("LGD_OID: the shop's order number.")
    amount: _Field[int] = _Field("LGD_AMOUNT in won.")
    pay_date: _Field[datetime.datetime] = _Field("LGD_PAYDATE.", moment)
    means: _Field[str] = _Field("LGD_PAYTYPE, see `Means`.")
    institution: _Field[Optional[Institution]] = _Field("The card's issuer, the bank or the telephone company.", institution)
    approval_number: _Field[Optional[str]] = _Field("LGD_FINANCEAUTHNUM: the institution's own approval number.")
    cash_receipt_number: _Field[Optional[str]] = _Field("LGD_CASHRECEIPTNUM, where a cash receipt was issued with it.")
    escrow: _Field[Optional[bool]] = _Field("LGD_ESCROWYN.")
    cancellable_in_part: _Field[Optional[bool]] = _Field("LGD_PCANCELFLAG: whether a part of it can be cancelled.")
    card: _Field[Optional[CardDetails]] = _Field("For a payment by card.", _card)
    virtual_account: _Field[Optional[VirtualAccountDetails]] = _Field(
        "For a virtual account. No money has moved yet: a notification reports the deposit.", _account
    )


class BillingKey(Result):
    """The answer to a CardAuth with the amount 0: a key that stands for the card."""

    __slots__ = ()
    _core_name = "BillingKey"

    key: _Field[str] = _Field("LGD_BILLKEY, for `card_auth`. A secret.")
    means: _Field[str] = _Field("LGD_PAYTYPE, see `Means`.")
    date: _Field[datetime.datetime] = _Field("LGD_PAYDATE.", moment)
    issuer: _Field[Optional[Institution]] = _Field("The card's issuer.", institution)


class CancelResult(Result):
    """The answer to Cancel or PartialCancel. A refusal can be read as well."""

    __slots__ = ("_means",)

    _means: str

    def __init__(self, answer: _native.Answer, means: str) -> None:
        """Of a payment by `means`, for which the codes have their meaning."""
        super().__init__(answer)
        object.__setattr__(self, "_means", means)

    state: _Field[CancelState] = _Field("Where the cancel stands.", CancelState)
    counts_as_done: _Field[bool] = _Field("Whether the protocol counts the code as done, for this payment method.")
    meaning: _Field[Optional[str]] = _Field("What the code means, in Korean, where a bank refunds.", core_name="refund")
    tid: _Field[Optional[str]] = _Field("LGD_TID, where the answer has it.")

    def _kept(self) -> tuple[Any, ...]:
        return (self._answer, self._means)

    def _view(self) -> dict[str, Any]:
        return self._answer.cancel(self._means)


class CashReceiptResult(Result):
    """The answer to CashReceipt: a cash receipt that was issued or cancelled."""

    __slots__ = ()
    _core_name = "CashReceiptResult"

    number: _Field[str] = _Field("LGD_CASHRECEIPTNUM.")
    tid: _Field[str] = _Field("LGD_TID.")
    oid: _Field[str] = _Field("LGD_OID.")
    date: _Field[datetime.datetime] = _Field("LGD_RESPDATE.", moment)


class CyberAccountResult(Result):
    """The answer to CyberAccount: a virtual account that was issued or changed. No money has moved."""

    __slots__ = ()
    _core_name = "CyberAccountResult"

    number: _Field[str] = _Field("LGD_ACCOUNTNUM: the account to pay into.")
    tid: _Field[str] = _Field("LGD_TID.")
    oid: _Field[Optional[str]] = _Field("LGD_OID.")
    amount: _Field[Optional[int]] = _Field("LGD_AMOUNT in won.")
    bank: _Field[Optional[Institution]] = _Field("Whose account it is.", institution)
    flag: _Field[Optional[CasFlag]] = _Field("LGD_CASFLAG.", CasFlag)
    seqno: _Field[Optional[str]] = _Field("LGD_CASSEQNO.")


class AuthOnlyResult(Result):
    """The answer to AuthOnlyByKey: the person whom the window identified. All of it is personal data."""

    __slots__ = ()
    _core_name = "AuthOnlyResult"

    tid: _Field[str] = _Field("LGD_TID.")
    mobile_number: _Field[Optional[str]] = _Field("LGD_MOBILENUM.")
    name: _Field[Optional[str]] = _Field("LGD_MOBILE_SUBAUTH_NAME.")
    birth: _Field[Optional[str]] = _Field("LGD_MOBILE_SUBAUTH_BIRTH.")
    sex: _Field[Optional[str]] = _Field("LGD_MOBILE_SUBAUTH_SEX.")
    ci: _Field[Optional[str]] = _Field("LGD_AUTHSUB_CI: the same for a person in every shop.")
    di: _Field[Optional[str]] = _Field("LGD_AUTHSUB_DI: the same for a person in this shop.")
