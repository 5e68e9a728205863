"""The document of the API as a page to read: made of the same OpenAPI document, in the look of the site."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

_ORDER = ("get", "post", "put", "delete")


@require_safe
@cache_control(public=True, max_age=300)
def guide(request: HttpRequest) -> HttpResponse:
    """Show every operation: what it does, what it takes, what it answers."""
    document, groups = _read()
    context = {"title": _("Programming interface"), "document": document, "groups": groups, "shapes": _shapes(document)}
    return render(request, "api/guide.html", context)


@lru_cache(maxsize=1)
def _read() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    from mezon.web.api.service import api

    document = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method in _ORDER:
            if method in operations:
                operation = operations[method]
                groups.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    return document, [{"name": name, "operations": operations} for name, operations in groups.items()]


def _operation(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "token": bool(operation.get("security")),
        "parameters": [_parameter(one) for one in operation.get("parameters", [])],
        "body": [{"type": name, "shape": _named(content.get("schema", {}))} for name, content in body.items()],
        "answers": [_answer(status, answer) for status, answer in operation["responses"].items()],
    }


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter.get("schema", {})
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "required": parameter.get("required", False),
        "type": _named(schema),
        "words": parameter.get("description", ""),
    }


def _answer(status: Any, answer: dict[str, Any]) -> dict[str, Any]:
    kinds = [_named(content.get("schema", {})) for content in answer.get("content", {}).values()]
    return {"status": status, "words": answer.get("description", ""), "shape": kinds[0] if kinds else ""}


def _named(schema: dict[str, Any]) -> str:
    """Give a schema's name, or its type in a word."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_named(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_named(schema.get('items', {}))}]"
    return str(schema.get("title") if schema.get("type") == "object" and "title" in schema else schema.get("type", ""))


def _shapes(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name, schema in sorted(document["components"]["schemas"].items()):
        needed = set(schema.get("required", ()))
        fields = [
            {"name": key, "type": _named(one), "required": key in needed, "words": one.get("description", "")}
            for key, one in schema.get("properties", {}).items()
        ]
        found.append({"name": name, "words": schema.get("description", ""), "fields": fields})
    return found
