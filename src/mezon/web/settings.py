"""Django settings: safe by default, everything that differs from place to place from the environment.

MEZON_HOME      folder for the database, releases, assessments and drawn charts (default: .mezon in the working folder)
MEZON_PACKS     bundled packs or folders that the portal publishes, separated by blanks; the first is the front page
MEZON_SECRET    secret key; without it, one is made and kept in MEZON_HOME
MEZON_HOSTS     host names the site answers to, separated by blanks (default: this machine only)
MEZON_DEBUG     "1" shows errors in full; never on a public site
MEZON_DATABASE  postgresql://user:password@host:port/name; without it, a SQLite file in MEZON_HOME
MEZON_PUBLIC    "1" for a site that others reach, over HTTPS: secure cookies, HSTS, redirect from http
MEZON_PROXIES   how many proxies stand before the site (default 0: none is trusted to say where a request came from)
MEZON_SECOND_FACTOR  "all" asks everybody for a second factor, not only reviewers, statisticians and administrators;
                "off" asks nobody: for a demo on this machine, without effect when MEZON_PUBLIC is 1
MEZON_SECRETS_BEFORE  secret keys used before, separated by blanks: what was signed or encrypted with them is still read
MEZON_OIDC_ID, MEZON_OIDC_SECRET, MEZON_OIDC_SERVER, MEZON_OIDC_NAME   sign-in by an organisation's OpenID provider
MEZON_MAIL      smtp://user:password@host:port (smtps: TLS from the start; smtp: STARTTLS); without it, mail is
                written to files in MEZON_HOME/mail
MEZON_MAIL_FROM the sender of mail
MEZON_BREACHED_PASSWORDS  a sorted file of SHA-1 digests of passwords that nobody may choose
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).parent
HOME = Path(os.environ.get("MEZON_HOME", ".mezon")).resolve()
PACKS = tuple(os.environ.get("MEZON_PACKS", "uzbekistan").split())


def _kept_secret() -> str:
    """Read the secret of this installation, or make one that only its owner can read."""
    path = HOME / "secret"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return path.read_text(encoding="utf-8")


SECRET_KEY = os.environ.get("MEZON_SECRET") or _kept_secret()
SECRET_KEY_FALLBACKS = os.environ.get("MEZON_SECRETS_BEFORE", "").split()
DEBUG = os.environ.get("MEZON_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("MEZON_HOSTS", "localhost 127.0.0.1 [::1]").split()

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "mezon.web.warehouse",
    "mezon.web.accounts",
    "mezon.web.audit",
    "mezon.web.desk",
    "mezon.web.working",
    "mezon.web.api",
    "mezon.web.portal",
]
#: Sessions, messages and people are read when a view asks for them; the pages of the portal never do.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mezon.web.desk.receiving.Bounded",
    "mezon.web.accounts.middleware.PeopleOnly",
    "mezon.web.accounts.middleware.Refusals",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mezon.web.portal.protection.ContentSecurityPolicy",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "mezon.web.urls"
WSGI_APPLICATION = "mezon.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "mezon.web.portal.context.site",
                "mezon.web.accounts.context.person",
            ],
            "builtins": ["mezon.web.portal.templatetags.portal"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]


def _database(address: str) -> dict[str, Any]:
    """Give the database of an address, or the SQLite file of this home."""
    if not address:
        options = {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            "transaction_mode": "IMMEDIATE",
            # A writer waits while a large import is being recorded, instead of giving up after five seconds.
            "timeout": 60,
        }
        name = HOME / "mezon.sqlite3"
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "CONN_MAX_AGE": None, "OPTIONS": options}
    parts = urlsplit(address)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("MEZON_DATABASE is postgresql://user:password@host:port/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Compiling a query takes longer than any of ours runs.
        "OPTIONS": {"options": "-c jit=off"},
    }


DATABASES = {"default": _database(os.environ.get("MEZON_DATABASE", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("uz", "Oʻzbekcha"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "mezon.web.fingerprints.FingerprintedStorage"},
}
WHITENOISE_USE_FINDERS = True
# An address names its content (fingerprints.py), so a browser need never ask again.
WHITENOISE_MAX_AGE = 31_536_000

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- People (docs/security.md says which requirement each of these meets) -------------------------------------------

PUBLIC = os.environ.get("MEZON_PUBLIC") == "1"
PROXIES = int(os.environ.get("MEZON_PROXIES", "0"))
MEZON_SECOND_FACTOR = PUBLIC or os.environ.get("MEZON_SECOND_FACTOR") != "off"
#: Providers and analysts too, not only those who approve, change and administer.
MEZON_SECOND_FACTOR_FOR_ALL = os.environ.get("MEZON_SECOND_FACTOR") == "all"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]

HOUR = 3600
SESSION_COOKIE_NAME = "__Host-mezon-session" if PUBLIC else "mezon-session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PUBLIC
#: However busy, a session ends after this; left alone, after the other (seconds).
SESSION_COOKIE_AGE = 12 * HOUR
MEZON_SESSION_IDLE = 1 * HOUR
CSRF_COOKIE_NAME = "__Host-mezon-csrf" if PUBLIC else "mezon-csrf"
CSRF_COOKIE_SECURE = PUBLIC
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_ADAPTER = "mezon.web.accounts.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PUBLIC else "http"
_FORMS = "mezon.web.accounts.entrance_forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.Login",
    "change_password": f"{_FORMS}.ChangePassword",
    "set_password": f"{_FORMS}.SetPassword",
    "reset_password": f"{_FORMS}.ResetPassword",
    "reset_password_from_key": f"{_FORMS}.ResetPasswordKey",
    "reauthenticate": f"{_FORMS}.Reauthenticate",
}
MFA_FORMS = {
    "authenticate": f"{_FORMS}.ShowFactor",
    "reauthenticate": f"{_FORMS}.ShowFactorAgain",
    "activate_totp": f"{_FORMS}.ActivateFactor",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "mezon.web.accounts.adapters.Factors"
MFA_TOTP_ISSUER = "Mezon"
MFA_RECOVERY_CODES_SHOW_ONCE = False

SOCIALACCOUNT_ADAPTER = "mezon.web.accounts.adapters.Organisation"
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_STORE_TOKENS = False
#: An address that the provider has verified is that of the invited person; from then on its `sub` is known.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
OIDC_SERVER = os.environ.get("MEZON_OIDC_SERVER", "")
OIDC_NAME = os.environ.get("MEZON_OIDC_NAME", "OpenID")


def _organisation() -> dict[str, Any]:
    """Give the OpenID provider of this place, if it has one."""
    if not OIDC_SERVER:
        return {}
    application = {
        "provider_id": "organisation",
        "name": OIDC_NAME,
        "client_id": os.environ.get("MEZON_OIDC_ID", ""),
        "secret": os.environ.get("MEZON_OIDC_SECRET", ""),
        "settings": {"server_url": OIDC_SERVER},
    }
    return {"openid_connect": {"APPS": [application], "OAUTH_PKCE_ENABLED": True}}


SOCIALACCOUNT_PROVIDERS = _organisation()

#: Five failures close an address for fifteen minutes, whether anybody has it or not.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
#: Counting by address of the network too would shut out an office behind one router, and an attacker changes it freely.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_USERNAME_CALLABLE = "mezon.web.accounts.adapters.name_tried"
AXES_CLIENT_IP_CALLABLE = "mezon.web.accounts.addresses.client_address"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

MEZON_PASSWORD_LENGTH = 12
MEZON_BREACHED_PASSWORDS = os.environ.get("MEZON_BREACHED_PASSWORDS", "")
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": MEZON_PASSWORD_LENGTH}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": "mezon.web.accounts.passwords.NotOurWords"},
    {"NAME": "mezon.web.accounts.passwords.NotBreached"},
]
PASSWORD_RESET_TIMEOUT = 1 * HOUR

#: Counts of attempts are shared by the processes that answer.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "counts",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- A site that others reach -----------------------------------------------------------------------------------------

if PUBLIC:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * HOUR
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    DEBUG = False
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host[:1].isalnum()]
    if PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10


def _mail(address: str) -> dict[str, Any]:
    """Give the settings of a mail server's address, or of the folder where mail is kept as files."""
    if not address:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": HOME / "mail"}
    parts = urlsplit(address)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_TIMEOUT": 10,
    }


globals().update(_mail(os.environ.get("MEZON_MAIL", "")))
DEFAULT_FROM_EMAIL = os.environ.get("MEZON_MAIL_FROM", "mezon@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = "Mezon: "

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING"}},
}
