"""Tags for the pages behind the sign-in: where one may go on the desk, and what was told last."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mezon.web.accounts.acting import actor_of
from mezon.web.accounts.policy import may_somewhere
from mezon.web.desk.showing import STATUS_LABELS

register = template.Library()

WAYS = {
    "grid": gettext_lazy("in the form"),
    "workbook": gettext_lazy("by a file"),
    "evidence": gettext_lazy("evidence"),
    "correction": gettext_lazy("taken over from the submission that this corrects"),
    "api": gettext_lazy("by a program"),
}
SEVERITIES = {
    "error": gettext_lazy("fault"),
    "warning": gettext_lazy("question"),
    "note": gettext_lazy("note"),
}
REMARKS = {
    "comment": gettext_lazy("comment"),
    "answer": gettext_lazy("reason given for a question"),
    "return": gettext_lazy("why it came back"),
}


@register.simple_tag(takes_context=True)
def desk_entries(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the pages of the desk that this person has a use for: `{% desk_entries as entries %}`."""
    request = context["request"]
    actor = actor_of(request)
    possible = (
        ("desk:home", _("What I owe"), may_somewhere(actor, "submission.save")),
        ("desk:calendar", _("Calendar"), may_somewhere(actor, "submission.read")),
        ("desk:queue", _("Review"), may_somewhere(actor, "review.read")),
        ("desk:working", _("What is known now"), may_somewhere(actor, "observation.read")),
        ("desk:freezing", _("Freezing"), may_somewhere(actor, "release.freeze")),
        ("desk:definitions", _("Definitions"), may_somewhere(actor, "definition.read")),
        ("working:jobs", _("Work in the background"), may_somewhere(actor, "job.read")),
    )
    entries = []
    for name, label, useful in possible:
        href = _address(name)
        if useful and href:
            exact = name == "desk:home"
            current = request.path == href if exact else request.path.startswith(href)
            entries.append({"href": href, "label": label, "current": current})
    return entries


@register.simple_tag(takes_context=True)
def told(context: dict[str, Any]) -> list[Any]:
    """Give what is to be told to this person now, and forget it: `{% told as messages %}`."""
    return list(get_messages(context["request"]))


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.filter
def item_at(values: Any, place: int) -> Any:
    """Give the value at a place: `{{ periods|item_at:0 }}`; nothing when there is none."""
    return values[place] if place < len(values) else ""


@register.filter
def status_words(status: str) -> str:
    """Give a status in words: `{{ cell.status|status_words }}`."""
    labels = {str(code): label for code, label in STATUS_LABELS.items()}
    return str(labels.get(status, status))


@register.filter
def way_words(way: str) -> str:
    """Say by which way a version came."""
    return str(WAYS.get(way, way))


@register.filter
def remark_words(kind: str) -> str:
    """Say what kind of remark one is."""
    return str(REMARKS.get(kind, kind))


@register.filter
def severity_words(severity: str) -> str:
    """Say how much a finding matters."""
    return str(SEVERITIES.get(str(severity), severity))
