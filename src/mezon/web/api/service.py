"""The API put together: its operations, its guard, how it refuses, and its document."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from mezon.version import VERSION
from mezon.web.api import problems
from mezon.web.api.guarding import guard
from mezon.web.api.views import jobs, observations, released, submissions

_ABOUT = """Releases are public and never change. Everything that is still being worked on needs a token (Authorization:
Bearer mezon_…), issued under “Your account”, with a scope and an end. Refusals are problem+json: “detail” says what is
not possible, “hint” what to do next, “findings” lists every fault with its place. A POST or PUT with an Idempotency-Key
may be sent again: it is done once."""
_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 100},
    "description": "A name of your own for this request: sent again with the same content, it gives the same answer.",
}
_WRITES = ("post", "put")


class Api(NinjaAPI):
    """NinjaAPI whose document says what its guard does: problems, keys, limits."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Give the document: OpenAPI 3.1."""
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for operations in document["paths"].values():
            for method, operation in operations.items():
                _complete(method, operation)
        return document

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Call an operation what its function is called."""
        return str(operation.view_func.__name__)

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Word every fault as a problem."""
        return problems.answer_to(request, exc)


def _complete(method: str, operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            answer["content"] = {problems.TYPE: _PROBLEM}
    if method in _WRITES:
        operation["parameters"] = [*operation.get("parameters", []), _KEY]


api = Api(
    title="Mezon",
    version="1",
    description=_ABOUT,
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    openapi_extra={"info": {"x-software-version": VERSION, "license": {"name": "Apache-2.0"}}},
)
api.add_decorator(guard, mode="view")
for _router in (released.router, submissions.router, observations.router, jobs.router):
    api.add_router("", _router)
