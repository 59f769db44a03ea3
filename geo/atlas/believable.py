"""A country's own files against common sense: units of money, people and prices that cannot be as they stand."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from geo.core.country import Country
from geo.core.errors import BadData
from geo.entries import Ledger
from geo.plausible import doubts
from geo.plausible.series import denominator_doubts, index_doubts, published_doubts


def check_believable(country: Country, ledger: Ledger, divisors: pd.DataFrame, prices: dict[str, float]) -> None:
    """Raise BadData with what is hard to believe in the figures, denominators and prices of a country's folder.

    A doubt that somebody has looked into is named in budget.toml: accepted = ["E-SUM-04"].
    """
    units = ledger.entries["body_id"].map(ledger.units())
    groups = ledger.entries["function"].str[: country.function_digits]
    keys = ["unit_id", "period", "function", "phase"]
    rows = ledger.entries.assign(unit_id=units, function=groups)
    sums = rows.groupby(keys, as_index=False)["amount_minor"].sum()
    levels = [1.0, *(prices[year] for year in sorted(prices))]
    index = {year: 100 * after / before for year, (before, after) in zip(sorted(prices), pairwise(levels), strict=True)}
    found = [
        *doubts(sums, sums.head(0), {}, ledger.accepted, "budget.toml"),
        *denominator_doubts(divisors, accepted=ledger.accepted, file="country.toml"),
        *index_doubts(index, accepted=ledger.accepted, file=country.prices_file),
        *published_doubts(ledger.published, accepted=ledger.accepted, file="budget.toml"),
    ]
    if faults := [fault for fault in found if fault.code.startswith("E-")]:
        raise BadData(faults)
