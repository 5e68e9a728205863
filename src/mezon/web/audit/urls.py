"""Addresses of the audit pages."""

from __future__ import annotations

from mezon.web.audit.views.records import urlpatterns as records

app_name = "audit"
urlpatterns = [*records]
