"""What allauth is told about us: nobody signs up, and addresses come from where we say.

The names and arguments of the methods are allauth's.
"""

# ruff: noqa: ARG002

from __future__ import annotations

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mezon.web.accounts.addresses import client_address


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by e-mail address and password."""

    error_messages = {  # noqa: RUF012 - allauth's name
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address or the password is not right. Try again, or ask for a new password."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("This is not your password now."),
        "incorrect_code": _("The code is not right. Wait for the next one, or use a recovery code."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then try again."),
        "invalid_password_reset": _("This link has ended. Ask for a new one."),
        "rate_limited": _("Too many attempts. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: people are invited."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give the address as the rest of the site sees it."""
        return client_address(request) or "127.0.0.1"

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Go to the page that says what waits for this person."""
        return reverse("desk:home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Go to the public pages."""
        return reverse("portal:home")


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: what opens an account is not readable in the database, or in a backup of it, without the key."""

    error_messages = {  # noqa: RUF012 - allauth's name
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is not right. Wait for the next one, or use a recovery code."),
        "cannot_generate_recovery_codes": _("Set up an authenticator app first."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt the secret of an authenticator app or the seed of recovery codes."""
        return str(_cipher(settings.SECRET_KEY).encrypt(text.encode()).decode())

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what `encrypt` gave; what was kept before a change of key is read with the keys before it."""
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return str(MultiFernet([_cipher(key) for key in keys]).decrypt(encrypted_text.encode()).decode())


def _cipher(key: str) -> Fernet:
    """AES-128 in CBC with HMAC-SHA-256 (Fernet), by a key derived from the secret of the site."""
    derived = hashlib.sha256(b"mezon second factors" + key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(derived))


class Organisation(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by an organisation's OpenID provider: for people who were invited, never for others."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Say no: an address the provider has verified must be that of an invited person."""
        return False


def name_tried(request: HttpRequest, credentials: dict[str, str] | None = None) -> str | None:
    """Give the address somebody tries to sign in with, as it is counted: for the lock-out."""
    tried = (credentials or {}).get("email") or (credentials or {}).get("username") or request.POST.get("login")
    return tried.strip().lower()[:254] if tried else None
