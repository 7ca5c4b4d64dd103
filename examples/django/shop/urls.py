"""The shop's URLs, and the payment's below xpay/."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.products, name="products"),
    path("cart/", views.cart, name="cart"),
    path("cart/add/<int:pk>/", views.add, name="add"),
    path("cart/remove/<int:pk>/", views.remove, name="remove"),
    path("orders/<slug:token>/", views.order, name="order"),
    path("orders/<slug:token>/pay/", views.pay, name="pay"),
    path("join/", views.join, name="join"),
    path("login/", LoginView.as_view(template_name="shop/login.html", next_page="xpay:cards"), name="login"),
    path("logout/", LogoutView.as_view(next_page="products"), name="logout"),
    path("xpay/", include("xpayclient.django.urls")),
    path("admin/", admin.site.urls),
]
