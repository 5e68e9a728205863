"""Every view of the site, found from its addresses: what the table of permissions has to answer for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One address: `name` with its namespaces, `route` as it is declared, the names of its `parameters`."""

    name: str
    route: str
    parameters: tuple[str, ...]


def every_view() -> tuple[View, ...]:
    """Give every view once, in order. Languages of the prefix are one.

    An address without a name goes by its route, and so does one that shares its name with another route.
    """
    found = sorted({*_walk(get_resolver().url_patterns, spaces=(), route="")}, key=lambda view: (view.name, view.route))
    shared = {view.name for view, other in pairwise(found) if view.name == other.name}
    return tuple(replace(view, name=f"{view.name} {view.route}") if view.name in shared else view for view in found)


def _walk(patterns: Iterable[URLPattern | URLResolver], *, spaces: tuple[str, ...], route: str) -> Iterator[View]:
    for pattern in patterns:
        here = route + ("<language>/" if _is_language(pattern) else str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            space = (pattern.namespace,) if pattern.namespace else ()
            yield from _walk(pattern.url_patterns, spaces=(*spaces, *space), route=here)
        else:
            name = ":".join((*spaces, pattern.name or here))
            yield View(name=name, route=here, parameters=tuple(pattern.pattern.converters))


def _is_language(pattern: URLPattern | URLResolver) -> bool:
    return type(pattern.pattern).__name__ == "LocalePrefixPattern"
