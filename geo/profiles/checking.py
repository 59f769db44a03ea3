"""What a profile's file may get wrong although every key is of its kind: contradictions, codes that nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from geo.core.delivery import Known
from geo.core.errors import Fault
from geo.core.model import PHASES
from geo.core.rows import CODE
from geo.profiles.formulas import FormulaError, names_of
from geo.profiles.headings import plain_heading
from geo.profiles.language import KEYS, LONG, NAMES, TREE_KEYS, Profile

OF_FIGURES = (*KEYS, *NAMES, *TREE_KEYS, *LONG, *PHASES, "unit_of_amounts")


def contradictions(profile: Profile, file: str) -> Iterator[Fault]:
    """Yield what contradicts itself in a profile: columns, phases, units, formulas, totals, blocks."""
    yield from _headings_twice(profile, file)
    yield from _unusable_names(profile, file)
    yield from _formula_faults(profile, file)
    yield from _without_series(profile, file)
    if profile.kind == "figures":
        yield from _unit_of_amounts(profile, file)
        yield from (Fault(file, 0, key, "E-PROF-02", value) for key, value in _unusable(profile))


def unknown_codes(profile: Profile, file: str, known: Known) -> Iterator[Fault]:
    """Yield the codes of a profile that the country does not know."""
    units = {code for levels in known.units.values() for codes in levels.values() for code in codes}
    for word, code in profile.place.aliases.items():
        if code not in units:
            near = ", ".join(get_close_matches(code, sorted(units), 3))
            yield Fault(file, 0, f"unit.aliases.{word}", "E-JOIN-01", code, {"near": near})


def _headings_twice(profile: Profile, file: str) -> Iterator[Fault]:
    """Yield a heading that would fill two columns, and a name given to two columns."""
    rows = [(name, word) for name, words in profile.headings.items() for word in words]
    for word, count in Counter(plain_heading(word) for _, word in rows).items():
        if count > 1:
            yield Fault(file, 0, ", ".join(name for name, w in rows if plain_heading(w) == word), "E-PROF-03", word)
    names = [*profile.columns, *profile.others, *profile.ignored]
    yield from (Fault(file, 0, name, "E-PROF-03", name) for name, count in Counter(names).items() if count > 1)


def _without_series(profile: Profile, file: str) -> Iterator[Fault]:
    """Yield what a profile of a series lacks: its name and words, and the columns that it is read from."""
    if profile.kind == "series":
        missing = [name for name in ("unit", "year", "value") if name not in profile.columns]
        for key in [*([] if profile.series else ["series"]), *(f"columns.{name}" for name in missing)]:
            yield Fault(file, 0, "", "E-CTRY-03", key)


def _unusable_names(profile: Profile, file: str) -> Iterator[Fault]:
    """Yield the columns whose names mean nothing, with the names that do."""
    allowed = {"allowed": ", ".join(OF_FIGURES)}
    for name in profile.columns:
        if profile.kind == "figures" and name not in OF_FIGURES:
            yield Fault(file, 0, "columns", "E-PROF-04", name, allowed)
        elif not CODE.fullmatch(name):
            yield Fault(file, 0, "columns", "E-PROF-04", name, {"allowed": "a-z 0-9 _"})
    for name in sorted((profile.may_be_absent | profile.may_be_empty) - set(profile.columns) - set(profile.others)):
        yield Fault(file, 0, "may_be_absent, may_be_empty", "E-PROF-04", name, {"allowed": ", ".join(profile.columns)})


def _formula_faults(profile: Profile, file: str) -> Iterator[Fault]:
    """Yield the formulas that cannot be read or that name a column which the profile does not."""
    known = {*profile.columns, *profile.others}
    for formula in profile.formulas:
        try:
            named = {formula.column, *names_of(formula.equals), *filter(None, [formula.where])}
        except FormulaError:
            yield Fault(file, 0, "formulas.equals", "E-PROF-16", formula.equals)
            continue
        for name in sorted(named - known):
            yield Fault(file, 0, "formulas", "E-PROF-04", name, {"allowed": ", ".join(sorted(known))})


def _unit_of_amounts(profile: Profile, file: str) -> Iterator[Fault]:
    """Yield that nobody says in which unit the amounts are, or that two do."""
    amounts, by_column = profile.amounts, "unit_of_amounts" in profile.columns
    allowed = "tenge, thousand, million"
    if amounts.power < 0 and not by_column:
        yield Fault(file, 0, "amounts.unit", "E-CSV-16", allowed)
    if (amounts.power >= 0) == bool(by_column or amounts.unit_words):
        yield Fault(file, 0, "amounts.units", "E-CSV-16", allowed)
    for word, power in amounts.unit_words.items():
        if power < 0:
            yield Fault(file, 0, "amounts.units", "E-CSV-16", f"{word}: {allowed}")


def _unusable(profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield (key, value) where the value is of its kind but cannot be worked with."""
    columns, phases = set(profile.columns), set(profile.columns) & set(PHASES)
    is_long, is_tree = {"phase", "amount"} <= columns, profile.layout == "tree"
    words = profile.amounts.phase_words
    checks = (
        ("title", all(text.strip() and text.isprintable() for text in profile.title.values())),
        ("columns", bool(phases) != is_long),
        ("columns.phase", ("phase" in columns) == ("amount" in columns) == bool(words)),
        ("amounts.phases", set(words.values()) <= set(PHASES)),
        ("columns.period", _has_period(columns, profile.notation)),
        ("columns.function", is_tree or "function" in columns),
        ("columns.unit", is_tree or profile.place.from_file_name or "unit" in columns or profile.scope == "country"),
        ("columns.id", not is_tree or set(TREE_KEYS[:4]) | {"name"} <= columns),
        ("blocks", is_tree == bool(profile.blocks)),
        ("blocks.take", not is_tree or any(block.take == "expenditure" for block in profile.blocks)),
        ("blocks.code", len({block.code for block in profile.blocks}) == len(profile.blocks)),
        ("amounts.cumulative", profile.amounts.is_cumulative or (not is_tree and profile.scope == "unit")),
        ("amounts.thousands", not profile.amounts.thousands or profile.amounts.decimal),
        ("amounts.thousands", profile.amounts.thousands != profile.amounts.decimal or not profile.amounts.decimal),
        ("totals.column", not profile.totals.column or profile.totals.column in columns),
        ("totals.codes", not profile.totals.column or profile.totals.codes or profile.totals.words),
        ("scope", profile.scope == "unit" or bool(profile.totals.column)),
        ("order", not profile.order or sorted(profile.order) == sorted(profile.headings)),
        ("period.years", profile.years[0] <= profile.years[1]),
    )
    yield from ((key, "") for key, holds in checks if not holds)
    for block in profile.blocks:
        if block.take == "expenditure" and (block.levels[:1] != ("block",) or "function" not in block.levels):
            yield "blocks.levels", ", ".join(block.levels)
        if set(block.items) - {"revenue", "transfers"}:
            yield "blocks.items", ", ".join(block.items)


def _has_period(columns: set[str], notation: str) -> bool:
    wanted = {"year", "month"} if notation == "columns" else {"period"}
    return wanted <= columns and not ({"year", "month", "period"} - wanted) & columns
