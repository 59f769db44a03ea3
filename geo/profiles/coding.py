"""The codes of a file against those that the country knows: unit, period, function, administrator, body."""

from __future__ import annotations

from difflib import get_close_matches

from geo.core.delivery import Known
from geo.core.errors import Fault
from geo.profiles.cells import (
    judge_code,
    judge_month,
    judge_name,
    judge_period,
    judge_year,
    near,
    odd_characters,
)
from geo.profiles.language import Given, Profile
from geo.profiles.vocabulary import Pairing, Vocabulary

TOTAL_WORDS = ("итого", "всего", "барлығы", "жиыны", "total", "grand total")


def looks_like_total(text: str) -> bool:
    """Tell whether a text begins with a word that totals begin with, in any of the languages."""
    return " ".join(text.split()).casefold().startswith(TOTAL_WORDS)


class Coding:
    """The vocabularies of one file while it is read."""

    def __init__(self, profile: Profile, known: Known, given: Given) -> None:
        """Begin with nothing read."""
        self.profile, self.known, self.given = profile, known, given
        levels = [
            codes
            for by_level in known.units.values()
            for level, codes in by_level.items()
            if level == known.country.levels[0].id
        ]
        self._all_units = frozenset().union(*levels)
        self._units_of: dict[str, frozenset[str]] = {}
        self._sorted: dict[str, list[str]] = {}
        self._unit_of_body: dict[int, int] = {}
        self.translated: dict[str, str] = {}  # former code → code in force
        self.units = Vocabulary(self._judge_unit)
        self.periods = Vocabulary(self._judge_period)
        self.years = Vocabulary(lambda text: judge_year(text, profile.years))
        self.months = Vocabulary(judge_month)
        self.functions = Vocabulary(self._judge_function)
        self.parts = Vocabulary(self._judge_part)
        self.administrators = Vocabulary(self._judge_administrator)
        self.bins = Vocabulary(self._judge_bin)
        self.bodies = Vocabulary(lambda text: text)
        self.months_of_years = Pairing(self._period_of)
        self.functions_of_parts = Pairing(self._function_of)
        self.units_in_force = Pairing(self._unit_in_force)
        self.bodies_of_units = Pairing(self._body_of_unit)
        self.bodies_by_bin = Pairing(self._body_by_bin)
        self.units_of_bodies = Pairing(self._unit_of)

    def is_wanted(self, period: str) -> bool:
        """Tell whether the operator wants a period: its month or its year was named, or nothing was."""
        words = self.given.period.replace(",", " ").split()
        return not words or any(period == word or period.startswith(f"{word}-") for word in words)

    def _near(self, name: str, code: str, known: frozenset[str]) -> str:
        if name not in self._sorted:
            self._sorted[name] = sorted(known)
        return near(code, self._sorted[name])

    def _code(self, text: str, column: str, digits: int = 0) -> str | Fault:
        """Return a code as the profile writes it; empty only where the column may be."""
        if not text:
            return "" if column in self.profile.may_be_empty else Fault("", 0, "", "E-CSV-19", text)
        if looks_like_total(text):
            return Fault("", 0, "", "E-CSV-22", text)
        return judge_code(text, self.profile.codes.as_decimals, digits)

    def _judge_unit(self, text: str) -> str | Fault:
        named = self.profile.place.aliases.get(text) or self.known.unit_names.get(text.casefold())
        code = named or self._code(text, "unit")
        if isinstance(code, Fault):
            # A word in plain letters is a name that nobody knows, not a code of strange letters.
            is_name = code.code == "E-CSV-12" and not odd_characters(text)
            names = {"near": near(text.casefold(), sorted(self.known.unit_names))}
            return Fault("", 0, "", "E-JOIN-01", text, names) if is_name else code
        if self.given.unit_id and code != self.given.unit_id:
            return Fault("", 0, "", "E-JOIN-09", code, {"given": self.given.unit_id})
        if code not in self._all_units and code not in self.known.former_codes:
            return Fault("", 0, "", "E-JOIN-01", code, {"near": self._near("unit", code, self._all_units)})
        return code

    def _judge_period(self, text: str) -> str | Fault:
        return judge_period(text, self.profile.notation, self.profile.years, self.profile.month)

    def _judge_function(self, text: str) -> str | Fault:
        code = self._code(text, "function", self.profile.codes.function_digits)
        if isinstance(code, Fault) or code in self.profile.codes.functions_left:
            return code
        return self.known_function(code)

    def known_function(self, code: str) -> str | Fault:
        """Return a code of a function that the country knows, else a fault with the nearest."""
        if code in self.known.functions:
            return code
        return Fault("", 0, "", "E-JOIN-06", code, {"near": self._near("function", code, self.known.functions)})

    def _judge_part(self, text: str) -> str | Fault:
        return self._code(text, "subgroup", self.profile.codes.function_digits)

    def _judge_administrator(self, text: str) -> str | Fault:
        code = self._code(text, "administrator", self.profile.codes.administrator_digits)
        if isinstance(code, Fault) or not code or code in self.known.administrators:
            return code
        digits = self.profile.codes.administrator_digits
        if self.profile.codes.names_from_file and code.isdecimal() and len(code) == (digits or len(code)):
            return code
        codes = frozenset(self.known.administrators)
        return Fault("", 0, "", "E-JOIN-07", code, {"near": self._near("administrator", code, codes)})

    def _judge_bin(self, text: str) -> str | Fault:
        code = self._code(text, "body")
        if isinstance(code, Fault) or not code or code in self.known.bodies:
            return code
        return Fault("", 0, "", "E-JOIN-17", code, {"near": self._near("body", code, frozenset(self.known.bodies))})

    def _period_of(self, year: int, month: int) -> int:
        return self.periods.add_meaning(f"{self.years.meanings[year]}-{self.months.meanings[month]}")

    def _function_of(self, group: int, part: int) -> int | Fault:
        code = self.known_function(self.parts.meanings[group] + self.parts.meanings[part])
        return code if isinstance(code, Fault) else self.functions.add_meaning(code)

    def _unit_in_force(self, unit: int, period: int) -> int | Fault:
        """Return the number of the unit that a code means in a period: itself, or what a former code became."""
        code, month = self.units.meanings[unit], self.periods.meanings[period]
        if not code:
            return unit
        if month not in self._units_of:
            self._units_of[month] = self.known.units_of(month)
        in_force = self._units_of[month]
        if code in in_force:
            return unit
        if (now := self.known.former_codes.get(code, "")) in in_force:
            self.translated[code] = now
            return self.units.add_meaning(now)
        values = {"period": month, "near": ", ".join(get_close_matches(code, sorted(in_force), 3)) or "–"}
        return Fault("", 0, "", "E-JOIN-08", code, values)

    def _body_of_unit(self, unit: int, administrator: int) -> int:
        code = self.administrators.meanings[administrator] or "budget"
        return self.bodies.add_meaning(f"{self.units.meanings[unit]}-{code}")

    def _body_by_bin(self, body: int, number: int) -> int:
        code = self.bins.meanings[number]
        return self.bodies.add_meaning(code) if code else body

    def _unit_of(self, body: int, unit: int) -> int | Fault:
        """Return the body itself; a fault where it stands under a second unit."""
        first = self._unit_of_body.setdefault(body, unit)
        if first == unit:
            return body
        units = {"first": self.units.meanings[first], "second": self.units.meanings[unit]}
        return Fault("", 0, "", "E-JOIN-18", self.bodies.meanings[body], units)

    def unit_of_body(self, body: int) -> str:
        """Return the unit under which a body stands in the file."""
        return self.units.meanings[self._unit_of_body[body]] if body in self._unit_of_body else ""


