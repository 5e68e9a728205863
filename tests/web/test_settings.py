"""Settings of a site that others reach: nothing for Django to warn of, and nothing told to strangers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PUBLIC = {
    "MEZON_PUBLIC": "1",
    "MEZON_HOSTS": "mezon.example",
    "MEZON_SECRET": "0123456789abcdefghijklmnopqrstuvwxyz-" * 2,
}


def run(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MEZON_")}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**inherited, "MEZON_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mezon.web.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def settings_of(home: Path, *names: str, **environment: str) -> dict[str, Any]:
    code = (
        "import json; from django.conf import settings; "
        f"print(json.dumps({{name: getattr(settings, name) for name in {names!r}}}, default=str))"
    )
    done = run(home, "-c", code, **environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_check_deploy_has_no_warning_under_production_settings(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "mezon.web", "check", "--deploy", "--fail-level", "WARNING", **PUBLIC)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr
    assert "WARNINGS" not in done.stderr


def test_one_check_is_silenced_and_no_other(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "SILENCED_SYSTEM_CHECKS", **PUBLIC) == {"SILENCED_SYSTEM_CHECKS": ["axes.W006"]}


@pytest.mark.parametrize(
    ("environment", "warning"),
    [({"MEZON_HOSTS": "localhost"}, "accounts.W002"), ({"MEZON_HOSTS": "*"}, "accounts.W002")],
)
def test_check_deploy_warns_of_a_site_that_does_not_know_its_name(
    tmp_path: Path, environment: dict[str, str], warning: str
) -> None:
    done = run(tmp_path, "-m", "mezon.web", "check", "--deploy", **{**PUBLIC, **environment})
    assert warning in done.stderr


def test_a_public_site_sends_cookies_by_https_alone_and_says_so_for_a_year(tmp_path: Path) -> None:
    found = settings_of(
        tmp_path, "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY",
        "SECURE_SSL_REDIRECT", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "MEZON_SECOND_FACTOR", "DEBUG", "SECURE_HSTS_SECONDS",
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "ALLOWED_HOSTS", "SESSION_COOKIE_SAMESITE",
        **{**PUBLIC, "MEZON_DEBUG": "1", "MEZON_SECOND_FACTOR": "off"},
    )  # fmt: skip
    assert found == {
        "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True, "SECURE_SSL_REDIRECT": True, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "MEZON_SECOND_FACTOR": True, "DEBUG": False, "SECURE_HSTS_SECONDS": 31_536_000,
        "SESSION_COOKIE_NAME": "__Host-mezon-session", "CSRF_COOKIE_NAME": "__Host-mezon-csrf",
        "ALLOWED_HOSTS": ["mezon.example"], "SESSION_COOKIE_SAMESITE": "Lax",
    }  # fmt: skip


def test_the_secret_of_a_place_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    first = settings_of(tmp_path, "SECRET_KEY")
    assert settings_of(tmp_path, "SECRET_KEY") == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert len(first["SECRET_KEY"]) > 50


def test_a_database_is_named_by_its_address(tmp_path: Path) -> None:
    address = "postgresql://ann:p%40ss@db.example:5433/mezon"
    found = settings_of(tmp_path, "DATABASES", MEZON_DATABASE=address)["DATABASES"]["default"]
    expected = {"ENGINE": "django.db.backends.postgresql", "NAME": "mezon", "USER": "ann", "PASSWORD": "p@ss",
                "HOST": "db.example", "PORT": "5433"}  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert run(tmp_path, "-c", "import mezon.web.settings", MEZON_DATABASE="mysql://x/y").returncode != 0


def test_mail_goes_where_the_environment_says_and_into_files_without(tmp_path: Path) -> None:
    names = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_HOST_PASSWORD")
    found = settings_of(tmp_path, *names, MEZON_MAIL="smtp://u:p@mail.example:25")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.example", 25, True)
    assert found["EMAIL_HOST_PASSWORD"] == "p"  # noqa: S105
    assert "filebased" in settings_of(tmp_path, "EMAIL_BACKEND")["EMAIL_BACKEND"]


def test_an_organisation_s_provider_is_named_by_the_environment(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "SOCIALACCOUNT_PROVIDERS") == {"SOCIALACCOUNT_PROVIDERS": {}}
    given = {"MEZON_OIDC_SERVER": "https://id.example", "MEZON_OIDC_ID": "mezon", "MEZON_OIDC_SECRET": "s"}
    found = settings_of(tmp_path, "SOCIALACCOUNT_PROVIDERS", **given)["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]
    assert found["APPS"][0]["settings"] == {"server_url": "https://id.example"}
    assert found["OAUTH_PKCE_ENABLED"]


@pytest.mark.django_db
def test_a_fault_shows_no_trace_and_a_wrong_host_gets_nothing(client: Any, monkeypatch: Any) -> None:
    from mezon.web.accounts.views import joining

    def fail(*_arguments: Any, **_others: Any) -> None:
        raise RuntimeError("secret words of the inside")

    monkeypatch.setattr(joining, "open_invitation", fail)
    client.raise_request_exception = False
    answer = client.get("/en/account/join/x/")
    assert answer.status_code == 500
    assert "secret words" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert client.get("/en/account/login/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.django_db
def test_every_answer_carries_the_headers_that_bind_a_browser(client: Any) -> None:
    for address in ("/en/", "/en/account/login/"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        for part in (
            "default-src 'self'",
            "script-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ):
            assert part in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in client.get("/en/account/login/")["Cache-Control"]


@pytest.mark.django_db
def test_the_browser_may_go_to_the_organisation_s_provider(client: Any, settings: Any) -> None:
    settings.OIDC_SERVER = "https://id.example/realms/office"
    assert "form-action 'self' https://id.example" in client.get("/en/account/login/")["Content-Security-Policy"]
