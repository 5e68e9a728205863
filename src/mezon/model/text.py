"""A text in the languages of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("en", "ru", "uz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text in English, Russian and Uzbek (Latin script); an empty string means "not written yet"."""

    en: str = ""
    ru: str = ""
    uz: str = ""

    @classmethod
    def of(cls, value: str | Mapping[str, str] | None) -> Text:
        """Read a plain string as English, a table as one entry a language."""
        if value is None:
            return cls()
        if isinstance(value, str):
            return cls(en=value)
        return cls(**{language: value.get(language, "") for language in LANGUAGES})

    def in_language(self, language: str) -> str:
        """Give the text in a language, or in the first other language that has it."""
        chain = (language, "en", "ru", "uz")
        return next((text for code in chain if (text := getattr(self, code, ""))), "")

    def missing(self) -> tuple[str, ...]:
        """Languages in which the text is not written yet."""
        return tuple(language for language in LANGUAGES if not getattr(self, language))

    def __bool__(self) -> bool:
        return bool(self.en or self.ru or self.uz)
