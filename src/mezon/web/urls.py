"""Addresses of the site: the portal, in the language of the prefix."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="portal:home")),
    path("", include("mezon.web.offline")),
    *i18n_patterns(path("", include("mezon.web.portal.urls"))),
]
