"""Two gateways for the tests of a file, one lenient and one strict, and a shop at each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import sandbox

from .library import Client
from .till import Till


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, sandbox.Sandbox]]:
    where = tmp_path_factory.mktemp("field")
    with sandbox.running(where / "lenient") as lenient, sandbox.running(where / "strict", "--strict") as strict:
        yield {"lenient": lenient, "strict": strict}


@pytest.fixture(params=["lenient", "strict"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def tills(gateways: dict[str, sandbox.Sandbox]) -> Iterator[dict[str, Till]]:
    tills = {mode: Till(gateway) for mode, gateway in gateways.items()}
    yield tills
    for till in tills.values():
        till.client.close()


@pytest.fixture(scope="module")
def client(tills: dict[str, Till]) -> Client:
    return tills["lenient"].client
