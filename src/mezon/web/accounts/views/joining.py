"""Following an invitation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mezon.web.accounts.acting import actor_of
from mezon.web.accounts.forms import JoinForm
from mezon.web.accounts.joining import join as join_by
from mezon.web.accounts.joining import open_invitation
from mezon.web.accounts.models import Invitation


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Set the first password; the link works once."""
    now = timezone.now()
    invitation = open_invitation(secret, now=now)
    if invitation is None:
        return render(request, "accounts/join_ended.html", {"title": _("This link has ended")}, status=410)
    form = JoinForm(request.POST or None, person=invitation.person, initial={"name": invitation.person.name})
    if request.method == "POST" and form.is_valid():
        try:
            join_by(
                invitation, name=form.cleaned_data["name"], password=form.cleaned_data["password"],
                language=(get_language() or "en")[:2], now=now, address=actor_of(request).address,
            )  # fmt: skip
        except Invitation.DoesNotExist:
            return redirect(request.path)
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    context = {"title": _("Welcome to Mezon"), "form": form, "person": invitation.person}
    return render(request, "accounts/join.html", context)


urlpatterns = [path("join/<str:secret>/", join, name="join")]
