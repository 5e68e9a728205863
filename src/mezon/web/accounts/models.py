"""Who there is, and what each may do where and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from mezon.web.accounts.roles import Role

if TYPE_CHECKING:
    from mezon.web.accounts.policy import Target


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

    if TYPE_CHECKING:
        grants_ever: Any  # the other ends of Grant.person and Token.person
        tokens: Any

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

    def target(self) -> Target:
        """Stand where every grant in force stands; somebody with grants in several places stands above them all."""
        from mezon.web.accounts.policy import Target

        held = [grant for grant in self.grants_ever.all() if grant.valid_to is None]
        packs, units = {grant.pack for grant in held}, {grant.unit for grant in held}
        pack = packs.pop() if len(packs) == 1 else ""
        unit = units.pop() if pack and len(units) == 1 else ""
        return Target(pack=pack, unit=unit, people=frozenset({self.pk}))

    def get_full_name(self) -> str:
        """Give the name, or the address of somebody who has not said their name."""
        return str(self)


class Grant(models.Model):
    """A role on a subtree of units, from a moment to a moment.

    `pack` "" means every pack, `unit` "" every unit; `hierarchy` says along which hierarchy the subtree is taken
    ("" = any). A grant is revoked by ending it, never by deleting it.
    """

    person: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="grants_ever"
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

    def units(self, day: date) -> frozenset[str]:
        """Give the units it reaches on a day; asked once while this object lives, so a list costs one query a grant."""
        known: dict[date, frozenset[str]] = self.__dict__.setdefault("units_known", {})
        if day not in known:
            from mezon.web.accounts import subtrees

            known[day] = subtrees.under(self.pack, self.unit, hierarchy=self.hierarchy, on=day)
        return known[day]

    def target(self) -> Target:
        """Stand where it reaches; nobody ends or gives a grant of their own."""
        from mezon.web.accounts.policy import Target

        return Target(pack=self.pack, unit=self.unit, people=frozenset({self.person.pk}))


class Invitation(models.Model):
    """A link by which somebody sets their first password: once, and not for long. Only its digest is kept."""

    person: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="invitations"
    )
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    given_by: models.ForeignKey[Person | None, Person | None] = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    expires_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    used_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation of {self.person}"


class Token(models.Model):
    """What a program shows instead of a password. Only its digest is kept; `begins` tells tokens apart in a list."""

    person: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="tokens"
    )
    name: models.CharField[str, str] = models.CharField(max_length=100)
    begins: models.CharField[str, str] = models.CharField(max_length=16)
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    scopes: models.CharField[str, str] = models.CharField(max_length=250)
    issued_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    expires_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    revoked_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    last_used_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """Newest first; a token ends after it begins."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="token_ends_after_it_begins"
            ),
        )
        ordering = ("-issued_at",)

    def __str__(self) -> str:
        return f"token “{self.name}” ({self.begins}…)"

    def target(self) -> Target:
        """Belong to one person."""
        from mezon.web.accounts.policy import Target

        stands = self.person.target()
        return Target(pack=stands.pack, unit=stands.unit, people=frozenset({self.person.pk}))

    def works_at(self, moment: datetime) -> bool:
        """Say whether the token opens anything at a moment."""
        return self.revoked_at is None and moment < self.expires_at and self.person.is_active
