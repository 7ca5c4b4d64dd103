"""The one page: an order of the logged-in user, which its script pays by the API."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from .models import Order


@login_required
def order(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(Order, pk=pk, user=request.user)
    return render(request, "store/order.html", {"order": order, "api": request.GET.get("api", "drf")})
