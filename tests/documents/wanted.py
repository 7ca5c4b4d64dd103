"""What the documents' samples do: a new page with samples is named here."""

from __future__ import annotations

from typing import NamedTuple


class Says(NamedTuple):
    """The beginning of a program's output, and the code that uses the sample."""

    beginning: str
    frame: str = "{sample}"
    # It is given the number of an order that was paid in escrow, and no PAYKEY.
    in_escrow: bool = False


PAID = "paid 23400, LGD_TID tlgda"
# What uses the samples of python.md as `{sample}`: a shop with an order, its payment pages and its page for notices.
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
# What uses the samples of returns.md as `{sample}`: an order that waits, and what a buyer or a forger posts.
RETURN_PAGE = """
import sys
from xpayclient import XPayClient, XPayError, claimed_oid

class Order:
    oid, amount, tid = "order-1", 23400, None

    def save_paid(self, note):
        raise AssertionError("a forged note")

client = XPayClient(sys.argv[1], "test", mid="tlgdacomxpay")
find_order = lambda oid: Order()
{sample}
"""
CANCELLED = RETURN_PAGE + "print(returnurl(b'LGD_RESPCODE=S053&LGD_RESPMSG=cancelled', Order()))"
# The same of mobile.md.
FORGED_NOTE = (
    RETURN_PAGE
    + """
try:
    mobile_note(b"LGD_OID=order-1&LGD_AMOUNT=23400&LGD_MID=tlgdacomxpay")
except XPayError as error:
    print(error)
"""
)
# What uses the sample of frameworks-python.md as `{sample}`: a store with an async driver.
ASYNC_STORE = """
import sys
{sample}

from xpayclient import AsyncClient

async def take(tx_id):
    await asyncio.sleep(0)
    written.append(tx_id)

async def main():
    async with AsyncClient(sys.argv[1], "test", mid="tlgdacomxpay") as client:
        loop = asyncio.get_running_loop()
        async with client.transaction(before_send=before_send(loop, take)) as tx:
            paid = await tx.pay_by_key(sys.argv[2], 23400)
    assert written == [tx.tx_id]
    print("written down:", "paid" if paid.is_success else paid.message)

written = []
asyncio.run(main())
"""
# A client that has read the configuration.
C_PROGRAM = """
#include <stdio.h>
#include <xpayclient.h>

int main(int argc, char **argv) {
    xpay_client *client = xpay_new();
    if (argc < 2 || !xpay_init(client, argv[1], "test"))
        return 1;
    /* At the margin, as the sample is. */
{sample}
xpay_free(client);
return 0;
}
"""
# What uses the samples of c.md as `{sample}`: a payment that is declined, one whose order cannot be saved.
C_FAILURE = """
#include <stdio.h>
{sample}
int main(int argc, char **argv) {
    xpay_client *c = xpay_new();
    if (argc == 3 && xpay_init(c, argv[1], "test") && !xpay_pay_by_key(c, "tlgdacomxpay", "no such key", 23400, NULL, NULL))
        puts(to_do(c));
    xpay_free(c);
    return 0;
}
"""
CPP_HELD = """
#include <iostream>
{sample}
int main(int, char **argv) {
    XPayClient xpay;
    xpay.or_throw(xpay.Init(argv[1], "test"));
    try {
        pay(xpay, argv[2], [](const std::string &) { throw std::runtime_error("the disk is full"); });
    } catch (const std::runtime_error &error) {
        std::cout << error.what() << (xpay.Outcome() == XPAY_OUTCOME_ROLLED_BACK ? ": rolled back" : ": not rolled back") << std::endl;
    }
}
"""
C_PAID = C_PROGRAM.replace(
    "    /* At the margin",
    """    char tid[64];
    if (argc != 3 || !xpay_pay_by_key(client, "tlgdacomxpay", argv[2], 23400, NULL, NULL))
        return 1;
    snprintf(tid, sizeof tid, "%s", xpay_response(client, "LGD_TID", 0));
    /* At the margin""",
)
C_RETURN = C_PROGRAM.replace("#include <stdio.h>", "#include <stdio.h>\n#include <string.h>").replace(
    "    /* At the margin",
    """    const char *body = "LGD_RESPCODE=S053&LGD_RESPMSG=cancelled";
    size_t size = strlen(body);
    /* At the margin""",
)
# What goes before the samples of cancel.md as `{sample}`: a payment, whose LGD_TID they cancel.
PHP_PAID = """<?php
require_once 'XPayClient.php';

$paid = new XPayClient($argv[1], 'test');
$paid->Init_TX('tlgdacomxpay');
$paid->Set('LGD_TXNAME', 'PaymentByKey');
$paid->Set('LGD_PAYKEY', $argv[2]);
$paid->TX();
$tid = $paid->Response('LGD_TID');
?>
{sample}"""
PYTHON_PAID = """
import sys
from xpayclient import XPayClient

class Order:
    balance = 23400
    tid = XPayClient(sys.argv[1], "test", mid="tlgdacomxpay").pay_by_key(sys.argv[2], 23400).tid

    def save_cancelled(self):
        print("saved:", end=" ")

    def save_balance(self, balance):
        print("saved", balance)

client = XPayClient(sys.argv[1], "test", mid="tlgdacomxpay")
{sample}
"""
# What goes before the samples of billing.md as `{sample}`: a billing key, made from a card number.
BILLING = """
import sys
from xpayclient import Card, XPayClient

class Order:
    oid, amount = "order-9", 23400

    def save_paid(self, tid):
        print("saved", tid)

client = XPayClient(sys.argv[1], "test", mid="tlgdacomxpay")
key = client.make_billing_key("card-1", Card("4111111111111111", "30", "12")).key
{sample}
"""
PHP_BILLING = """<?php
require_once 'XPayClient.php';

$maker = new XPayClient($argv[1], 'test');
$maker->Init_TX('tlgdacomxpay');
foreach (['LGD_TXNAME' => 'CardAuth', 'LGD_OID' => 'card-1', 'LGD_AMOUNT' => '0', 'LGD_PAN' => '4111111111111111',
    'LGD_EXPYEAR' => '30', 'LGD_EXPMON' => '12', 'LGD_INSTALL' => '00', 'VBV_ECI' => '010'] as $name => $value) {
    $maker->Set($name, $value);
}
$maker->TX();
$billingKey = $maker->Response('LGD_BILLKEY');
?>
{sample}"""
# What uses the sample of guard.md as `{sample}`.
GUARDED = """{sample}
class Order:
    amount = 23400

    def save_paid(self, tid):
        print("saved", tid)

pay(sys.argv[2], Order())
"""
# What uses the sample of receipts.md as `{sample}`.
RECEIPT = """{sample}
class Order:
    oid, amount = "order-3", 23400

    def save_receipt(self, number, tid):
        self.receipt_tid = tid
        print("saved:", end=" ")

order = Order()
print(issue(order, "01012345678"), cancel(order))
"""
# What uses the sample of operations.md: a tracer that keeps what a span is given, as OpenTelemetry's does.
SPAN = """
import contextlib, sys, types

class Span(dict):
    set_attribute = dict.__setitem__

@contextlib.contextmanager
def start(name, kind, record_exception, set_status_on_exception):
    span = Span()
    yield span
    assert not any(sys.argv[2] in value for value in span.values())
    print(name, kind, span["xpay.outcome"], span["xpay.code"], span["xpay.txid"])

trace = types.ModuleType("opentelemetry.trace")
trace.get_tracer = lambda name: types.SimpleNamespace(start_as_current_span=start)
trace.SpanKind, trace.Status, trace.StatusCode = types.SimpleNamespace(CLIENT="CLIENT"), None, None
sys.modules["opentelemetry"] = types.SimpleNamespace(trace=trace)
sys.modules["opentelemetry.trace"] = trace
{sample}
assert pay(sys.argv[2], 23400).is_success
"""
# Of each page its programs in order, by their language. Each is given a home_dir and a PAYKEY.
PROGRAMS = {
    ("README.md", "php"): [Says(PAID)],
    ("README.md", "python"): [Says("paid 23400 LGD_TID tlgda")],
    ("docs/en/c.md", "c"): [Says("declined: ", C_FAILURE)],
    ("docs/en/c.md", "cpp"): [Says("the disk is full: rolled back", CPP_HELD)],
    ("docs/en/billing.md", "php"): [
        Says('<input type="hidden" name="CST_PLATFORM" value="test">'),
        Says("paid\n", PHP_BILLING),
    ],
    ("docs/en/billing.md", "python"): [
        Says("no card", BILLING + "print(card_return(b'LGD_RESPCODE=S053&LGD_RESPMSG=no+card', {'card_window': True}, None))"),
        Says("saved tlgda", BILLING + "charge(Order(), key)"),
    ],
    ("docs/en/cancel.md", "c"): [Says("cancelled", C_PAID)],
    ("docs/en/cancel.md", "php"): [Says("cancelled\n", PHP_PAID), Says("cancelled in part\n", PHP_PAID)],
    ("docs/en/cancel.md", "python"): [
        Says("saved: cancelled", PYTHON_PAID + "print(cancel(Order()))"),
        Says("saved 23000\n0000", PYTHON_PAID + "print(cancel_part(Order(), 400))"),
    ],
    ("docs/en/guard.md", "c"): [Says("paid and booked")],
    ("docs/en/guard.md", "php"): [Says("paid and saved\n")],
    ("docs/en/guard.md", "python"): [Says("saved tlgda", GUARDED)],
    ("docs/en/korean.md", "c"): [Says("answered ", C_PAID)],
    ("docs/en/mobile.md", "php"): [Says("Value error; LGD_OID is not an order of this shop")],
    ("docs/en/mobile.md", "python"): [Says("[90003] Value error; LGD_RESPCODE must be", FORGED_NOTE)],
    ("docs/en/escrow.md", "c"): [Says("registered", in_escrow=True)],
    ("docs/en/escrow.md", "cpp"): [Says("registered", in_escrow=True)],
    ("docs/en/escrow.md", "php"): [Says("registered", in_escrow=True)],
    ("docs/en/escrow.md", "python"): [Says("registered", in_escrow=True)] * 2,
    ("docs/en/forks.md", "php"): [Says(PAID)],
    ("docs/en/frameworks-python.md", "python"): [Says("written down: paid", ASYNC_STORE)],
    ("docs/en/moving-c-com.md", "c"): [Says(PAID)],
    ("docs/en/moving-c-com.md", "csharp"): [Says(PAID)],
    ("docs/en/moving-php.md", "php"): [Says(PAID)],
    ("docs/en/php.md", "php"): [
        Says(PAID),
        Says("0000\n" * 6),
        Says(PAID),
        Says("90003 Value error; LGD_CANCELAMOUNT must be 1 won or more; found 0 (argument amount)"),
        Says("Value error; LGD_OID is not an order of this shop"),
        # Without a database, in the files; tests/php/test_store.py has one.
        Says(PAID),
    ],
    ("docs/en/operations.md", "python"): [Says("xpay.PaymentByKey CLIENT answered 0000 tlgdacomxpay-", SPAN)],
    ("docs/en/python.md", "python"): [
        Says("booked 23400\npaid 23400", PAGE),
        Says("90003 Value error; LGD_CANCELAMOUNT must be 1 won or more; found 0 (argument amount)"),
        Says("booked 23400\npaid 23400", ASYNC_PAGE),
        Says("paid 23400", ASYNC_PAGE),
        Says("tlgda", SHOP),
        Says("ProtocolError", NOTICE_PAGE),
        Says(""),
    ],
    ("docs/en/receipts.md", "python"): [Says("saved: issued 0000", RECEIPT)],
    ("docs/en/returns.md", "c"): [Says("not paid: cancelled", C_RETURN)],
    ("docs/en/returns.md", "php"): [
        Says("Value error; LGD_RESPCODE is missing"),
    ],
    ("docs/en/returns.md", "python"): [Says("cancelled", CANCELLED)],
    ("docs/en/window.md", "c"): [Says('<input type="hidden" name="CST_PLATFORM" value="test">', C_PROGRAM)],
    ("docs/en/window.md", "php"): [Says('<input type="hidden" name="CST_PLATFORM" value="test">')],
    ("docs/en/window.md", "python"): [Says('<input type="hidden" name="CST_PLATFORM" value="test">')],
    ("docs/en/rust.md", "rust"): [Says("paid 23400 LGD_TID tlgda")],
    ("ffi-python/README.md", "python"): [Says("paid 23400 LGD_TID tlgda")],
}
# Pages whose commands are run.
SHELL = [
    "README.md",
    "docs/en/cancel.md",
    "docs/en/command.md",
    "docs/en/doctor.md",
    "docs/en/escrow.md",
    "docs/en/forks.md",
    "docs/en/operator.md",
    "docs/en/php.md",
    "docs/en/receipts.md",
    "docs/en/recovery.md",
    "docs/en/sandbox.md",
    "docs/en/virtual-accounts.md",
    "examples/php/README.md",
]
# What is not run by this suite, and why. Its syntax is checked, and that its targets and files are there.
ELSEWHERE = {
    ("RELEASING.md", "sh"): "a maintainer releases",
    ("docs/en/bridge.md", "sh"): "systemd's; ffi-php/tests/BridgeTest.php starts the daemon",
    ("docs/en/c.md", "sh"): "the suite of tutorials follows the page",
    ("docs/en/c-start.md", "c"): "the suite of tutorials follows the page",
    ("docs/en/c-start.md", "cpp"): "the suite of tutorials follows the page",
    ("docs/en/c-start.md", "sh"): "the suite of tutorials follows the page",
    ("docs/en/django-start.md", "python"): "the suite of tutorials follows the page",
    ("docs/en/django-start.md", "sh"): "the suite of tutorials follows the page",
    ("docs/en/django-shop.md", "python"): "the suite of tutorials follows the page",
    ("docs/en/django-shop.md", "sh"): "the suite of tutorials follows the page",
    ("docs/en/frameworks-python.md", "sh"): "the suite of frameworks starts the server",
    ("docs/en/django.md", "python"): "the Django suite runs them",
    ("docs/en/going-live.md", "sh"): "the suite of tutorials follows the page",
    ("docs/en/install.md", "sh"): "it installs a release on systems that are not this one",
    ("docs/en/guard.md", "rust"): "tests/rust/lib.rs compiles it",
    ("docs/en/known.md", "sh"): "it asks the real test gateway; the suite of the command asks a sandbox",
    ("docs/en/many-machines.md", "sh"): "they need a database; tests/machines and the suites of PHP and Python have one",
    ("docs/en/moving-c-com.md", "sh"): "the sample in C# is run where Mono is",
    ("docs/en/java.md", "java"): "part of a servlet, which has no container here; ffi-java/tests call what it calls",
    ("docs/en/moving-java.md", "java"): "Spring and eGovFrame are not here",
    ("docs/en/moving-java.md", "sh"): "they name a release; the suite of Java compiles that page and runs it from the jar",
    ("docs/en/moving-php.md", "sh"): "the suite of tutorials follows the page",
    ("docs/en/moving-gnuboard.md", "php"): "the suite of PHP puts it into a shop's page",
    ("docs/en/moving-gnuboard.md", "sh"): "the suite of PHP follows the guide, as root",
    ("docs/en/performance.md", "sh"): "minutes of measuring",
    ("docs/en/php-start.md", "php"): "the suite of tutorials follows the page",
    ("docs/en/php-start.md", "sh"): "the suite of tutorials follows the page",
    ("docs/en/python-start.md", "python"): "the suite of tutorials follows the page",
    ("docs/en/python-start.md", "sh"): "the suite of tutorials follows the page",
    ("docs/en/rust.md", "rust"): "tests/rust/lib.rs compiles them all; the first is run here",
    ("docs/en/rust.md", "sh"): "it would build the library once more",
    ("examples/django/README.md", "sh"): "it stays open",
}
