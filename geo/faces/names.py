"""What a body is called and what it is, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.core.codes import is_bin
from geo.core.model import LANGUAGES
from geo.core.text import Text
from geo.layers.holdings import BUDGET, kind_name
from geo.versions import Unit, Version

_FALLBACK = ("ru", "kk", "en")  # most sources name bodies in Russian alone


@dataclass(frozen=True)
class Name:
    """A name, and its language where that is not the reader's."""

    text: str
    lang: str = ""


def body_name(about: Mapping[str, Any], lang: str, text: Text, unit: Unit | None) -> Name:
    """Return what a body is called: in the reader's language, else as its source has it, else by what it is."""
    if about[f"name_{lang}"]:
        return Name(about[f"name_{lang}"])
    found = next((other for other in _FALLBACK if about[f"name_{other}"]), "")
    if found:
        return Name(about[f"name_{found}"], found)
    if about["kind"] == BUDGET and unit is not None:
        return Name(text("body.budget", unit=unit.names[lang]))
    return Name(about["code"] or about["body_id"])


def other_names(about: Mapping[str, Any], shown: Name) -> list[Name]:
    """Return the names that the source has in other languages than the one shown."""
    names = [Name(about[f"name_{lang}"], lang) for lang in LANGUAGES if about[f"name_{lang}"]]
    return [name for name in names if name.text != shown.text]


def kind_word(about: Mapping[str, Any], version: Version, text: Text) -> str:
    """Return what kind of body it is: as the country's table calls it, else in our words, else as it stands."""
    named = kind_name(version, about["kind"], text.lang)
    own = f"body.kind.{about['kind']}"
    return named or (text(own) if text.has(own) else str(about["kind"]))


def code_words(about: Mapping[str, Any], text: Text) -> str:
    """Return a body's code with the word of what code it is; empty for a whole budget, which has none."""
    code = about["code"]
    return text("body.bin" if is_bin(code) else "body.code", code=code) if code else ""
