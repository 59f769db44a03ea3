"""The reconciliation and the notes of a layer, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from geo.faces.wording import Wording, function_name, has_name
from geo.layers import Account, Term
from geo.layers.dividing import Peers

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
    words = country.words["published"][text.lang] if account.is_total_line else _lines(wording)
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


def _lines(wording: Wording) -> str:
    """Return what a sum of the source's lines is called: of a subgroup all lines of its group are explained."""
    function = wording.layer.view.function
    group = function[: wording.version.country.function_digits]
    return wording.text("account.lines_of_group", code=group) if function != group else wording.text("account.lines")


def note(wording: Wording, key: str, values: Mapping[str, Any]) -> str:
    """Return a note of the layer as a sentence."""
    if key in _NOTES:
        return _NOTES[key](wording, values)
    if "units" in values:
        return wording.text(f"note.{key}", units=_names(wording, values["units"])).replace("..", ".")
    return wording.text(f"note.{key}", **values)


def _function(wording: Wording, values: Mapping[str, Any]) -> str:
    name = function_name(wording.version, values["code"], wording.text.lang)
    return wording.text("note.function", code=values["code"], name=name)


def _subgroup(wording: Wording, values: Mapping[str, Any]) -> str:
    version, text = wording.version, wording.text
    told = text("note.subgroup", **values, name=function_name(version, values["code"], text.lang))
    return told if has_name(version, values["code"], text.lang) else f"{told} {text('note.subgroup_language')}"


def _within(wording: Wording, values: Mapping[str, Any]) -> str:
    return wording.text("note.within", unit=wording.unit_name(values["unit"]))


def _peers(wording: Wording, values: Mapping[str, Any]) -> str:
    return wording.text("note.peers", medians="; ".join(_median(wording, peers) for peers in values["peers"]))


def _median(wording: Wording, peers: Peers) -> str:
    text = wording.text
    kind = f"kinds.{peers.kind}" if text.has(f"kinds.{peers.kind}.other") else "kinds.unit"
    return text("note.peers_median", peers=text.counted(kind, peers.count), median=wording.rate_in_words(peers.median))


def _restated(wording: Wording, values: Mapping[str, Any]) -> str:
    told = wording.version.country.edition(values["edition"]).note[wording.text.lang]
    return wording.text("note.restated", edition=values["edition"], text=told)


def _denominator(wording: Wording, values: Mapping[str, Any]) -> str:
    dated = "denominator" if wording.layer.denominator_year else "denominator_undated"
    return wording.text(f"note.{dated}", source=wording.series("source"), year=values["year"])


def _real_prices(wording: Wording, values: Mapping[str, Any]) -> str:
    source = wording.version.country.prices_source[wording.text.lang]
    return wording.text("note.real_prices", year=values["year"], source=source)


_NOTES: Mapping[str, Callable[[Wording, Mapping[str, Any]], str]] = {
    "function": _function,
    "subgroup": _subgroup,
    "within": _within,
    "peers": _peers,
    "restated": _restated,
    "denominator": _denominator,
    "real_prices": _real_prices,
}


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
