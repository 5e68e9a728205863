"""Reader of forms/<id>.toml: what a kind of reporting unit is asked to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mezon.design.pack_files import REMARKS
from mezon.design.toml_entry import TomlEntry, read_toml
from mezon.errors import MalformedValue
from mezon.model.codelists import Codelist, ConfStatus, Frequency, Level, Variant
from mezon.model.finding import Finding, Rulebook
from mezon.model.form import Form, FormItem, FormSection
from mezon.model.period import Period
from mezon.model.text import Text

FOLDER = "forms"
#: A deadline beyond two years after the period is a slip of the pen.
_LONGEST_DEADLINE = 731


@dataclass(frozen=True, slots=True)
class _Dimensions:
    """The codelists of the pack, by the name of their dimension."""

    codelists: Mapping[str, Codelist]

    def breakdowns(self, text: str) -> tuple[str, ...] | None:
        """Give the cells that an entry of `breakdowns` means: itself, or every code of a dimension; None for neither.

        "" is the whole, SOURCE_OF_FUNDS=OWN one category, SOURCE_OF_FUNDS all of them in the order of the codelist.
        """
        if not text:
            return ("",)
        known = [self._codes(part.partition("=")[0]) for part in text.split(";")]
        if "=" not in text:
            return tuple(f"{text}={code}" for code in known[0]) if known[0] else None
        parts = [part.partition("=")[2] for part in text.split(";")]
        fits = all(code in codes for code, codes in zip(parts, known, strict=True))
        return (text,) if fits else None

    def names(self) -> tuple[str, ...]:
        """The dimensions there are."""
        return tuple(sorted(name.removeprefix("CL_") for name in self.codelists))

    def _codes(self, dimension: str) -> tuple[str, ...]:
        found = self.codelists.get(dimension) or self.codelists.get(f"CL_{dimension}")
        return tuple(found.codes) if found else ()


def read_forms(
    folder: Path, *, codelists: Mapping[str, Codelist], rulebook: Rulebook, findings: list[Finding]
) -> dict[str, Form]:
    """Read every form of a pack, by id; a second one of the same id is reported and left out."""
    found: dict[str, Form] = {}
    for path in sorted((folder / FOLDER).glob("*.toml")):
        entry = read_toml(folder, f"{FOLDER}/{path.name}", rulebook=rulebook, findings=findings)
        if entry is None:
            continue
        form = _form(entry, path.stem, _Dimensions(codelists))
        if form.id in found:
            entry.report("form-twice", "id", value=form.id, other=found[form.id].file)
        else:
            found[form.id] = form
    return found


def _form(entry: TomlEntry, stem: str, dimensions: _Dimensions) -> Form:
    form = Form(
        id=entry.string("id") or stem,
        version=entry.string("version", required=True) or "0",
        title=entry.text("title", required=True) or Text(en=stem),
        levels=tuple(str(level) for level in entry.choices("levels", Level)),
        units=entry.strings("units"),
        frequency=entry.choice("frequency", Frequency, Frequency.ANNUAL),
        deadline=_deadline(entry),
        first=_period(entry, "first"),
        last=_period(entry, "last"),
        source=entry.string("source", required=True),
        confidentiality=str(entry.choice("confidentiality", ConfStatus, ConfStatus.CONFIDENTIAL)),
        instructions=entry.text("instructions"),
        translation=entry.string("translation"),
        sections=tuple(_sections(entry, dimensions)),
        file=entry.file,
    )
    entry.finish(besides=REMARKS)
    return form


def _deadline(entry: TomlEntry) -> int:
    days = entry.integer("deadline", 90)
    if 0 <= days <= _LONGEST_DEADLINE:
        return days
    entry.report("toml-wrong-type", "deadline", value=days, expected=f"0 … {_LONGEST_DEADLINE}")
    return 90


def _period(entry: TomlEntry, name: str) -> str:
    text = entry.stringlike(name)
    try:
        return str(Period.parse(text)) if text else ""
    except MalformedValue as fault:
        suggestion = fault.hint.removeprefix("Write ").removesuffix(".")
        entry.report("not-a-period", name, value=text, suggestion=suggestion)
        return ""


def _sections(entry: TomlEntry, dimensions: _Dimensions) -> Iterator[FormSection]:
    """Read the sections; a line asked for twice is reported and left out."""
    seen: set[tuple[str, str, str, str]] = set()
    names: set[str] = set()
    for number, inside in enumerate(entry.tables("sections", "id"), 1):
        name = inside.string("id", required=True) or str(number)
        if name in names:
            inside.report("form-section-twice", "id", value=name)
        names.add(name)
        read = [(_item(each, dimensions), each) for each in inside.tables("items", "indicator")]
        kept = [item for item, each in read if item.indicator and _is_new(item, each, seen)]
        yield FormSection(
            id=name,
            title=inside.text("title", required=True) or Text(en=name),
            note=inside.text("note"),
            items=tuple(kept),
        )
        inside.finish(besides=REMARKS)


def _is_new(item: FormItem, entry: TomlEntry, seen: set[tuple[str, str, str, str]]) -> bool:
    frequency = str(item.frequency or "")
    keys = {
        (item.indicator, breakdown, variant, frequency) for breakdown in item.breakdowns for variant in item.variants
    }
    if keys & seen:
        entry.report("form-item-twice", "indicator", value=item.indicator)
        return False
    seen |= keys
    return True


def _item(entry: TomlEntry, dimensions: _Dimensions) -> FormItem:
    frequency = entry.string("frequency")
    item = FormItem(
        indicator=entry.string("indicator", required=True),
        required=entry.flag("required"),
        breakdowns=_breakdowns(entry, dimensions),
        variants=tuple(str(each) for each in entry.choices("variants", Variant)) or (str(Variant.FACT),),
        frequency=entry.choice("frequency", Frequency, Frequency.ANNUAL) if frequency else None,
        unit_of_measure=entry.string("unit_of_measure"),
        adds_up_to=entry.string("adds_up_to"),
        note=entry.text("note"),
    )
    entry.finish(besides=REMARKS)
    return item


def _breakdowns(entry: TomlEntry, dimensions: _Dimensions) -> tuple[str, ...]:
    """Read the cells of a line; a dimension stands for all its categories."""
    meant: list[str] = []
    for text in entry.strings("breakdowns"):
        cells = dimensions.breakdowns(text)
        if cells is None:
            entry.report("form-breakdown-unknown", "breakdowns", value=text, known=", ".join(dimensions.names()) or "–")
            continue
        meant += cells
    return tuple(dict.fromkeys(meant)) or ("",)
