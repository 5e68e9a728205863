"""What a file is by its own bytes. The name it came with is never asked."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from mezon.errors import NotTrusted
from mezon.model.finding import Rulebook

#: No workbook of a form comes near; what is larger has something else in it.
MOST_WORKBOOK_BYTES = 25_000_000
#: A million observations as text are 60 to 120 MB.
MOST_TEXT_BYTES = 256_000_000
_HEAD = 4096


class Kind(StrEnum):
    """What the first bytes say."""

    WORKBOOK = "xlsx"
    TEXT = "text"


_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3", "database"),
    (b"{\\rtf", "rtf"),
)
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|html|table|meta|style|workbook)", re.IGNORECASE)


def kind_of(content: bytes, *, rulebook: Rulebook) -> Kind:
    """Say whether a file is a workbook (.xlsx) or a text, by its bytes.

    Raises : NotTrusted for anything else: an older or protected workbook, a picture, an archive, a web page under the
    name of a workbook, nothing at all, or more than anybody needs.
    """
    if content.startswith(b"PK\x03\x04"):
        if len(content) > MOST_WORKBOOK_BYTES:
            raise refused("upload-too-large", rulebook, most=MOST_WORKBOOK_BYTES // 1_000_000)
        return Kind.WORKBOOK
    other = next((name for magic, name in _OTHERS if content.startswith(magic)), "")
    if other == "xls":
        encrypted = "EncryptedPackage".encode("utf-16-le") in content[:1_000_000]
        raise refused("upload-locked" if encrypted else "upload-old-workbook", rulebook)
    if other or _MARKUP.match(content[:_HEAD]):
        raise refused("upload-other-kind", rulebook, kind=other or "web page / XML")
    if len(content) > MOST_TEXT_BYTES:
        raise refused("upload-too-large", rulebook, most=MOST_TEXT_BYTES // 1_000_000)
    return _text(content, rulebook)


def refused(code: str, rulebook: Rulebook, **details: Any) -> NotTrusted:
    """Word a refusal by its rule."""
    worded = rulebook.finding(code, **details)
    return NotTrusted(worded.message, hint=worded.hint, code=code)


def _text(content: bytes, rulebook: Rulebook) -> Kind:
    """Tell a text from noise: it holds something, and no NUL unless it is UTF-16."""
    if not content.strip(b"\0\t\n\r\x0b\x0c \xef\xbb\xbf\xfe\xff"):
        raise refused("upload-nothing", rulebook)
    is_wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    head = content[:_HEAD]
    looks_wide = is_wide or head.count(b"\0") > len(head) // 4
    is_odd = any(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a" for byte in head)
    if not looks_wide and (is_odd or b"\0" in content):
        raise refused("upload-other-kind", rulebook, kind="?")
    return Kind.TEXT
