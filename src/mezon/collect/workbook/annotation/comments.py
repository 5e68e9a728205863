"""Comments at cells: a part with the texts and a part with the boxes. A person's own comments stay."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mezon.collect.workbook.annotation.xml_text import plain

AUTHOR = "Mezon"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENT = re.compile(rb"<comment\s[^>]*?ref=\"([A-Z]+\d+)\"[^>]*>.*?</comment>", re.DOTALL)
_AUTHOR = re.compile(rb"<author>(.*?)</author>|<author/>", re.DOTALL)
_BOX = re.compile(rb"<v:shape\s.*?</v:shape>", re.DOTALL)
_ROW, _COLUMN = re.compile(rb"<x:Row>\s*(\d+)"), re.compile(rb"<x:Column>\s*(\d+)")
Spot = tuple[int, int]
EMPTY_COMMENTS = f'<comments xmlns="{_MAIN}"><authors></authors><commentList></commentList></comments>'.encode()
EMPTY_BOXES = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="9"/>'
    b'</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)


def with_comments(part: bytes, texts: Mapping[str, str]) -> bytes:
    """Add comments to a part, by cell; those of an earlier annotation go, and a person's own at a cell gets ours below.

    texts : what to say, by cell such as I7.
    """
    authors = [match[1] or b"" for match in _AUTHOR.finditer(part)]
    ours = {b'authorId="%d"' % number for number, name in enumerate(authors) if name == AUTHOR.encode()}
    number = authors.index(AUTHOR.encode()) if ours else len(authors)
    if not ours:
        part = _with_author(part)
    kept: dict[str, bytes] = {}
    for match in _COMMENT.finditer(part):
        if not any(mark in match[0].partition(b">")[0] for mark in ours):
            kept[match[1].decode()] = match[0]
    for cell, text in texts.items():
        run = (
            f'<r><rPr><sz val="10"/><rFont val="Calibri"/></rPr><t xml:space="preserve">{plain(text)}</t></r>'.encode()
        )
        if cell in kept and b"</text>" in kept[cell]:
            kept[cell] = kept[cell].replace(
                b"</text>", b'<r><t xml:space="preserve">\n\n</t></r>' + run + b"</text>", 1
            )
        else:
            kept[cell] = b'<comment ref="%s" authorId="%d"><text>%s</text></comment>' % (cell.encode(), number, run)
    listed = b"<commentList>" + b"".join(kept.values()) + b"</commentList>"
    start, end = part.find(b"<commentList"), part.find(b"</commentList>")
    if end < 0:
        return EMPTY_COMMENTS if start < 0 else part
    return part[:start] + listed + part[end + len(b"</commentList>") :]


def old_cells(part: bytes) -> set[str]:
    """Give the cells that an earlier annotation commented."""
    authors = [match[1] or b"" for match in _AUTHOR.finditer(part)]
    ours = [b'authorId="%d"' % number for number, name in enumerate(authors) if name == AUTHOR.encode()]
    return {
        match[1].decode()
        for match in _COMMENT.finditer(part)
        if any(mark in match[0].partition(b">")[0] for mark in ours)
    }


def with_boxes(part: bytes, spots: Mapping[Spot, str], *, old: set[Spot], first_id: int) -> bytes:
    """Add a hidden box for each commented cell that has none.

    spots : the texts by row and column from 0. old : cells whose boxes an earlier annotation made.
    """
    there = set()
    for box in list(_BOX.finditer(part)):
        row, column = _ROW.search(box[0]), _COLUMN.search(box[0])
        if not row or not column:
            continue
        spot = (int(row[1]), int(column[1]))
        if spot in old and spot not in spots:
            part = part.replace(box[0], b"", 1)
        else:
            there.add(spot)
    added = [
        _box(spot, text, first_id + place) for place, (spot, text) in enumerate(spots.items()) if spot not in there
    ]
    end = part.rfind(b"</xml>")
    return part if end < 0 else part[:end] + b"".join(added) + part[end:]


def _with_author(part: bytes) -> bytes:
    ours = f"<author>{AUTHOR}</author>".encode()
    if b"<authors/>" in part:
        return part.replace(b"<authors/>", b"<authors>" + ours + b"</authors>", 1)
    return part.replace(b"</authors>", ours + b"</authors>", 1)


def _box(spot: Spot, text: str, number: int) -> bytes:
    row, column = spot
    height = min(3 + len(text) // 45, 14)
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 4}, 60, {max(row - 1, 0) + height}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
        'fillcolor="#fff8e1" o:insetmode="auto"><v:fill color2="#fff8e1"/><v:textbox style="mso-direction-alt:auto">'
        '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
        f"<x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
        f"<x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()
