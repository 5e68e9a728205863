"""Addresses of the site: what people sign in to, and the portal; in the language of the prefix."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", login_not_required(RedirectView.as_view(pattern_name="portal:home"))),
    path("", include("mezon.web.offline")),
    path("account/by/", include("mezon.web.accounts.organisation")),
    path("api/v1/", include("mezon.web.api.urls")),
    *i18n_patterns(
        path("account/", include("mezon.web.accounts.entrance")),
        path("account/", include("mezon.web.accounts.urls")),
        path("audit/", include("mezon.web.audit.urls")),
        path("desk/", include("mezon.web.desk.urls")),
        path("jobs/", include("mezon.web.working.urls")),
        path("", include("mezon.web.portal.urls")),
    ),
]
