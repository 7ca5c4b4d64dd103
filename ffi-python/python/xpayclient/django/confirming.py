"""What a page shows before it is done: the second step does this and nothing else, once, and for who saw it."""

from __future__ import annotations

import secrets
from typing import Any

from django.core import signing

_SALT = "xpayclient.django.confirming"
# In seconds. Whoever comes back later looks at it again.
_LASTS = 3600


class Expired(Exception):
    """The page is too old, is another user's, or was changed: it has to be shown again."""


def seal(user: Any, what: str, given: dict[str, Any]) -> str:
    """For a hidden field of the second step. `what` is the page's subject."""
    return signing.dumps({"user": str(user.pk), "what": what, "once": secrets.token_hex(16), "given": given}, salt=_SALT)


def opened(sealed: str, user: Any, what: str) -> tuple[str, dict[str, Any]]:
    """A name for this page, and what was given. `Expired` unless it is this user's and about this."""
    try:
        known: dict[str, Any] = signing.loads(sealed, salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        raise Expired from None
    if (known["user"], known["what"]) != (str(user.pk), what):
        raise Expired
    return known["once"], known["given"]
