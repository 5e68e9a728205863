"""Addresses of the API: /api/v1/, without a language."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

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


def _in_words(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Tell by a problem, like every refusal, that an address is not asked in this way."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        told = view(request, *args, **kwargs)
        if told.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return told
        allowed = told["Allow"]
        hint = _("Here one may %(allowed)s.") % {"allowed": allowed}
        refusal = problem(405, _("This address does not take %(method)s.") % {"method": request.method}, hint=hint)
        refusal["Allow"] = allowed
        return refusal

    return answer


_operations, _application, _space = api.urls
for _operation in _operations:
    if _operation.callback is not None:
        _operation.callback = _in_words(_operation.callback)

urlpatterns = [
    path("", guide, name="api-guide"),
    path("", (_operations, _application, _space)),
    path("<path:rest>", nothing, name="api-nothing"),
]
