"""A shop of each recipe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import php_package
import sandbox
from tests import kit

from .python_recipe import DjangoRecipe, FastAPIRecipe, Recipe
from .python_sites import DjangoSite, FastAPISite, Site
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


@pytest.fixture(scope="session")
def django_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    workshop = tmp_path_factory.mktemp("django-api")
    with sandbox.running(workshop / "gateway") as gateway:
        made = DjangoSite(workshop / "shop", gateway)
        yield made
        made.kill()


@pytest.fixture(scope="session")
def fastapi_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    workshop = tmp_path_factory.mktemp("fastapi")
    with sandbox.running(workshop / "gateway") as gateway:
        made = FastAPISite(workshop / "shop", gateway)
        yield made
        made.kill()


def opened(request: pytest.FixtureRequest, name: str) -> Iterator[Recipe]:
    kind, site = (FastAPIRecipe, "fastapi_site") if name == "fastapi" else (DjangoRecipe, "django_site")
    made = kind(name, request.getfixturevalue(site))
    yield made
    made.gateway.ask("/faults", {"script": ""})


@pytest.fixture(params=["drf", "ninja", "fastapi"])
def recipe(request: pytest.FixtureRequest) -> Iterator[Recipe]:
    yield from opened(request, request.param)


@pytest.fixture(params=["drf", "fastapi"])
def one(request: pytest.FixtureRequest) -> Iterator[Recipe]:
    """One API of each site, for what is no affair of the API: both of Django's stand on the same pages."""
    yield from opened(request, request.param)


@pytest.fixture(params=["drf", "ninja"])
def django(request: pytest.FixtureRequest) -> Iterator[Recipe]:
    """What stands on `xpayclient.django`."""
    yield from opened(request, request.param)


@pytest.fixture
def fastapi(request: pytest.FixtureRequest) -> Iterator[Recipe]:
    """What has a store of its own: Django's app has tests of its own of the same."""
    yield from opened(request, "fastapi")
