"""Many payments at once from one event loop. Usage: burst.py HOW HOME_OR_URL BUNDLE SIZE COUNT, with HOW one of ours, pool and httpx.

SIZE is how many may be on their way at once. Prints the time of all, the longest that the loop did not run, and the most threads and
open files meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

how, where, bundle = sys.argv[1:4]
size, count = map(int, sys.argv[4:6])
TICK = 0.002  # seconds
PAYKEY = "5VPN0GU8RBX1Y1JPSK3MDCF2E8XGNMVH"
FIELDS = {
    "LGD_TXID": "tlgdacomxpay-0120261125101112da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "LGD_AUTHCODE": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "LGD_MID": "tlgdacomxpay",
    "LGD_TXNAME": "PaymentByKey",
    "LGD_PAYKEY": PAYKEY,
}
Pay = Callable[[], Awaitable[object]]


def ours() -> Pay:
    client = import_module("xpayclient").AsyncClient(where, "test", mid="tlgdacomxpay", max_workers=size)

    async def pay() -> None:
        assert (await client.pay_by_key(PAYKEY, 23400)).tid

    return pay


def pool() -> Pay:
    """The sync client in the threads of a pool."""
    client = import_module("xpayclient").XPayClient(where, "test", mid="tlgdacomxpay")
    threads = ThreadPoolExecutor(size)

    async def pay() -> None:
        loop = asyncio.get_running_loop()
        assert (await loop.run_in_executor(threads, client.pay_by_key, PAYKEY, 23400)).tid

    return pay


def httpx() -> Pay:
    library = import_module("httpx")
    limits = library.Limits(max_connections=size, max_keepalive_connections=size)
    context = import_module("ssl").create_default_context(cafile=bundle)
    client = library.AsyncClient(verify=context, limits=limits, timeout=None)

    async def pay() -> None:
        answer = (await client.post(where, data=FIELDS)).json()
        assert answer["LGD_RESPCODE"] == "0000" and answer["LGD_RESPONSE"][0]["LGD_TID"]

    return pay


class Watch:
    """Looks at the loop and the process, again and again."""

    def __init__(self) -> None:
        self.lag, self.threads, self.files = 0.0, 0, 0

    async def look(self) -> None:
        rounds = 0
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            self.lag = max(self.lag, time.perf_counter() - before - TICK)
            rounds += 1
            if rounds % 20 == 0:
                self.threads = max(self.threads, len(os.listdir("/proc/self/task")))
                self.files = max(self.files, len(os.listdir("/proc/self/fd")))


async def main() -> None:
    pay = {"ours": ours, "pool": pool, "httpx": httpx}[how]()
    await pay()
    watch = Watch()
    looking = asyncio.create_task(watch.look())
    await asyncio.sleep(0)
    begun = time.perf_counter()
    await asyncio.gather(*(pay() for _ in range(count)))
    total = time.perf_counter() - begun
    await asyncio.sleep(2 * TICK)
    looking.cancel()
    figures = {"total": total, "lag": watch.lag * 1e3, "threads": watch.threads, "files": watch.files}
    print(json.dumps(figures))


asyncio.run(main())
