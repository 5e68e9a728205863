"""Filters for pages about methods: names of methods, and numbers with a count of figures that count."""

from __future__ import annotations

from django import template

from mezon.model.methodology import MethodCall
from mezon.web.portal.method_words import call_words, plain, short_words, significant

register = template.Library()


@register.filter
def method(value: MethodCall) -> str:
    """Name a method in a few words."""
    return short_words(value)


@register.filter
def called(value: MethodCall) -> str:
    """Name a method in a few words, with what its settings change."""
    return call_words(value)


@register.filter
def figures(value: float | None, count: int = 4) -> str:
    """Write a number with four figures that count: 0.06517, 34.11, 6,721."""
    return significant(value, int(count))


@register.filter
def setting(value: float | str | None) -> str:
    """Write a number with as many decimals as it has."""
    return plain(value)
