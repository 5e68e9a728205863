from __future__ import annotations

import re
from pathlib import Path

import pytest

from mezon.design.rulebook import check_rules, read_rulebook
from mezon.model.codelists import Severity
from mezon.model.text import LANGUAGES

BUNDLED = sorted(read_rulebook(None).rules.values(), key=lambda rule: rule.code)


@pytest.mark.parametrize("rule", BUNDLED, ids=lambda rule: rule.code)
def test_every_bundled_rule_speaks_three_languages_with_the_same_details(rule) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", rule.code)
    assert not rule.sentence.missing()
    assert not rule.hint.missing()
    for text in (rule.sentence, rule.hint):
        fields = [sorted(set(re.findall(r"\{(\w+)\}", getattr(text, language)))) for language in LANGUAGES]
        assert fields[0] == fields[1] == fields[2]


def test_uzbek_is_written_in_latin_letters() -> None:
    cyrillic = [rule.code for rule in BUNDLED if re.search("[а-яА-Я]", rule.sentence.uz + rule.hint.uz)]
    assert cyrillic == []


def write_rules(folder: Path, text: str) -> Path:
    (folder / "rules.toml").write_text(text, "utf-8")
    return folder


def test_a_pack_adds_rules_and_changes_parameters_of_bundled_ones(tmp_path: Path) -> None:
    mine = '[mine]\nseverity = "note"\nexpression = "A < 1"\nsentence = "{value} is 1 or more."\n'
    text = mine + "[magnitude-slip]\nfactor = 99\n"
    folder = write_rules(tmp_path, text)
    rulebook = read_rulebook(folder)
    assert rulebook.rules["mine"].severity is Severity.NOTE
    assert rulebook.rules["mine"].kind == "expression"
    assert rulebook.rules["magnitude-slip"].parameters["factor"] == 99
    assert rulebook.rules["magnitude-slip"].sentence.ru
    assert check_rules(folder, rulebook=rulebook) == []


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("[a", "toml-unreadable", ""),
        ("a = 1", "toml-wrong-type", "a"),
        ('[a]\nseverity = "eror"\nkind = "k"\nsentence = "s"', "code-unknown", "a.severity"),
        ('[a]\nkind = "k"', "toml-key-missing", "a.sentence"),
        ('[a]\nsentence = "s"', "toml-key-missing", "a.expression"),
        ('[a]\nkind = "k"\nsentence = "{value!r}"', "rule-wording", "a.sentence"),
        ('[a]\nkind = "k"\nsentence = "{value.x}"', "rule-wording", "a.sentence"),
        ('[a]\nkind = "k"\nsentence = "{"', "rule-wording", "a.sentence"),
        ('[a]\nkind = "k"\nsentence.fr = "s"', "toml-key-unknown", "a.sentence.fr"),
        ('[cell-missing]\nseverity = "note"', "rule-fixed", "cell-missing.severity"),
    ],
)
def test_a_faulty_rule_is_reported_at_its_key_and_left_out(tmp_path: Path, text: str, code: str, key: str) -> None:
    folder = write_rules(tmp_path, text)
    rulebook = read_rulebook(folder)
    assert (code, key) in {(finding.code, finding.key) for finding in check_rules(folder, rulebook=rulebook)}
    assert rulebook.rules["cell-missing"].severity is Severity.ERROR


def test_a_name_that_a_sentence_invents_stays_as_written(tmp_path: Path) -> None:
    rulebook = read_rulebook(write_rules(tmp_path, '[a]\nkind = "k"\nsentence = "{value} of {nobody}"'))
    assert rulebook.finding("a", value=1).message == "1 of {nobody}"


def test_findings_speak_the_language_asked_for() -> None:
    words = {
        code: read_rulebook(None, language=code).finding("cell-missing", column="unit").message for code in LANGUAGES
    }
    assert len(set(words.values())) == 3
    assert all("unit" in text for text in words.values())
