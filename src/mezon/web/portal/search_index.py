"""Search in memory: everything that has a name, in every language and script it may be typed in.

Words are compared folded: case, accents and the many apostrophes of Uzbek are dropped, Cyrillic letters are written in
Latin. So "Навоий", "Navoiy" and "navoiy" are one word, and "oʻzbekiston" is found by "ozbekiston".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from mezon.model.codelists import Level
from mezon.model.text import LANGUAGES, Text
from mezon.web.portal.edition import Edition
from mezon.web.portal.register_words import key_of, name_of
from mezon.web.portal.verdicts import checked_claims

_LATIN = str.maketrans(
    dict(zip("абвгғдезийкқлмнопрстуўфхҳыэ", "abvggdeziykqlmnoprstuofxhie", strict=True))
    | {"ё": "yo", "ж": "j", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
)
_APOSTROPHES = re.compile("[\u02bb\u02bc\u2018\u2019\u0060\u00b4']")
_WORD = re.compile(r"\w+")

#: How well a word fits, best first: the whole of a name, its beginning, the beginning of a word in it, within a word.
_WHOLE, _START, _WORD_START, _WITHIN = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that can be found: `kind` says what it is, `address` is a name of a page with its arguments.

    `names` are what it is called, folded; `text` what else is said of it, folded, which counts for less.
    """

    kind: str
    code: str
    title: Text
    detail: Text
    address: tuple[str, ...]
    fragment: str = ""
    names: tuple[str, ...] = ()
    text: str = ""


def folded(text: str) -> str:
    """Write a text so that spellings of one word agree."""
    plain = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", text)).casefold().translate(_LATIN)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    return " ".join(_APOSTROPHES.sub("", bare).casefold().translate(_LATIN).split())


def search(edition: Edition, query: str, *, most: int = 200) -> list[Hit]:
    """Give what fits every word of a query, the best first: whole names, then beginnings, then anything within."""
    words = folded(query).split()
    if not words:
        return []
    whole = " ".join(words)
    ranked = [
        (fit, place, hit) for place, hit in enumerate(index_of(edition)) if (fit := _fit(hit, words, whole)) is not None
    ]
    ranked.sort(key=lambda found: found[:2])
    return [hit for _fit_found, _place, hit in ranked[:most]]


@lru_cache(maxsize=8)
def index_of(edition: Edition) -> tuple[Hit, ...]:
    """Give everything that can be found in an edition: units, indicators, methodologies, claims, registers, sources."""
    return (
        *_units(edition),
        *_indicators(edition),
        *_methodologies(edition),
        *_entries(edition),
        *_claims(edition),
        *_sources(edition),
    )


def _fit(hit: Hit, words: list[str], whole: str) -> int | None:
    """Give how well a thing fits, smaller is better; None when a word is nowhere in it."""
    if whole in hit.names:
        return _WHOLE
    if any(name.startswith(whole) for name in hit.names):
        return _START
    worst = _WHOLE
    for word in words:
        fit = _word_fit(hit, word)
        if fit is None:
            return None
        worst = max(worst, fit)
    return worst


def _word_fit(hit: Hit, word: str) -> int | None:
    if any(name.startswith(word) or f" {word}" in name for name in hit.names):
        return _WORD_START
    if any(word in name for name in hit.names):
        return _WITHIN
    return _WITHIN + 1 if word in hit.text else None


def _names(*texts: Text | str) -> tuple[str, ...]:
    said = (
        part
        for text in texts
        for part in ((getattr(text, language) for language in LANGUAGES) if isinstance(text, Text) else (text,))
    )
    # Words alone, so that a bracket is no part of a name; the text with its signs finds numbers such as UP-6079.
    return tuple(dict.fromkeys(name for text in said if text for name in (folded(text), _spaced(text)) if name))


def _spaced(text: str) -> str:
    return " ".join(_WORD.findall(folded(text)))


def _all_of(texts: Iterable[str]) -> str:
    return folded(" ".join(text for text in texts if text))


def _units(edition: Edition) -> Iterator[Hit]:
    for unit in edition.definitions.units.values():
        page = "portal:company" if unit.level == Level.ENTERPRISE else "portal:unit"
        yield Hit(
            kind="unit", code=unit.code, title=unit.name, detail=Text(), address=(page, unit.code),
            names=_names(unit.code, unit.name, *unit.aliases),
        )  # fmt: skip


def _indicators(edition: Edition) -> Iterator[Hit]:
    for item in edition.definitions.indicators.values():
        yield Hit(
            kind="indicator", code=item.code, title=item.name, detail=item.definition,
            address=("portal:indicator", item.code),
            names=_names(item.code, item.methods_id, item.name, *map(str, item.attributes.get("papers_codes", ()))),
            text=_all_of(getattr(item.definition, language) for language in LANGUAGES),
        )  # fmt: skip


def _methodologies(edition: Edition) -> Iterator[Hit]:
    for item in edition.definitions.methodologies.values():
        yield Hit(
            kind="methodology", code=item.id, title=item.title, detail=item.description,
            address=("portal:methodology_of", item.id), names=_names(item.id, item.title),
            text=_all_of(getattr(item.description, language) for language in LANGUAGES),
        )  # fmt: skip


def _entries(edition: Edition) -> Iterator[Hit]:
    """Give the entries of every register that has names of its own; lists of payments and the like have none."""
    for register in (
        "documents",
        "projects",
        "actors",
        "instruments",
        "sites",
        "technologies",
        "patents",
        "references",
    ):
        for row in edition.register(register):
            title, key = name_of(row), key_of(register, row)
            said = [str(value) for value in row.values() if isinstance(value, str) and value]
            own = [str(row[name]) for name in ("number", "short", "title_stated") if row.get(name)]
            if register == "references":
                own = []
            yield Hit(
                kind=register, code=key if register == "references" else str(row.get("number") or key), title=title,
                detail=Text(en=row.get("number_belongs_to") or row.get("note") or ""),
                address=("portal:register", register), fragment=key,
                names=_names(key, title, *own), text=_all_of(said),
            )  # fmt: skip


def _claims(edition: Edition) -> Iterator[Hit]:
    for claim in checked_claims(edition).values():
        yield Hit(
            kind="claim", code=claim.id, title=Text(en=claim.sentence), detail=Text(en=claim.place),
            address=("portal:claim", claim.id), names=_names(claim.id, claim.sentence),
            text=_all_of((claim.publication, claim.place, claim.kind)),
        )  # fmt: skip


def _sources(edition: Edition) -> Iterator[Hit]:
    for source in edition.definitions.sources.values():
        yield Hit(
            kind="source", code=source.id, title=Text(en=source.title), detail=Text(en=source.producer),
            address=("portal:data",), fragment=f"source-{source.id}",
            names=_names(source.id, source.title, source.producer), text=_all_of((source.citation,)),
        )  # fmt: skip
