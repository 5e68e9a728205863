"""Pictures of the portal, by name: which frame of an edition goes into which chart.

A builder takes an edition, a look and the parameters of its address; it gives a chart of `mezon.disseminate.charts`.
Pages show pictures with `{% picture "name" parameter=value %}`; the image has an address of its own and is drawn once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

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


def chart_of(edition: Edition, name: str, look: Look, parameters: dict[str, str]) -> Chart:
    """Build a chart; unknown names and parameters raise KeyError, unknown units and periods Http404."""
    chosen = PICTURES[name]
    known = {key: value for key, value in parameters.items() if key in chosen.parameters and value}
    return chosen.build(edition, look, **known)


def load_all() -> None:
    """Import every module beside this one, so that all pictures are registered."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
