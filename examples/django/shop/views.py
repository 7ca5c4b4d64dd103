"""The shop's pages: products, cart, order, and an account for buyers who keep a card."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from xpayclient import Means
from xpayclient.django import cards
from xpayclient.django.models import Payment, order_key
from xpayclient.django.paying import begin

from .models import Line, Order, Product

MEANS = {"card": Means.CARD, "account": Means.VIRTUAL_ACCOUNT}


def products(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/products.html", {"products": Product.objects.all()})


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=pk)
    cart = request.session.get("cart", {})
    cart[str(product.pk)] = min(cart.get(str(product.pk), 0) + 1, 99)
    request.session["cart"] = cart
    return redirect("cart")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    cart = request.session.get("cart", {})
    cart.pop(str(pk), None)
    request.session["cart"] = cart
    return redirect("cart")


def cart(request: HttpRequest) -> HttpResponse:
    """The cart; a POST creates the order. Prices come from the database, never from the browser."""
    wanted = request.session.get("cart", {})
    lines = [
        {"product": product, "quantity": wanted[str(product.pk)], "sum": product.price * wanted[str(product.pk)]}
        for product in Product.objects.filter(pk__in=wanted)
    ]
    buyer = request.POST.get("buyer", "").strip()
    if request.method == "POST" and lines and 0 < len(buyer) <= 15:
        order = Order.objects.create(buyer=buyer)
        Line.objects.bulk_create(
            Line(order=order, product=line["product"], quantity=line["quantity"], price=line["product"].price) for line in lines
        )
        request.session["cart"] = {}
        return _paid_by(request, order)
    total = sum(line["sum"] for line in lines)
    return render(request, "shop/cart.html", {"lines": lines, "total": total, "buyer": buyer})


@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    return _paid_by(request, get_object_or_404(Order, token=token))


@require_POST
@login_required
def charge(request: HttpRequest, token: str) -> HttpResponse:
    """Pays by a card that the buyer keeps, without the payment window."""
    card = get_object_or_404(cards.of(request.user), pk=request.POST.get("card"))
    return redirect(cards.charge(card, get_object_or_404(Order, token=token), request=request))


def join(request: HttpRequest) -> HttpResponse:
    """Makes an account."""
    form: UserCreationForm[User] = UserCreationForm(request.POST or None)
    if form.is_valid():
        login(request, form.save())
        return redirect("xpay:cards")
    return render(request, "shop/join.html", {"form": form})


def _paid_by(request: HttpRequest, order: Order) -> HttpResponse:
    return redirect(begin(request, order, means=MEANS.get(request.POST.get("means", ""), "")))


def order(request: HttpRequest, token: str) -> HttpResponse:
    order = get_object_or_404(Order, token=token)
    payment = Payment.objects.filter(**order_key(order)).first()
    kept = cards.of(request.user) if request.user.is_authenticated else []
    return render(request, "shop/order.html", {"order": order, "payment": payment, "cards": kept})
