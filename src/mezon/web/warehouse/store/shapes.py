"""The bytes of a table and its rows: how a CSV is taken apart into lines, and how rows are written the same again.

A file has a shape (header, line ends, which defaults it spells out). A row that the shape would not write exactly as it
stands keeps its line; all others are written from their values, so that a round trip gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import polars as pl

from mezon.errors import PackUnreadable
from mezon.model.observations import COLUMNS, DEFAULTS
from mezon.model.pack import Definitions

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a table is written: byte order mark, header line, columns, line end, end of the last line.

    `written` : columns that spell out what an empty cell would mean.
    """

    header: str
    columns: tuple[str, ...]
    line_end: str = "\n"
    ended: bool = True
    marked: bool = False
    written: tuple[str, ...] = ()

    def to_text(self) -> str:
        """Give the shape as it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Shape:
        """Read a kept shape."""
        raw = json.loads(text)
        return cls(**{**raw, "columns": tuple(raw["columns"]), "written": tuple(raw["written"])})

    def file_of(self, lines: Sequence[str]) -> str:
        """Give the whole file of these lines."""
        text = self.line_end.join([self.header, *lines])
        return (_MARK if self.marked else "") + text + (self.line_end if self.ended else "")


def take_apart(text: str, *, file: str) -> tuple[Shape, list[str]]:
    """Give a table's shape and its records as they are written; a blank line stays with the record before it.

    Raises : PackUnreadable for a file without a header.
    """
    marked = text.startswith(_MARK)
    text = text.removeprefix(_MARK)
    if not text.strip():
        raise PackUnreadable(f"{file} is empty.", hint="Give it its header at least.")
    line_end = "\r\n" if "\r\n" in text else "\n"
    ended = text.endswith(line_end)
    records = _records(text.removesuffix(line_end) if ended else text, line_end)
    header = records[0]
    columns = tuple(name.strip().strip('"') for name in header.split(","))
    shape = Shape(header=header, columns=columns, line_end=line_end, ended=ended, marked=marked)
    return shape, records[1:]


def _records(text: str, line_end: str) -> list[str]:
    """Split at line ends that stand outside quotation marks."""
    lines = text.split(line_end)
    if '"' not in text and "" not in lines:
        return lines
    records: list[str] = []
    inside = False
    for line in lines:
        if records and (inside or not line.strip()):
            records[-1] += line_end + line
        else:
            records.append(line)
        inside ^= bool(line.count('"') % 2)
    return records


def spelled_out(frame: pl.DataFrame, lines: pl.Series, shape: Shape, definitions: Definitions) -> Shape:
    """Say of which columns the file spells out the defaults: those where most of its rows do."""
    candidates = [name for name in _defaults(definitions) if name in shape.columns]
    chosen = list(shape.written)
    sample = slice(0, 2000)
    frame, lines = frame[sample], lines[sample]
    for name in candidates:
        without = (render(frame, shape_with(shape, chosen), definitions) == lines).sum()
        if (render(frame, shape_with(shape, [*chosen, name]), definitions) == lines).sum() > without:
            chosen.append(name)
    # Two columns may only agree together with one another: try them all at once too.
    everything = shape_with(shape, candidates)
    best = shape_with(shape, chosen)
    agree = {each: (render(frame, each, definitions) == lines).sum() for each in (best, everything)}
    return everything if agree[everything] > agree[best] else best


def shape_with(shape: Shape, written: Sequence[str]) -> Shape:
    """Give the shape with other columns spelled out."""
    return Shape(**{**asdict(shape), "columns": shape.columns, "written": tuple(sorted(written))})


def widened(shape: Shape, frame: pl.DataFrame, definitions: Definitions) -> Shape:
    """Give a shape that has room for everything its rows say: columns the file never had come at its end."""
    defaults = _defaults(definitions)
    missing = [name for name in COLUMNS if name not in shape.columns]
    says = [
        name
        for name in missing
        if frame.select(
            pl.col(name).is_not_null().any()
            if COLUMNS[name] == pl.Float64()
            else (~pl.col(name).is_in([""]) & (pl.col(name) != defaults.get(name, pl.lit("")))).any()
        ).item()
    ]
    if not says:
        return shape
    columns = {"header": ",".join([shape.header, *says]), "columns": (*shape.columns, *says)}
    return Shape(**{**asdict(shape), "written": shape.written, **columns})


def render(frame: pl.DataFrame, shape: Shape, definitions: Definitions) -> pl.Series:
    """Write observations as lines of their file's shape."""
    defaults = _defaults(definitions)
    cells = [_cell(name, shape, defaults) for name in shape.columns]
    return frame.select(line=pl.concat_str(cells, separator=",")).to_series()


def _cell(name: str, shape: Shape, defaults: Mapping[str, pl.Expr]) -> pl.Expr:
    if name not in COLUMNS:
        return pl.lit("")
    if COLUMNS[name] == pl.Float64():
        return pl.col(name).cast(pl.String).str.strip_suffix(".0").fill_null("")
    text = pl.col(name)
    if name in defaults and name not in shape.written:
        text = pl.when(text == defaults[name]).then(pl.lit("")).otherwise(text)
    quoted = pl.lit('"') + text.str.replace_all('"', '""', literal=True) + pl.lit('"')
    return pl.when(text.str.contains('[",\n\r]')).then(quoted).otherwise(text)


def _defaults(definitions: Definitions) -> dict[str, pl.Expr]:
    measures = {indicator.code: indicator.unit for indicator in definitions.indicators.values()}
    own = pl.col("indicator").replace_strict(measures, default="", return_dtype=pl.String) if measures else pl.lit("")
    fixed = {name: pl.lit(value) for name, value in DEFAULTS.items()}
    return {**fixed, "source": pl.lit(definitions.default_source), "unit_of_measure": own}
