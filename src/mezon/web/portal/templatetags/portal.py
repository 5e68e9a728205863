"""Filters: numbers and names in the language of the page. They write values; they never compute any."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from mezon.model.text import Text
from mezon.web.portal import formatting
from mezon.web.portal.pages import language

register = template.Library()


@register.filter
def number(value: float | None, digits: int = 1) -> str:
    """Write a number: `{{ score|number:1 }}`."""
    return formatting.number(value, digits=int(digits), language=language())


@register.filter
def figure(value: float | None, significant: int = 4) -> str:
    """Write a number of any size: `{{ computed|figure }}`."""
    return formatting.figure(value, significant=int(significant), language=language())


@register.filter
def share(value: float | None, digits: int = 0) -> str:
    """Write a share of one in percent: `{{ coverage|share }}`."""
    return formatting.share(value, digits=int(digits), language=language())


@register.filter
def day(value: date) -> str:
    """Write a date in words."""
    return formatting.day(value, language=language())


@register.filter
def words(value: Text | str | None) -> str:
    """Give a pack's text in the language of the page."""
    return value.in_language(language()) if isinstance(value, Text) else (value or "")


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """Look up a key: `{{ names|item:code }}`; None when it is not there."""
    return mapping.get(key) if mapping is not None else None


@register.simple_tag(takes_context=True)
def trace_of(context: dict[str, Any], indicator: str, unit: str, period: str) -> str:
    """Give the address of a value's way back, with the date asked for: `{% trace_of indicator unit period %}`."""
    from mezon.web.portal import addresses

    return addresses.of_value(indicator, unit, period, as_of=context.get("as_of_asked", ""))


@register.inclusion_tag("portal/picture.html", takes_context=True)
def picture(context: dict[str, Any], name: str, **parameters: str) -> dict[str, Any]:
    """Show a picture with its alt text, its table and its downloads: `{% picture "ranking" period=period %}`."""
    from mezon.web.portal.showing import shown_picture

    return shown_picture(context["edition"], name, parameters, as_of=context.get("as_of_asked", ""))
