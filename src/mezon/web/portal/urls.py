"""Addresses of the portal; each module of pages declares its own."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "home", "ranking", "units", "comparing", "companies", "indicators", "investments", "claims", "registers",
    "coverage", "methodology", "robustness",
    "what_if", "data", "releases", "searching", "tracing", "pictures", "interacting",
)  # fmt: skip

app_name = "portal"
urlpatterns = [
    pattern for module in MODULES for pattern in import_module(f"mezon.web.portal.views.{module}").urlpatterns
]
