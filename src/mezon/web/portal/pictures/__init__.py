"""Pictures of the portal, by name: which frame of an edition goes into which chart.

A builder takes an edition, a look and the parameters of its address; it gives a chart of `mezon.disseminate.charts`.
Pages show pictures with `{% picture "name" parameter=value %}`; the image has an address of its own and is drawn once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from django.http import Http404

from mezon.disseminate.charts.picture import Chart, Look
from mezon.errors import MezonError
from mezon.web.portal.edition import Edition

Builder = Callable[..., Chart]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A builder, the parameters its address may carry, and those to draw before anybody asks."""

    name: str
    build: Builder
    parameters: tuple[str, ...]
    warm: Callable[[Edition], list[dict[str, str]]]


#: Parameters that hold several codes with commas between them, and how many at most.
_LISTS = frozenset({"u", "units"})
MOST_CODES = 8

PICTURES: dict[str, Picture] = {}


def picture(
    name: str, *parameters: str, warm: Callable[[Edition], list[dict[str, str]]] = lambda _edition: [{}]
) -> Callable[[Builder], Builder]:
    """Register a builder `(edition, look, *, parameter="") -> Chart` under the name that pages and addresses use.

    `warm` : the parameter sets to draw in the background when the site starts (default: without parameters).
    """

    def enter(build: Builder) -> Builder:
        if name in PICTURES:
            raise MezonError(f"Picture {name!r} is declared twice.")
        PICTURES[name] = Picture(name=name, build=build, parameters=parameters, warm=warm)
        return build

    return enter


def chart_of(edition: Edition, name: str, look: Look, parameters: Mapping[str, str]) -> Chart:
    """Build a chart; an unknown name raises KeyError, unknown units and periods Http404."""
    return PICTURES[name].build(edition, look, **known_parameters(edition, name, parameters))


def known_parameters(edition: Edition, name: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Leave out what a picture does not ask for. Raises : KeyError for its name, Http404 for a value there is not.

    So there are only as many pictures as there is something to show, whatever addresses are made up.
    """
    chosen = PICTURES[name].parameters
    known = {key: value for key, value in parameters.items() if key in chosen and value}
    there_is = _values(edition)
    for key, value in known.items():
        codes = value.split(",") if key in _LISTS else [value]
        if len(codes) > MOST_CODES or len(set(codes)) < len(codes) or not set(codes) <= set(there_is[key]):
            raise Http404
    return known


@lru_cache(maxsize=16)
def _values(edition: Edition) -> Mapping[str, Collection[str]]:
    """Give what each parameter of an address may be."""
    units = frozenset(edition.definitions.units)
    tables = (edition.observations, *(assessment.scores for assessment in edition.assessments.values()))
    return {
        "u": units,
        "units": units,
        "indicator": frozenset(edition.definitions.indicators),
        "by": frozenset(edition.assessments),
        "period": frozenset(period for table in tables for period in table["period"].unique()),
    }


def load_all() -> None:
    """Import every module beside this one, so that all pictures are registered."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
