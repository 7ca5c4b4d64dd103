"""The pages of payments, both APIs side by side (take one), and a page that pays by them."""

from django.contrib.auth.views import LoginView
from django.urls import include, path
from rest_framework.authtoken.views import obtain_auth_token

from . import views
from .ninja_api import api, outside_atomic_requests

urlpatterns = [
    # LGD_RETURNURL and LGD_CASNOTEURL among them. The gateway posts forms there, without a session and without a token.
    path("xpay/", include("xpayclient.django.urls")),
    path("drf/", include("store.drf_api")),
    path("drf/token", obtain_auth_token),
    path("ninja/", outside_atomic_requests(api.urls)),
    path("login/", LoginView.as_view(template_name="store/login.html"), name="login"),
    path("orders/<int:pk>/", views.order, name="order"),
]
