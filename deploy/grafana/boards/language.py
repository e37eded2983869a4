"""The two languages of every board."""

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Text(NamedTuple):
    """One thing said in both languages."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """Answer the wording of one language."""
        return self.zh if language == "zh" else self.en
