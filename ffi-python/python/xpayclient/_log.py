"""The library's log as records of the logger "xpayclient". What must not be seen is masked before it comes here."""

from __future__ import annotations

import logging
import re

LOGGER = logging.getLogger("xpayclient")
LOGGER.addHandler(logging.NullHandler())

_LEVELS = (logging.CRITICAL, logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG)

# Time and level, which a record has by itself.
_HEAD = re.compile(r"\A\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[[A-Z]+ *\] ")


def wanted_level() -> int:
    """The highest level, as the vendor numbers them, that the logger wants."""
    wanted = LOGGER.getEffectiveLevel()
    return max((level for level, known in enumerate(_LEVELS) if known >= wanted), default=0)


def write(level: int, line: str) -> None:
    """One line of the log, `level` as the vendor numbers them."""
    if LOGGER.isEnabledFor(_LEVELS[level]):
        LOGGER.log(_LEVELS[level], "%s", _HEAD.sub("", line))
