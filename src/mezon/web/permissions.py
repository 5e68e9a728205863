"""Every view of the site, found from its addresses: what the table of permissions has to answer for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

_READS = ("GET",)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One address and what it is asked for: `name` with its namespaces, `route` as it is declared, `methods`."""

    name: str
    route: str
    parameters: tuple[str, ...]


def every_view() -> tuple[View, ...]:
    """Give every view once, by name. Languages of the prefix are one; an address without a name goes by its route."""
    found = {view.name: view for view in _walk(get_resolver().url_patterns, spaces=(), route="")}
    return tuple(found[name] for name in sorted(found))


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
