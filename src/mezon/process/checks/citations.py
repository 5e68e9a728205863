"""What rows cite: references that a publication does not list, references older than the fact, residue of tools."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from mezon.model.finding import Finding, Rule
from mezon.process.checks.evidence import Evidence, day_or_none, period_or_none
from mezon.process.checks.registry import check
from mezon.process.checks.reporting import listed
from mezon.process.checks.timing import is_fact

_TOKEN = re.compile(r"[^\[\],;\s]+")
_REFERENCE = re.compile(r"[1-9]\d*(?:-[1-9]\d*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One reference that one row cites; `end` is the last day of the period of the fact, where it states one."""

    file: str
    row: int
    publication: str
    token: str
    end: date | None


@check("citation-residue")
def citations_are_references(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Report what tools leave behind in citations, such as [0search12] or [0]: nothing that a reader can look up."""
    for cited in citations(evidence):
        if not _REFERENCE.fullmatch(cited.token):
            yield evidence.rulebook.finding(
                rule.code, file=cited.file, row=cited.row, column="cites", value=f"[{cited.token}]",
                publication=cited.publication,
            )  # fmt: skip


@check("dangling-citation")
def citations_are_listed(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Report, once a publication and number, citations that the publication's own reference list does not have."""
    lists = _references(evidence)
    dangling: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for cited in citations(evidence):
        for number in _numbers(cited.token):
            entry = lists.get((cited.publication, number))
            if entry is None or entry.listed is False:
                dangling[cited.publication, number, cited.file].append(cited.row)
    for (publication, number, file), rows in sorted(dangling.items()):
        yield evidence.rulebook.finding(
            rule.code, file=file, row=min(rows), column="cites", value=f"[{number}]", number=number,
            publication=publication, rows=listed(sorted(set(rows))), count=len(set(rows)),
        )  # fmt: skip


@check("cited-source-older-than-fact")
def cited_sources_are_not_older_than_their_facts(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Report facts whose cited reference was published before their period had ended."""
    lists = _references(evidence)
    for cited in citations(evidence):
        for number in _numbers(cited.token):
            entry = lists.get((cited.publication, number))
            if entry and entry.day and cited.end and entry.day < cited.end:
                yield evidence.rulebook.finding(
                    rule.code, file=cited.file, row=cited.row, column="cites", value=f"[{number}]", number=number,
                    publication=cited.publication, entry=entry.text, published=entry.published,
                    ended=cited.end.isoformat(),
                )  # fmt: skip


def citations(evidence: Evidence) -> list[Citation]:
    """Give every reference cited by an observation, or by a row of a register that has a column `cites`."""
    found = list(_of_observations(evidence))
    for name, frame in sorted(evidence.pack.registers.items()):
        if "cites" in frame.columns:
            found += _of_register(evidence, name, frame)
    return sorted(found, key=lambda cited: (cited.file, cited.row, cited.token))


def _of_observations(evidence: Evidence) -> Iterator[Citation]:
    rows = evidence.observations.filter(pl.col("cites") != "")
    columns = ("row", "source", "cites", "period_end", is_fact().alias("is_fact"))
    for row, source, cites, end, states_fact in rows.select(*columns).iter_rows():
        for token in _TOKEN.findall(cites):
            yield Citation(
                file=evidence.file, row=row, publication=source, token=token, end=end if states_fact else None
            )


def _of_register(evidence: Evidence, name: str, frame: pl.DataFrame) -> Iterator[Citation]:
    for line in frame.filter(pl.col("cites").fill_null("") != "").iter_rows(named=True):
        publication = line.get("publication") or line.get("source") or evidence.definitions.default_source
        period = period_or_none(line.get("period") or "")
        for token in _TOKEN.findall(line["cites"]):
            yield Citation(
                file=f"registers/{name}.csv", row=line["row"], publication=publication, token=token,
                end=period.end if period else None,
            )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    text: str
    published: str
    day: date | None
    listed: bool | None


def _references(evidence: Evidence) -> dict[tuple[str, str], _Entry]:
    frame = evidence.pack.registers.get("references")
    if frame is None:
        return {}
    return {
        (line["publication"], str(line["number"]).strip("[]")): _Entry(
            text=line["entry"] or "",
            published=line["published"] or "",
            day=day_or_none(line["published"] or ""),
            listed=line["listed"],
        )
        for line in frame.iter_rows(named=True)
    }


def _numbers(token: str) -> Iterator[str]:
    """Take a reference or a range of them apart: `16-19` is four references; residue is none."""
    if not _REFERENCE.fullmatch(token):
        return
    first, _, last = token.partition("-")
    yield from (str(number) for number in range(int(first), int(last or first) + 1))
