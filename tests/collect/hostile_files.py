"""Files that mean harm, or are not what they say, and the rule that refuses each."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import xlsxwriter

MB = 1_000_000
Parts = dict[str, bytes]


def sound() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["a", 1.5, "b"])
        sheet.write_row(1, 0, ["c", 2.5, "d"])
    return target.getvalue()


SOUND = sound()


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, compress_type=method)
    return target.getvalue()


def with_part(name: str, part: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    return packed(parts_of(SOUND) | {name: part}, method)


SHEET = "xl/worksheets/sheet1.xml"


def with_cells(cells: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    sheet = parts_of(SOUND)[SHEET]
    start, end = sheet.index(b"<sheetData"), sheet.index(b"</sheetData>")
    return with_part(SHEET, sheet[:start] + b"<sheetData>" + cells + sheet[end:], method)


def with_false_size() -> bytes:
    """State a size of ten bytes for a part of fifty million, in the list and in the entry."""
    honest = with_part("xl/big.xml", b"<a>" + b" " * 50 * MB + b"</a>")
    return honest.replace(struct.pack("<I", 50 * MB + 7), struct.pack("<I", 10))


def as_overlapping() -> bytes:
    """Let every entry of the list point at the first one's bytes, which makes one kilobyte count a thousand times."""
    target = io.BytesIO()
    body = b"<a>" + b"x" * 30 * MB + b"</a>"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts_of(SOUND).items():
            archive.writestr(name, part)
        archive.writestr("xl/one.xml", body)
        first = archive.filelist[-1]
        for number in range(40):
            double = zipfile.ZipInfo(f"xl/one{number}.xml")
            double.header_offset, double.CRC = first.header_offset, first.CRC
            double.compress_size, double.file_size = first.compress_size, first.file_size
            double.compress_type = first.compress_type
            archive.filelist.append(double)
            archive.NameToInfo[double.filename] = double
    return target.getvalue()


def with_entities(part: str) -> bytes:
    text = parts_of(SOUND)[part]
    head, _, rest = text.partition(b"?>")
    return with_part(part, head + b'?><!DOCTYPE a [<!ENTITY b "cccccccccc">]>' + rest)


def shared_text_everywhere() -> bytes:
    one = b"<sst><si><t>" + b"y" * 32_000 + b"</t></si></sst>"
    rows = b"".join(
        b'<row r="%d">%s</row>'
        % (row, b"".join(b'<c r="%c%d" t="s"><v>0</v></c>' % (65 + col, row) for col in range(20)))
        for row in range(1, 5001)
    )
    return packed(parts_of(with_cells(rows)) | {"xl/sharedStrings.xml": one})


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb of zeros": (lambda: with_part("xl/media/a.xml", b" " * 120 * MB), "upload-bomb"),
    "more than fits": (lambda: with_part("xl/media/a.xml", bytes(range(256)) * 600_000), "upload-bomb"),
    "a bomb that lies about its size": (with_false_size, "upload-bomb"),
    "one entry counted forty times": (as_overlapping, "upload-bomb"),
    "ten thousand entries": (lambda: packed({f"xl/{n}.xml": b"" for n in range(10_000)}), "upload-bomb"),
    "a workbook in a workbook": (lambda: with_part("xl/embeddings/a.bin", SOUND), "upload-nested"),
    "entities in a sheet": (lambda: with_entities(SHEET), "upload-entities"),
    "entities in the styles": (lambda: with_entities("xl/styles.xml"), "upload-entities"),
    "a sheet in another encoding": (
        lambda: with_part(SHEET, parts_of(SOUND)[SHEET].decode().encode("utf-16")), "upload-entities"),
    "a million columns": (
        lambda: with_cells(b'<row r="1">' + b"<c><v>1</v></c>" * MB + b"</row>", zipfile.ZIP_STORED), "upload-unusual"),
    "the farthest corner": (
        lambda: with_cells(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "upload-sheet-monstrous"),
    "a far row beside a far column": (
        lambda: with_cells(b'<row r="1"><c r="ZZ1"><v>1</v></c></row><row r="99999"><c r="A99999"><v>1</v></c></row>'),
        "upload-sheet-monstrous"),
    "two million cells": (
        lambda: with_cells(b'<row r="1">' + b'<c r="A1"/>' * 2_040_000, zipfile.ZIP_STORED), "upload-sheet-monstrous"),
    "a text in a hundred thousand cells": (shared_text_everywhere, "upload-bomb"),
    "cells under another prefix": (
        lambda: with_cells(b'<row r="1"><x:c r="XFD1"><v>1</v></x:c></row>'), "upload-unusual"),
    "a column of four letters": (
        lambda: with_cells(b'<row r="1"><c r="AAAA1"><v>1</v></c></row>'), "upload-sheet-monstrous"),
    "a cell without a place": (lambda: with_cells(b'<row r="1"><c r=""><v>1</v></c></row>'), "upload-unusual"),
    "five hundred sheets": (
        lambda: packed(parts_of(SOUND) | {f"xl/worksheets/s{n}.xml": b"<sheetData/>" for n in range(500)}),
        "upload-too-many-sheets"),
    "a path that climbs": (lambda: with_part("../../etc/cron.d/evil", b"x"), "upload-names-paths"),
    "an absolute path": (lambda: with_part("/etc/passwd", b"x"), "upload-names-paths"),
    "a path of Windows": (lambda: with_part("xl\\..\\..\\evil.xml", b"x"), "upload-names-paths"),
    "macros": (lambda: with_part("xl/vbaProject.bin", b"x"), "upload-macros"),
    "two parts of one name": (lambda: with_part("XL/workbook.xml", b"<a/>"), "upload-damaged"),
    "a list of contents behind another": (lambda: SOUND + SOUND[-22:], "upload-damaged"),
    "half a workbook": (lambda: SOUND[: len(SOUND) // 2], "upload-damaged"),
    "a changed byte": (lambda: SOUND.replace(b"\x00\x00xl/styles", b"\x00\x01xl/styles"), "upload-damaged"),
    "a plain zip": (lambda: packed({"a.txt": b"hello"}), "upload-other-kind"),
    "fifty megabytes of nothing": (lambda: bytes(50 * MB), "upload-nothing"),
    "fifty megabytes of blanks": (lambda: b" \n" * 25 * MB, "upload-nothing"),
    "an empty file": (lambda: b"", "upload-nothing"),
    "a workbook of thirty megabytes": (lambda: b"PK\x03\x04" + bytes(30 * MB), "upload-too-large"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "upload-old-workbook"),
    "a locked workbook": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "upload-locked"),
    "an ODF spreadsheet": (
        lambda: packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "upload-old-workbook"),
    "a web page named .xls": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "upload-other-kind"),
    "a PDF": (lambda: b"%PDF-1.7 ...", "upload-other-kind"),
    "a program": (lambda: b"MZ\x90\x00", "upload-other-kind"),
    "noise": (lambda: bytes(range(1, 32)) * 40, "upload-other-kind"),
    "a CSV": (lambda: b"indicator,value\nA,1\n", "upload-is-text"),
}  # fmt: skip
