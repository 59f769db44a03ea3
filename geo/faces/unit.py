"""One unit's budget in words: the rows of its page, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from geo.core.text import Scale, Text
from geo.faces.amounts import UNKNOWN, Amount, amount_of
from geo.faces.bars import bar
from geo.faces.treemap import Tile, treemap
from geo.faces.wording import function_name
from geo.layers.unit import BodyPart, FunctionBodies, FunctionPart, Standing, UnitBudget
from geo.versions import Version

_NOTHING = Markup("")


@dataclass(frozen=True)
class OverviewRow:
    """One line of the overview as people read it; `kind` tells how it is set, `bar` is its amount on one scale."""

    kind: str
    label: str
    amount: Amount
    per_person: str
    rank: str
    bar: Markup


@dataclass(frozen=True)
class FunctionRow:
    """One function as people read it."""

    code: str
    name: str
    amount: Amount
    share: str
    bar: Markup
    rank: str


@dataclass(frozen=True)
class BodyRow:
    """One body as people read it, in the source's language where it has no other name."""

    body_id: str
    name: str
    is_translated: bool
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
    treemap: Markup
    cards: tuple[BodyCard, ...]
    published: tuple[tuple[str, str], ...]  # the unit's own reconciliation, the published line first


@dataclass(frozen=True)
class Scales:
    """How amounts and amounts per person are written; units side by side share them."""

    amount: Scale
    person: Scale

    @classmethod
    def of(cls, *budgets: UnitBudget, minor_units: int) -> Scales:
        """Return the scales that fit the largest figures of some units."""
        standings = [standing for budget in budgets for standing in budget.phases.values()]
        amounts = [standing.amount or 0 for standing in standings]
        amounts += [amount for budget in budgets for amount in budget.revenue.values()]
        persons = [standing.per_person or 0.0 for standing in standings]
        return cls(
            Scale.of(max(amounts, default=0) / minor_units).finer, Scale.of(max(persons, default=0) / minor_units)
        )


def read_unit(
    budget: UnitBudget, text: Text, version: Version, addresses: Mapping[str, str] | None = None
) -> UnitReading:
    """Return a unit's budget in a language; "–" where a figure was not reported or is not ranked.

    `addresses` says where each function leads; those that it lacks lead nowhere.
    """
    scales = Scales.of(budget, minor_units=version.country.minor_units)
    symbol = version.country.symbol
    return UnitReading(
        amount_unit=text(f"scale.{scales.amount.exponent}") + symbol,
        person_unit=text(f"scale.{scales.person.exponent}") + symbol,
        overview=_overview(budget, text, version, scales),
        functions=tuple(_function(part, text, version, scales.amount) for part in budget.functions),
        treemap=_treemap(budget, text, version, addresses or {}),
        cards=tuple(_card(group, text, version) for group in budget.bodies),
        published=_published(budget, text, version),
    )


def _overview(budget: UnitBudget, text: Text, version: Version, scales: Scales) -> tuple[OverviewRow, ...]:
    minor = version.country.minor_units
    most = max((standing.amount or 0 for standing in budget.phases.values()), default=0)

    def row(kind: str, label: str, standing: Standing, drawn: Markup = _NOTHING) -> OverviewRow:
        amount = amount_of(standing.amount, text, version, scales.amount)
        person = UNKNOWN if standing.per_person is None else text.scaled(standing.per_person / minor, scales.person)
        rank = UNKNOWN if standing.rank is None else text("place.rank", rank=standing.rank, count=standing.count)
        # A part of a budget has no place of its own: its cells stay empty, a dash would say "not reported".
        has_place = kind == "phase" or standing.count > 0
        return OverviewRow(kind, label, amount, *((person, rank) if has_place else ("", "")), drawn)

    rows = [
        row("phase", text(f"phase.{phase}"), standing, bar((standing.amount or 0) / most if most else 0.0, phase))
        for phase, standing in budget.phases.items()
    ]
    if budget.transfers:
        rows.append(row("part", text("place.of_which_transfers"), Standing(budget.transfers, None, None, 0)))
        rows.append(row("part", text("place.as_on_map"), budget.as_on_map))
    rows += [row("revenue", text(f"place.{item}"), Standing(n, None, None, 0)) for item, n in budget.revenue.items()]
    return tuple(rows)


def _function(part: FunctionPart, text: Text, version: Version, scale: Scale) -> FunctionRow:
    return FunctionRow(
        code=part.code,
        name=function_name(version, part.code, text.lang),
        amount=amount_of(part.standing.amount, text, version, scale),
        share=text.percent(part.share),
        bar=bar(part.share / 100),
        rank=UNKNOWN if part.standing.rank is None else str(part.standing.rank),
    )


def _treemap(budget: UnitBudget, text: Text, version: Version, addresses: Mapping[str, str]) -> Markup:
    minor, symbol = version.country.minor_units, version.country.symbol

    def tile(part: FunctionPart) -> Tile:
        amount, share = part.standing.amount or 0, text.percent(part.share)
        name = function_name(version, part.code, text.lang)
        return Tile(
            value=float(amount),
            name=function_name(version, part.code, text.lang, "short"),
            figure=share,
            said=f"{name}: {text.money(amount, minor, symbol)}, {share}",
            address=addresses.get(part.code, ""),
        )

    return treemap([tile(part) for part in budget.functions]) if budget.functions else _NOTHING


def _card(group: FunctionBodies, text: Text, version: Version) -> BodyCard:
    def money(amount: int) -> str:
        return text.money(amount, version.country.minor_units, version.country.symbol)

    def row(part: BodyPart) -> BodyRow:
        own = part.body[f"name_{text.lang}"]
        return BodyRow(
            body_id=str(part.body["body_id"]),
            name=own or part.body["name_ru"],
            is_translated=bool(own),
            amount=money(part.amount),
            share=text.percent(part.share),
            is_group=bool(part.body["is_group"]),
        )

    others = text("place.more", count=group.others, amount=money(group.others_amount)) if group.others else ""
    name = function_name(version, group.code, text.lang)
    return BodyCard(name, money(group.total), tuple(map(row, group.largest)), others)


def _published(budget: UnitBudget, text: Text, version: Version) -> tuple[tuple[str, str], ...]:
    found = budget.published
    if found is None:
        return ()
    minor, symbol = version.country.minor_units, version.country.symbol
    return (
        (version.country.words["published"][text.lang], text.money(found.amount, minor, symbol)),
        (text("place.functions_together"), text.money(found.together, minor, symbol)),
        (text("account.difference"), text.money(found.difference, minor, symbol)),
    )
