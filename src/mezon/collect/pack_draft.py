"""A pack in the making: what an import found, in the pack's own words, and writing it as a folder."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mezon.design.quantities import bundled_units_of_measure
from mezon.errors import WrongUse

#: The one source of an imported pack.
SOURCE = "IMPORT"
PURE_NUMBER = "PURE_NUMBER"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDraft:
    """An indicator. `unit` is how the file words its unit of measure, empty where it does not."""

    code: str
    name: str = ""
    unit: str = ""
    direction: int = 0
    group: str = ""
    goalposts: tuple[float, float] | None = None
    target: float | None = None
    denominator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDraft:
    """A node of the index; the root has no parent."""

    code: str
    parent: str = ""
    weight: float = 1.0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafDraft:
    """An indicator in the tree."""

    indicator: str
    parent: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDraft:
    """A unit: code, name, and what groups it, by column."""

    code: str
    name: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodologyDraft:
    """A methodology: its id, why it is there, and its steps as written (the tree is the pack's)."""

    id: str
    description: str
    steps: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSettings:
    """What the files do not say. `period` : of a file without any; `accessed` : the day of importing, ISO 8601.

    `period_given` : whether somebody said that period; one that is assumed is warned of.
    """

    level: str
    accessed: str
    period: str = ""
    period_given: bool = False
    title: str = ""
    producer: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackDraft:
    """Everything an import found. `values` : (indicator, unit, period, value), None where the file has none."""

    title: str
    origin: str
    indicators: tuple[IndicatorDraft, ...]
    units: tuple[UnitDraft, ...]
    values: tuple[tuple[str, str, str, float | None], ...]
    files: Mapping[str, str]
    nodes: tuple[NodeDraft, ...] = ()
    leaves: tuple[LeafDraft, ...] = ()
    methodologies: tuple[MethodologyDraft, ...] = ()


def write_draft(draft: PackDraft, settings: ImportSettings, folder: Path) -> None:
    """Write a pack. Raises : WrongUse when there is something in the folder already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUse(f"{folder} is there already.", hint="Name a new or an empty folder.")
    units_of_measure = _units_of_measure(draft)
    texts = {
        "pack.toml": _pack(draft, settings, folder),
        "sources.toml": _sources(draft, settings),
        "groups.toml": _groups(draft),
        "indicators.toml": _indicators(draft, settings, units_of_measure),
        "units.csv": _units(draft, settings),
        "observations.csv": _observations(draft),
        "codelists/CL_UNIT_MEASURE.csv": _own_units_of_measure(units_of_measure),
        "README.md": f"# {draft.title}\n\n{draft.origin}\n",
        **{f"methodologies/{each.id}.toml": _methodology(draft, each, settings) for each in draft.methodologies},
    }
    for name, text in texts.items():
        if text:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="\n")


def code_from(text: str) -> str:
    """Make a code of a text: letters, digits and _ stay, the rest becomes _; "" where nothing is left."""
    code = re.sub(r"\W+", "_", text.strip()).strip("_")
    return f"_{code}" if code[:1].isdigit() else code


def _quoted(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_quoted(each) for each in value)}]"
    return number_text(value) if isinstance(value, float) else str(value)


def _lines(entries: Mapping[str, object], *, header: str = "") -> str:
    lines = [header] if header else []
    lines += [f"{key} = {_quoted(value)}" for key, value in entries.items() if value not in ("", None)]
    return "\n".join(lines) + "\n"


def _key(code: str) -> str:
    return code if re.fullmatch(r"[A-Za-z0-9_-]+", code) else _quoted(code)


def number_text(value: float) -> str:
    """Write a number in the shortest way that reads back as the same number."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _pack(draft: PackDraft, settings: ImportSettings, folder: Path) -> str:
    return _lines(
        {
            "id": code_from(folder.resolve().name).lower() or "imported",
            "version": "1.0",
            "title.en": settings.title or draft.title,
            "publisher": settings.producer or "not stated",
            "licence": settings.licence or "not stated",
            "languages": ["en"],
            "default_methodology": draft.methodologies[0].id if draft.methodologies else "",
            "default_source": SOURCE,
            "synthetic": False,
        }
    )


def _sources(draft: PackDraft, settings: ImportSettings) -> str:
    files = "; ".join(f"{name} (SHA-256 {digest})" for name, digest in draft.files.items())
    return _lines(
        {
            "producer": settings.producer or "not stated",
            "title": settings.title or draft.title,
            "citation": f"{draft.title}. Imported on {settings.accessed} from {files}.",
            "licence": settings.licence or "not stated",
            "accessed": settings.accessed,
        },
        header=f"[{SOURCE}]",
    )


def _groups(draft: PackDraft) -> str:
    used = {indicator.group for indicator in draft.indicators}
    named = [node for node in draft.nodes if node.code in used]
    return "\n".join(
        _lines({"name.en": node.name or node.code, "order": place}, header=f"[group.{_key(node.code)}]")
        for place, node in enumerate(named, 1)
    )


def _indicators(draft: PackDraft, settings: ImportSettings, units_of_measure: Mapping[str, str]) -> str:
    return "\n".join(
        _lines(
            {
                "name.en": each.name or each.code,
                "unit": units_of_measure[each.unit],
                "direction": each.direction,
                "levels": [settings.level],
                "group": each.group,
                "goalposts": list(each.goalposts) if each.goalposts else None,
                "target": each.target,
                "denominator": each.denominator,
            },
            header=f"[{_key(each.code)}]",
        )
        for each in draft.indicators
    )


def _units_of_measure(draft: PackDraft) -> dict[str, str]:
    """Give each wording of a unit of measure its code: one that Mezon has, by code or name, or a new one."""
    known = bundled_units_of_measure()
    by_name = {unit.name.en.casefold(): code for code, unit in reversed(known.items())} | {"%": "PERCENT"}
    codes: dict[str, str] = {"": PURE_NUMBER}
    for wording in sorted({each.unit for each in draft.indicators} - {""}):
        code = wording if wording in known else by_name.get(wording.casefold(), "")
        fresh = code or f"OWN_{code_from(wording).upper() or 'UNIT'}"
        taken = set(codes.values()) if not code else set()
        codes[wording] = next(name for name in _numbered(fresh) if name not in taken)
    return codes


def _numbered(name: str) -> Iterable[str]:
    yield name
    yield from (f"{name}_{number}" for number in range(2, 10_000))


def _own_units_of_measure(codes: Mapping[str, str]) -> str:
    known = bundled_units_of_measure()
    rows = [(code, wording, "", "", "", wording, "", "1") for wording, code in codes.items() if code not in known]
    header = ("code", "name_en", "name_ru", "name_uz", "parent", "dimension", "currency", "scale")
    return _csv(header, rows) if rows else ""


def _units(draft: PackDraft, settings: ImportSettings) -> str:
    groupings = sorted({name for unit in draft.units for name in unit.groups})
    rows = [
        (unit.code, settings.level, unit.name or unit.code, *(unit.groups.get(name, "") for name in groupings))
        for unit in draft.units
    ]
    return _csv(("unit", "level", "name_en", *groupings), rows)


def _observations(draft: PackDraft) -> str:
    rows = [
        (indicator, unit, period, "" if value is None else number_text(value), "O" if value is None else "A")
        for indicator, unit, period, value in draft.values
    ]
    return _csv(("indicator", "unit", "period", "value", "status"), rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _methodology(draft: PackDraft, methodology: MethodologyDraft, settings: ImportSettings) -> str:
    imported = "as in the imported file"
    parts = [
        _lines(
            {
                "id": methodology.id,
                "version": "1.0",
                "title.en": f"{settings.title or draft.title}",
                "description.en": methodology.description,
                "level": settings.level,
            }
        )
    ]
    for node in draft.nodes:
        entries = {"id": node.code, "parent": node.parent, "weight": node.weight, "weight_by": imported}
        parts.append(_lines({**entries, "title.en": node.name}, header="[[nodes]]"))
    for leaf in draft.leaves:
        entries = {"indicator": leaf.indicator, "parent": leaf.parent, "weight": leaf.weight, "weight_by": imported}
        parts.append(_lines(entries, header="[[leaves]]"))
    parts += [_lines(step, header="[[steps]]") for step in methodology.steps]
    vary = '[{ weights = { noise = 0.25 } }, { drop = "one-indicator" }]'
    parts.append(f"[robustness]\ndraws = 500\nseed = 12345\nvary = {vary}\n")
    return "\n".join(parts)
