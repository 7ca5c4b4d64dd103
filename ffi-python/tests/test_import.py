"""What an import of the package costs, and that what it leaves out for that is there once it is asked for."""

import ast
import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
import typing

import pytest
import xpayclient
from xpayclient import Card, EscrowItem, Institution, WindowReturn
from xpayclient.escrow import Sent

# What takes long to import. A program of today has the others anyway.
SLOW = {"asyncio", "concurrent.futures", "dataclasses", "inspect", "queue", "socket", "ssl", "subprocess"}


def asked(code, *arguments):
    """What a new interpreter prints. Without `site`, which may import something itself."""
    call = [sys.executable, "-S", "-c", f"import sys\n{code}", *arguments]
    return ast.literal_eval(subprocess.run(call, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout)


def test_the_import_alone_loads_nearly_nothing():
    loaded = set(asked("import xpayclient\nprint([*sys.modules])"))
    assert not loaded & {*SLOW, "enum", "logging", "typing"}
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


CARD = Card("4111111111111111", "30", "12", pin="12")
RETURN = WindowReturn("m", "o", 1, "0000", "", True, False, None, None, Institution("11", "국민"), [("a", "b")], [])


@pytest.mark.parametrize("value", [CARD, EscrowItem("1", "a", 100), RETURN], ids=repr)
def test_values_are_those_of_a_dataclass(value):
    again = dataclasses.replace(value)
    assert again == value and again is not value and value != dataclasses.asdict(value)
    assert [field.name for field in dataclasses.fields(value)] == list(type(value).__match_args__) == list(vars(value))
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value
    assert list(inspect.signature(type(value)).parameters) == list(typing.get_type_hints(type(value)))
    name = type(value).__match_args__[0]
    for change in (lambda: setattr(value, name, ""), lambda: delattr(value, name)):
        with pytest.raises(dataclasses.FrozenInstanceError, match=f"field '{name}'"):
            change()


def test_values_are_hashed_by_what_they_hold():
    assert len({CARD, dataclasses.replace(CARD), dataclasses.replace(CARD, pin="13")}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(RETURN)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Card("1"), "Card lacks expiry_year, expiry_month"),
        (lambda: Card("1", "2", "3", number="4"), "Card has two values for number"),
        (lambda: Card("1", "2", "3", cvc="4"), "Card has no cvc"),
        (lambda: Card(*"123456"), "Card got too many values"),
    ],
)
def test_a_wrong_call_is_named(make, says):
    with pytest.raises(TypeError) as raised:
        make()
    assert str(raised.value) == says


def test_a_class_of_the_shop_may_add_to_one():
    @dataclasses.dataclass(frozen=True)
    class Parcel(Sent):
        weight: int = 0

    class Plain(Card):
        pass

    parcel = Parcel("o", None, "CJ", "1", weight=3)
    assert dataclasses.asdict(parcel)["weight"] == 3 and parcel.company == ""
    assert Plain("1", "2", "3") == Plain("1", "2", "3") != Card("1", "2", "3")
    assert dataclasses.asdict(Plain("1", "2", "3"))["pin"] is None


def test_help_names_what_a_class_takes():
    import pydoc

    assert "Card(number: " in pydoc.render_doc(Card, renderer=pydoc.plaintext)
    assert "pay_by_key" in pydoc.render_doc(xpayclient, renderer=pydoc.plaintext)
