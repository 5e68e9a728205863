"""How much one caller may ask: a bucket of tokens each, which fills by itself.

Buckets are small files in the cache that the answering processes share, so that asking costs the database nothing; a
lock keeps two processes from spending the same token.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from mezon.web.accounts.addresses import client_address
from mezon.web.api.bearer import token_of
from mezon.web.api.problems import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many requests at once, and so many a second after that."""

    burst: float
    a_second: float


#: Readers without a token, and programs with one. A settings file may say otherwise.
READERS = Rate(burst=120, a_second=10)
PROGRAMS = Rate(burst=240, a_second=20)


def spend(request: HttpRequest, *, now: float) -> None:
    """Take one from the caller's bucket. Raises : Refused with 429 and the seconds to wait when it is empty."""
    token = token_of(request)
    rate = rate_of(token)
    who = hashlib.sha256((token or client_address(request)).encode()).hexdigest()[:32]
    wait = taken(f"api-bucket-{who}", rate, now=now)
    if wait > 0:
        seconds = math.ceil(wait)
        raise Refused(
            429,
            _("That was too much at once."),
            hint=_("Wait %(seconds)d seconds, then go on.") % {"seconds": seconds},
            headers={"Retry-After": str(seconds)},
        )


def rate_of(token: str) -> Rate:
    """Give what a caller may ask."""
    rates: tuple[Rate, Rate] = getattr(settings, "MEZON_API_RATES", (READERS, PROGRAMS))
    return rates[1] if token else rates[0]


def taken(key: str, rate: Rate, *, now: float) -> float:
    """Take one from a bucket; give the seconds until there is one, 0 when it was taken."""
    lock = Path(settings.HOME) / "api-buckets.lock"
    with lock.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        level, at = cache.get(key, (rate.burst, now))
        level = min(rate.burst, level + max(0.0, now - at) * rate.a_second)
        wait = 0.0 if level >= 1 else (1 - level) / rate.a_second
        cache.set(key, (level - 1 if level >= 1 else level, now), timeout=rate.burst / rate.a_second + 1)
    return wait
