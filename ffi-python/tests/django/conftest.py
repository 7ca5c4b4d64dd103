"""A gateway, a shop with an order, and whoever visits it."""

import json
import os
import re
import subprocess
import sys
import textwrap
from urllib.parse import urlencode

import pytest
import returned
from django.db import connection
from django.test import Client
from gateway import Gateway
from xpayclient.django import conf

MUG = 23400


@pytest.fixture(autouse=True)
def _committed(transactional_db):
    """Everything here is about what was committed."""


@pytest.fixture(scope="session")
def sandbox():
    return Gateway(json.loads(os.environ["XPAY_SANDBOX"]))


@pytest.fixture
def gateway(sandbox):
    sandbox.forget_faults()
    yield sandbox
    sandbox.forget_faults()
    # What a test left in doubt is not the next one's affair.
    conf.client().recover()


@pytest.fixture
def mug():
    from shop.models import Product

    return Product.objects.create(name="머그컵", price=MUG, stock=5)


@pytest.fixture
def order(mug):
    return ordered(mug)


def ordered(product, quantity=1):
    from shop.models import Line, Order

    order = Order.objects.create(buyer="홍길동")
    Line.objects.create(order=order, product=product, quantity=quantity, price=product.price)
    return order


class Buyer(Client):
    """A browser that has begun to pay."""

    def __init__(self, gateway, **options):
        super().__init__(**options)
        self.gateway = gateway

    def begin(self, order, means="card"):
        """From the order's page to the payment's. Gives the payment."""
        answer = self.post(f"/orders/{order.token}/pay/", {"means": means})
        assert answer.status_code == 302, answer.content
        return payment_of(order)

    def agree(self, payment, **more):
        """A PAYKEY, as the window gives it."""
        means = {"means": "SC0040"} if payment.offered == "SC0040" else {}
        paytype = more.pop("paytype", means.get("means", "SC0010"))
        amount = more.pop("amount", payment.amount)
        return self.gateway.paykey(more.pop("oid", payment.oid), amount, paytype=paytype, **more)

    def come_back(self, payment, paykey, **changes):
        """The window's own post to returnurl: of another site, so without a cookie or a token."""
        posted = returned.returned(self.gateway.home, payment.oid, paykey, payment.amount, **changes)
        return post_form(Client(enforce_csrf_checks=True), "/xpay/returnurl/", posted)

    def payres(self, payment, paykey):
        """By returnurl, which hands on to payres."""
        page = self.come_back(payment, paykey)
        return self.post("/xpay/payres/", {"LGD_OID": payment.oid, "LGD_PAYKEY": handed_on(page)})

    def buy(self, order, means="card"):
        """All of it. Gives the payment as it stands."""
        payment = self.begin(order, means)
        answer = self.payres(payment, self.agree(payment))
        assert (answer.status_code, answer.url) == (302, payment.get_absolute_url())
        return fresh(payment)


@pytest.fixture
def buyer(gateway):
    return Buyer(gateway)


def post_form(client, path, posted):
    """As a browser posts a form."""
    return client.post(path, urlencode(posted), content_type="application/x-www-form-urlencoded")


def handed_on(page):
    """What the page at returnurl gives to the one beneath as LGD_PAYKEY."""
    return re.search('id="LGD_PAYKEY" value="([^"]*)"', page.text)[1]


def payment_of(order):
    from xpayclient.django.models import Payment, order_key

    return Payment.objects.filter(**order_key(order)).first()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def notice(gateway):
    """The body of a notice of a payment, signed like the gateway's."""
    right = returned.mert_key(gateway.home)

    def made(payment, flag="I", seqno="001", key=right, **changes):
        fields = {
            "LGD_MID": "tlgdacomxpay",
            "LGD_OID": payment.oid,
            "LGD_AMOUNT": str(payment.amount),
            "LGD_RESPCODE": "0000",
            "LGD_TIMESTAMP": "20261123120000",
            "LGD_TID": payment.tid,
            "LGD_PAYTYPE": "SC0040",
            "LGD_CASFLAG": flag,
            "LGD_CASSEQNO": seqno,
            "LGD_CASTAMOUNT": str(payment.amount),
            "LGD_CASCAMOUNT": str(payment.amount),
            "LGD_PAYDATE": "20261123120000",
        } | changes
        return urlencode(returned.signed(fields, key)).encode()

    return made


def tell(body, page="cas_noteurl"):
    """Posts a notice as the gateway does: without a cookie or a token."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post(f"/xpay/{page}/", body, content_type="application/x-www-form-urlencoded")


@pytest.fixture
def child():
    """Runs Python code in a process of its own, at the same database."""

    def run(code, *arguments):
        begin = """
            import os, signal, sys
            import django
            django.setup()
            from django.conf import settings
            from django.db import connection
            name, *arguments = sys.argv[1:]
            settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        """
        program = textwrap.dedent(begin) + textwrap.dedent(code)
        name = connection.settings_dict["NAME"]
        return subprocess.run([sys.executable, "-c", program, str(name), *map(str, arguments)]).returncode

    return run
