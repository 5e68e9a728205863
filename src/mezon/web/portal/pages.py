"""What every page has in common: its edition, its language, its date, and its place in the site."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mezon.errors import MalformedValue
from mezon.model.period import last_day
from mezon.web.portal.edition import Edition, edition_for

Page = Callable[..., Mapping[str, Any] | HttpResponse]

#: Pages kept in this process, and the longest address worth keeping: nobody fills the shelf with made-up queries.
_PAGES_KEPT = 400
_LONGEST_ADDRESS = 200


class Shelf:
    """The pages written last, by edition, language and address; a page of one release never changes."""

    def __init__(self, size: int) -> None:
        """`size` : how many pages are kept; the one not asked for longest goes first."""
        self._size = size
        self._pages: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, place: tuple[str, str, str]) -> bytes | None:
        """Give a page, or None."""
        with self._lock:
            if place in self._pages:
                self._pages.move_to_end(place)
            return self._pages.get(place)

    def put(self, place: tuple[str, str, str], written: bytes) -> None:
        """Keep a page."""
        if len(place[2]) > _LONGEST_ADDRESS:
            return
        with self._lock:
            self._pages[place] = written
            while len(self._pages) > self._size:
                self._pages.popitem(last=False)


_SHELF = Shelf(_PAGES_KEPT)


def page(template: str, *, kept: bool = True, policy: str = "") -> Callable[[Page], Callable[..., HttpResponse]]:
    """Make a view of a function `(edition, request, ...) -> context`, shown through a template.

    `kept` : the page follows from its edition and address alone, so it may be kept once it is written. `policy` : what
    the browser may load, where that differs from all other pages.

    `?as_of=` chooses the edition; an address with a date that is none is answered with 404 and says why. What a
    context holds under "title" is the page's title and heading. A function may also answer itself, with a redirect.
    """

    def wrap(build: Page) -> Callable[..., HttpResponse]:
        @wraps(build)
        def view(request: HttpRequest, **arguments: str) -> HttpResponse:
            edition = edition_of(request)
            place = (edition.token, language(), request.get_full_path())
            written = _SHELF.get(place)
            if written is None:
                built = build(edition, request, **arguments)
                if isinstance(built, HttpResponse):
                    return built
                context = {"edition": edition, **built}
                written = render(request, f"portal/{template}", context).content
                if kept:
                    _SHELF.put(place, written)
            response = HttpResponse(written)
            patch_cache_control(response, public=True, max_age=300)
            if policy:
                response["Content-Security-Policy"] = policy
            return response

        return view

    return wrap


def edition_of(request: HttpRequest) -> Edition:
    """Give the edition that a request asks for. Raises : Http404 with a reason a reader can act on."""
    return edition_for(settings.PACKS[0], requested_date(request))


def requested_date(request: HttpRequest) -> date | None:
    """Read `?as_of=`; None when it is not there. Raises : Http404 when it is no date."""
    text = request.GET.get("as_of", "").strip()
    if not text:
        return None
    try:
        return last_day(text)
    except MalformedValue:
        raise Http404(_("“%(text)s” is not a date. Write 2021, 2021-05 or 2021-05-17.") % {"text": text}) from None


def language() -> str:
    """Give the language of the page being made: uz, ru or en."""
    return (get_language() or "en")[:2]
