"""docs/en/django.md: its samples, put where they say, are a project whose order is paid."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import Buyer, ordered
from django.contrib.auth.models import User
from xpayclient import Card
from xpayclient.django import conf
from xpayclient.django.models import KeptCard, State

ROOT = Path(__file__).resolve().parents[3]

PAYS = """
import django
django.setup()
from django.core.management import call_command
call_command("check", fail_level="WARNING")
call_command("makemigrations", "orders", verbosity=0)
call_command("migrate", verbosity=0)
call_command("xpay_doctor")

from django.conf import settings
from django.test import Client
from orders.models import Order
from xpayclient.django.models import Payment
import json, os, re, returned
from urllib.parse import urlencode
from gateway import Gateway

settings.ALLOWED_HOSTS = ["testserver"]
gateway = Gateway(json.loads(os.environ["XPAY_SANDBOX"]))
order = Order.objects.create(title="머그컵", total=23400, buyer="홍길동")
client = Client()
begun = client.post(f"/orders/{order.pk}/pay/")
payment = Payment.objects.get()
assert "LGD_HASHDATA" in client.get(begun.url).text
posted = urlencode(returned.returned(gateway.home, payment.oid, gateway.paykey(payment.oid)))
page = client.post("/xpay/returnurl/", posted, content_type="application/x-www-form-urlencoded").text
envelope = re.search('id="LGD_PAYKEY" value="([^"]*)"', page)[1]
client.post("/xpay/payres/", {"LGD_OID": payment.oid, "LGD_PAYKEY": envelope})
print(client.get(order.get_absolute_url()).text)
"""


def samples():
    text = (ROOT / "docs/en/django.md").read_text("utf-8")
    return re.findall(r"^```python\n# (\S+\.py)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_an_afternoon(tmp_path, gateway):
    path = [str(tmp_path), *(one for one in os.environ["PYTHONPATH"].split(os.pathsep) if "examples" not in one)]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    variables |= {"PYTHONPATH": os.pathsep.join(path), "DJANGO_SETTINGS_MODULE": "shop.settings"}
    bare = {name: value for name, value in variables.items() if name != "DJANGO_SETTINGS_MODULE"}
    for command in (["startproject", "shop", "."], ["startapp", "orders"]):
        subprocess.run([sys.executable, "-m", "django", *command], check=True, cwd=tmp_path, env=bare)
    for name, code in samples():
        # Settings are added to; every other file is the sample.
        code = code.replace("/tmp/shop/home", gateway.home)
        with open(tmp_path / name, "a" if name == "shop/settings.py" else "w", encoding="utf-8") as file:
            file.write(f"\n{code}")
    done = subprocess.run(
        [sys.executable, "-c", PAYS], cwd=tmp_path, env=variables, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    assert done.stdout.endswith("머그컵: paid\n"), done.stdout


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
