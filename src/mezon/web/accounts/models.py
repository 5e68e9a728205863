"""Who there is, and what each may do where and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from mezon.web.accounts.roles import Role


class PersonManager(BaseUserManager["Person"]):
    """Makes people; an address is kept in lower case, so that one mailbox is one person."""

    def create_user(self, email: str, password: str | None = None, **others: Any) -> Person:
        """Make a person. Without a password nobody can sign in as them until they follow an invitation."""
        person = self.model(email=email.strip().lower(), **others)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        """Find by e-mail address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Somebody who may sign in. People are disabled, never deleted: what they did keeps its author."""

    email: models.EmailField[str, str] = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name: models.CharField[str, str] = models.CharField(_("name"), max_length=150, blank=True)
    language: models.CharField[str, str] = models.CharField(max_length=2, default="en")
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    joined_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)
    #: Sessions that began before this have ended; raised when credentials change or the person is disabled.
    sessions_from: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = PersonManager()

    class Meta:
        """One person for each address, in any case."""

        constraints = (models.UniqueConstraint(Lower("email"), name="one_person_for_each_address"),)
        ordering = ("email",)

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Give the name, or the address of somebody who has not said their name."""
        return str(self)


class Grant(models.Model):
    """A role on a subtree of units, from a moment to a moment.

    `pack` "" means every pack, `unit` "" every unit; `hierarchy` says along which hierarchy the subtree is taken
    ("" = any). A grant is revoked by ending it, never by deleting it.
    """

    person: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="grants"
    )
    role: models.CharField[str, str] = models.CharField(max_length=20, choices=Role.choices)
    pack: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    unit: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    hierarchy: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    given_by: models.ForeignKey[Person | None, Person | None] = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    valid_to: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Roles are the five; a unit belongs to a pack; time runs forward."""

        constraints = (
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="grant_of_a_known_role"),
            models.CheckConstraint(condition=models.Q(unit="") | ~models.Q(pack=""), name="grant_unit_is_of_a_pack"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="grant_ends_after_it_begins",
            ),
        )
        indexes = (models.Index(fields=["person", "valid_to"], name="grants_of_a_person"),)

    def __str__(self) -> str:
        where = "/".join(part for part in (self.pack, self.unit) if part)
        return f"{self.role} on {where or 'everything'}"

    def holds_at(self, moment: datetime) -> bool:
        """Say whether the grant is in force at a moment."""
        return self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)
