"""The fields of signing in, in our words: allauth's forms with our labels, in every language of the site."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factors
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _

_LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Password now"),
    "password1": _("New password"),
    "password2": _("New password once more"),
    "code": _("Code"),
}


class _InOurWords:
    """Give each field its label; a label says more than a grey text that goes when one begins to type."""

    fields: dict[str, Any]

    def __init__(self, *arguments: Any, **others: Any) -> None:
        super().__init__(*arguments, **others)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class Login(_InOurWords, account.LoginForm):  # type: ignore[misc]
    """Address and password."""

    def __init__(self, *arguments: Any, **others: Any) -> None:
        """The page has its own link for a forgotten password."""
        super().__init__(*arguments, **others)
        self.fields["password"].help_text = ""


class ChangePassword(_InOurWords, account.ChangePasswordForm):  # type: ignore[misc]
    """The password now, and the new one."""


class SetPassword(_InOurWords, account.SetPasswordForm):  # type: ignore[misc]
    """A first password, for somebody who signed in by an organisation's provider."""


class ResetPassword(_InOurWords, account.ResetPasswordForm):  # type: ignore[misc]
    """Where the link is sent."""


class ResetPasswordKey(_InOurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password."""


class Reauthenticate(_InOurWords, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""


class ShowFactor(_InOurWords, factors.AuthenticateForm):  # type: ignore[misc]
    """The code."""


class ShowFactorAgain(_InOurWords, factors.ReauthenticateForm):  # type: ignore[misc]
    """The code once more."""


class ActivateFactor(_InOurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code."""
