"""Lists in parts: a cursor says where the next part begins, and belongs to one question."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from mezon.web.api.problems import Refused

A_PAGE = 100
MOST = 1000


def question(*parts: object) -> str:
    """Give a short name of what is asked for: a cursor of one question is refused by another."""
    text = json.dumps([str(part) for part in parts], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def start_of(cursor: str | None, asked: str) -> int:
    """Read where a part begins. Raises : Refused when the cursor is none, or of another question."""
    return place_of(cursor, asked)[0]


def place_of(cursor: str | None, asked: str) -> tuple[int, int | None]:
    """Read where a part begins, and the change as of which the parts before were read.

    Raises : Refused when the cursor is none, or of another question.
    """
    if not cursor:
        return 0, None
    try:
        of, start, at = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=="))
        start, at = int(start), None if at is None else int(at)
    except (ValueError, TypeError, UnicodeError, binascii.Error):
        raise _strange() from None
    if of != asked or not 0 <= start < 2**53 or not 0 <= (at or 0) < 2**31:
        raise _strange()
    return start, at


def cursor_at(start: int, total: int, asked: str, at: int | None = None) -> str | None:
    """Write the cursor of a part; None at the end."""
    if start >= total:
        return None
    return base64.urlsafe_b64encode(json.dumps([asked, start, at]).encode()).decode().rstrip("=")


def part(items: Any, start: int, limit: int, total: int, asked: str, *, at: int | None = None) -> dict[str, Any]:
    """Give a part of a list with the cursor of the next. at : the change as of which all parts are read."""
    return {"total": total, "next": cursor_at(start + limit, total, asked, at), "items": items}


def _strange() -> Refused:
    return Refused(
        422, _("This cursor belongs to no part of this list."), hint=_("Take it from “next” of the same question.")
    )
