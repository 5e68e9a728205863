"""Django's name for this part."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, their rights, their sessions and tokens."""

    name = "mezon.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen for what begins and ends sessions."""
        from allauth.account.signals import authentication_step_completed
        from allauth.mfa import signals as factors
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from mezon.web.accounts import checks, leaving, sessions  # noqa: F401 - registers the checks

        authentication_step_completed.connect(sessions.renew, dispatch_uid="mezon session renewed")
        user_logged_out.connect(leaving.left, dispatch_uid="mezon person left")
        user_logged_in.connect(sessions.begin, dispatch_uid="mezon session begins")
        factors.authenticator_added.connect(sessions.factor_added, dispatch_uid="mezon factor added")
        for signal in (factors.authenticator_removed, factors.authenticator_reset):
            signal.connect(sessions.factor_changed, dispatch_uid="mezon factor changed")
