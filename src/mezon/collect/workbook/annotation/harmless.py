"""A workbook for somebody else's eyes: values stay, and nothing in it reckons, asks another file, or fetches anything.

Whoever sent a workbook gets it back as it was. A reviewer who opens the copy of a stranger runs none of the stranger's
formulas: a formula can send what it sees to an address.
"""

from __future__ import annotations

import io
import re
import zipfile

_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>.*?</(?:\w+:)?f>)", re.DOTALL)
#: Parts that reckon, refer to other files, or fetch; with what refers to them.
_REACHING_OUT = re.compile(
    r"xl/(?:calcChain\.xml|connections\.xml|externalLinks/|queryTables/|webextensions/|customUI)"
)
_ELEMENTS = re.compile(
    rb"<(?P<tag>externalReferences|hyperlinks|oleObjects|controls)\b[^>]*?(?:/>|>.*?</(?P=tag)>)", re.DOTALL
)
_RELATION = re.compile(rb"<Relationship\s[^>]*?(?:/>|></Relationship>)")
_OUTSIDE = re.compile(
    rb'TargetMode="External"|calcChain|connections\.xml|externalLinks?/|queryTables?/|webextensions?/|customUI'
)
_OVERRIDE = re.compile(rb'<Override\s[^>]*PartName="/([^"]+)"[^>]*?(?:/>|></Override>)')


def without_formulas(content: bytes) -> bytes:
    """Give a sound workbook with the values its formulas had, without the formulas, links and connections."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in source.infolist():
            if not _REACHING_OUT.match(entry.filename):
                part = _harmless(entry.filename, source.read(entry))
                written.writestr(zipfile.ZipInfo(entry.filename), part, compress_type=zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _harmless(name: str, part: bytes) -> bytes:
    if name.endswith(".rels"):
        return _RELATION.sub(lambda found: b"" if _OUTSIDE.search(found[0]) else found[0], part)
    if name == "[Content_Types].xml":
        return _OVERRIDE.sub(lambda found: b"" if _REACHING_OUT.match(found[1].decode()) else found[0], part)
    if name == "xl/workbook.xml":
        return _ELEMENTS.sub(b"", part)
    if name.startswith(("xl/worksheets/", "xl/macrosheets/")) and name.endswith(".xml"):
        return _ELEMENTS.sub(b"", _FORMULA.sub(b"", part))
    return part
