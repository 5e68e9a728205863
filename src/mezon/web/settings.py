"""Django settings: safe by default, everything that differs from place to place from the environment.

MEZON_HOME      folder for the database, releases, assessments and drawn charts (default: .mezon in the working folder)
MEZON_PACKS     bundled packs or folders that the portal publishes, separated by blanks; the first is the front page
MEZON_SECRET    secret key; without it, one is made and kept in MEZON_HOME
MEZON_HOSTS     host names the site answers to, separated by blanks (default: this machine only)
MEZON_DEBUG     "1" shows errors in full; never on a public site
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

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
DEBUG = os.environ.get("MEZON_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("MEZON_HOSTS", "localhost 127.0.0.1 [::1]").split()

INSTALLED_APPS = ["django.contrib.staticfiles", "mezon.web.warehouse", "mezon.web.portal"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mezon.web.portal.protection.ContentSecurityPolicy",
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
                "mezon.web.portal.context.site",
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
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "mezon.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            "transaction_mode": "IMMEDIATE",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("uz", "Oʻzbekcha"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING"}},
}
