#!/usr/bin/env python3
"""The documents: both languages in step, no dead link, the terms of the glossary, samples that run, and CI runs exactly the commands shown."""

import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent / "docs"))
import command  # noqa: E402
import links  # noqa: E402
import pages  # noqa: E402
import samples  # noqa: E402
import terms  # noqa: E402
import twins  # noqa: E402

PAID = "paid 23400, LGD_TID tlgda"
# What uses the samples of python.md: a shop with an order, its payment pages and its page for notices.
SHOP = """
import sys

class Order:
    amount, tid = 23400, ""

    def book(self, tid, amount):
        print("booked", amount)

order, paykey = Order(), sys.argv[2]
{sample}
"""
PAGE = SHOP + "print('paid', payres(order, paykey).amount)"
ASYNC_PAGE = (
    SHOP
    + """
async def book(tid, amount):
    print("booked", amount)

import asyncio
order.book = book
print("paid", asyncio.run(payres(order, paykey)).amount)
"""
)
NOTICE_PAGE = (
    SHOP
    + """
from xpayclient import XPayClient, XPayError
client = XPayClient(sys.argv[1], "test", mid="tlgdacomxpay")
find_order = lambda oid: order
try:
    cas_noteurl(b"LGD_OID=order-1&LGD_AMOUNT=2")
except XPayError as error:
    print(type(error).__name__)
"""
)
# Of each page what its samples say that are given a home_dir and a PAYKEY, by their language: see samples.check.
DOCUMENTS = {
    "RELEASING.md": {"sh": "a maintainer releases"},
    "README.md": {"c": [PAID], "php": [PAID], "python": ["paid 23400 LGD_TID tlgda"], "sh": True},
    "docs/en/index.md": {"c": [PAID], "php": [PAID], "python": ["paid 23400 LGD_TID tlgda"], "sh": True},
    "docs/en/c.md": {"c": [PAID], "cpp": [PAID], "sh": "it installs into the system"},
    "docs/en/command.md": {"sh": True},
    "docs/en/django.md": {"python": "ffi-python/tests/django runs them", "sh": "ffi-python/tests/django runs them"},
    "docs/en/doctor.md": {"sh": True},
    "docs/en/journal.md": {"c": ["paid and booked"], "sh": True},
    "docs/en/migrating-c-java-com.md": {"csharp": [PAID], "sh": "the sample in C# is run where Mono is"},
    "docs/en/moving-php.md": {"php": [PAID]},
    "docs/en/performance.md": {"sh": "minutes of measuring"},
    "docs/en/php.md": {"php": [PAID, PAID, "Value error; LGD_OID is not an order of this shop"], "sh": True},
    "docs/en/python.md": {
        "python": [
            ("booked 23400\npaid 23400", PAGE),
            ("booked 23400\npaid 23400", ASYNC_PAGE),
            ("tlgda", SHOP),
            ("ProtocolError", NOTICE_PAGE),
            "",
        ]
    },
    "docs/en/sandbox.md": {"sh": True},
    "docs/en/virtual-accounts.md": {"sh": True},
    "examples/django/README.md": {"sh": "it stays open"},
    "examples/php/README.md": {"sh": True},
    "ffi-python/README.md": {"python": ["paid 23400 LGD_TID tlgda"]},
}


def main():
    faults = twins.check() + links.check() + terms.check() + command.check() + unnamed() + commands()
    for page, wanted in DOCUMENTS.items():
        try:
            samples.check(page, wanted)
        except samples.Wrong as wrong:
            faults.append(str(wrong))
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(DOCUMENTS)} pages with samples, {len(pages.every())} pages, {len(faults)} failed")
    return 1 if faults else 0


def unnamed():
    """Pages with samples that are not named above. Korean ones show what their twins do."""
    korean = {korean for _, korean in pages.twins()}
    return [
        f"{page} has samples that nothing runs: name it in tests/documents.py"
        for page in pages.every()
        if page not in DOCUMENTS and page not in korean
        if any(language in samples.RUN for language, _, source in pages.blocks(page))
    ]


def commands():
    """README.md shows what CI runs."""
    shown = re.findall(r"^make (?:demo|test)", pages.read("README.md"), re.MULTILINE)
    in_ci = re.findall(r"^make .*$", (pages.ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)
    return [] if shown == in_ci else [f"README.md shows {shown}, CI runs {in_ci}"]


if __name__ == "__main__":
    sys.exit(main())
