"""The unit whose figures a file holds, where no column says it: as the operator said, or by a name in the file's."""

from __future__ import annotations

import re
from collections.abc import Mapping

from geo.core.delivery import Known
from geo.core.errors import Fault
from geo.profiles.language import Given, Profile


def unit_of_file(profile: Profile, known: Known, given: Given, file: str) -> str | Fault:
    """Return the unit of a file as a whole, empty where a column holds it; a fault where it cannot be told."""
    if profile.scope == "country":
        return ""
    units = {code for by_level in known.units.values() for codes in by_level.values() for code in codes}
    if given.unit_id:
        is_known = given.unit_id in units or given.unit_id in known.former_codes
        near = {"near": ", ".join(sorted(units)[:3])}
        return given.unit_id if is_known else Fault("", 0, "--unit", "E-JOIN-01", given.unit_id, near)
    if "unit" in profile.columns:
        return ""
    named = _named(file, {**known.unit_names, **profile.place.aliases}) if profile.place.from_file_name else {}
    codes = sorted(set(named.values()))
    if len(codes) == 1:
        return codes[0]
    found = {"found": ", ".join(f"{name} = {code}" for name, code in sorted(named.items())) or "–"}
    return Fault("", 0, "", "E-JOIN-10", file, found)


def _named(file: str, names: Mapping[str, str]) -> dict[str, str]:
    """Return the names of units that stand in a file's name as whole words; those inside a longer one do not count."""
    text = f" {_words(file.rpartition('.')[0] or file)} "
    found = {word: code for name, code in names.items() if (word := _words(name)) and f" {word} " in text}
    return {
        word: code
        for word, code in found.items()
        if not any(word != other and f" {word} " in f" {other} " for other in found)
    }


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
