"""Files that mean harm, or are not what they say: refused with a sentence, in time, within memory."""

from __future__ import annotations

import contextlib
import time
import tracemalloc
import zipfile

import pytest
from hostile_files import HOSTILE, MB, SHEET, SOUND, packed, parts_of
from hypothesis import given, settings
from hypothesis import strategies as st

from mezon.collect.hostile import Kind, kind_of, open_package
from mezon.design.rulebook import read_rulebook
from mezon.errors import NotTrusted

RULES = read_rulebook(None)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_in_time_and_memory(name: str) -> None:
    make, code = HOSTILE[name]
    content = make()
    start = time.perf_counter()
    with pytest.raises(NotTrusted) as refusal:
        open_package(content, rulebook=RULES)
    elapsed = time.perf_counter() - start
    assert refusal.value.code == code
    assert refusal.value.message
    assert refusal.value.hint
    assert elapsed < 2.0


@pytest.mark.parametrize("name", ["a bomb of zeros", "a bomb that lies about its size", "fifty megabytes of nothing"])
def test_refusing_a_bomb_takes_little_memory(name: str) -> None:
    content = HOSTILE[name][0]()
    tracemalloc.start()
    with pytest.raises(NotTrusted):
        open_package(content, rulebook=RULES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MB


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_sound_workbook_is_opened(method: int) -> None:
    package = open_package(packed(parts_of(SOUND), method), rulebook=RULES)
    assert b"<sheetData" in package.part(SHEET)
    assert package.part("nowhere") == b""


def test_a_text_is_a_text_in_any_encoding() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "windows-1251"):
        assert kind_of("Показатель;Значение\nA;1 234,5\n".encode(encoding), rulebook=RULES) is Kind.TEXT


def test_a_refusal_speaks_the_language_of_the_reader() -> None:
    for language, word in (("ru", "пуст"), ("uz", "boʻsh")):
        with pytest.raises(NotTrusted, match=word):
            kind_of(b"", rulebook=read_rulebook(None, language=language))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_change_of_bytes_leads_to_anything_but_a_refusal_or_a_package(data: st.DataObject) -> None:
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(NotTrusted):
        assert open_package(bytes(content), rulebook=RULES).parts


@given(st.binary(max_size=400))
def test_any_bytes_are_a_kind_or_a_refusal(content: bytes) -> None:
    with contextlib.suppress(NotTrusted):
        assert kind_of(content, rulebook=RULES) in set(Kind)
