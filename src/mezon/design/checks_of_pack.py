"""Checks of pack.toml, and of what is not translated yet."""

from __future__ import annotations

from collections.abc import Iterator

from mezon.design.nearest import listed, nearest
from mezon.design.pack_files import PACK
from mezon.model.finding import Finding, Rulebook
from mezon.model.pack import Definitions
from mezon.model.text import Text


def check_pack_file(definitions: Definitions, *, rulebook: Rulebook) -> list[Finding]:
    """Say if pack.toml names a methodology or a source that is not there."""
    named = (
        ("unknown-methodology", "default_methodology", definitions.default_methodology, definitions.methodologies),
        ("unknown-source", "default_source", definitions.default_source, definitions.sources),
    )
    return [
        rulebook.finding(code, file=PACK, key=key, value=value, nearest=nearest(value, known))
        for code, key, value, known in named
        if value and value not in known
    ]


def check_translations(definitions: Definitions, *, rulebook: Rulebook) -> list[Finding]:
    """Say, once a language, how many names are not written in it; names known to be unreviewed are left aside."""
    findings = []
    for language in sorted(definitions.languages):
        missing = sorted({code for code, text in _names(definitions) if language in text.missing()})
        if missing:
            findings.append(
                rulebook.finding(
                    "translation-missing",
                    file=PACK,
                    key="languages",
                    value=language,
                    count=len(missing),
                    names=listed(missing),
                )
            )
    return findings


def _names(definitions: Definitions) -> Iterator[tuple[str, Text]]:
    yield "pack.toml", definitions.title
    for indicator in definitions.indicators.values():
        if indicator.attributes.get("translation") != "unreviewed":
            yield indicator.code, indicator.name
    for group in definitions.groups.values():
        yield group.code, group.name
    for unit in definitions.units.values():
        yield unit.code, unit.name
    for methodology in definitions.methodologies.values():
        yield methodology.id, methodology.title
    for form in definitions.forms.values():
        if form.translation != "unreviewed":
            yield form.id, form.title
