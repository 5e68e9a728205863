"""Filters for pages about units: kinds of units, values in their own unit of measure, marks of values."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy

from mezon.model.codelists import Level
from mezon.web.portal import formatting, observed
from mezon.web.portal.pages import language

register = template.Library()

_LEVELS = {
    Level.ENTERPRISE: gettext_lazy("Enterprise"),
    Level.CLUSTER: gettext_lazy("Cluster"),
    Level.INDUSTRY: gettext_lazy("Industry"),
    Level.REGION: gettext_lazy("Region"),
    Level.COUNTRY: gettext_lazy("Country"),
    Level.AREA: gettext_lazy("Area"),
}
_HOW = {
    "interpolated": gettext_lazy("interpolated"),
    "carried": gettext_lazy("carried forward"),
    "imputed": gettext_lazy("imputed"),
}


@register.filter
def level(value: str) -> str:
    """Write what kind of unit it is: country, industry, enterprise."""
    return str(_LEVELS.get(Level(value), value)) if value in set(Level) else str(value)


@register.filter
def how(value: str) -> str:
    """Write how a value came about when it was not observed; nothing when it was."""
    return str(_HOW.get(value, ""))


@register.filter
def marks(row: dict[str, Any] | None) -> list[observed.Mark]:
    """Give what must not be overlooked about an observation."""
    return observed.marks_of(row) if row else []


@register.filter
def signed(value: float | None, digits: int = 1) -> str:
    """Write a difference with its sign."""
    text = formatting.number(value, digits=int(digits), language=language())
    return f"+{text}" if value is not None and value > 0 and text.strip("0,.") else text
