"""The pages of buyers and of the gateway, under the names that merchants know: payreq, returnurl, payres, cas_noteurl; and
those of mobile payments and kept cards.

None runs in a transaction of the request (ATOMIC_REQUESTS): what was recorded must be committed before anything is sent.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from xpayclient import NOTICE_ANSWER, XPayError

from . import cards, conf, ledger, mobile, notices, orders, paying, phones, returns, window
from .models import LIVE, Payment, State
from .orders import Mismatch, OrderGone
from .private import private


@private
@never_cache
@require_GET
def payreq(request: HttpRequest, oid: str) -> HttpResponse:
    """A payment's page, for its owner: the button that opens the window, and later the result.

    Of a buyer who came back from an app nobody knows whether she paid there until the note comes: the page says so.
    """
    payment = get_object_or_404(Payment, oid=oid)
    if not paying.is_owner(request, payment):
        return _elsewhere(request, payment)
    context: dict[str, Any] = {"payment": payment, "order": orders.shown(payment)}
    context |= {name: name in request.GET for name in ("unpaid", "cancelled", "again")}
    context["is_awaited"] = payment.state == State.READY and payment.back_at is not None and not context["again"]
    context["is_paid_otherwise"] = payment.state in (State.READY, State.FAILED) and paying.others(payment).exists()
    if payment.state != State.READY or context["is_awaited"] or context["is_paid_otherwise"]:
        return render(request, "xpayclient/result.html", context)
    try:
        context["xpay_window"] = window.window(request, payment)
    except (Mismatch, OrderGone):
        # The order changed: the shop begins another payment.
        return redirect(context["order"].get_absolute_url() if context["order"] else "/")
    except Exception:
        # The order can no longer be paid as it is, or the shop's own methods raise.
        ledger.LOGGER.exception("the window of %s cannot be opened", payment.oid)
        return render(request, "xpayclient/unpayable.html", context, status=503)
    return render(request, "xpayclient/payreq.html", context)


@private
@csrf_exempt
@xframe_options_sameorigin
@never_cache
@require_POST
def returnurl(request: HttpRequest) -> HttpResponse:
    """LGD_RETURNURL: the window posts its result here, inside its iframe; the page hands it to the one beneath.

    It is verified before anything else happens, and nothing is booked from it. It comes from another site, without cookies, so
    this reads no session and sets no cookie, which would end the buyer's session in the shop.
    """
    status = 200
    try:
        returned = returns.read(request.body, request.POST)
    except returns.NotVerified as refusal:
        ledger.LOGGER.error("returnurl: a return was refused: %s", refusal)
        message = _("The payment window's answer could not be verified. No payment was requested: please start again.")
        status, returned = 403, returns.Returned("SHOP", message, None)
    # Templates of shops know these by `posted`.
    posted = {"RESPCODE": returned.code, "RESPMSG": returned.message, "PAYKEY": returned.envelope}
    context = {"payment": returned.payment, "posted": posted, "is_cancelled": returned.code == returns.CANCELLED}
    return render(request, "xpayclient/returnurl.html", context, status=status)


@private
@csrf_exempt
@never_cache
@require_POST
@transaction.non_atomic_requests
def payres(request: HttpRequest) -> HttpResponse:
    """The final payment: only here money moves. Redirects to the payment's page, which may be reloaded.

    No CSRF token, since a page that came without cookies (`returnurl`) may post here, too. It pays only what this session
    began, and only with the LGD_PAYKEY of a return that `returnurl` has verified for that payment.
    """
    payment = Payment.objects.filter(oid=request.POST.get("LGD_OID", "")).first()
    if payment is None or not paying.is_owner(request, payment):
        ledger.LOGGER.warning("payres: %s was not paid: this session did not begin it", payment.oid if payment else "a payment")
        return _elsewhere(request, payment)
    envelope = request.POST.get("LGD_PAYKEY", "")
    if envelope:
        try:
            payment = paying.pay(payment, returns.opened(envelope, payment))
        except (XPayError, returns.NotVerified, paying.Busy) as error:
            # Nothing was sent: the shop's configuration is wrong, or the form had no payment key that was verified.
            ledger.LOGGER.error("%s was not paid: %s", payment.oid, error)
            return redirect(f"{payment.get_absolute_url()}?unpaid")
    return redirect(payment)


@private
@csrf_exempt
@never_cache
@require_POST
@transaction.non_atomic_requests
def cas_noteurl(request: HttpRequest) -> HttpResponse:
    """LGD_CASNOTEURL: the response to a notification that is booked is exactly ``OK``. After any other it comes again."""
    try:
        _refuse_strangers(request, are_known=bool(conf.networks()))
        notices.book(request.body)
    except notices.NotBooked as refusal:
        return _not_booked("cas_noteurl", refusal)
    return HttpResponse(NOTICE_ANSWER, content_type="text/plain; charset=utf-8")


@private
@csrf_exempt
@never_cache
@require_POST
@transaction.non_atomic_requests
def mobile_noteurl(request: HttpRequest) -> HttpResponse:
    """LGD_KVPMISPNOTEURL and LGD_MTRANSFERNOTEURL: ``OK`` where it is booked, ``ROLLBACK`` where it cannot be."""
    try:
        _refuse_strangers(request, are_known=True)
        answer = mobile.book(request.body)
    except notices.NotBooked as refusal:
        return _not_booked("mobile_noteurl", refusal)
    return HttpResponse(answer, content_type="text/plain; charset=utf-8")


def _refuse_strangers(request: HttpRequest, *, are_known: bool) -> None:
    """A buyer sees a signature of her window's return, which would pass for that of a notification."""
    caller = str(request.META.get("REMOTE_ADDR", ""))
    if are_known and not conf.is_gateways(caller):
        raise notices.NotBooked(notices.FORGED, f"{caller or 'the caller'} is not in XPAY['NOTICE_ADDRESSES']")


