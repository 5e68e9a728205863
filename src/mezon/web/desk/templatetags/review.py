"""Filters of the reviewer's pages: changes with their sign, and whose earlier word a value is set beside."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from mezon.web.desk.differences import Against, Earlier
from mezon.web.desk.queueing import STEPS
from mezon.web.portal import formatting
from mezon.web.portal.pages import language

register = template.Library()


def _with_sign(value: float, written: str) -> str:
    return f"+{written}" if value > 0 else written


@register.filter
def signed(value: float | None, digits: int = 1) -> str:
    """Write a change with its sign: `{{ effect.score|signed:2 }}`."""
    written = formatting.number(value, digits=int(digits), language=language())
    return written if value is None else _with_sign(value, written)


@register.filter
def signed_figure(value: float | None) -> str:
    """Write a change of any size with its sign."""
    written = formatting.figure(value, significant=4, language=language())
    return written if value is None else _with_sign(value, written)


@register.filter
def signed_share(value: float | None) -> str:
    """Write a relative change in percent, with its sign."""
    written = formatting.share(value, digits=1, language=language())
    return written if value is None else _with_sign(value, written)


@register.filter
def step_words(step: str) -> str:
    """Say what a submission waits for."""
    return str(STEPS.get(step, step))


@register.filter
def earlier_words(earlier: Earlier) -> str:
    """Say who said it before."""
    match earlier.against:
        case Against.RETURNED:
            return _("when it was returned")
        case Against.APPROVED:
            return _("as approved before")
        case Against.KNOWN:
            return earlier.source
    return ""
