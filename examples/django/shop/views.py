"""The shop's pages: products, cart, order, and an account for buyers who keep a card."""

from django.contrib.auth import login
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
    context = {"lines": lines, "total": total, "buyer": buyer, "cards": cards.of(request.user)}
    return render(request, "shop/cart.html", context)


@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    return _paid_by(request, get_object_or_404(Order, token=token))


def join(request: HttpRequest) -> HttpResponse:
    """Makes an account."""
    form: UserCreationForm[User] = UserCreationForm(request.POST or None)
    if form.is_valid():
        login(request, form.save())
        return redirect("xpay:cards")
    return render(request, "shop/join.html", {"form": form})


def _paid_by(request: HttpRequest, order: Order) -> HttpResponse:
    means = request.POST.get("means", "")
    if means.isdigit():
        # A card that the buyer keeps: no payment window.
        card = get_object_or_404(cards.of(request.user), pk=means)
        return redirect(cards.charge(card, order, request=request))
    return redirect(begin(request, order, means=MEANS.get(means, "")))


def order(request: HttpRequest, token: str) -> HttpResponse:
    order = get_object_or_404(Order, token=token)
    payment = Payment.objects.filter(**order_key(order)).first()
    return render(request, "shop/order.html", {"order": order, "payment": payment, "cards": cards.of(request.user)})
