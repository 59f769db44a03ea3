"""One unit's budget in words: the rows of its page, in one language."""

from __future__ import annotations

from dataclasses import dataclass

from geo.core.text import Scale, Text
from geo.faces.wording import function_name
from geo.layers.unit import BodyPart, FunctionBodies, FunctionPart, Standing, UnitBudget
from geo.versions import Version


@dataclass(frozen=True)
class OverviewRow:
    """One line of the overview as people read it; `kind` tells how it is set."""

    kind: str
    label: str
    amount: str
    per_person: str
    rank: str


@dataclass(frozen=True)
class FunctionRow:
    """One function as people read it; `width` is its share as a whole number, for the bar."""

    code: str
    name: str
    amount: str
    share: str
    width: int
    rank: str


@dataclass(frozen=True)
class BodyRow:
    """One body as people read it, in the source's language where it has no other name."""

    name: str
    amount: str
    share: str
    is_group: bool


@dataclass(frozen=True)
class BodyCard:
    """The largest bodies of a function."""

    name: str
    total: str
    rows: tuple[BodyRow, ...]
    others: str


@dataclass(frozen=True)
class UnitReading:
    """The texts of a unit's page; the units stand in the heads of the columns."""

    amount_unit: str
    person_unit: str
    overview: tuple[OverviewRow, ...]
    functions: tuple[FunctionRow, ...]
    cards: tuple[BodyCard, ...]


def read_unit(budget: UnitBudget, text: Text, version: Version) -> UnitReading:
    """Return a unit's budget in a language; "–" where a figure was not reported or is not ranked."""
    minor, symbol = version.country.minor_units, version.country.symbol
    standings = budget.phases.values()
    amounts = [standing.amount or 0 for standing in standings] + list(budget.revenue.values())
    scale = Scale.of(max(amounts) / minor).finer
    per = Scale.of(max(standing.per_person or 0.0 for standing in standings) / minor)

    def row(kind: str, label: str, standing: Standing) -> OverviewRow:
        amount = "–" if standing.amount is None else text.scaled(standing.amount / minor, scale)
        person = "–" if standing.per_person is None else text.scaled(standing.per_person / minor, per)
        rank = "–" if standing.rank is None else text("place.rank", rank=standing.rank, count=standing.count)
        # A part of a budget has no place of its own: its cells stay empty, a dash would say "not reported".
        return OverviewRow(kind, label, amount, *((person, rank) if kind == "phase" or standing.count else ("", "")))

    rows = [row("phase", text(f"phase.{phase}"), standing) for phase, standing in budget.phases.items()]
    if budget.transfers:
        rows.append(row("part", text("place.of_which_transfers"), Standing(budget.transfers, None, None, 0)))
        rows.append(row("part", text("place.as_on_map"), budget.as_on_map))
    rows += [row("revenue", text(f"place.{item}"), Standing(n, None, None, 0)) for item, n in budget.revenue.items()]
    return UnitReading(
        amount_unit=text(f"scale.{scale.exponent}") + symbol,
        person_unit=text(f"scale.{per.exponent}") + symbol,
        overview=tuple(rows),
        functions=tuple(_function(part, text, version, scale) for part in budget.functions),
        cards=tuple(_card(group, text, version) for group in budget.bodies),
    )


def _function(part: FunctionPart, text: Text, version: Version, scale: Scale) -> FunctionRow:
    return FunctionRow(
        code=part.code,
        name=function_name(version, part.code, text.lang),
        amount=text.scaled((part.standing.amount or 0) / version.country.minor_units, scale),
        share=text.percent(part.share),
        width=round(part.share),
        rank="–" if part.standing.rank is None else str(part.standing.rank),
    )


def _card(group: FunctionBodies, text: Text, version: Version) -> BodyCard:
    def money(amount: int) -> str:
        return text.money(amount, version.country.minor_units, version.country.symbol)

    def row(part: BodyPart) -> BodyRow:
        name = part.body[f"name_{text.lang}"] or part.body["name_ru"]
        return BodyRow(name, money(part.amount), text.percent(part.share), bool(part.body["is_group"]))

    others = text("place.more", count=group.others, amount=money(group.others_amount)) if group.others else ""
    name = function_name(version, group.code, text.lang)
    return BodyCard(name, money(group.total), tuple(map(row, group.largest)), others)
