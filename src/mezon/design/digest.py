"""The hash of a pack's content: which pack an assessment rests on, whatever the order of its rows."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

#: What describes a pack or a release without being part of what is computed from.
LEFT_OUT = frozenset({"datapackage.json", "README.md", "manifest.json", "manifest.csv", "SHA256SUMS"})


def pack_digest(folder: Path) -> str:
    """Give the SHA-256 of a pack's content, as hexadecimal text.

    CSV files count as sets of rows: the order of rows, line ends and a byte order mark make no difference. Other files
    count byte by byte. Hidden files, README.md, datapackage.json and the manifest do not count.
    """
    whole = hashlib.sha256()
    for path in content_files(folder):
        whole.update(f"{path.relative_to(folder).as_posix()}\0{_file_digest(path)}\n".encode())
    return whole.hexdigest()


def content_files(folder: Path) -> Iterator[Path]:
    """Give the files that count, sorted by their path inside the pack."""
    found = (path for path in folder.rglob("*") if path.is_file())
    counted = [path for path in found if path.name not in LEFT_OUT and not _hidden(path.relative_to(folder))]
    return iter(sorted(counted, key=lambda path: path.relative_to(folder).as_posix()))


def _hidden(inside: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in inside.parts) or inside.name.endswith("~")


def _file_digest(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == ".csv":
        content = _sorted_rows(content)
    elif path.suffix == ".toml":
        content = content.replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()


def _sorted_rows(content: bytes) -> bytes:
    """Give header and sorted rows in one canonical spelling; what is no UTF-8 stays as it is."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if any(line.count('"') % 2 for line in lines):
        lines = _records(text)
    head, rows = lines[:1], sorted(line for line in lines[1:] if line)
    return "\n".join(head + rows).encode("utf-8", errors="surrogatepass")


def _records(text: str) -> list[str]:
    """Give one line a record, where a quoted cell goes over several lines."""
    limit = csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        return [json.dumps(record) for record in csv.reader(io.StringIO(text, newline="")) if record]
    finally:
        csv.field_size_limit(limit)
