"""A buyer on a mobile phone: how to know one, and how to know her again when she comes back from an app."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from . import conf

_ANDROID_OR_OTHER, _IOS = "A", "N"


def app_of(request: HttpRequest) -> str:
    """LGD_KVPMISPAUTOAPPYN and LGD_MTRANSFERAUTOAPPYN for this buyer; empty for a browser that is on no phone."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    if re.search("iPhone|iPad|iPod", agent):
        return _IOS
    return _ANDROID_OR_OTHER if re.search("Android|Mobile", agent) else ""


def takes_notes(request: HttpRequest) -> bool:
    """Whether this buyer's window tells the gateway where to send a note: on a phone, where the shop says whose notes it takes."""
    return bool(conf.networks() and app_of(request))


def ticket(oid: str) -> str:
    """Shows that the buyer whose window it was comes back, whatever browser the app opens. Letters that the window allows."""
    return salted_hmac("xpayclient.django.mobile", oid, algorithm="sha256").hexdigest()


def is_ticket(oid: str, shown: str) -> bool:
    """Whether it is the ticket of this payment."""
    return constant_time_compare(ticket(oid), shown)
