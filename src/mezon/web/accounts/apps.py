"""Django's name for this part."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, their rights, their sessions and tokens."""

    name = "mezon.web.accounts"
    label = "accounts"
