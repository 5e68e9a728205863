"""A workbook's archive, unpacked under guard: counted and measured before anything is unpacked, and while it is.

Sizes that an archive states are claims; what is unpacked is measured. Names inside are keys of a mapping and never
paths. Whatever two readers could read differently is refused, for the reader of values is another one than this.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from mezon.collect.hostile.disguise import Kind, kind_of, refused
from mezon.collect.hostile.sheets import refuse_monstrous_sheets, refuse_monstrous_texts
from mezon.errors import NotTrusted
from mezon.model.finding import Rulebook

MOST_UNPACKED = 128_000_000
MOST_PARTS = 2_000
#: Ordinary sheets shrink to a tenth or twentieth; a hundred equal rows to a fiftieth.
MOST_RATIO = 300
_SMALL = 2_000_000
_END = b"PK\x05\x06"
_END_SIZE = 22
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0")
_XML = (".xml", ".rels", ".vml")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a workbook that may be looked at, by their names inside."""

    parts: Mapping[str, bytes]

    def part(self, name: str) -> bytes:
        """Give a part; nothing where there is none."""
        return self.parts.get(name, b"")


def open_package(content: bytes, *, rulebook: Rulebook) -> Package:
    """Unpack a workbook.

    Raises : NotTrusted, within two seconds and a bounded amount of memory, for what is no workbook or no honest one.
    """
    if kind_of(content, rulebook=rulebook) is not Kind.WORKBOOK:
        raise refused("upload-is-text", rulebook)
    entries = _entries(content, rulebook)
    parts = {entry.filename: _unpacked(content, entry, rulebook) for entry in entries}
    _refuse_other_archives(parts, rulebook)
    for name, part in parts.items():
        _refuse_part(name, part, rulebook)
    refuse_monstrous_sheets(parts, rulebook=rulebook)
    refuse_monstrous_texts(parts, rulebook=rulebook)
    return Package(parts)


def _entries(content: bytes, rulebook: Rulebook) -> list[zipfile.ZipInfo]:
    """List what is inside, after the list itself was found to be short, single, and where it belongs."""
    damaged = refused("upload-damaged", rulebook)
    place = len(content) - _END_SIZE
    if place < 0 or content[place : place + 4] != _END or content.count(_END, max(0, place - 66_000)) != 1:
        raise damaged
    count, size, start, comment = struct.unpack("<HIIH", content[place + 10 : place + _END_SIZE])
    if count > MOST_PARTS or size > 200 * MOST_PARTS:
        raise refused("upload-bomb", rulebook, what=f"{count} / {size}")
    if comment or start + size != place:
        raise damaged
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error, IndexError):
        raise damaged from None
    _refuse_entries(entries, len(content), rulebook)
    return [entry for entry in entries if not entry.is_dir()]


def _refuse_entries(entries: list[zipfile.ZipInfo], size: int, rulebook: Rulebook) -> None:
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) < len(names) or any(not _is_plain(entry) for entry in entries):
        raise refused("upload-damaged", rulebook)
    if any(_climbs(entry.filename) for entry in entries):
        raise refused("upload-names-paths", rulebook)
    packed, unpacked = sum(e.compress_size for e in entries), sum(e.file_size for e in entries)
    if packed > size:
        raise refused("upload-bomb", rulebook, what="overlapping")
    if unpacked > MOST_UNPACKED or (unpacked > _SMALL and unpacked > MOST_RATIO * max(packed, 1)):
        raise refused("upload-bomb", rulebook, what=f"{unpacked // 1_000_000} MB")


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    return entry.compress_type in {_STORED, _DEFLATED} and not entry.flag_bits & 0x1


def _climbs(name: str) -> bool:
    """Whether a name inside could lead out of a folder, were it a path."""
    unusual = name.startswith(("/", "~")) or "\\" in name or ":" in name or "\0" in name
    return unusual or ".." in name.split("/")


def _unpacked(content: bytes, entry: zipfile.ZipInfo, rulebook: Rulebook) -> bytes:
    """Unpack one entry, and no byte more than it stated."""
    header = content[entry.header_offset : entry.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise refused("upload-damaged", rulebook)
    name_size, extra_size = struct.unpack("<HH", header[26:30])
    start = entry.header_offset + 30 + name_size + extra_size
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == _STORED:
        whole = packed
    else:
        stream = zlib.decompressobj(-15)
        try:
            whole = stream.decompress(packed, entry.file_size + 1)
            whole += stream.decompress(stream.unconsumed_tail, 1) if not stream.eof else b""
        except zlib.error:
            raise refused("upload-damaged", rulebook) from None
        if not stream.eof and len(whole) <= entry.file_size:
            raise refused("upload-damaged", rulebook)
    if len(whole) > entry.file_size:
        raise refused("upload-bomb", rulebook, what="sizes")
    if len(whole) != entry.file_size or zlib.crc32(whole) != entry.CRC:
        raise refused("upload-damaged", rulebook)
    return whole


def _refuse_other_archives(parts: Mapping[str, bytes], rulebook: Rulebook) -> None:
    """An archive with a list of contents that is not a workbook's: a document, an .ods, a packed folder."""
    if parts.get("mimetype", b"").startswith(b"application/vnd.oasis"):
        raise refused("upload-old-workbook", rulebook)
    if "xl/workbook.bin" in parts:
        raise refused("upload-old-workbook", rulebook)
    if "[Content_Types].xml" not in parts or "xl/workbook.xml" not in parts:
        raise refused("upload-other-kind", rulebook, kind="zip")
    if any(name.endswith("vbaProject.bin") for name in parts):
        raise refused("upload-macros", rulebook)


def _refuse_part(name: str, part: bytes, rulebook: Rulebook) -> None:
    if part.startswith(_ARCHIVES):
        raise refused("upload-nested", rulebook, value=name[:80])
    if not name.endswith(_XML):
        return
    if part[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in part[:64]:
        raise refused("upload-entities", rulebook, value=name[:80])
    declared = _ENCODING.match(part[:200].removeprefix(b"\xef\xbb\xbf").lstrip())
    if declared and declared[1].lower() not in {b"utf-8", b"us-ascii"}:
        raise refused("upload-entities", rulebook, value=name[:80])
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise refused("upload-entities", rulebook, value=name[:80])


__all__ = ["MOST_PARTS", "MOST_UNPACKED", "NotTrusted", "Package", "open_package"]
