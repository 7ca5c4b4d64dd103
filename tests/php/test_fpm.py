"""Payments through php-fpm with the drop-in: none fails, none is orphaned, workers do not grow, workers do not share connections.

Five runs for each PHP: FFI for preloaded code alone (the default of web servers) with long-lived workers; the same with workers
that are recycled and reloaded in between; no usable FFI, so that the command is spoken to; and, with FFI for all and without it,
reloads that kill workers in the middle of payments, after which `xpay recover` leaves nothing in doubt.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import fpm
import phps
import sandbox
from tests import kit

from .till import Till

MANY, SOME = 1000, 200
PATIENT, IMPATIENT = 30, 0
# What a worker does before its memory is compared, and over how many payments the memory is averaged.
WARM = 50
# KiB that a worker may grow then. It makes at least a quarter of the payments, so that 2 KiB lost in each are found.
GROWTH = 256

pytestmark = [pytest.mark.long, pytest.mark.parametrize("name", phps.NAMES, ids=phps.slug)]


def all_paid(till: Till, backend: str) -> None:
    failed = [(oid, said) for oid, said in till.said if said is None or not said["paid"]]
    assert not failed, f"{len(failed)} of {till.count} failed"
    assert {said["backend"] for said in till.answers()} == {backend}
    assert till.standing() == {said["tid"] for said in till.answers()}, "only one side knows of some payments"


def connections(till: Till) -> int:
    """Each connection belonged to one worker. Returns their number."""
    workers = set().union(*till.seen.values())
    assert len(workers) >= fpm.WORKERS, "not every worker was seen at the gateway"
    shared = {number: workers for number, workers in till.seen.items() if len(workers) > 1}
    assert not shared, "workers share connections"
    return len(till.seen)


def grown(till: Till) -> dict[int, float]:
    """The growth in KiB of each worker that made enough payments, from its first ones, once it is warm, to its last."""
    sizes: dict[int, list[int]] = {}
    for said in till.answers():
        sizes.setdefault(said["worker"], []).append(said["memory"])
    return {
        worker: (sum(each[-WARM:]) - sum(each[WARM : 2 * WARM])) / WARM for worker, each in sizes.items() if len(each) >= 4 * WARM
    }


def test_preloaded(name: str, tmp_path: Path, fresh_gateway: sandbox.Sandbox) -> None:
    settings = phps.preloading_settings(tmp_path, sandbox.LIBRARY)
    till = Till(fresh_gateway, MANY)
    with fpm.running(kit.php(name, "php-fpm"), tmp_path / "fpm", fresh_gateway.home, settings, {"patience": PATIENT}) as server:
        till.run(server)
    all_paid(till, "ffi")
    used, growth = connections(till), grown(till)
    print(f"{used} connections, workers grew by KiB: {growth}")
    assert used < MANY / 10
    assert growth and max(growth.values()) <= GROWTH


def test_recycled_and_reloaded(name: str, tmp_path: Path, fresh_gateway: sandbox.Sandbox) -> None:
    settings = phps.preloading_settings(tmp_path, sandbox.LIBRARY)
    # The class is preloaded and its declarations are not, the most common setup.
    del settings["ffi.preload"]
    pool = {"patience": PATIENT, "max_requests": 50}
    # The newest PHP is tried at length by test_preloaded.
    count = 2 * SOME if name in phps.NEWEST else MANY
    till = Till(fresh_gateway, count)
    with fpm.running(kit.php(name, "php-fpm"), tmp_path / "fpm", fresh_gateway.home, settings, pool) as server:
        till.run(server, count // 5, server.reload)
    all_paid(till, "ffi")
    workers = {said["worker"] for said in till.answers()}
    print(f"{len(workers)} workers one after the other, {connections(till)} connections")
    assert len(workers) > 2 * fpm.WORKERS, "nobody was recycled"


def test_by_pipe(name: str, tmp_path: Path, fresh_gateway: sandbox.Sandbox) -> None:
    settings = {"ffi.enable": "preload"}
    till = Till(fresh_gateway, SOME)
    with fpm.running(kit.php(name, "php-fpm"), tmp_path / "fpm", fresh_gateway.home, settings, {"patience": PATIENT}) as server:
        till.run(server)
    all_paid(till, "pipe")
    assert all("ffi.enable" in said["why"][0] for said in till.answers()), "it does not say why"


@pytest.mark.parametrize("ffi", ["true", "preload"], ids=["ffi", "pipe"])
def test_killed_in_the_middle(name: str, ffi: str, tmp_path: Path, fresh_gateway: sandbox.Sandbox) -> None:
    """Reloads without a grace period: workers die at any point. The journal knows what the shop was not told.

    By pipe, the bridge outlives its worker and nobody gets the result.
    """
    till = Till(fresh_gateway, SOME)
    home, settings = fresh_gateway.home, {"ffi.enable": ffi}
    with fpm.running(kit.php(name, "php-fpm"), tmp_path / "fpm", home, settings, {"patience": IMPATIENT}) as server:
        till.run(server, SOME // 20, server.reload)
    booked = server.booked()
    recover: list[str | Path] = [sandbox.XPAY, "recover", "--home", home]
    subprocess.run(recover, stdout=subprocess.DEVNULL)
    shown = json.loads(subprocess.run([*recover, "--list", "--json"], stdout=subprocess.PIPE).stdout)
    # A confirmed Rollback is requested once more later.
    assert {entry["state"] for entry in shown} <= {"unconfirmed", "rolled_back"}, "some are still in doubt"
    unconfirmed = {entry["tid"] for entry in shown if entry["state"] == "unconfirmed"}
    standing = till.standing()
    killed = [oid for oid, said in till.said if said is None]
    print(f"{len(killed)} pages killed, {len(standing - booked)} approvals shown as unconfirmed")
    assert killed, "no page was killed"
    assert not standing - booked - unconfirmed, "orphans"
    assert booked <= standing, "paid by the shop's books and not by the gateway's"
