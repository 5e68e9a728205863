"""Readers of pack.toml, groups.toml, sources.toml and derivations.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mezon.design.nearest import nearest
from mezon.design.toml_entry import TABLE, TomlEntry, each, plain, read_toml
from mezon.model.finding import Finding, Rulebook
from mezon.model.indicator import Group
from mezon.model.pack import Derivation
from mezon.model.source import Source
from mezon.model.text import LANGUAGES, Text

PACK, GROUPS, SOURCES, DERIVATIONS = "pack.toml", "groups.toml", "sources.toml", "derivations.toml"
_KINDS = ("group", "pillar")
#: What pack.toml may say beside the contract; `country` is the country that the framework's indicators are asked of.
_DESCRIBED = ("description", "homepage", "contact", "created", "protection", "country")
#: Keys that any definition may have beside its own: who confirmed the texts, and what there is to say.
REMARKS = ("translation", "note", "notes")


def read_pack_file(folder: Path, *, rulebook: Rulebook, findings: list[Finding]) -> dict[str, Any]:
    """Read pack.toml into the fields of `Definitions`; what it does not say gets a default."""
    entry = read_toml(folder, PACK, rulebook=rulebook, findings=findings, required=True)
    if entry is None:
        return {"id": folder.resolve().name, "version": "0", "title": Text(en=folder.resolve().name)}
    languages = entry.strings("languages")
    fields = {
        "id": entry.string("id", required=True) or folder.resolve().name,
        "version": entry.string("version", required=True) or "0",
        "title": entry.text("title", required=True),
        "publisher": entry.string("publisher"),
        "licence": entry.string("licence"),
        "languages": tuple(language for language in languages if language in LANGUAGES) or ("en",),
        "default_methodology": entry.string("default_methodology"),
        "default_source": entry.string("default_source"),
        "synthetic": entry.flag("synthetic"),
    }
    for stranger in sorted(set(languages) - set(LANGUAGES)):
        entry.report("code-unknown", "languages", value=stranger, nearest=nearest(stranger, LANGUAGES))
    described = {name: entry.any(name) for name in _DESCRIBED}
    fields["extra"] = {name: plain(value) for name, value in described.items() if value is not None}
    entry.finish(besides=REMARKS)
    return fields


def read_groups(folder: Path, *, rulebook: Rulebook, findings: list[Finding]) -> dict[str, Group]:
    """Read groups and pillars, by code, in their order."""
    entry = read_toml(folder, GROUPS, rulebook=rulebook, findings=findings)
    if entry is None:
        return {}
    groups: list[Group] = []
    for kind in _KINDS:
        inside = entry.table(kind)
        groups += each(inside, lambda code, child, kind=kind: _group(code, child, kind)).values()  # type: ignore[misc]
    entry.finish()
    return {group.code: group for group in sorted(groups, key=lambda g: (g.kind, g.order, g.code))}


def _group(code: str, entry: TomlEntry, kind: str) -> Group:
    group = Group(
        code=code,
        kind=kind,
        name=entry.text("name", required=True) or Text(en=code),
        order=entry.integer("order"),
        colour=entry.string("colour"),
    )
    entry.finish(besides=(*REMARKS, "definition", "description"))
    return group


def read_sources(folder: Path, *, rulebook: Rulebook, findings: list[Finding]) -> dict[str, Source]:
    """Read the sources, by id."""
    return each(read_toml(folder, SOURCES, rulebook=rulebook, findings=findings, required=True), _source)


def _source(code: str, entry: TomlEntry) -> Source:
    priority = entry.any("priority")
    if priority is not None and (not isinstance(priority, int) or isinstance(priority, bool)):
        entry.report("toml-wrong-type", "priority", value=priority, expected="1")
        priority = None
    source = Source(
        id=code,
        producer=entry.string("producer", required=True) or code,
        title=_title(entry) or code,
        citation=entry.string("citation"),
        url=entry.string("url"),
        licence=entry.string("licence"),
        published=entry.date("published"),
        accessed=entry.date("accessed"),
        priority=priority,
    )
    if not source.licence:
        entry.report("source-without-licence", value=code)
    if not source.citation:
        entry.report("source-without-citation", value=code)
    entry.finish(besides=(*REMARKS, "kind", "language", "doi", "file", "sha256"))
    return source


def _title(entry: TomlEntry) -> str:
    """Read a title that is one text, as it stands on the source, or a table of languages."""
    if isinstance(entry.raw.get("title"), dict):
        return entry.text("title", required=True).in_language("en")
    return entry.string("title", required=True)


def read_derivations(folder: Path, *, rulebook: Rulebook, findings: list[Finding]) -> tuple[Derivation, ...]:
    """Read which indicators are counted from which register, and how; in the order of the file."""
    entry = read_toml(folder, DERIVATIONS, rulebook=rulebook, findings=findings)
    if entry is None:
        return ()
    found: list[Derivation] = []
    for name, value in entry.raw.items():
        several = value if isinstance(value, list) else [value]
        for number, raw in enumerate(several, 1):
            path = f"{name}[{number}]" if isinstance(value, list) else name
            if not isinstance(raw, dict):
                entry.report("toml-wrong-type", path, value=str(raw)[:80], expected=TABLE)
                continue
            child = TomlEntry(raw, file=DERIVATIONS, path=path, rulebook=rulebook, findings=findings)
            found.append(_derivation(name, child))
    return tuple(found)


def _derivation(name: str, entry: TomlEntry) -> Derivation:
    derivation = Derivation(
        indicator=entry.string("indicator") or name,
        register=entry.string("register", required=True),
        measure=entry.string("measure") or "count",
        where=entry.string("where") or entry.string("filter"),
        date=entry.string("date"),
        fraction=entry.string("fraction"),
    )
    entry.finish(besides=REMARKS)
    return derivation
