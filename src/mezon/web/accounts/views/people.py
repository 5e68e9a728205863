"""People, for administrators: who there is, invite, give and take roles, disable."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mezon.errors import NotAllowed, WrongUse
from mezon.web.accounts import acts_people, tokens
from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.forms import InviteForm, ReasonForm, RoleForm
from mezon.web.accounts.joining import send_invitation
from mezon.web.accounts.models import Grant, Person, Token
from mezon.web.accounts.places import Choices, choices
from mezon.web.accounts.policy import REASONS, may, may_somewhere, require
from mezon.web.accounts.roles import Role
from mezon.web.desk.knowing import definitions_of
from mezon.web.portal.pages import language
from mezon.web.warehouse.models import StoredPack

_ON_A_PAGE = 100


def _reader(request: HttpRequest) -> Actor:
    """Give the actor, when they administer anywhere; what they see is narrowed to where."""
    actor = actor_of(request)
    if not may_somewhere(actor, "people.read"):
        reason = "second-factor" if actor.resting else "no-role"
        raise NotAllowed(_("You may not do this."), hint=_(REASONS[reason]), action="people.read", reason=reason)
    return actor


def _seen_by(actor: Actor) -> Q:
    """Narrow people to those with a grant in a pack the actor administers; administrators of all see all."""
    packs = {grant.pack for grant in actor.grants if grant.role == "administrator"}
    return Q() if "" in packs else Q(grants_ever__pack__in=packs)


@never_cache
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List people with their roles; three queries whatever their number."""
    actor = _reader(request)
    asked = request.GET.get("q", "").strip()
    found = Person.objects.filter(_seen_by(actor)).prefetch_related("grants_ever").distinct()
    if asked:
        found = found.filter(Q(email__icontains=asked) | Q(name__icontains=asked))
    page = Paginator(found.order_by("email"), _ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [{"person": person, "grants": _in_force(person)} for person in page]
    context = {"title": pgettext("accounts", "People"), "rows": rows, "page": page, "asked": asked}
    return render(request, "accounts/people.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the link is shown once and sent by mail."""
    actor = _reader(request)
    form = InviteForm(request.POST or None, places=_places(actor))
    context: dict[str, Any] = {"title": _("Invite somebody"), "form": form}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        invited = acts_people.invite(
            actor, form.target, email=said["email"], name=said["name"], role=said["role"], now=timezone.now()
        )
        return _invited(request, invited)
    return render(request, "accounts/invite.html", context)


def _places(actor: Actor) -> Choices:
    """Give where this person may give a role, in the language of the page; a constant number of queries a pack."""
    packs = {}
    for pack in StoredPack.objects.order_by("code"):
        units = definitions_of(pack).units.values()
        packs[pack.code] = (pack.title, [(unit.code, unit.name.in_language(language())) for unit in units])
    return choices(actor, packs)


def _invited(request: HttpRequest, invited: acts_people.Invited) -> HttpResponse:
    """Show the link, and send it."""
    link, sent = "", False
    if invited.secret:
        link = request.build_absolute_uri(reverse("accounts:join", args=[invited.secret]))
        sent = send_invitation(invited.person, link, language=get_language() or "en")
    kept = sent and settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend")
    context = {"title": _("Invited"), "person": invited.person, "link": link, "sent": sent and not kept, "kept": kept}
    return render(request, "accounts/invited.html", context)


@never_cache
@require_safe
def person(request: HttpRequest, number: int) -> HttpResponse:
    """Show one person: roles now and before, tokens, what can be done."""
    actor = _reader(request)
    return _person(request, actor, number, form=RoleForm(places=_places(actor)))


def _person(request: HttpRequest, actor: Actor, number: int, *, form: RoleForm, status: int = 200) -> HttpResponse:
    found = get_object_or_404(Person, pk=number)
    grants = list(found.grants_ever.select_related("given_by").order_by("-valid_from", "-pk"))
    _require_seen(actor, found, grants)
    now = timezone.now()
    context = {
        "title": str(found), "person": found, "form": form, "now": now,
        "grants": [_grant_row(actor, grant) for grant in grants],
        "tokens": [{"token": t, "works": t.works_at(now)} for t in found.tokens.select_related("person")],
        "may_disable": may(actor, "people.disable", found.target()),
        "waits": not found.has_usable_password(),
    }  # fmt: skip
    return render(request, "accounts/person.html", context, status=status)


def _grant_row(actor: Actor, grant: Grant) -> dict[str, Any]:
    held = grant.holds_at(timezone.now())
    return {"grant": grant, "held": held, "may_end": held and may(actor, "people.revoke", grant.target())}


def _require_seen(actor: Actor, found: Person, grants: list[Grant]) -> None:
    """Ask for the right to read: where one of their grants reaches, or where they stand."""
    if any(may(actor, "people.read", grant.target()) for grant in grants):
        return
    require(actor, "people.read", found.target())


@require_POST
def grant(request: HttpRequest, number: int) -> HttpResponse:
    """Give a person a role."""
    actor = _reader(request)
    form = RoleForm(request.POST, places=_places(actor))
    if not form.is_valid():
        return _person(request, actor, number, form=form, status=422)
    where = form.target
    place = acts_people.Place(
        person=get_object_or_404(Person, pk=number), role=form.cleaned_data["role"], pack=where.pack, unit=where.unit
    )
    acts_people.grant(actor, place, now=timezone.now())
    messages.success(request, _("The role has been given."))
    return redirect("accounts:person", number)


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a role, once it was confirmed and a reason given."""
    actor, held = actor_of(request), get_object_or_404(Grant.objects.select_related("person"), pk=number)
    form = _confirmed(request)
    if form.is_valid():
        acts_people.revoke(actor, held, reason=form.cleaned_data["reason"], now=timezone.now())
        messages.success(request, _("The role has ended."))
        return redirect("accounts:person", held.person.pk)
    require(actor, "people.revoke", held.target())
    where = "/".join(part for part in (held.pack, held.unit) if part) or _("everywhere")
    said = {"person": held.person, "role": Role(held.role).label, "where": where}
    effect = _("%(person)s is not %(role)s (%(where)s) from now on. What they did keeps their name.") % said
    context = {"title": _("End a role"), "act": _("End this role"), "effect": effect}
    return render(request, "accounts/confirm.html", {**context, "person": held.person, "form": form})


@require_POST
def disable(request: HttpRequest, number: int) -> HttpResponse:
    """Keep a person out, once it was confirmed and a reason given: every session and token ends."""
    actor, found = actor_of(request), get_object_or_404(Person, pk=number)
    form = _confirmed(request)
    if form.is_valid():
        acts_people.disable(actor, found, reason=form.cleaned_data["reason"], now=timezone.now())
        messages.success(request, _("Disabled. All their sessions have ended."))
        return redirect("accounts:person", number)
    require(actor, "people.disable", found.target())
    effect = _("Every session and token ends at once. What they did keeps their name.")
    context = {"title": _("Disable %(person)s") % {"person": found}, "act": _("Disable"), "effect": effect}
    return render(request, "accounts/confirm.html", {**context, "person": found, "form": form})


def _confirmed(request: HttpRequest) -> ReasonForm:
    """Give the form of the page that asks once more: filled in when it comes from there, else empty."""
    return ReasonForm(request.POST if request.POST.get("sure") else None)


@require_POST
def end_sessions(request: HttpRequest, number: int) -> HttpResponse:
    """Sign a person out everywhere."""
    acts_people.end_sessions(actor_of(request), get_object_or_404(Person, pk=number), now=timezone.now())
    messages.success(request, _("All their sessions have ended."))
    return redirect("accounts:person", number)


@require_POST
def enable(request: HttpRequest, number: int) -> HttpResponse:
    """Let a person in again."""
    found, reason = get_object_or_404(Person, pk=number), request.POST.get("reason", "")[:500]
    acts_people.enable(actor_of(request), found, reason=reason, now=timezone.now())
    messages.success(request, _("Enabled."))
    return redirect("accounts:person", number)


@require_POST
@never_cache
def invite_again(request: HttpRequest, number: int) -> HttpResponse:
    """Make a new link for somebody who has not followed theirs."""
    found = get_object_or_404(Person, pk=number)
    try:
        return _invited(request, acts_people.invite_again(actor_of(request), found, now=timezone.now()))
    except WrongUse as fault:
        messages.error(request, str(fault))
        return redirect("accounts:person", number)


@require_POST
def revoke_token(request: HttpRequest, number: int) -> HttpResponse:
    """End somebody's token."""
    token = get_object_or_404(Token.objects.select_related("person"), pk=number)
    tokens.revoke(actor_of(request), token, now=timezone.now())
    messages.success(request, _("The token has ended."))
    return redirect("accounts:person", token.person.pk)


def _in_force(person: Person) -> list[Grant]:
    now = timezone.now()
    return [grant for grant in person.grants_ever.all() if grant.holds_at(now)]


urlpatterns = [
    path("people/", people, name="people"),
    path("people/invite/", invite, name="invite"),
    path("people/<int:number>/", person, name="person"),
    path("people/<int:number>/grant/", grant, name="grant"),
    path("people/<int:number>/disable/", disable, name="disable"),
    path("people/<int:number>/sessions/end/", end_sessions, name="end_sessions_of"),
    path("people/<int:number>/enable/", enable, name="enable"),
    path("people/<int:number>/invite/", invite_again, name="invite_again"),
    path("people/grants/<int:number>/revoke/", revoke, name="revoke"),
    path("people/tokens/<int:number>/revoke/", revoke_token, name="revoke_token_of"),
]
