"""The API with Django Ninja: ``path("api/", outside_atomic_requests(api.urls))``."""

import functools
from typing import Any, Optional

from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer, django_auth
from pydantic import SecretStr
from xpayclient import RefundAccount
from xpayclient.django.models import Payment

from . import payments
from .models import Order


class Token(HttpBearer):
    """A token in place of yours: JSON Web Tokens are checked here, too."""

    SALT = "store.token"

    def authenticate(self, request: HttpRequest, token: str) -> Optional[User]:
        try:
            pk = signing.loads(token, salt=self.SALT, max_age=3600)
        except signing.BadSignature:
            return None
        return User.objects.filter(pk=pk, is_active=True).first()


# With the session, Ninja asks for the CSRF token, too.
api = NinjaAPI(auth=[Token(), django_auth])


# Not a str: an error report shows the arguments of Ninja's own functions.
class Returned(Schema):
    returned: SecretStr = Field(max_length=4096)


class Account(Schema):
    number: SecretStr = Field(max_length=20)
    bank_code: str = Field(max_length=3)
    holder: SecretStr = Field(max_length=40)
    phone: SecretStr = Field(max_length=20)

    def refund_account(self) -> RefundAccount:
        number, holder, phone = (secret.get_secret_value() for secret in (self.number, self.holder, self.phone))
        return RefundAccount(number, self.bank_code, holder, phone)


class Cancellation(Schema):
    amount: int = Field(ge=1)
    balance: int = Field(ge=1)
    reason: str = Field("", max_length=100)
    account: Optional[Account] = None


def user_of(request: Any) -> User:
    user: User = request.auth
    return user


@api.exception_handler(payments.Refusal)
def refused(request: HttpRequest, refusal: payments.Refusal) -> HttpResponse:
    return api.create_response(request, {"detail": str(refusal)}, status=refusal.status)


@api.post("/orders/{int:pk}/payment")
def begin(request: HttpRequest, pk: int) -> dict[str, Any]:
    order = get_object_or_404(Order, pk=pk, user=user_of(request))
    return payments.begun(request, order)


@api.get("/payments/{slug:oid}")
def show(request: HttpRequest, oid: str) -> dict[str, Any]:
    return payments.shown(payments.of(user_of(request), oid))


@api.post("/payments/{slug:oid}/pay")
def pay(request: HttpRequest, oid: str, given: Returned) -> dict[str, Any]:
    return payments.paid(payments.of(user_of(request), oid), given.returned.get_secret_value())


@api.post("/payments/{slug:oid}/cancel")
def cancel(request: HttpRequest, oid: str, given: Cancellation) -> dict[str, Any]:
    user = user_of(request)
    if not user.has_perm("xpayclient.cancel_payment"):
        raise HttpError(403, "xpayclient.cancel_payment is needed")
    account = given.account.refund_account() if given.account else None
    return payments.cancelled(
        get_object_or_404(Payment, oid=oid),
        user,
        request.META["REMOTE_ADDR"],
        amount=given.amount,
        balance=given.balance,
        reason=given.reason,
        account=account,
    )


def outside_atomic_requests(urls: Any) -> Any:
    """`api.urls` without ATOMIC_REQUESTS: what is recorded has to be committed before anything is sent."""
    for pattern in urls[0]:
        view = functools.update_wrapper(functools.partial(pattern.callback), pattern.callback)
        pattern.callback = transaction.non_atomic_requests(view)
    return urls
