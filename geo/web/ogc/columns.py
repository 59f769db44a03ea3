"""The properties of features: their names, JSON types, roles and titles, and the JSON Schema of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from geo.core.country import Words
from geo.core.text import Text

MOST_WORDS = 80  # a schema lists the words of a property where there are no more


class Column(NamedTuple):
    """One property. `key` names the message that is its title; `said` stands in it: messages, words by language."""

    name: str
    type: str
    key: str
    said: Mapping[str, str | Words] = {}
    format: str = ""
    role: str = ""
    is_nullable: bool = False

    def title(self, text: Text) -> str:
        """Return what people call it."""
        words = {name: text(key) if isinstance(key, str) else key[text.lang] for name, key in self.said.items()}
        return text(f"ogc.column.{self.key}", **words)

    def schema(self, text: Text) -> dict[str, Any]:
        """Return its JSON Schema; a type alone, which clients make a field of, also where it may be null."""
        plain = {"type": self.type, "title": self.title(text), "format": self.format, "x-ogc-role": self.role}
        return {name: value for name, value in plain.items() if value}


def names(languages: Iterable[str], stem: str = "name") -> list[Column]:
    """Return a column for a name in each language."""
    return [Column(f"{stem}_{lang}", "string", f"{stem}_{lang}", is_nullable=True) for lang in languages]


def offered(column: Column, words: Sequence[str]) -> dict[str, Any]:
    """Return the part of a schema that lists the words of a property, where they are texts and few enough."""
    return {"enum": list(words)} if column.type == "string" and 0 < len(words) <= MOST_WORDS else {}


def properties_of(columns: Sequence[Column], words: Mapping[str, Sequence[str]], text: Text) -> dict[str, Any]:
    """Return the schema of each property, in their order; `words` are those that a property may say."""
    return {
        column.name: {
            **column.schema(text),
            **offered(column, words.get(column.name, ())),
            "x-ogc-propertySeq": number,
        }
        for number, column in enumerate(columns, 1)
    }