class Names:
    """The names of administrators in a file against those that are known by code."""

    def __init__(self, coding: Coding) -> None:
        """Begin with no name read."""
        self._coding = coding
        self.texts = Vocabulary(self._judge_text)
        self.of_codes = Pairing(self._judge)
        known = coding.known.administrators
        self._known = {code: _plain(name) for code, (name, _) in known.items()}
        self._codes_of = {name: code for code, name in self._known.items()}
        self.by_code: dict[str, str] = {}  # as this file has them, the first of each
        self.unlike: list[str] = []  # codes whose name differs from the known one
        self.unknown: list[str] = []  # codes that no list has

    def _judge_text(self, text: str) -> str | Fault:
        name = judge_name(text)
        if isinstance(name, str) and looks_like_total(name):
            return Fault("", 0, "", "E-CSV-22", text)
        return name

    def _judge(self, administrator: int, text: int) -> int | Fault:
        """Return the administrator itself; a fault where the name is surely that of another code."""
        code, name = self._coding.administrators.meanings[administrator], self.texts.meanings[text]
        plain = _plain(name)
        if not code or plain == self._known.get(code):
            self.by_code.setdefault(code, name)
            return administrator
        other = self._codes_of.setdefault(plain, code)
        if other != code:
            return Fault("", 0, "", "E-JOIN-16", code, {"name": name, "other": other})
        if code not in self.by_code:
            (self.unlike if code in self._known else self.unknown).append(code)
        self.by_code.setdefault(code, name)
        return administrator

    def known_name(self, code: str) -> str:
        """Return the name by which the country knows a code; as the file has it where none is known."""
        name, _ = self._coding.known.administrators.get(code, ("", False))
        return name or self.by_code.get(code, "")


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
