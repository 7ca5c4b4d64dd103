"""``path("xpay/", include("xpayclient.django.urls"))``."""

from __future__ import annotations

from django.urls import path

from . import merchant, views

app_name = "xpay"

urlpatterns = [
    path("returnurl/", views.returnurl, name="returnurl"),
    path("payres/", views.payres, name="payres"),
    path("cas_noteurl/", views.cas_noteurl, name="cas_noteurl"),
    path("mobile_noteurl/", views.mobile_noteurl, name="mobile_noteurl"),
    path("mobile/<slug:oid>/<str:ticket>/", views.mobile_back, name="mobile_back"),
    path("mobile/<slug:oid>/<str:ticket>/cancel/", views.mobile_cancel, name="mobile_cancel"),
    path("cards/", views.card_list, name="cards"),
    path("cards/return/<str:opened>/", views.card_return, name="card_return"),
    path("cards/keep/", views.card_keep, name="card_keep"),
    path("cards/<int:pk>/give-up/", views.card_give_up, name="card_give_up"),
    path("decide/<int:pk>/", merchant.decide, name="decide"),
    path("<slug:oid>/", views.payreq, name="payreq"),
    path("<slug:oid>/cancel/", merchant.cancel, name="cancel"),
    path("<slug:oid>/receipt/", merchant.receipt, name="receipt"),
    path("<slug:oid>/delivery/", merchant.delivery, name="delivery"),
]
