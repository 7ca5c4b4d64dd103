"""The API with Django REST framework: ``path("api/", include("store.drf_api"))``."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from xpayclient import RefundAccount
from xpayclient.django.models import Payment

from . import payments
from .models import Order


class MayCancel(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm("xpayclient.cancel_payment")


class ReturnedSerializer(serializers.Serializer[Any]):
    returned = serializers.CharField(max_length=4096)


class AccountSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(max_length=20)
    bank_code = serializers.CharField(max_length=3)
    holder = serializers.CharField(max_length=40)
    phone = serializers.CharField(max_length=20)


class CancellationSerializer(serializers.Serializer[Any]):
    amount = serializers.IntegerField(min_value=1)
    balance = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=100, default="")
    account = AccountSerializer(default=None)


# ATOMIC_REQUESTS must not wrap these views: what is recorded has to be committed before anything is sent.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class PaymentView(APIView):
    """What the views share: a refusal becomes its HTTP status."""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, payments.Refusal):
            return Response({"detail": str(exc)}, status=exc.status)
        return super().handle_exception(exc)


class Begin(PaymentView):
    def post(self, request: Request, pk: int) -> Response:
        order = get_object_or_404(Order, pk=pk, user=request.user)
        return Response(payments.begun(request, order))


class Show(PaymentView):
    def get(self, request: Request, oid: str) -> Response:
        return Response(payments.shown(payments.of(request.user, oid)))


class Pay(PaymentView):
    @method_decorator(sensitive_variables())
    def post(self, request: Request, oid: str) -> Response:
        given = ReturnedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(payments.paid(payments.of(request.user, oid), given.validated_data["returned"]))


class Cancel(PaymentView):
    permission_classes = [MayCancel]

    @method_decorator(sensitive_variables())
    def post(self, request: Request, oid: str) -> Response:
        given = CancellationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        account = given.validated_data.pop("account")
        return Response(
            payments.cancelled(
                get_object_or_404(Payment, oid=oid),
                request.user,
                request.META["REMOTE_ADDR"],
                account=RefundAccount(**account) if account else None,
                **given.validated_data,
            )
        )


urlpatterns = [
    path("orders/<int:pk>/payment", Begin.as_view()),
    path("payments/<slug:oid>", Show.as_view()),
    path("payments/<slug:oid>/pay", Pay.as_view()),
    path("payments/<slug:oid>/cancel", Cancel.as_view()),
]
