"""The styles of the annotated copy: added behind those that the workbook has, so that none of its own changes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mezon.model.codelists import Severity

COLOURS = {Severity.ERROR: "FFF8B4B4", Severity.WARNING: "FFFFD8A8", Severity.NOTE: "FFCFE3F5"}
_BANNER, _INK = "FF0B4F5C", "FF1B2B34"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedStyles:
    """Numbers of the added styles: conditional colours by severity, and those of the list's cells."""

    styles: bytes
    colours: dict[Severity, int]
    title: int
    heading: int
    text: int
    severities: dict[Severity, int]


def with_added_styles(styles: bytes) -> AddedStyles:
    """Add what an annotated copy needs to a workbook's styles."""
    styles, first_colour = _appended(styles, b"dxfs", b"dxf", [_dxf(colour) for colour in COLOURS.values()])
    fonts = [_font(size=16, bold=True, colour="FFFFFFFF"), _font(size=12, bold=True, colour=_INK), _font(size=11)]
    styles, font = _appended(styles, b"fonts", b"font", fonts)
    fills = [_fill(_BANNER), *(_fill(colour) for colour in COLOURS.values())]
    styles, fill = _appended(styles, b"fills", b"fill", fills)
    cells = [
        _xf(font, fill),
        _xf(font + 1, 0),
        _xf(font + 2, 0),
        *(_xf(font + 2, fill + 1 + number) for number in range(len(COLOURS))),
    ]
    styles, cell = _appended(styles, b"cellXfs", b"xf", cells)
    return AddedStyles(
        styles=styles,
        colours={severity: first_colour + number for number, severity in enumerate(COLOURS)},
        title=cell,
        heading=cell + 1,
        text=cell + 2,
        severities={severity: cell + 3 + number for number, severity in enumerate(COLOURS)},
    )


def _appended(styles: bytes, group: bytes, member: bytes, added: list[bytes]) -> tuple[bytes, int]:
    """Append members to a group, and give the number of the first; a group that is not there is made."""
    whole = re.search(rb"<" + group + rb"(?:\s[^>]*)?(?:/>|>(.*?)</" + group + rb">)", styles, re.DOTALL)
    inside = (whole[1] or b"") if whole else b""
    count = _count(inside, member)
    element = b'<%s count="%d">%s%s</%s>' % (group, count + len(added), inside, b"".join(added), group)
    if whole:
        return styles[: whole.start()] + element + styles[whole.end() :], count
    after = re.search(rb"<(?:tableStyles|colors|extLst)[\s/>]|</styleSheet>", styles)
    place = after.start() if after else len(styles)
    return styles[:place] + element + styles[place:], count


def _count(inside: bytes, member: bytes) -> int:
    """Count the members of a group at its own level."""
    return len(re.findall(rb"<" + member + rb"[\s/>]", inside))


def _dxf(colour: str) -> bytes:
    return (
        f'<dxf><font><color rgb="{_INK}"/></font><fill><patternFill patternType="solid">'
        f'<fgColor rgb="{colour}"/><bgColor rgb="{colour}"/></patternFill></fill></dxf>'
    ).encode()


def _font(*, size: int, bold: bool = False, colour: str = _INK) -> bytes:
    weight = "<b/>" if bold else ""
    return (
        f'<font>{weight}<sz val="{size}"/><color rgb="{colour}"/><name val="Calibri"/><family val="2"/></font>'.encode()
    )


def _fill(colour: str) -> bytes:
    inside = f'<fgColor rgb="{colour}"/><bgColor indexed="64"/>'
    return f'<fill><patternFill patternType="solid">{inside}</patternFill></fill>'.encode()


def _xf(font: int, fill: int) -> bytes:
    return (
        f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyFont="1" applyFill="1" '
        'applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    ).encode()
