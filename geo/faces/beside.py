"""Units side by side in words: one row a figure, one column a unit, bars on one scale, and the differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from geo.core.text import Text
from geo.faces.amounts import UNKNOWN, Amount, amount_of, rounded
from geo.faces.bars import bar
from geo.faces.unit import Scales
from geo.faces.wording import function_name
from geo.layers.trend import Growth
from geo.layers.unit import FunctionPart, Standing, UnitBudget
from geo.versions import Version

_NOTHING = Markup("")


@dataclass(frozen=True)
class Cell:
    """One figure of one unit: an amount or a text, what stands below it, and its bar."""

    amount: Amount
    below: str = ""
    bar: Markup = _NOTHING


@dataclass(frozen=True)
class BesideRow:
    """One figure of all units, in their order; `function` is the one whose map it leads to."""

    label: str
    cells: tuple[Cell, ...]
    function: str = ""


@dataclass(frozen=True)
class BesideGroup:
    """Rows that belong together, with the unit of their amounts in the heading."""

    title: str
    rows: tuple[BesideRow, ...]


@dataclass(frozen=True)
class Beside:
    """Everything in words."""

    groups: tuple[BesideGroup, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class _Side:
    """What all rows are written with."""

    text: Text
    version: Version
    budgets: Sequence[UnitBudget]
    scales: Scales

    def amounts(
        self, label: str, amounts: Sequence[int | None], below: Sequence[str] = (), kind: str = ""
    ) -> BesideRow:
        """Return a row of amounts with bars on the scale of its largest."""
        most = max((amount or 0 for amount in amounts), default=0)
        told = below or [""] * len(amounts)
        cells = [
            Cell(
                amount_of(amount, self.text, self.version, self.scales.amount),
                said,
                bar((amount or 0) / most if most > 0 else 0.0, kind),
            )
            for amount, said in zip(amounts, told, strict=True)
        ]
        return BesideRow(label, tuple(cells))

    def texts(self, label: str, texts: Sequence[str]) -> BesideRow:
        """Return a row of words."""
        return BesideRow(label, tuple(Cell(Amount(said, "", "")) for said in texts))


def read_beside(
    budgets: Sequence[UnitBudget], growths: Sequence[Growth | None], text: Text, version: Version
) -> Beside:
    """Return two or more units of one period side by side; the first is the one that the others are compared with."""
    side = _Side(text, version, budgets, Scales.of(*budgets, minor_units=version.country.minor_units))
    return Beside(
        groups=(_spent(side, growths), _phases(side), _functions(side), *_revenue(side)),
        sentences=_differences(side),
    )


def _spent(side: _Side, growths: Sequence[Growth | None]) -> BesideGroup:
    text = side.text
    rows = []
    if any(budget.has_people for budget in side.budgets):
        values = [budget.as_on_map.per_person for budget in side.budgets]
        most = max((value or 0.0 for value in values), default=0.0)
        cells = [
            Cell(Amount(UNKNOWN, "", ""))
            if value is None
            else Cell(
                Amount(rounded(value, text, side.version), "", ""),
                "",
                bar(value / most if most > 0 else 0.0, "executed"),
            )
            for value in values
        ]
        rows.append(BesideRow(text("place.column_person"), tuple(cells)))
        people = [UNKNOWN if b.people is None else text.number(round(b.people)) for b in side.budgets]
        rows.append(side.texts(text("place.column_people"), people))
    rows.append(side.texts(text("place.column_rank"), [_rank(b.as_on_map, text) for b in side.budgets]))
    nominal = [UNKNOWN if g is None else text.percent(g.nominal, is_change=True) for g in growths]
    known = next((g for g in growths if g is not None), None)
    if known is not None:
        rows.append(side.texts(text("compare.change", period=text.period(_word(known.before))), nominal))
    if any(g is not None and g.real is not None for g in growths):
        real = [UNKNOWN if g is None or g.real is None else text.percent(g.real, is_change=True) for g in growths]
        rows.append(side.texts(text("compare.real"), real))
    return BesideGroup(text("place.lead_scope"), tuple(rows))


def _word(month: str) -> str:
    return month[:4] if month.endswith("-12") else month


def _rank(standing: Standing, text: Text) -> str:
    return UNKNOWN if standing.rank is None else text("place.rank", rank=standing.rank, count=standing.count)


def _phases(side: _Side) -> BesideGroup:
    most = max((s.amount or 0 for budget in side.budgets for s in budget.phases.values()), default=0)
    rows = []
    for phase in side.version.phases:
        amounts = [budget.phases[phase].amount for budget in side.budgets]
        row = side.amounts(side.text(f"phase.{phase}"), amounts, _per_person(side, phase))
        cells = [
            Cell(cell.amount, cell.below, bar((amount or 0) / most if most > 0 else 0.0, phase))
            for cell, amount in zip(row.cells, amounts, strict=True)
        ]
        rows.append(BesideRow(row.label, tuple(cells)))
    return BesideGroup(_titled("compare.phases", side), tuple(rows))


def _per_person(side: _Side, phase: str) -> list[str]:
    values = [budget.phases[phase].per_person for budget in side.budgets]
    said = ["" if value is None else rounded(value, side.text, side.version) for value in values]
    return [side.text("compare.person", rate=rate) if rate else "" for rate in said]


def _functions(side: _Side) -> BesideGroup:
    by_code = [{part.code: part for part in budget.functions} for budget in side.budgets]
    codes = sorted({code for parts in by_code for code in parts}, key=lambda code: (-_largest(by_code, code), code))
    most = max((_largest(by_code, code) for code in codes), default=0.0)
    rows = []
    for code in codes:
        parts = [known.get(code) for known in by_code]
        cells = [_function(part, most, side) for part in parts]
        rows.append(BesideRow(function_name(side.version, code, side.text.lang), tuple(cells), code))
    return BesideGroup(_titled("compare.functions", side), tuple(rows))


def _largest(by_code: Sequence[dict[str, FunctionPart]], code: str) -> float:
    return max(parts[code].share if code in parts else 0.0 for parts in by_code)


def _function(part: FunctionPart | None, most: float, side: _Side) -> Cell:
    if part is None:
        return Cell(Amount(UNKNOWN, "", ""))
    amount = amount_of(part.standing.amount, side.text, side.version, side.scales.amount)
    return Cell(amount, side.text.percent(part.share), bar(part.share / most if most > 0 else 0.0))


def _revenue(side: _Side) -> tuple[BesideGroup, ...]:
    items = [item for item in ("revenue", "transfers") if any(item in budget.revenue for budget in side.budgets)]
    rows = [side.amounts(side.text(f"place.{item}"), [b.revenue.get(item) for b in side.budgets]) for item in items]
    return (BesideGroup(_titled("compare.revenue", side), tuple(rows)),) if rows else ()


def _titled(key: str, side: _Side) -> str:
    unit = side.text(f"scale.{side.scales.amount.exponent}") + side.version.country.symbol
    return f"{side.text(key)}, {unit}"


def _differences(side: _Side) -> tuple[str, ...]:
    """Return in words how each unit differs from the first: per person or in all, and in its functions."""
    first, text = side.budgets[0], side.text
    own, said = _value(first), []
    names = [budget.unit.names[text.lang] for budget in side.budgets]
    for budget, name in list(zip(side.budgets, names, strict=True))[1:]:
        value = _value(budget)
        if not own or value is None:
            said.append(text("compare.unknown", name=name, first=names[0]))
            continue
        words = [rounded(n, text, side.version) for n in (value, own)]
        change = text.percent(100 * (value / own - 1), is_change=True)
        key = "compare.difference" if first.has_people else "compare.difference_amount"
        said.append(text(key, name=name, first=names[0], value=words[0], own=words[1], change=change))
        if widest := _widest(first, budget):
            code, shares = widest
            function = function_name(side.version, code, text.lang, "short")
            told = [text.percent(share) for share in shares]
            said.append(
                text("compare.widest", function=function, first=names[0], name=name, own=told[0], value=told[1])
            )
    return tuple(said)


def _value(budget: UnitBudget) -> float | None:
    standing = budget.as_on_map
    return standing.per_person if budget.has_people else standing.amount


def _widest(first: UnitBudget, other: UnitBudget) -> tuple[str, tuple[float, float]] | None:
    """Return the function whose share differs most between two units, with both shares."""
    shares = [{part.code: part.share for part in budget.functions} for budget in (first, other)]
    codes = sorted(set(shares[0]) | set(shares[1]))
    pairs = {code: (shares[0].get(code, 0.0), shares[1].get(code, 0.0)) for code in codes}
    return max(pairs.items(), key=lambda row: abs(row[1][0] - row[1][1])) if pairs else None
