"""A profile's TOML file → Profile, or everything that is wrong with the file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from geo.core.delivery import Dialect, Known
from geo.core.errors import BadData, Fault
from geo.core.model import PHASES
from geo.core.toml import read_toml
from geo.profiles.checking import contradictions, unknown_codes
from geo.profiles.keys import KEYS_OF_A_PROFILE
from geo.profiles.language import (
    UNITS,
    Amounts,
    Balance,
    Block,
    Checks,
    Codes,
    Formula,
    Place,
    Profile,
    Totals,
)


def read_profile(path: Path) -> Profile:
    """Return the profile of a file; raises BadData with every fault of the file."""
    plain = read_toml(path, path.name, KEYS_OF_A_PROFILE, "E-PROF-01")
    if not plain["columns"] or any(not words for words in _headings(plain, "columns").values()):
        raise BadData([Fault(path.name, 0, "columns", "E-CTRY-03", "columns")])
    profile = _profile(plain, hashlib.sha256(path.read_bytes()).hexdigest())
    if faults := list(contradictions(profile, path.name)):
        raise BadData(faults)
    return profile


def check_profile(path: Path, known: Known) -> list[Fault]:
    """Return everything that is wrong with a profile's file, the codes that it names included."""
    try:
        profile = read_profile(path)
    except BadData as bad:
        return list(bad.every)
    return list(unknown_codes(profile, path.name, known))


def find_profiles(folder: Path) -> dict[str, Profile]:
    """Return name → profile of a folder's TOML files; raises BadData with every fault of all of them."""
    found: dict[str, Profile] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            profile = read_profile(path)
        except BadData as bad:
            faults += bad.every
            continue
        if profile.name != path.stem:
            faults.append(Fault(path.name, 0, "name", "E-PROF-15", profile.name))
        found[profile.name] = profile
    if faults:
        raise BadData(faults)
    return found


def _headings(plain: dict[str, Any], table: str) -> dict[str, tuple[str, ...]]:
    rows = plain.get(table, {})
    return {name: tuple([words] if isinstance(words, str) else words) for name, words in rows.items()}


def _profile(plain: dict[str, Any], sha256: str) -> Profile:
    """Return the file's tables as the fields of Profile; what is left out has Profile's default."""
    dialect, period = plain.get("dialect", {}), plain.get("period", {})
    formats = tuple(dialect.pop("formats", ("csv",)))
    written = Dialect(format=formats[0] if len(formats) == 1 else "", **dialect)
    plainly = {key: plain[key] for key in ("layout", "scope", "supersedes") if key in plain}
    return Profile(
        name=plain["name"],
        kind=plain["kind"],
        source=plain["source"],
        title=plain["title"],
        sha256=sha256,
        formats=formats,
        dialect=written,
        order=tuple(plain.get("order", ())),
        series=plain.get("series", {}),
        columns=_headings(plain, "columns"),
        others=_headings(plain, "others"),
        ignored=_headings(plain, "ignored"),
        may_be_absent=frozenset(plain.get("may_be_absent", ())),
        may_be_empty=frozenset(plain.get("may_be_empty", ())),
        notation=period.get("notation", "YYYY-MM"),
        month=period.get("month", 12),
        years=tuple(period.get("years", (2000, 2050))),
        place=Place(**plain.get("unit", {})),
        codes=_codes(plain.get("codes", {})),
        amounts=_amounts(plain.get("amounts", {})),
        totals=_totals(plain.get("totals", {})),
        blocks=tuple(map(_block, plain.get("blocks", ()))),
        balances=tuple(map(_balance, plain.get("balances", ()))),
        formulas=tuple(Formula(**{**row, "relative": float(row["relative"])}) for row in plain.get("formulas", ())),
        checks=_checks(plain.get("checks", {})),
        **plainly,
    )


def _checks(row: dict[str, Any]) -> Checks:
    tolerance = _by_phase(row.get("compared_tolerance", {}))
    rest = {key: _frozen(value) for key, value in row.items() if key != "compared_tolerance"}
    return Checks(**rest, compared_tolerance=tolerance)


def _balance(row: dict[str, Any]) -> Balance:
    return Balance(row["total"], tuple(row["plus"]), tuple(row["minus"]), row["tolerance"])


def _frozen(value: Any) -> Any:
    return tuple(_frozen(inner) for inner in value) if isinstance(value, list) else value


def _codes(row: dict[str, Any]) -> Codes:
    left = frozenset(row.pop("functions_left", ()))
    return Codes(**{**row, "many_words": tuple(row.get("many_words", ()))}, functions_left=left)


def _amounts(row: dict[str, Any]) -> Amounts:
    words = {word.casefold(): UNITS.get(unit, -1) for unit, many in row.get("units", {}).items() for word in many}
    return Amounts(
        power=UNITS.get(row.get("unit", ""), -1),
        unit_words=words,
        decimal=row.get("decimal", ""),
        thousands=row.get("thousands", ""),
        decimals=row.get("decimals", -1),
        missing=frozenset(row.get("missing", ())),
        phase_words={word.casefold(): phase for phase, many in row.get("phases", {}).items() for word in many},
        is_cumulative=row.get("cumulative", True),
        is_reversed=row.get("reversed", False),
    )


def _totals(row: dict[str, Any]) -> Totals:
    return Totals(
        column=row.get("column", ""),
        codes=frozenset(row.get("codes", ())),
        words=frozenset(word.casefold() for word in row.get("words", ())),
        by=tuple(row.get("by", ())),
        is_required=row.get("required", False),
        holds_left=row.get("holds_left", False),
        tolerance=_by_phase(row.get("tolerance", {})),
    )


def _block(row: dict[str, Any]) -> Block:
    return Block(
        code=row["code"],
        name=row["name"],
        take=row["take"],
        is_required=row.get("required", False),
        levels=tuple(row.get("levels", ())),
        items=row.get("items", {}),
        tolerance=_by_phase(row.get("tolerance", {})),
    )


def _by_phase(tolerance: Any) -> dict[str, str]:
    return tolerance if isinstance(tolerance, dict) else dict.fromkeys(PHASES, tolerance)
