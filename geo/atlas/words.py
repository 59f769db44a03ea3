"""country.toml against the other files: every code, year and unit that it names must be there."""

from __future__ import annotations

from collections.abc import Mapping

from geo.core.country import Country
from geo.core.errors import BadData, Fault
from geo.entries import Ledger


def check_words(
    country: Country, ledger: Ledger, years: Mapping[str, set[str]], codes: Mapping[str, frozenset[str]]
) -> None:
    """Raise BadData where country.toml names what the other files do not know, or they lack what it promises.

    `years` are those of each series of denominators, and of the prices under an empty name; `codes` the units of
    the top level of each edition.
    """
    groups = {code for code in ledger.functions if len(code) == country.function_digits}
    used = {code[: country.function_digits] for code in ledger.entries["function"].unique()} | {country.transfers}
    faults = [Fault("country.toml", 0, "functions", "E-JOIN-02", code) for code in sorted(used - groups - {""})]
    known = frozenset[str]().union(*codes.values())
    faults += [
        Fault("country.toml", 0, "map.insets", "E-JOIN-01", inset.unit_id, {"near": "–"})
        for inset in country.insets
        if inset.unit_id not in known
    ]
    needed = {period[:4] for period in ledger.entries["period"].unique()}
    dated = {"": country.prices_file, **{row.series: row.file for row in country.denominators if row.by_year}}
    faults += [
        Fault(file, 0, "year", "E-PER-01", year)
        for series, file in dated.items()
        for year in sorted(needed - years.get(series, set()))
    ]
    if faults:
        raise BadData(faults)
