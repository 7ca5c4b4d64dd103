"""docs/en/django.md: its samples run."""

import re
import secrets
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import Buyer, ordered
from django.contrib.auth.models import User
from xpayclient import Card
from xpayclient.django import conf
from xpayclient.django.models import KeptCard, State

ROOT = Path(__file__).resolve().parents[3]


def test_how_money_goes_back(gateway, mug):
    """The sample of refunds, line by line, each with a payment that it fits."""
    text = (ROOT / "docs/en/django.md").read_text("utf-8")
    lines = re.search(r"```python\n(from xpayclient import RefundAccount\n.*?)```", text, re.DOTALL)[1].splitlines()
    imports = "\n".join(line for line in lines if "import" in line)
    for line in lines:
        if line.startswith("refunds.cancel") and "refund_account" not in line:
            payment = Buyer(gateway).buy(ordered(mug))
            exec(f"{imports}\n{line}", {"payment": payment})
            payment.refresh_from_db()
            assert gateway.balance(payment.oid) == payment.balance < payment.amount


def sample(beginning):
    text = (ROOT / "docs/en/django.md").read_text("utf-8")
    return re.search(rf"```python\n({re.escape(beginning)}\n.*?)```", text, re.DOTALL)[1]


def test_how_a_kept_card_is_used(gateway, order, capsys):
    user = User.objects.create_user("hong")
    key = conf.client().make_billing_key(f"key-{secrets.token_hex(8)}", Card("4330123412341235", "27", "12")).key
    card = KeptCard.objects.create(user=user, mid=conf.current().mid, billing_key=key, institution="신한", number="**** 1235")
    names = {"user": user, "order": order}
    exec(sample("from xpayclient.django import cards"), names)
    assert capsys.readouterr().out == "신한 **** 1235\n"
    assert names["payment"].state == State.PAID and gateway.balance(names["payment"].oid) == 23400
    card.refresh_from_db()
    assert card.billing_key == ""


def test_what_an_order_says_of_escrow():
    names = {}
    exec(sample("from xpayclient import EscrowItem"), names)
    line = SimpleNamespace(pk=1, title="머그컵", price=23400, quantity=2)
    lines = SimpleNamespace(all=lambda: [line])
    escrow = names["xpay_escrow"](SimpleNamespace(lines=lines, zipcode="04524", address="서울 중구", phone="0212345678"))
    assert escrow.items[0].unit_price == 23400 and escrow.fields()["LGD_ESCROW_ADDRESS1"] == "서울 중구"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_setting_and_signal_is_in_the_documents(language):
    from xpayclient.django import conf, signals

    text = (ROOT / f"docs/{language}/django.md").read_text("utf-8")
    names = [*conf.NAMES, *(name for name, value in vars(signals).items() if isinstance(value, signals.Signal))]
    assert [name for name in names if f"`{name}`" not in text] == []
