"""What people fill in on the pages of accounts."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as pgettext

from mezon.errors import MezonError
from mezon.web.accounts.models import Person
from mezon.web.accounts.places import Choices, place_of, refuse_unknown
from mezon.web.accounts.policy import SCOPES, Target
from mezon.web.accounts.roles import Role


class RoleForm(forms.Form):
    """A role, and where it reaches: chosen among the places that there are."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    where = forms.ChoiceField(
        label=_("Where"),
        required=False,
        help_text=_("With everything under it. A provider has a unit: the enterprise whose forms they fill in."),
    )

    def __init__(self, *arguments: Any, places: Choices, **others: Any) -> None:
        """`places` : where a role may be given (accounts.places.choices)."""
        super().__init__(*arguments, **others)
        cast("forms.ChoiceField", self.fields["where"]).choices = places

    def clean(self) -> dict[str, Any]:
        """A role reaches something, and a provider's reaches a unit."""
        cleaned = super().clean() or {}
        if "where" in cleaned:
            try:
                refuse_unknown(cleaned.get("role", ""), place_of(cleaned["where"]))
            except MezonError as fault:
                self.add_error("where", str(fault))
        return cleaned

    @property
    def target(self) -> Target:
        """Where the role reaches; after the form was found valid."""
        return place_of(self.cleaned_data["where"])


class InviteForm(RoleForm):
    """Somebody new, or somebody known who gets another role."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=pgettext("person", "Name"), required=False, max_length=150)
    field_order = ("email", "name", "role", "where")


class JoinForm(forms.Form):
    """The first password, and how one is called."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *arguments: Any, person: Person, **others: Any) -> None:
        """`person` is who the password is for: it may not be built on their own name."""
        super().__init__(*arguments, **others)
        self._person = person
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Hold the password against the rules, with the name as it was just given."""
        cleaned = super().clean() or {}
        if password := cleaned.get("password"):
            try:
                validate_password(password, Person(email=self._person.email, name=cleaned.get("name", "")))
            except ValidationError as fault:
                self.add_error("password", fault)
        return cleaned


class AboutMeForm(forms.Form):
    """What a person changes about themselves."""

    name = forms.CharField(label=pgettext("person", "Name"), max_length=150, required=False)
    language = forms.ChoiceField(label=_("Language of mail"), choices=settings.LANGUAGES)


class TokenForm(forms.Form):
    """A token: what for, what it may do, how long."""

    name = forms.CharField(label=_("What it is for"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("Days until it ends"), min_value=1, max_value=366, initial=90)


class ReasonForm(forms.Form):
    """Why: kept with the record."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
