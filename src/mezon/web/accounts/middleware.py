"""Sign-in by default, sessions that end, and refusals that say why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mezon.errors import NotAllowed
from mezon.web.accounts import leaving, sessions
from mezon.web.accounts.acting import actor_of
from mezon.web.audit.recording import refused

#: Anybody reads these; no session is looked at.
PUBLIC_APPS = frozenset({"portal"})
PUBLIC_VIEWS = frozenset({"offline", "offline-worker"})
#: The API shows who it is by its own means, and refuses by default too.
API = "/api/"


def is_public(request: HttpRequest) -> bool:
    """Say whether an address is read without a session."""
    match = request.resolver_match
    if match is None or request.path.startswith(API):
        return match is not None
    return bool(PUBLIC_APPS & set(match.app_names)) or match.view_name in PUBLIC_VIEWS


class PeopleOnly(LoginRequiredMiddleware):
    """Every view outside the portal asks for a person who has signed in, unless it says that it does not."""

    def process_view(
        self, request: HttpRequest, view: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Send strangers to the sign-in page; end sessions that have lasted long enough."""
        if is_public(request):
            return None
        if request.user.is_authenticated and not sessions.keep(request):
            messages.info(request, _("Your session has ended. Sign in again to go on."))
        return super().process_view(request, view, arguments, keywords)


class Refusals:
    """What a view may not do becomes a page that says why, and a record that it was tried."""

    def __init__(self, get_response: Any) -> None:
        """`get_response` is the rest of the chain."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        answer: HttpResponse = self._get_response(request)
        leaving.clear(request, answer)
        return answer

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Answer 403 with the reason; somebody who has not signed in is shown where to."""
        if not isinstance(fault, NotAllowed) or request.path.startswith(API):
            return None
        refused(fault, actor=actor_of(request), address=request.path, at=timezone.now())
        if fault.reason == "signed-out":
            return redirect("account_login")
        context = {"title": _("Not allowed"), "refusal": fault}
        return render(request, "accounts/not_allowed.html", context, status=403)
