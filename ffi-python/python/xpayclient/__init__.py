"""xpayclient: the open replacement for XPayClient, the client library of LG U+ XPay / Toss Payments.

    from xpayclient import XPayClient

    client = XPayClient("/home/shop/lgdacom", "test", mid="tlgdacomxpay")
    paid = client.pay_by_key(paykey, 23400)
    print(paid.code, paid.message)

`XPayClient` has the vendor's calls (`Init_TX`, `Set`, `TX`, …) and the typed ones; `AsyncClient` the typed ones for asyncio.
Lines of the log go to the logger ``xpayclient``.
"""

from __future__ import annotations

import atexit

# Now, on one thread: CPython 3.13 may give half of it to threads that are the first to import it, both at once.
import collections.abc  # noqa: F401
import sys

# pip refuses it. This is for a directory of packages that another Python reads.
if sys.version_info < (3, 9):  # noqa: UP036
    raise ImportError(
        "xpayclient needs Python 3.9 or newer, and this is {0}.{1}: install it with a newer Python. / "
        "xpayclient는 Python 3.9 이상이 필요한데 {0}.{1}입니다. 더 새로운 Python으로 설치하십시오.".format(*sys.version_info)
    )

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import escrow, results
    from ._aio import AsyncClient, AsyncTransaction
    from ._client import OpenTransaction, Recovery, XPayClient
    from ._errors import ConfigError, Outcome, ProtocolError, TransportError, UsageError, XPayError
    from ._guard import Transaction
    from ._legacy import LGD_LOG_DEBUG, LGD_LOG_ERROR, LGD_LOG_FATAL, LGD_LOG_INFO, LGD_LOG_WARN
    from ._notice import NOTICE_ANSWER, NoteReply, Notice, claimed_oid
    from ._requests import Card, EscrowItem, Isp, RefundAccount, ThreeDSecure
    from ._settings import Settings
    from ._window_return import BillingReturn, WindowReturn
    from ._windows import Window
    from .results import (
        AuthOnlyResult,
        BillingKey,
        CancelResult,
        CancelState,
        CardDetails,
        CasFlag,
        CashReceiptResult,
        CyberAccountResult,
        Institution,
        Means,
        PaymentResult,
        Points,
        Result,
        VirtualAccountDetails,
    )

__version__: str = _native.VERSION

# What a second Ctrl-C left is being rolled back: the interpreter's exit waits for that a while.
atexit.register(_native.wait_for_background, 10.0)

__all__ = [
    "LGD_LOG_DEBUG",
    "LGD_LOG_ERROR",
    "LGD_LOG_FATAL",
    "LGD_LOG_INFO",
    "LGD_LOG_WARN",
    "NOTICE_ANSWER",
    "AsyncClient",
    "AsyncTransaction",
    "AuthOnlyResult",
    "BillingKey",
    "BillingReturn",
    "CancelResult",
    "CancelState",
    "Card",
    "CardDetails",
    "CasFlag",
    "CashReceiptResult",
    "ConfigError",
    "CyberAccountResult",
    "EscrowItem",
    "Institution",
    "Isp",
    "Means",
    "NoteReply",
    "Notice",
    "OpenTransaction",
    "Outcome",
    "PaymentResult",
    "Points",
    "ProtocolError",
    "Recovery",
    "RefundAccount",
    "Result",
    "Settings",
    "ThreeDSecure",
    "Transaction",
    "TransportError",
    "UsageError",
    "VirtualAccountDetails",
    "Window",
    "WindowReturn",
    "XPayClient",
    "XPayError",
    "claimed_oid",
    "escrow",
    "results",
]

# Where they are. What nobody asks for is not imported: a program that pays has no use for asyncio.
_IN = {
    "_aio": ("AsyncClient", "AsyncTransaction"),
    "_client": ("OpenTransaction", "Recovery", "XPayClient"),
    "_errors": ("ConfigError", "Outcome", "ProtocolError", "TransportError", "UsageError", "XPayError"),
    "_guard": ("Transaction",),
    "_legacy": ("LGD_LOG_DEBUG", "LGD_LOG_ERROR", "LGD_LOG_FATAL", "LGD_LOG_INFO", "LGD_LOG_WARN"),
    "_notice": ("NOTICE_ANSWER", "NoteReply", "Notice", "claimed_oid"),
    "_requests": ("Card", "EscrowItem", "Isp", "RefundAccount", "ThreeDSecure"),
    "_settings": ("Settings",),
    "_window_return": ("BillingReturn", "WindowReturn"),
    "_windows": ("Window",),
    "results": (
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
    ),
}
_MODULE_OF = {name: module for module, names in _IN.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = import_module(f"{__name__}.{_MODULE_OF.get(name, name)}")
    found = globals()[name] = getattr(module, name, module)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
