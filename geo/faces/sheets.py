"""The reconciliation and the notes of a layer, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.faces.wording import Wording, function_name
from geo.layers import Account, Term

_MOST_NAMED = 12  # territories in a sentence; the table has them all


@dataclass(frozen=True)
class Sum:
    """One line of a reconciliation as people read it."""

    key: str
    label: str
    amount: str


@dataclass(frozen=True)
class Sheet:
    """One reconciliation: a heading, the published total, its terms, what they add up to, and the control total."""

    title: str
    published: Sum
    terms: tuple[Sum, ...]
    together: str
    control: Sum | None


def sheet(wording: Wording, account: Account) -> Sheet:
    """Return a reconciliation in words; a figure that was not published says so, it is not zero."""
    text, country = wording.text, wording.version.country
    words = country.words["published"][text.lang] if account.is_total_line else text("account.lines")
    control = None
    if account.control is not None:
        control = Sum("control", country.words["control"][text.lang], wording.money(account.control))
    known = [term.amount for term in account.terms if term.amount is not None]
    return Sheet(
        title=text("account.of", phase=text(f"phase.{account.phase}"), period=text.period(account.period)),
        published=Sum("published", words, _money(wording, account.published)),
        terms=tuple(Sum(term.key, _label(wording, term), _money(wording, term.amount)) for term in account.terms),
        together=wording.money(sum(known)) if known else text("account.unknown"),
        control=control,
    )


def note(wording: Wording, key: str, values: Mapping[str, Any]) -> str:
    """Return a note of the layer as a sentence."""
    text, version = wording.text, wording.version
    if "units" in values:
        return text(f"note.{key}", units=_names(wording, values["units"])).replace("..", ".")
    if key == "function":
        return text("note.function", code=values["code"], name=function_name(version, values["code"], text.lang))
    if key == "restated":
        told = version.country.edition(values["edition"]).note[text.lang]
        return text("note.restated", edition=values["edition"], text=told)
    if key == "denominator":
        dated = "denominator" if wording.layer.denominator_year else "denominator_undated"
        return text(f"note.{dated}", source=wording.series("source"), year=values["year"])
    if key == "real_prices":
        return text("note.real_prices", year=values["year"], source=version.country.prices_source[text.lang])
    return text(f"note.{key}", **values)


def _label(wording: Wording, term: Term) -> str:
    level = wording.version.country.level(wording.layer.view.level)
    own = level.outside if term.key == "outside_places" else {}
    label = own.get(wording.text.lang) or wording.text(f"account.{term.key}")
    return f"{label} ({_names(wording, term.units)})" if term.units else label


def _names(wording: Wording, units: tuple[str, ...]) -> str:
    names = {row.unit.unit_id: row.unit.names[wording.text.lang] for row in wording.layer.rows}
    if len(units) <= _MOST_NAMED:
        return ", ".join(names[unit] for unit in units)
    some = ", ".join(names[unit] for unit in units[:_MOST_NAMED])
    return wording.text("note.more_units", units=some, count=len(units) - _MOST_NAMED)


def _money(wording: Wording, amount: int | None) -> str:
    return wording.text("account.unknown") if amount is None else wording.money(amount)
