"""A request sent twice is done once: the answer to an Idempotency-Key is kept with what it did, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from mezon.web.accounts.models import Person
from mezon.web.api.models import Remembered
from mezon.web.api.problems import problem

HEADER = "Idempotency-Key"
LONGEST = 100
_KEPT_FOR = timedelta(days=7)
_HEADERS = ("Content-Type", "ETag", "Location")


def digest_of(request: HttpRequest, content_sha256: str) -> str:
    """Give what tells one request from another: method, address, condition, and content."""
    parts = (request.method, request.get_full_path(), request.headers.get("If-Match", ""), content_sha256)
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()


def once(
    request: HttpRequest, person: Person | None, digest: str, act: Callable[[], HttpResponse], *, now: datetime
) -> HttpResponse:
    """Act, or give the answer that was given to this key before. Without a key it acts each time.

    The key is kept in the transaction of the act: killed half way, neither is there, and the request may be sent again.
    """
    key = request.headers.get(HEADER, "").strip()
    if not key or person is None:
        return act()
    if len(key) > LONGEST:
        return problem(422, _("This key is too long."), hint=_("An Idempotency-Key has at most 100 signs."))
    with transaction.atomic():
        Remembered.objects.filter(person=person, at__lt=now - _KEPT_FOR).delete()
        kept, new = Remembered.objects.get_or_create(person=person, key=key, defaults={"digest": digest, "at": now})
        if not new:
            return _again(kept, digest)
        answer = act()
        if answer.status_code >= 500:
            transaction.set_rollback(True)
            return answer
        kept.status = answer.status_code
        kept.headers = {name: answer[name] for name in _HEADERS if name in answer}
        kept.body = answer.content.decode("utf-8")
        kept.save(update_fields=["status", "headers", "body"])
    return answer


def _again(kept: Remembered, digest: str) -> HttpResponse:
    if kept.digest != digest:
        return problem(
            409,
            _("This key was used for another request."),
            hint=_("Make a new Idempotency-Key for each new request; use the old one only to send the same again."),
        )
    answer = HttpResponse(kept.body.encode("utf-8"), status=kept.status)
    for name, value in kept.headers.items():
        answer[name] = value
    answer["Idempotency-Replayed"] = "true"
    return answer
