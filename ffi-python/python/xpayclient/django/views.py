"""The pages, under the names that merchants know: payreq, returnurl, payres, cas_noteurl, cancel, receipt.

None runs in a transaction of the request (ATOMIC_REQUESTS): what was recorded must be committed before anything is sent.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xpayclient import NOTICE_ANSWER, XPayError

from . import conf, ledger, notices, paying, receipts, refunds
from .forms import CancelForm, ReceiptForm
from .models import Payment, State
from .orders import OrderGone


@never_cache
@require_GET
def payreq(request: HttpRequest, oid: str) -> HttpResponse:
    """A payment's page, for the buyer who began it: the button that opens the window, and later the result."""
    payment = _buyers(request, oid)
    context: dict[str, Any] = {"payment": payment, "order": payment.order, "unpaid": "unpaid" in request.GET}
    if payment.state != State.READY:
        return render(request, "xpayclient/result.html", context)
    try:
        context["xpay_window"] = paying.window(request, payment)
    except (paying.Mismatch, OrderGone):
        # The order changed: the shop begins another payment.
        return redirect(payment.order.get_absolute_url() if payment.order else "/")
    return render(request, "xpayclient/payreq.html", context)


@csrf_exempt
@xframe_options_sameorigin
@never_cache
@require_POST
@sensitive_post_parameters("LGD_PAYKEY")
def returnurl(request: HttpRequest) -> HttpResponse:
    """LGD_RETURNURL: the window posts its result here, inside its iframe; the page hands it to the one beneath.

    Nothing of it is signed, so nothing is booked from it. It comes from another site, without cookies, so this reads no
    session and sets no cookie, which would end the buyer's session in the shop.
    """
    posted = {name: request.POST.get(f"LGD_{name}", "") for name in ("RESPCODE", "RESPMSG", "PAYKEY", "OID", "MID", "AMOUNT")}
    payment = Payment.objects.filter(oid=posted["OID"]).first()
    is_ours = payment is not None and (posted["MID"], posted["AMOUNT"]) == (conf.current().mid, str(payment.amount))
    if posted["RESPCODE"] == "0000" and not (is_ours and posted["PAYKEY"]):
        posted |= {"RESPCODE": "SHOP", "RESPMSG": _("This is not your order: please start again."), "PAYKEY": ""}
    return render(request, "xpayclient/returnurl.html", {"payment": payment, "posted": posted})


@csrf_exempt
@never_cache
@require_POST
@transaction.non_atomic_requests
@sensitive_post_parameters("LGD_PAYKEY")
def payres(request: HttpRequest) -> HttpResponse:
    """The final payment: only here money moves. Redirects to the payment's page, which may be reloaded.

    No CSRF token, since a page that came without cookies (`returnurl`) may post here, too. It pays only what this session
    began, and only with a key for that order: a payment with the key of another order is rolled back.
    """
    payment = _buyers(request, request.POST.get("LGD_OID", ""))
    paykey = request.POST.get("LGD_PAYKEY", "")
    if paykey:
        try:
            payment = paying.pay(payment, paykey)
        except XPayError as error:
            # Nothing was sent: the shop's configuration is wrong, or the form had no valid payment key.
            ledger.LOGGER.error("%s was not paid: %s", payment.oid, error)
            return redirect(f"{payment.get_absolute_url()}?unpaid")
    return redirect(payment)


@csrf_exempt
@never_cache
@require_POST
@transaction.non_atomic_requests
def cas_noteurl(request: HttpRequest) -> HttpResponse:
    """LGD_CASNOTEURL: the response to a notification that is booked is exactly ``OK``. After any other it comes again."""
    try:
        notices.book(request.body)
    except notices.NotBooked as refusal:
        ledger.LOGGER.warning("cas_noteurl: %s", refusal)
        return HttpResponse(f"REFUSED: {refusal}\n", status=refusal.status, content_type="text/plain; charset=utf-8")
    return HttpResponse(NOTICE_ANSWER, content_type="text/plain; charset=utf-8")


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("xpayclient.cancel_payment", raise_exception=True)
@transaction.non_atomic_requests
@sensitive_post_parameters("account", "holder", "phone")
def cancel(request: HttpRequest, oid: str) -> HttpResponse:
    """Gives money back. Needs the permission ``xpayclient.cancel_payment``."""
    payment = get_object_or_404(Payment, oid=oid)
    form = CancelForm(payment, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            entry = refunds.cancel(
                payment,
                given["amount"],
                reason=given["reason"],
                refund_account=form.refund_account(),
                user=request.user,
                ip=request.META.get("REMOTE_ADDR", ""),
            )
        except (refunds.NotRefundable, XPayError) as error:
            form.add_error(None, str(error))
        else:
            if entry.is_booked:
                messages.success(request, _("Given back: %(amount)s won.") % {"amount": entry.amount})
                return redirect(request.path)
            form.add_error(None, f"{entry.message} ({entry.code})")
    return render(request, "xpayclient/cancel.html", {"payment": _again(payment), "form": form})


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("xpayclient.issue_receipt", raise_exception=True)
@transaction.non_atomic_requests
@sensitive_post_parameters("card_number")
def receipt(request: HttpRequest, oid: str) -> HttpResponse:
    """Issues or cancels a cash receipt. Needs the permission ``xpayclient.issue_receipt``."""
    payment = get_object_or_404(Payment, oid=oid)
    form = ReceiptForm(request.POST or None) if not payment.receipt else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            if form is None:
                entry = receipts.take_back(payment, user=request.user)
            else:
                number = form.cleaned_data["card_number"].replace("-", "")
                entry = receipts.issue(payment, number, form.cleaned_data["receipt_use"], user=request.user)
        except (receipts.NoReceipt, XPayError) as error:
            messages.error(request, str(error))
        else:
            if entry.is_booked:
                messages.success(request, _("Cash receipt: %s") % entry.get_kind_display())
                return redirect(request.path)
            messages.error(request, f"{entry.message} ({entry.code})")
    return render(request, "xpayclient/receipt.html", {"payment": _again(payment), "form": form})


def _buyers(request: HttpRequest, oid: str) -> Payment:
    if not paying.is_buyers(request, oid):
        raise Http404
    return get_object_or_404(Payment, oid=oid)


def _again(payment: Payment) -> Payment:
    payment.refresh_from_db()
    return payment
