"""The analyser finds nothing, if `make analyse-php` has built it, which takes minutes."""

from __future__ import annotations

import sys

import pytest

import analyse_php
from sandbox import ROOT
from tests import kit


def test_the_analyser_finds_nothing() -> None:
    if not analyse_php.MAGO.exists():
        pytest.skip("PHP is not analysed: `make analyse-php` builds the analyser / PHP 정적 분석 안 함: `make analyse-php`")
    kit.run([sys.executable, ROOT / "scripts/analyse_php.py"])
