"""kk / ru / en: words from the message files, numbers and money for people.

Numbers follow CLDR through Babel (kk_KZ, ru_KZ, en); what differs from CLDR and why is in docs/words.md: a true
minus sign, no-break spaces, and "мың" for a thousand, which CLDR shortens to "м.".
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale

from geo.core.model import LANGUAGES

MESSAGES = Path(__file__).parents[1] / "web" / "messages"
_LOCALES = {"kk": "kk_KZ", "ru": "ru_KZ", "en": "en"}
_NO_BREAK = "\u00a0"
_MINUS = "\u2212"
_EXPONENTS = (12, 9, 6, 3, 0)


@dataclass(frozen=True)
class Scale:
    """How the amounts of one picture are written: divided by 10^exponent, with so many decimals."""

    exponent: int
    decimals: int

    @classmethod
    def of(cls, largest: float) -> Scale:
        """Return the scale that leaves at least two digits before the decimal mark of the largest value."""
        size = abs(largest)
        exponent = next((e for e in _EXPONENTS if size >= 10 * 10**e), 0)
        shown = size / 10**exponent
        return cls(exponent, 0 if shown >= 100 else 1 if shown >= 10 else 2)

    @classmethod
    def said(cls, value: float) -> Scale:
        """Return the scale in which a sentence says one amount: 5.3 trillion, 53.1 billion, 53 thousand, but 5,310."""
        size = abs(value)
        exponent = next((e for e in _EXPONENTS if size >= (9.995 if e == 3 else 0.9995) * 10**e), 0)
        shown = round(size / 10**exponent, 2)
        return cls(exponent, 0 if shown >= 100 or not exponent else 1 if shown >= 10 and exponent < 12 else 2)

    @property
    def finer(self) -> Scale:
        """Return the scale with a decimal at least, for amounts that people add up."""
        return Scale(self.exponent, max(self.decimals, 1))


@dataclass(frozen=True)
class Text:
    """One language: `text("map.legend")` and the numbers of people."""

    lang: str
    words: Mapping[str, str]
    locale: Locale
    months: tuple[str, ...] = field(repr=False, default=())
    marks: Mapping[int, str] = field(repr=False, default_factory=dict)  # of a number as Python writes it

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a message with its values filled in; raises KeyError for an unknown key."""
        return self.words[key].format(**values) if values else self.words[key]

    def has(self, key: str) -> bool:
        """Tell whether the language has the message."""
        return key in self.words

    def number(self, value: float | int, decimals: int = 0) -> str:
        """Return a number with exactly so many decimals, grouped, with a true minus."""
        # Python groups and rounds, exactly for integers of any size; the marks are the language's.
        if isinstance(value, int):
            plain = f"{value:,}" + ("." + "0" * decimals if decimals else "")
        else:
            plain = f"{value:z,.{decimals}f}"
        return plain.translate(self.marks)

    def scaled(self, value: float | int, scale: Scale) -> str:
        """Return a value in a scale, without the scale's word; a small one keeps two digits and is never shown as 0."""
        shown = value / 10**scale.exponent
        needed = 0 if abs(shown) >= 10 or not shown else 1 if abs(shown) >= 1 else 2
        return self._not_zero(shown, max(scale.decimals, needed))

    def percent(self, value: float, *, is_change: bool = False, decimals: int = 1) -> str:
        """Return a ratio given in per cent; a change always has its sign."""
        sign = "+" if is_change and round(value, decimals) > 0 else ""
        space = _NO_BREAK if self.lang == "ru" else ""
        number = self.number(value, decimals) if is_change else self._not_zero(value, decimals)
        return f"{sign}{number}{space}%"

    def _not_zero(self, value: float, decimals: int) -> str:
        least = 10.0**-decimals
        return f"<{self.number(least, decimals)}" if 0 < value < least / 2 else self.number(value, decimals)

    def money(self, amount_minor: int, minor_units: int, symbol: str) -> str:
        """Return an amount exactly, with its minor units only where there are any."""
        whole, rest = divmod(abs(amount_minor), minor_units)
        decimals = len(str(minor_units)) - 1
        mark = self.locale.number_symbols["latn"]["decimal"]
        number = self.number(whole) + (f"{mark}{rest:0{decimals}d}" if rest else "")
        text = self("money.exact", number=number, symbol=symbol).replace(" ", _NO_BREAK)
        return f"{_MINUS}{text}" if amount_minor < 0 else text

    def said(self, value: float | int, scale: Scale, symbol: str) -> str:
        """Return an amount with the word of its scale, as running text says it; a minus stands first."""
        return self._said(self.scaled(abs(value), scale), value, scale, symbol)

    def in_words(self, value: float | int, symbol: str) -> str:
        """Return an amount as a sentence says it by itself: ₸5.3 trillion, 5,3 трлн ₸, three or four digits."""
        scale, mark = Scale.said(value), self.locale.number_symbols["latn"]["decimal"]
        number = self.scaled(abs(value), scale)
        return self._said(number.rstrip("0").rstrip(mark) if mark in number else number, value, scale, symbol)

    def _said(self, number: str, value: float | int, scale: Scale, symbol: str) -> str:
        text = self("money.said", number=number, scale=self(f"scale.{scale.exponent}").strip(), symbol=symbol)
        text = " ".join(text.split()).replace(" ", _NO_BREAK)
        return f"{_MINUS}{text}" if value < 0 else text

    def counted(self, key: str, count: int) -> str:
        """Return a count with the form of its word that the language's plural rule asks for."""
        form = f"{key}.{self.locale.plural_form(count)}"
        return self(form if self.has(form) else f"{key}.other", count=self.number(count))

    def period(self, word: str) -> str:
        """Return a period for people: the year, or the months since January."""
        if "-" not in word:
            return self("period.year", year=word)
        year, month = word.split("-")
        if month == "12":
            return self("period.year", year=year)
        if month == "01":
            return self("period.first", year=year, month=self.months[0])
        return self("period.partial", year=year, first=self.months[0], last=self.months[int(month) - 1])

    def short_period(self, word: str) -> str:
        """Return a period as it stands beside its year in a strip: so many months, or the year."""
        return self("period.short", months=int(word[5:])) if "-" in word else self("period.short_year")

    def plan_period(self, word: str) -> str:
        """Return the period of a plan: the year, and at the end of which month it stood so."""
        if "-" not in word or word.endswith("-12"):
            return self("period.year", year=word[:4])
        year, month = word.split("-")
        return self("period.plan", year=year, month=self.locale.months["format"]["wide"][int(month)])

    def day(self, iso: str) -> str:
        """Return a day given as YYYY-MM-DD."""
        made = date.fromisoformat(iso[:10])
        month = self.locale.months["format"]["wide"][made.month]
        return self("version.date", day=made.day, month=month, year=made.year)


@lru_cache(maxsize=len(LANGUAGES))
def text_of(lang: str) -> Text:
    """Return the words of a language; raises KeyError for one that is not spoken here."""
    locale = Locale.parse(_LOCALES[lang])
    words: dict[str, str] = {}
    for name in (f"{lang}.toml", f"faults.{lang}.toml", f"glossary.{lang}.toml"):
        path = MESSAGES / name
        if path.is_file():
            words |= _flat(tomllib.loads(path.read_text(encoding="utf-8")))
    months = locale.months["stand-alone"]["wide"]
    # Stand-alone names have a capital in Kazakh; inside a period they do not.
    shown = tuple(months[m] if lang == "en" else months[m].lower() for m in range(1, 13))
    symbols = locale.number_symbols["latn"]
    marks = {",": symbols["group"], ".": symbols["decimal"], "-": _MINUS}
    return Text(lang, words, locale, shown, str.maketrans({mark: _clean(own) for mark, own in marks.items()}))


def _flat(plain: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in plain.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = str(value)
    return found


def _clean(text: str) -> str:
    return text.replace("-", _MINUS).replace(" ", _NO_BREAK).replace("\u202f", _NO_BREAK)
