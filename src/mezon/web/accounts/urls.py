"""Addresses of one's own account and of people; each module of pages declares its own."""

from __future__ import annotations

from importlib import import_module

MODULES = ("own", "people", "joining")

app_name = "accounts"
urlpatterns = [
    pattern for module in MODULES for pattern in import_module(f"mezon.web.accounts.views.{module}").urlpatterns
]
