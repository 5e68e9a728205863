"""Every string of the portal, in every language: collected from the sources, translated, compiled."""

from __future__ import annotations

import re

import pytest

from generators import translations

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_no_string_of_the_portal_lacks_its_translation(language: str) -> None:
    assert translations.lacking(language) == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_the_catalogues_are_in_step_with_the_sources_and_compiled(language: str) -> None:
    path = translations.po_path(language)
    assert path.read_bytes() == translations.po_bytes(translations.updated(language), language), (
        "run python -m generators.translations"
    )
    assert path.with_suffix(".mo").read_bytes() == translations.mo_bytes(language)


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_a_translation_keeps_every_placeholder_of_its_string(language: str) -> None:
    wrong = []
    for message in translations.catalogue(language):
        originals = message.id if isinstance(message.id, tuple | list) else (message.id,)
        written = message.string if isinstance(message.string, tuple | list) else (message.string,)
        allowed = {name for text in originals for name in _PLACEHOLDER.findall(text)}
        needed = set.intersection(*(set(_PLACEHOLDER.findall(text)) for text in originals)) if message.id else set()
        for text in written:
            found = set(_PLACEHOLDER.findall(text or ""))
            if message.id and text and not (needed <= found <= allowed):
                wrong.append((message.id, text))
    assert wrong == []


def test_uzbek_is_written_in_latin_script() -> None:
    cyrillic = re.compile("[А-Яа-яЁё]")
    assert [message.id for message in translations.catalogue("uz") if cyrillic.search(str(message.string))] == []