def _not_booked(page: str, refusal: notices.NotBooked) -> HttpResponse:
    ledger.LOGGER.warning("%s: %s", page, refusal)
    return HttpResponse(f"REFUSED: {refusal}\n", status=refusal.status, content_type="text/plain; charset=utf-8")


@private
@never_cache
@require_GET
def mobile_back(request: HttpRequest, oid: str, ticket: str) -> HttpResponse:
    """LGD_KVPMISPWAPURL and LGD_MTRANSFERWAPURL: the buyer is back from the app, perhaps in another browser."""
    payment = _of_ticket(request, oid, ticket)
    mobile.is_back(payment)
    return redirect(payment)


@private
@never_cache
@require_GET
def mobile_cancel(request: HttpRequest, oid: str, ticket: str) -> HttpResponse:
    """LGD_KVPMISPCANCELURL and LGD_MTRANSFERCANCELURL: the buyer left the app."""
    payment = _of_ticket(request, oid, ticket)
    mobile.gave_up(payment)
    return redirect(f"{payment.get_absolute_url()}?cancelled")


def _of_ticket(request: HttpRequest, oid: str, ticket: str) -> Payment:
    if not phones.is_ticket(oid, ticket):
        raise Http404
    payment = get_object_or_404(Payment, oid=oid)
    paying.remember(request, payment)
    return payment


@private
@never_cache
@require_GET
@login_required
def card_list(request: HttpRequest) -> HttpResponse:
    """The cards that the user keeps, and the window that adds one."""
    context = {"cards": cards.of(request.user), "window": cards.window(request), "script": conf.current().scripts[0]}
    context |= {name: name in request.GET for name in ("cancelled", "unkept")}
    return render(request, "xpayclient/cards.html", context)


@private
@csrf_exempt
@xframe_options_sameorigin
@never_cache
@require_POST
def card_return(request: HttpRequest, opened: str) -> HttpResponse:
    """LGD_RETURNURL of the window that adds a card. Like `returnurl` it has no session, and hands on to `card_keep`."""
    is_cancelled = request.POST.get("LGD_RESPCODE") == returns.CANCELLED
    # What is in it `card_keep` reads. A form is ASCII.
    returned = request.body.decode("ascii", "replace")
    context = {"opened": opened, "returned": returned, "is_cancelled": is_cancelled}
    return render(request, "xpayclient/card_return.html", context)


@private
@csrf_exempt
@never_cache
@require_POST
@transaction.non_atomic_requests
def card_keep(request: HttpRequest) -> HttpResponse:
    """Keeps the card that a window of this session returned. The window's own secret is in place of a CSRF token.

    A session that is lost has opened no window: `card_list` says so, after the login.
    """
    opened, returned = (request.POST.get(name, "") for name in ("opened", "returned"))
    try:
        cards.keep(request, opened, returned.encode())
    except cards.NotKept as refusal:
        ledger.LOGGER.warning("card_keep: no card was kept: %s", refusal)
        return redirect(f"{reverse('xpay:cards')}?unkept")
    return redirect("xpay:cards")


@private
@never_cache
@require_POST
@login_required
def card_give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes the key of one of the user's own cards."""
    cards.give_up(get_object_or_404(cards.of(request.user), pk=pk))
    return redirect("xpay:cards")


def _elsewhere(request: HttpRequest, payment: Payment | None) -> HttpResponse:
    """For who does not own the payment, or lost its session on the way: whether to pay again, and nothing else of it."""
    may_be_paid = payment is not None and (
        payment.state in LIVE or payment.back_at is not None or paying.others(payment).exists()
    )
    return render(request, "xpayclient/elsewhere.html", {"may_be_paid": may_be_paid}, status=403)
