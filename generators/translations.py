"""Collect the portal's strings, keep the catalogues of its languages in step with them, and compile them.

    python -m generators.translations          collect, update the .po files, compile the .mo files, count what lacks

Strings are collected from the templates (by Django's own template reader) and from the Python of `mezon.web`; no tool
outside Python is needed. English is the language of the strings themselves and has no catalogue.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
WEB = ROOT / "src/mezon/web"
LOCALE = WEB / "locale"
LANGUAGES = ("ru", "uz")
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: The same moment in every catalogue, so that collecting twice gives the same bytes.
_WRITTEN = datetime(2026, 11, 22, tzinfo=UTC)
_PLURALS = {
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "uz": "nplurals=2; plural=(n != 1);",
}

Message = str | tuple[str, ...]


def collected() -> dict[tuple[str | None, Message], list[str]]:
    """Give every string of the portal, with the files it stands in."""
    found: dict[tuple[str | None, Message], list[str]] = {}
    for path in sorted([*WEB.rglob("*.py"), *WEB.rglob("*.html")]):
        place = path.relative_to(WEB).as_posix()
        for context, message in _messages(path):
            places = found.setdefault((context, message), [])
            if place not in places:
                places.append(place)
    return found


def _messages(path: Path) -> Iterator[tuple[str | None, Message]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        text = templatize(text, origin=str(path))
    for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=_KEYWORDS):
        yield context, message


def catalogue(language: str) -> Catalog:
    """Read the catalogue of a language; an empty one when there is none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """Give the catalogue of a language with exactly the strings collected now; translations there are kept."""
    former = catalogue(language)
    fresh = Catalog(
        locale=language, project="mezon", charset="utf-8", fuzzy=False, creation_date=_WRITTEN, revision_date=_WRITTEN
    )
    fresh.header_comment = f"# Portal of Mezon, {language}. Not confirmed by an official body."
    for (context, message), places in sorted(collected().items(), key=lambda item: (str(item[0][1]), str(item[0][0]))):
        known = former.get(message[0] if isinstance(message, tuple) else message, context)
        string = known.string if known is not None else None
        fresh.add(message, string, locations=[(place, 0) for place in places], context=context)
    return fresh


def po_path(language: str) -> Path:
    """Where the catalogue of a language is kept."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def po_bytes(fresh: Catalog, language: str) -> bytes:
    """Write a catalogue as text: files without line numbers, so that moving a line changes nothing."""
    out = io.BytesIO()
    write_po(out, fresh, width=110, include_lineno=False, sort_output=False)
    lines = out.getvalue().decode()
    header = f'"Plural-Forms: {_PLURALS[language]}\\n"'
    kept = [header if line.startswith('"Plural-Forms:') else line for line in lines.splitlines()]
    return ("\n".join(_without_tail(kept)) + "\n").encode()


def _without_tail(lines: list[str]) -> list[str]:
    """Drop the rest of a plural rule that was folded over several lines."""
    kept: list[str] = []
    for at, line in enumerate(lines):
        folded = (
            at > 0 and "Plural-Forms:" in lines[at - 1] and not line.startswith(('"MIME', '"Content', '"Generated'))
        )
        if not (folded and line.startswith('"')):
            kept.append(line)
    return kept


def mo_bytes(language: str) -> bytes:
    """Compile the catalogue of a language as Django reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue(language))
    return out.getvalue()


def lacking(language: str) -> list[str]:
    """Give the strings that have no translation, or not one for each plural form."""
    return [
        str(message.id)
        for message in updated(language)
        if message.id and not (all(message.string) if isinstance(message.string, tuple | list) else message.string)
    ]


def main() -> None:
    """Update and compile every catalogue, and count what lacks."""
    for language in LANGUAGES:
        fresh = updated(language)
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(fresh, language))
        path.with_suffix(".mo").write_bytes(mo_bytes(language))
        print(f"{language}: {len(fresh)} strings, {len(lacking(language))} without translation")


if __name__ == "__main__":
    main()
