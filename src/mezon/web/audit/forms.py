"""What a reader of the audit page asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mezon.web.accounts.policy import ACTIONS
from mezon.web.audit.models import Kind
from mezon.web.audit.sentences import EVENTS, label


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Filters; "" and None ask for everything."""

    person: str = ""
    action: str = ""
    kind: str = ""
    pack: str = ""
    unit: str = ""
    since: date | None = None
    until: date | None = None


class AskForm(forms.Form):
    """Filters, as fields."""

    person = forms.CharField(label=_("Person or subject"), required=False, max_length=254)
    action = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Kind.choices])
    pack = forms.CharField(label=_("Pack"), required=False, max_length=100)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=100)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *arguments: Any, **others: Any) -> None:
        """Offer every action by its verb, in the reader's language."""
        super().__init__(*arguments, **others)
        known = sorted({*ACTIONS, *EVENTS})
        choices = [("", _("all")), *((code, label(code)) for code in known)]
        self.fields["action"].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """Give the filters that were understood; the others ask for everything."""
        self.is_valid()
        return Asked(**{name: value for name, value in self.cleaned_data.items() if value})
