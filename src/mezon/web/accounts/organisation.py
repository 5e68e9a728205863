"""Addresses of signing in by an organisation's OpenID provider.

They carry no language, because the provider is told one address to come back to.
"""

from __future__ import annotations

from allauth.socialaccount import views
from allauth.socialaccount.providers.openid_connect import views as openid
from django.contrib.auth.decorators import login_not_required
from django.urls import path

urlpatterns = [
    path("<slug:provider_id>/login/", openid.login, name="openid_connect_login"),
    path("<slug:provider_id>/login/callback/", openid.callback, name="openid_connect_callback"),
    path("cancelled/", login_not_required(views.login_cancelled), name="socialaccount_login_cancelled"),
    path("failed/", login_not_required(views.login_error), name="socialaccount_login_error"),
    path("closed/", views.signup, name="socialaccount_signup"),
]
