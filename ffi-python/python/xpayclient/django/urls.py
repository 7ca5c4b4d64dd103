"""``path("xpay/", include("xpayclient.django.urls"))``."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "xpay"

urlpatterns = [
    path("returnurl/", views.returnurl, name="returnurl"),
    path("payres/", views.payres, name="payres"),
    path("cas_noteurl/", views.cas_noteurl, name="cas_noteurl"),
    path("<slug:oid>/", views.payreq, name="payreq"),
    path("<slug:oid>/cancel/", views.cancel, name="cancel"),
    path("<slug:oid>/receipt/", views.receipt, name="receipt"),
]
