"""A shop of each recipe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import php_package
import sandbox
from tests import kit

from .shop import Shop

RECIPES = ["laravel", "symfony", "psr"]


@pytest.fixture(scope="module")
def autoload(workshop: Path) -> Path:
    """Composer's loader of the package."""
    kit.program("composer")
    return php_package.installed(workshop / "project") / "autoload.php"


@pytest.fixture(scope="module", params=RECIPES)
def shop(request: pytest.FixtureRequest, workshop: Path, autoload: Path) -> Iterator[Shop]:
    """With a gateway of its own, because tests let it fail."""
    with sandbox.running(workshop / f"gateway-{request.param}") as gateway:
        made = Shop(request.param, workshop / "shops", autoload, gateway)
        yield made
        made.close()


@pytest.fixture
def framework(shop: Shop) -> Shop:
    """One of the frameworks: they have pages, commands and workers too."""
    if shop.name == "psr":
        pytest.skip("plain PSR-7 has neither pages nor commands")
    return shop


@pytest.fixture
def laravel(shop: Shop) -> Shop:
    """What only Laravel has."""
    if shop.name != "laravel":
        pytest.skip("only Laravel has it")
    return shop
