"""Names that stand beside codes: whoever reads a row by its name must find the figures of that unit and function."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyarrow as pa

from geo.core.errors import Fault
from geo.profiles.cells import tidy_name
from geo.profiles.coding import Coding
from geo.profiles.findings import Findings
from geo.profiles.vocabulary import Ints, Pairing, Spot, Vocabulary

# Words that say what a unit is, not which one: Астана is г. Астана.
_KINDS = frozenset(
    ["г", "город", "қ", "қала", "қаласы", "обл", "область", "облысы", "city", "region", "oblast"],
)
UNIT_NAMES = ("unit_name", "unit_iso")  # columns that call a unit by something else than its code


class Beside:
    """The names in a file against those by which the country knows other codes; a name nobody knows says nothing."""

    def __init__(self, coding: Coding) -> None:
        """Begin with no name read."""
        self._coding, known = coding, coding.known
        self._unit_names = _of_one_code((*known.unit_names.items(), *coding.profile.place.aliases.items()))
        self._bare_names = _of_one_code((_bare(name), code) for name, code in known.unit_names.items())
        self._function_names = _of_one_code(known.function_names.items())
        self._texts = Vocabulary(tidy_name)
        self._units, self._functions = Pairing(self._judge_unit), Pairing(self._judge_function)

    def units(self, units: Ints, names: pa.Array, spot: Spot, findings: Findings) -> Ints:
        """Return the units again; a row whose name is surely that of another unit is named and has a negative one."""
        return self._units.encode(units, self._texts.encode(names), spot, findings)

    def functions(self, functions: Ints, names: pa.Array, spot: Spot, findings: Findings) -> Ints:
        """Return the functions again; a row whose name is surely that of another function has a negative one."""
        return self._functions.encode(functions, self._texts.encode(names), spot, findings)

    def _judge_unit(self, unit: int, text: int) -> int | Fault:
        code, name = self._coding.units.meanings[unit], self._texts.meanings[text]
        other = self._unit_names.get(_words(name)) or self._bare_names.get(_bare(name), code)
        former = self._coding.known.former_codes
        # A unit keeps its name when its code changes, so either code may stand beside it.
        if not code or code in {other, former.get(other)} or former.get(code) == other:
            return unit
        return Fault("", 0, "", "E-JOIN-19", code, {"name": name, "other": other})

    def _judge_function(self, function: int, text: int) -> int | Fault:
        code, name = self._coding.functions.meanings[function], self._texts.meanings[text]
        other = self._function_names.get(_words(name), code)
        # Beside a subgroup the name may be that of its group, and the other way round.
        if code.startswith(other) or other.startswith(code):
            return function
        return Fault("", 0, "", "E-JOIN-20", code, {"name": name, "other": other})


def _of_one_code(named: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return name → code of the names that mean one code only."""
    codes: dict[str, set[str]] = defaultdict(set)
    for name, code in named:
        codes[_words(name)].add(code)
    return {name: next(iter(many)) for name, many in codes.items() if name and len(many) == 1}


def _bare(name: str) -> str:
    """Return a name without the words that say what kind of unit it is."""
    return " ".join(word for word in _words(name).split() if word not in _KINDS)


def _words(name: str) -> str:
    """Return a name without case and marks: г_Астана and г. Астана are the same."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))
