"""Faults outside the observations: registers, rates, units, memberships, bytes of a file, definitions in TOML."""

from __future__ import annotations

from pack_copy import PackCopy, Planted, names_in
from row_faults import fault


def _in_register(copy: PackCopy, name: str, kind: str, code: str, column: str, value: str) -> Planted | None:
    path = f"registers/{name}.csv"
    if not copy.has(path):
        return None
    sheet = copy.sheet(path)
    free = [index for index in range(len(sheet.rows)) if (path, str(index)) not in copy.taken]
    index = copy.rng.choice(free)
    copy.taken.add((path, str(index)))
    row = {name: sheet.get(index, name) for name in sheet.header}
    sheet.set(index, column, value)
    return Planted(kind, code, path, index + 2, column, names=names_in(row))


@fault("register names a stranger")
def _(copy: PackCopy) -> Planted | None:
    return _in_register(copy, "projects", "register names a stranger", "unknown-register-reference", "unit", "NO_ONE")


@fault("register names no source")
def _(copy: PackCopy) -> Planted | None:
    return _in_register(
        copy, "documents", "register names no source", "unknown-register-reference", "source", "NOWHERE"
    )


@fault("dates out of order")
def _(copy: PackCopy) -> Planted | None:
    planted = _in_register(
        copy, "projects", "dates out of order", "dates-out-of-order", "brought_into_use", "2001-02"
    )  # fmt: skip
    if planted is not None and planted.row is not None:
        copy.sheet("registers/projects.csv").set(planted.row - 2, "started", "2003")
    return planted


@fault("number of another act")
def _(copy: PackCopy) -> Planted | None:
    kind, code = "number of another act", "document-number-of-another-act"
    planted = _in_register(copy, "documents", kind, code, "number_belongs_to", "Law on Bees")
    return planted and Planted(kind, code, planted.file, planted.row, "number")


@fault("register key twice")
def _(copy: PackCopy) -> Planted | None:
    sheet = copy.sheet("registers/actors.csv")
    index = sheet.append_like(copy.rng.randrange(len(sheet.rows)))
    return Planted("register key twice", "key-duplicated", "registers/actors.csv", index + 2, "id")


@fault("unknown currency")
def _(copy: PackCopy) -> Planted | None:
    sheet = copy.sheet("rates.csv")
    index = sheet.append_like(copy.rng.randrange(len(sheet.rows)), to="QQQ")
    return Planted("unknown currency", "unknown-currency", "rates.csv", index + 2, "to")


@fault("rate below zero")
def _(copy: PackCopy) -> Planted | None:
    sheet = copy.sheet("rates.csv")
    index = sheet.append_like(copy.rng.randrange(len(sheet.rows)), rate="-3", period="1999")
    return Planted("rate below zero", "rate-not-positive", "rates.csv", index + 2, "rate")


@fault("member of nobody")
def _(copy: PackCopy) -> Planted | None:
    sheet = copy.sheet("memberships.csv")
    index = sheet.append_like(copy.rng.randrange(len(sheet.rows)), parent="NOBODY")
    return Planted("member of nobody", "unknown-unit", "memberships.csv", index + 2, "parent")


@fault("membership ends before it begins")
def _(copy: PackCopy) -> Planted | None:
    sheet = copy.sheet("memberships.csv")
    changes = {"hierarchy": "test", "valid_from": "2020", "valid_to": "2015"}
    index = sheet.append_like(copy.rng.randrange(len(sheet.rows)), **changes)
    return Planted("membership ends before it begins", "dates-reversed", "memberships.csv", index + 2, "valid_to")


@fault("unit of no level")
def _(copy: PackCopy) -> Planted | None:
    sheet = copy.sheet("units.csv")
    index = sheet.append_like(0, unit="ZZ_TEST", level="PLANET", aliases="")
    return Planted("unit of no level", "code-unknown", "units.csv", index + 2, "level")


@fault("unit twice")
def _(copy: PackCopy) -> Planted | None:
    sheet = copy.sheet("units.csv")
    index = sheet.append_like(copy.rng.randrange(len(sheet.rows)))
    return Planted("unit twice", "key-duplicated", "units.csv", index + 2, "unit")


@fault("byte order mark")
def _(copy: PackCopy) -> Planted | None:
    path = copy.folder / "registers/actors.csv"
    copy.bytes_of["registers/actors.csv"] = lambda old: b"\xef\xbb\xbf" + old
    return Planted("byte order mark", "file-byte-order-mark", "registers/actors.csv") if path.is_file() else None


@fault("other encoding")
def _(copy: PackCopy) -> Planted | None:
    copy.bytes_of["settlements.csv"] = lambda old: old.replace(b"editors", "éditeurs".encode("cp1252")).replace(
        b"Statistics Office", "Bureau de la généralité".encode("cp1252")
    )
    return Planted("other encoding", "file-encoding", "settlements.csv")


@fault("semicolons")
def _(copy: PackCopy) -> Planted | None:
    copy.bytes_of["memberships.csv"] = lambda old: old.replace(b",", b";")
    return Planted("semicolons", "separator-wrong", "memberships.csv", 1)


@fault("column misspelt")
def _(copy: PackCopy) -> Planted | None:
    sheet = copy.sheet("registers/documents.csv")
    sheet.header[sheet.header.index("topic")] = "topik"
    return Planted("column misspelt", "column-perhaps-misspelled", "registers/documents.csv", 1, "topik")


@fault("column twice")
def _(copy: PackCopy) -> Planted | None:
    sheet = copy.sheet("rates.csv")
    sheet.header.append("kind")
    for row in sheet.rows:
        row.append("average")
    return Planted("column twice", "column-duplicated", "rates.csv", 1, "kind")


_DEFINED = {
    "formula of unknown terms": ("formula-term-unknown", "ZZ_TERM", 'formula = "100 * NO_SUCH_CODE / 2"'),
    "formula in a circle": ("formula-cycle", "ZZ_CIRCLE", 'formula = "ZZ_CIRCLE + 1"'),
    "formula that is none": ("formula-syntax", "ZZ_SYNTAX", 'formula = "1 +"'),
    "range reversed": ("range-reversed", "ZZ_RANGE", "range = [9, 1]"),
    "goalposts reversed": ("goalposts-reversed", "ZZ_GOAL", "goalposts = [9, 1]"),
    "roll-up unknown": ("code-unknown", "ZZ_ROLL", 'roll_up = "some"'),
    "unknown group": ("unknown-group", "ZZ_GROUP", 'group = "RESORCE"'),
    "no unit of measure of that name": ("unknown-unit-of-measure", "ZZ_UNIT", 'unit = "NUMBRE"'),
}


def _defined(kind: str, code: str, name: str, line: str) -> None:
    @fault(kind)
    def _(copy: PackCopy) -> Planted | None:
        unit = "" if line.startswith("unit") else 'unit = "NUMBER"\n'
        entry = f'\n[{name}]\nname.en = "Test"\nname.ru = "Test"\nname.uz = "Test"\n{unit}direction = 0\n{line}\n'
        with (copy.folder / "indicators.toml").open("a", encoding="utf-8") as stream:
            stream.write(entry)
        return Planted(kind, code, "indicators.toml", key=f"{name}.{line.partition(' ')[0]}")


for _kind, (_code, _name, _line) in _DEFINED.items():
    _defined(_kind, _code, _name, _line)
