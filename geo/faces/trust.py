"""What stands beside the map so that nobody need believe it: the total in short, and what is not on the map."""

from __future__ import annotations

from dataclasses import dataclass

from geo.core.text import Scale, Text
from geo.faces.reading import Reading

_CLASSES = {"natural": "natural_breaks", "quantile": "quantile"}
_ACCOUNT = ("transfers_apart", "not_placed", "not_reported", "difference")  # terms that have words of their own


@dataclass(frozen=True)
class Trust:
    """The first account of a layer in short; both empty where the source gave no total or all of it is on the map."""

    total: str
    off_map: str


def trust_of(reading: Reading) -> Trust:
    """Return the published total and whatever of it is not on the map, each with its amount, none left out."""
    text, version, account = reading.text, reading.wording.version, reading.layer.accounts[0]
    minor, symbol = version.country.minor_units, version.country.symbol
    told = []
    for line, term in zip(reading.sheets[0].terms, account.terms, strict=True):
        if term.key == "on_map" or term.amount == 0:
            continue
        amount = "" if term.amount is None else short_money(text, term.amount, minor, symbol)
        told.append(text("trust.term", label=_small(line.label), amount=amount or text("account.unknown")))
    total = "" if account.published is None else short_money(text, account.published, minor, symbol)
    return Trust(total, "; ".join(told))


def short_money(text: Text, amount_minor: int, minor_units: int, symbol: str) -> str:
    """Return an amount as a sentence says it: 15.05 trillion, in the scale of its own size."""
    value = amount_minor / minor_units
    scale = Scale.said(value)
    if not scale.exponent:
        return text.money(amount_minor, minor_units, symbol)
    return text.said(value, Scale(scale.exponent, 2), symbol)


def words_of(reading: Reading) -> dict[str, list[str]]:
    """Return the terms that a view's page explains, by the place where they stand: each once."""
    view, text, measure = reading.layer.view, reading.text, reading.layer.measure
    plan = {"final": "final", "partial": "year_to_date"}.get(reading.wording.status, "")
    is_restated = any(key == "restated" for key, _ in reading.layer.notes)
    head = (
        measure.id,
        plan,
        "function" if view.function else "",
        "per_person" if measure.is_money and view.per == "person" else "",
        "constant_prices" if view.prices != "nominal" else "",
        "restated" if is_restated else "",
        "local_budget",
        "republican_budget",
    )
    lines = {term.key for account in reading.layer.accounts for term in account.terms if term.amount != 0}
    account = (
        "reconciliation",
        *("transfers" if key == "transfers_apart" else key for key in _ACCOUNT if key in lines),
    )
    classes = "" if reading.layer.shows_circles else _CLASSES.get(view.method, "")
    places = {"head": head, "legend": (classes,), "account": account}
    return {place: [key for key in keys if text.has(f"glossary.{key}.word")] for place, keys in places.items()}


def _small(label: str) -> str:
    """Return a label as it stands inside a sentence."""
    return label[:1].lower() + label[1:]
