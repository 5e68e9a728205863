"""Bad data is a finding: a code, a place, a value, and how to mend it. Rules say which findings there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mezon.model.codelists import Severity
from mezon.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault at one place. `row` counts the header as 1; `key` is a TOML path, or sheet!cell, where that fits."""

    code: str
    severity: Severity
    message: str
    file: str = ""
    row: int | None = None
    column: str = ""
    key: str = ""
    value: str = ""
    hint: str = ""

    @property
    def place(self) -> tuple[str, int, str, str]:
        """Sort key: by file, then downwards, then by column."""
        return (self.file, self.row or 0, self.key, self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A declared check (rules.toml): its code, how much it matters, and its sentence and hint in three languages.

    `kind` names a registered check; kind "expression" checks `expression` for every unit and period, and reports
    where it is false. Sentences are templates over the details that the check gives.
    """

    code: str
    severity: Severity
    kind: str
    sentence: Text
    hint: Text = field(default_factory=Text)
    expression: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


class _Words(dict[str, object]):
    """Details of a finding; a name that a pack's own sentence invents stays as it was written."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules in force, by code, and the language in which they speak."""

    rules: Mapping[str, Rule]
    language: str = "en"

    def finding(
        self,
        code: str,
        *,
        file: str = "",
        row: int | None = None,
        column: str = "",
        key: str = "",
        value: object = "",
        **details: object,
    ) -> Finding:
        """Word a finding by its rule; `details` fill the sentence, beside file, row, column, key and value."""
        rule = self.rules[code]
        words = _Words({"file": file, "row": row, "column": column, "key": key, "value": value, **details})
        return Finding(
            code=code,
            severity=rule.severity,
            message=rule.sentence.in_language(self.language).format_map(words),
            hint=rule.hint.in_language(self.language).format_map(words),
            file=file,
            row=row,
            column=column,
            key=key,
            value=str(value),
        )

    def of_kind(self, kind: str) -> tuple[Rule, ...]:
        """All rules that a registered check has to run."""
        return tuple(rule for rule in self.rules.values() if rule.kind == kind)
