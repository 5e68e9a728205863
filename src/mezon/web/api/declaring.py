"""Which answers an operation may give: every refusal is declared, with one shape."""

from __future__ import annotations

from typing import Any

from mezon.web.api.shapes import Problem

#: Of any operation: too much at once, the database busy, a fault inside.
_ALWAYS = (429, 500, 503)
#: Of operations that need a token.
_NEEDS_TOKEN = (401, 403)
#: Of operations that take a body.
_TAKES = (400, 409, 413, 415, 422)


def declared(good: Any, *refusals: int, status: int = 200, token: bool = False, body: bool = False) -> dict[int, Any]:
    """Give the answers of an operation: the good one, and each refusal as a problem."""
    codes = {*refusals, *_ALWAYS, *(_NEEDS_TOKEN if token else ()), *(_TAKES if body else ())}
    return {status: good, **dict.fromkeys(sorted(codes), Problem)}
