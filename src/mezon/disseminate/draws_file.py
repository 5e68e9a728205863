"""Draws as one Parquet file, written while they are drawn: memory does not grow with their number."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl

from mezon.design.output_folder import beside

#: Rows that are put aside together, and of a row group of the file.
_ROWS = 16 * 512


class DrawsFile:
    """Puts blocks of draws aside beside the folder they belong to, and joins them when all is drawn."""

    def __init__(self, folder: Path) -> None:
        """`folder` : where the assessment will be written; the blocks wait beside it, under a name of their own."""
        self._parts = beside(folder, "draws")
        self._waiting: list[pl.DataFrame] = []
        self._written = 0
        shutil.rmtree(self._parts, ignore_errors=True)

    def add(self, block: pl.DataFrame) -> None:
        """Put a block aside; blocks come in order."""
        self._waiting.append(block)
        if sum(frame.height for frame in self._waiting) >= _ROWS:
            self._write()

    def finish(self, path: Path) -> None:
        """Join the blocks into one file, in order, and clear away what was put aside. Without any, there is no file."""
        self._write()
        if self._written:
            parts = pl.scan_parquet(sorted(self._parts.glob("*.parquet")))
            parts.sink_parquet(path, compression="zstd", statistics=False, row_group_size=_ROWS, maintain_order=True)
        shutil.rmtree(self._parts, ignore_errors=True)

    def _write(self) -> None:
        if not self._waiting:
            return
        self._parts.mkdir(parents=True, exist_ok=True)
        pl.concat(self._waiting).write_parquet(self._parts / f"{self._written:06d}.parquet", statistics=False)
        self._written += 1
        self._waiting = []
