"""Write docs/measures.md: the table of measures as the code holds it. A test checks that it is fresh."""

from __future__ import annotations

from pathlib import Path

from geo.core.bounds import MOST, MOST_A_SIDE
from geo.core.measures import MEASURES
from geo.core.palettes import DIVERGING, SEQUENTIAL
from geo.core.view import KEYS
from geo.layers.classes import MOST_COUNTED

PATH = Path(__file__).parents[1] / "docs" / "measures.md"
HEAD = """# Measures

What a map may show. Made by `scripts/make_measures_doc.py` from `geo/core/measures.py`; change it there.

| measure | formula | unit | transfers to other budgets | classes, the default first | fixed bounds, % |
|---|---|---|---|---|---|
"""

KEYS_HEAD = """
## Keys of an address

Behind the period, in this order, left out where they say the default; any other spelling leads to this one.

| key | values, the default first |
|---|---|
"""
MEANINGS = {
    "function": "all; a functional group (`04`); a subgroup of it (`0402`) where entries of the period name any",
    "per": "`person`, `km2`, any series of the country, `none` (circles; not for `deviation`)",
    "transfers": "`apart` or `included`: the table above names the default",
    "borders": "the edition in force in the period, or another one (restated; top level alone)",
    "prices": "`nominal`, or a year",
    "within": "all of the level, or the units inside one unit of a level above",
    "classes": "a method of the table above",
    "breaks": "none, or the reader's own bounds: see below",
    "palette": f"for one direction {', '.join(SEQUENTIAL)}; for `change` and `deviation` {', '.join(DIVERGING)}",
    "highlight": "none, or a unit to stand out",
    "sort": "`value`; the order of the page's table",
}
RULES = f"""
## Deviation from the median of peers

The rate of each unit (money by `per=`) against the median rate of its peers: units of the same kind in the level,
itself among them; a kind of which fewer than three have a rate is compared with all units. In the files
`denominator` is what the unit would spend at that median, so that value = 100 · (amount ÷ denominator − 1). Within
one unit (`within=`) the peers are still those of the whole level. Prices cancel out.

## Months of a year

A month shows the year to date. All months of a year in which the same view is offered share one scale: bounds, colours,
the legend's words and the size of circles are made of their values together, for every method of classes and for bounds
of one's own. A class may then hold nothing in one month; the legend says 0. The whole year has classes of its own.
Bounds from more than {MOST_COUNTED} values are those of {MOST_COUNTED} at even steps of rank.

## Bounds of one's own

`breaks=500000_750000.5`: plain decimal numbers with up to four decimals, ascending, joined by `_`; money in whole
currency per unit of `per=`, ratios in per cent (`breaks=-10_0_10`). Each is the upper end of its class, what lies above
the last is a class more. At most {MOST_A_SIDE} on either side of zero and {MOST} together: so many steps of a palette
stay apart for every kind of eyes. Measures with two directions always part at zero. The same bound has the same colour
in every period. In the form numbers are typed as the language writes them.

## Subgroups

A version keeps them only for the phases and periods in which some entry names one, exact in all borders: the subgroups
of a group and what the source did not divide of it are the group, in every unit. The reconciliation of a subgroup is
that of its group: on the map, in other subgroups, not divided. A unit whose group was not divided shows no subgroup.
"""


def made() -> str:
    """Return the document."""
    rows = []
    for row in MEASURES.values():
        bounds = ", ".join(f"{bound:g}" for bound in row.fixed) or "–"
        cells = (f"`{row.id}`", row.formula, row.unit, row.transfers, ", ".join(row.classes), bounds)
        rows.append(f"| {' | '.join(cells)} |")
    keys = [f"| `{key}=` | {MEANINGS[key]} |" for key in KEYS]
    return HEAD + "\n".join(rows) + "\n" + KEYS_HEAD + "\n".join(keys) + "\n" + RULES


if __name__ == "__main__":
    PATH.write_text(made(), encoding="utf-8")
