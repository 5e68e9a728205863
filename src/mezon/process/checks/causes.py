"""One cause, one finding: what could not be checked because a definition is faulty is counted at that definition."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.model.pack import Definitions, Pack
from mezon.model.text import Text

INDICATORS, UNITS, SOURCES = "indicators.toml", "units.csv", "sources.toml"
MEASURES = "codelists/CL_UNIT_MEASURE.csv"
_LEVELS = f"{UNITS} level"
#: Findings that a name means nothing, and the files of which one would have to define it.
_DEFINED_IN: Mapping[str, tuple[str, ...]] = {
    "unknown-indicator": (INDICATORS,),
    "formula-term-unknown": (INDICATORS,),
    "unknown-unit": (UNITS,),
    "unknown-source": (SOURCES,),
    "unknown-unit-of-measure": (MEASURES,),
    "unknown-reference": (INDICATORS, UNITS, SOURCES),
    "unknown-register-reference": (INDICATORS, UNITS, SOURCES),
    "level-not-defined": (_LEVELS,),
}
#: Judgements on a row that take its indicator; without one they say nothing.
_OF_THE_INDICATOR = frozenset({"year-on-year", "magnitude-slip"})
_SENTENCE = "cause-of-others"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Causes:
    """Faulty definitions: `files` that gave no name at all, `names` that one entry would have defined, by file."""

    files: Mapping[str, Finding] = field(default_factory=dict)
    names: Mapping[tuple[str, str], Finding] = field(default_factory=dict)

    def of(self, finding: Finding) -> Finding | None:
        """Give the finding that this one only follows from."""
        for file in _DEFINED_IN.get(finding.code, ()):
            cause = self.names.get((file, finding.value)) or self.files.get(file)
            if cause is not None and cause != finding:
                return cause
        return None


def from_their_causes(findings: Iterable[Finding], pack: Pack) -> list[Finding]:
    """Leave out what only follows from a faulty definition, and say there how many rows could not be checked.

    A file of definitions that could not be read at all, an entry that was left out, and a default source that does
    not exist would otherwise make a finding at every row that names what they define.
    """
    every = list(findings)
    causes = _causes(every, pack)
    followers = [(finding, cause) for finding in every if (cause := causes.of(finding)) is not None]
    if not followers:
        return every
    left_out = {finding for finding, _ in followers}
    blind = {(finding.file, finding.row) for finding in left_out if finding.code == "unknown-indicator"}
    left_out |= {one for one in every if one.code in _OF_THE_INDICATOR and (one.file, one.row) in blind}
    rows = Counter(cause for cause, _ in {(cause, (f.file, f.row)) for f, cause in followers if f.row})
    others = Counter(cause for finding, cause in followers if not finding.row)
    counted = {cause: _counted(cause, rows[cause], others[cause], pack.definitions) for cause in {*rows, *others}}
    return [counted.get(finding, finding) for finding in every if finding not in left_out]


def _causes(findings: list[Finding], pack: Pack) -> _Causes:
    definitions = pack.definitions
    errors = [finding for finding in findings if finding.severity == Severity.ERROR]
    empty = {INDICATORS: not definitions.indicators, UNITS: not definitions.units, SOURCES: not definitions.sources}
    files = {one.file: one for one in reversed(errors) if empty.get(one.file, False)}
    names: dict[tuple[str, str], Finding] = {}
    units = _unit_codes(pack) if any(one.file == UNITS and one.row for one in errors) else {}
    for one in reversed(errors):
        if one.file in (INDICATORS, SOURCES) and one.key:
            names[one.file, one.key.partition(".")[0]] = one
        if one.file == UNITS and one.row in units:
            names[_LEVELS if one.column == "level" else UNITS, units[one.row]] = one
        if (one.file, one.key, one.code) == ("pack.toml", "default_source", "unknown-source"):
            names[SOURCES, one.value] = one
    return _Causes(files=files, names=names)


def _unit_codes(pack: Pack) -> dict[int, str]:
    """Give the unit code of each row of units.csv, as far as it can be read."""
    try:
        text = Path(pack.folder, UNITS).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    lines = csv.DictReader(text.splitlines())
    return {number: (line.get("unit") or "").strip() for number, line in enumerate(lines, start=2)}


def _counted(cause: Finding, rows: int, others: int, definitions: Definitions) -> Finding:
    rulebook = definitions.rulebook
    more = rulebook.finding(_SENTENCE, rows=rows, others=others).message
    if not others:
        rows_only = Text.of(rulebook.rules[_SENTENCE].parameters.get("rows_only"))
        more = rows_only.in_language(rulebook.language).format(rows=rows)
    return replace(cause, message=f"{cause.message} {more}")
