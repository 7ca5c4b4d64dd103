"""What an import of the package costs, and that what it leaves out for that is there once it is asked for."""

import ast
import dataclasses
import inspect
import subprocess
import sys
import typing
from pathlib import Path

import pytest
import xpayclient

# What takes long to import, and no payment on a thread needs.
SLOW = {"asyncio", "concurrent.futures", "queue", "socket", "ssl", "subprocess"}


def asked(code, *arguments):
    """What a new interpreter prints. Without `site`, which may import something itself."""
    call = [sys.executable, "-S", "-c", f"import sys\n{code}", *arguments]
    return ast.literal_eval(subprocess.run(call, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout)


def test_the_import_alone_loads_nearly_nothing():
    loaded = set(asked("import xpayclient\nprint([*sys.modules])"))
    assert not loaded & {*SLOW, "dataclasses", "enum", "inspect", "logging", "typing"}
    assert {name for name in loaded if name.startswith("xpayclient")} == {"xpayclient", "xpayclient._native"}


def test_a_payment_does_not_need_what_takes_long(gateway):
    pay = """
from xpayclient import XPayClient
client = XPayClient(sys.argv[1], "test", mid="tlgdacomxpay")
ready = list(sys.modules)
with client.transaction() as tx:
    paid = tx.pay_by_key(sys.argv[2], 23400)
    amount, card = paid.amount, paid.card
print([ready, [*sys.modules], amount])
"""
    ready, after, amount = asked(pay, gateway.home, gateway.paykey(gateway.order()))
    assert amount == 23400 and not SLOW & {*ready, *after}


def test_all_names_are_there():
    names, listed, star = asked(
        "import xpayclient\nlisted = dir(xpayclient)\nstar = {}\nexec('from xpayclient import *', star)\n"
        "print([xpayclient.__all__, listed, [*star]])"
    )
    assert names == xpayclient.__all__ and {*names} <= {*listed} and {*names, "__builtins__"} == {*star}
    for name in names:
        found = getattr(xpayclient, name)
        assert inspect.ismodule(found) or not inspect.isclass(found) or found.__name__ == name
    with pytest.raises(AttributeError, match="has no attribute 'XpayClient'"):
        xpayclient.XpayClient  # noqa: B018


def test_types_are_there_for_whoever_asks_at_run_time():
    """As frameworks do, for the values that a shop takes and gives."""
    for name in xpayclient.__all__:
        if dataclasses.is_dataclass(getattr(xpayclient, name)):
            assert typing.get_type_hints(getattr(xpayclient, name))


def test_threads_may_ask_for_all_of_them_at_once():
    at_once = """
import threading, xpayclient
names = 3 * xpayclient.__all__
start = threading.Barrier(len(names))
wrong = []

def ask(name):
    start.wait()
    try:
        getattr(xpayclient, name)
    except BaseException as error:
        wrong.append(repr(error))

threads = [threading.Thread(target=ask, args=(name,)) for name in names]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(wrong)
"""
    assert asked(at_once) == []


def test_windows_has_all_that_an_import_needs():
    """Windows' Python is not to be had here: what it lacks is hidden. mypy looks at the rest, for the platform win32."""
    program = Path(__file__).with_name("on_windows.py")
    said = subprocess.run([sys.executable, program], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    assert {"xpayclient._threads", "xpayclient._legacy", "xpayclient.__main__"} <= set(said.split())


def test_help_has_what_was_not_loaded():
    import pydoc

    assert "pay_by_key" in pydoc.render_doc(xpayclient, renderer=pydoc.plaintext)
