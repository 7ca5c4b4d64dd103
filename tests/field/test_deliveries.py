"""Escrow deliveries as shops register them, and the gateway's answer."""

from __future__ import annotations

import itertools
import json
import urllib.error
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sandbox

from . import pages

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("deliveries.json").read_text(encoding="utf-8"))
FACTS = json.loads((sandbox.ROOT / "protocol/tables.json").read_text(encoding="utf-8"))["escrow_delivery"]
NUMBERS = itertools.count(1)
