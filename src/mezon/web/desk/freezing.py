"""Before a release: what blocks it, which warnings have their answer, and what would go into it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from mezon import production
from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.version import VERSION
from mezon.web.desk import reckoned
from mezon.web.desk.freezing_models import Freezing, FreezingAnswer
from mezon.web.desk.models import Submission
from mezon.web.desk.states import State
from mezon.web.portal.pages import language
from mezon.web.warehouse.models import ReleaseRecord, StoredPack
from mezon.web.warehouse.store import working_pack

#: Submissions on their way: they are not in this release, and a page says so.
_UNDER_WAY = (State.SUBMITTED, State.RETURNED, State.VERIFIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A warning, and the answer somebody gave to this very warning, for this release or an earlier one."""

    finding: Finding
    digest: str
    answer: FreezingAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """Everything to be seen to before a pack is frozen as it is at `change`."""

    pack: StoredPack
    change: int
    errors: tuple[Finding, ...]
    questions: tuple[Question, ...]
    notes: int
    included: tuple[Submission, ...]
    under_way: tuple[Submission, ...]
    last: ReleaseRecord | None

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """Warnings without an answer."""
        return tuple(question for question in self.questions if question.answer is None)

    @property
    def ready(self) -> bool:
        """Whether it may be frozen."""
        return not (self.errors or self.unanswered)


def checklist(pack: StoredPack, *, at: int | None = None) -> Checklist:
    """Give the checklist of a pack as it is now, or was at a change; a constant number of queries."""
    change = pack.last_change if at is None else at
    found = findings_at(pack, change)
    answers = {answer.finding: answer for answer in FreezingAnswer.objects.filter(pack=pack).select_related("by")}
    warnings = ((digest_of(one), one) for one in found if one.severity == Severity.WARNING)
    submissions = list(Submission.objects.filter(pack=pack, state__in=[State.APPROVED, *_UNDER_WAY]))
    return Checklist(
        pack=pack,
        change=change,
        errors=tuple(one for one in found if one.severity == Severity.ERROR),
        questions=tuple(Question(finding=one, digest=digest, answer=answers.get(digest)) for digest, one in warnings),
        notes=sum(one.severity == Severity.NOTE for one in found),
        included=tuple(_included(submissions, change)),
        under_way=tuple(one for one in submissions if one.state in _UNDER_WAY),
        last=last_release(pack),
    )


def _included(submissions: Iterable[Submission], change: int) -> Iterable[Submission]:
    for one in submissions:
        if one.state == State.APPROVED and (one.change or 0) <= change:
            yield one


def findings_at(pack: StoredPack, change: int) -> tuple[Finding, ...]:
    """Give what `mezon check` finds in a pack as it was at a change, in the language of the page; found once, kept."""
    follows_from = (pack.pk, pack.code, change, language(), VERSION)
    kept = reckoned.kept("findings", *follows_from)
    if kept is not None:
        return tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in kept)
    folder = Path(working_pack(pack, at=change, home=Path(settings.HOME)).folder)
    found = production.check(production.read_pack(folder, language=language()))
    reckoned.keep([asdict(one) for one in found], "findings", *follows_from)
    return found


def digest_of(finding: Finding) -> str:
    """Tell one warning from all others, in every language and wherever its row has gone."""
    said = (finding.code, finding.file, finding.key, finding.column, finding.value, "" if finding.key else finding.row)
    return hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()


def last_release(pack: StoredPack) -> ReleaseRecord | None:
    """Give the release that the public sees now."""
    return ReleaseRecord.objects.filter(pack=pack.code, on_demand=False).order_by("-as_of", "-published_at").first()


def name_of(pack: StoredPack) -> str:
    """Give the name under which the portal shows a pack: that of its last release, else the one it is set up with."""
    last = last_release(pack)
    if last is not None:
        return last.pack_name
    named = (name for name in settings.PACKS if name == pack.code or Path(name).name == pack.code)
    return next(named, pack.code)


def freezings_of(pack: StoredPack) -> list[Freezing]:
    """Give the releases of a pack that were made here, newest first."""
    return list(Freezing.objects.filter(pack=pack).select_related("release", "asked_by", "published_by")[:50])
