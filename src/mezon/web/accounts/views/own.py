"""One's own account: name, roles, second factor, sessions, tokens."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mezon.errors import WrongUse
from mezon.web.accounts import sessions, tokens
from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.forms import AboutMeForm, TokenForm
from mezon.web.accounts.models import Person, Token
from mezon.web.audit.recording import security


def _me(request: HttpRequest) -> tuple[Actor, Person]:
    actor = actor_of(request)
    if actor.person is None:
        raise Http404
    return actor, actor.person


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Show who one is here, and change one's name and language."""
    actor, me = _me(request)
    form = AboutMeForm(request.POST or None, initial={"name": me.name, "language": me.language})
    if request.method == "POST" and form.is_valid():
        me.name, me.language = form.cleaned_data["name"], form.cleaned_data["language"]
        me.save(update_fields=["name", "language"])
        security("person.change", actor=actor, at=timezone.now(), subject=me, after={"language": me.language})
        messages.success(request, _("Saved."))
        return redirect("accounts:home")
    context = {
        "title": _("Your account"), "me": me, "form": form, "factor": is_mfa_enabled(me),
        "sessions": sessions.of(me), "here": request.session.session_key,
        "tokens": _shown(me), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "accounts/home.html", context)


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """End one of one's own sessions."""
    actor, me = _me(request)
    found = [session for session in sessions.of(me) if session.pk == number]
    if not found:
        raise Http404
    found[0].end()
    security("session.end-one", actor=actor, at=timezone.now(), subject=me)
    messages.success(request, _("That session has ended."))
    return redirect("accounts:home")


@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    actor, me = _me(request)
    ended = sessions.end_all(me, but=request.session.session_key)
    security("session.end-others", actor=actor, at=timezone.now(), subject=me, after={"ended": ended})
    messages.success(request, _("All other sessions have ended."))
    return redirect("accounts:home")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def issue_token(request: HttpRequest) -> HttpResponse:
    """Issue a token, and show it once."""
    actor, me = _me(request)
    form = TokenForm(request.POST or None)
    context = {"title": _("A new token"), "form": form, "issued": None}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            context["issued"] = tokens.issue(
                actor, me, name=said["name"], scopes=said["scopes"], lasts=timedelta(days=said["days"]),
                now=timezone.now(),
            )  # fmt: skip
        except WrongUse as fault:
            form.add_error(None, str(fault))
    return render(request, "accounts/token.html", context)


@require_POST
def revoke_token(request: HttpRequest, number: int) -> HttpResponse:
    """End one of one's own tokens."""
    actor, me = _me(request)
    tokens.revoke(actor, get_object_or_404(Token, pk=number, person=me), now=timezone.now())
    messages.success(request, _("The token has ended."))
    return redirect("accounts:home")


def _shown(me: Person) -> list[dict[str, object]]:
    now = timezone.now()
    return [{"token": token, "works": token.works_at(now)} for token in me.tokens.select_related("person")]


urlpatterns = [
    path("", home, name="home"),
    path("sessions/others/end/", end_other_sessions, name="end_other_sessions"),
    path("sessions/<int:number>/end/", end_session, name="end_session"),
    path("tokens/new/", issue_token, name="issue_token"),
    path("tokens/<int:number>/revoke/", revoke_token, name="revoke_token"),
]
