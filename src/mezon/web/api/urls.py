"""Addresses of the API: /api/v1/, without a language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from mezon.web.api.problems import problem
from mezon.web.api.service import api
from mezon.web.api.views.guide import guide


@csrf_exempt
def nothing(_request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - part of the address
    """Answer an address that is none in the way of the API, not with a page."""
    return problem(404, _("There is no such address."), hint=_("See /api/v1/ for those there are."))


urlpatterns = [
    path("", guide, name="api-guide"),
    path("", api.urls),
    path("<path:rest>", nothing, name="api-nothing"),
]
