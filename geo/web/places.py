"""The page of one unit: its budget through the phases, by function, and the largest bodies that spend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.core.errors import BadKey, BadValue, UnknownWord
from geo.core.model import LANGUAGES
from geo.core.text import Scale, Text, text_of
from geo.core.view import MEASURES, View
from geo.faces.wording import function_name
from geo.layers import Layer, layer, offer_of
from geo.versions import Version
from geo.versions.opened import REPORTED, Level
from geo.web.links import Links

MOST_BODIES = 5  # of a function; the original map showed as many


@dataclass(frozen=True)
class Place:
    """A unit's page in one language, for one period."""

    lang: str
    country: str
    edition: str
    level: str
    unit_id: str
    period: str
    default_period: str

    @property
    def path(self) -> str:
        """Return the canonical address from the root."""
        words = [self.lang, self.country, "unit", self.edition, self.level, self.unit_id]
        if self.period != self.default_period:
            words.append(f"period={self.period}")
        return "/".join(words) + "/"


@dataclass(frozen=True)
class BodyLine:
    """One body as people read it; `share` is of the function's money in the unit, in per cent."""

    name: str
    amount: str
    share: str
    is_group: bool


def parse(lang: str, segments: Sequence[str], version: Version) -> Place:
    """Return the place of `country/unit/edition/level/unit_id[/period=…]`; raises UnknownWord, BadKey, BadValue."""
    offer = offer_of(version)
    edition, level_id, unit_id = [*segments[2:], "", "", ""][:3]
    if edition not in offer.units:
        raise UnknownWord(word="borders", allowed=offer.units)
    levels = [level.id for level in version.country.levels]
    if level_id not in levels:
        raise UnknownWord(word="level", allowed=levels)
    if unit_id not in offer.units[edition]:
        raise UnknownWord(word="within", allowed=sorted(offer.units[edition]))
    years = [word for word in offer.period_words if "-" not in word] or list(offer.period_words)
    period = years[-1]
    if len(segments) > 6 or (len(segments) == 6 and not segments[5].startswith("period=")):
        raise BadKey(problem="unknown", allowed=["period"])
    if len(segments) == 6:
        period = segments[5].removeprefix("period=")
        if period not in offer.period_words:
            raise BadValue(key="period", allowed=offer.period_words)
    return Place(lang, version.country.id, edition, level_id, unit_id, period, years[-1])


def page(place: Place, version: Version, links: Links) -> dict[str, Any]:
    """Return what the unit's template shows."""
    text = text_of(place.lang)
    view = View(place.lang, place.country, place.level, "executed", place.period, transfers="included")
    offer = offer_of(version)
    if place.edition != offer.borders_of(view.month)[0]:
        view = view.but(borders=place.edition)
    data = version.level(place.edition, place.level)
    number = data.numbers[place.unit_id]
    unit = data.units[number]
    return {
        "t": text,
        "text_of": text_of,
        "place": place,
        "links": links,
        "version": version,
        "country": version.country,
        "unit": unit,
        "name": unit.names[place.lang],
        "period": text.period(place.period),
        "back": _back(view.but(transfers="apart"), place, links),
        "overview": _overview(version, view, place, text),
        "functions": _functions(version, view, number, text),
        "bodies": _bodies(version, place, data.sources[place.unit_id], text),
        "periods": [(_at(place, word), word, word == place.period) for word in offer.period_words],
        "sources": [_unit_names(version, source, place.lang) for source in data.sources[place.unit_id]],
        "langs": [(lang, _in(place, lang)) for lang in LANGUAGES],
    }


def _back(view: View, place: Place, links: Links) -> str:
    """Return the map with this unit standing out, or the map alone where a plain site has no such page."""
    marked = view.but(highlight=place.unit_id).path
    return marked if links.has(marked) else view.path


def _at(place: Place, period: str) -> str:
    return Place(**{**place.__dict__, "period": period}).path


def _in(place: Place, lang: str) -> str:
    return Place(**{**place.__dict__, "lang": lang}).path


def _unit_names(version: Version, unit_id: str, lang: str) -> str:
    own = version.level(version.country.first_edition_with_figures, version.country.levels[0].id)
    return own.units[own.numbers[unit_id]].names[lang]


@dataclass(frozen=True)
class Overview:
    """A unit's budget through the phases: rows (phase, amount, per person, rank), and the units of the columns."""

    amount_unit: str
    person_unit: str
    rows: list[tuple[str, str, str, str]]
    revenue: list[tuple[str, str]]


def _overview(version: Version, view: View, place: Place, text: Text) -> Overview:
    """Return the overview of a unit; "–" where a figure was not reported or is not ranked."""
    minor = version.country.minor_units
    data = version.level(place.edition, place.level)
    number = data.numbers[place.unit_id]
    answers = {phase: layer(view.but(measure=phase), version) for phase in version.phases if phase in MEASURES}
    own = {phase: answer.rows[number] for phase, answer in answers.items()}
    revenue = _revenue(version, place, data.sources[place.unit_id])
    scale = Scale.of(max([row.amount or 0 for row in own.values()] + [amount for _, amount in revenue]) / minor).finer
    per = Scale.of(max(row.value or 0.0 for row in own.values()) / minor)
    rows = []
    for phase in version.phases:
        row = own.get(phase)
        amount = row.amount if row else _phase_amount(version, data, number, view, phase)
        count = sum(other.rank is not None for other in answers[phase].rows) if row else 0
        rows.append(
            (
                text(f"phase.{phase}"),
                "–" if amount is None else text.scaled(amount / minor, scale),
                "–" if row is None or row.value is None else text.scaled(row.value / minor, per),
                "–" if row is None or row.rank is None else text("place.rank", rank=row.rank, count=count),
            )
        )
    shown = [(text(f"place.{item}"), text.scaled(amount / minor, scale)) for item, amount in revenue]
    return Overview(text(f"scale.{scale.exponent}"), text(f"scale.{per.exponent}"), rows, shown)


def _phase_amount(version: Version, data: Level, number: int, view: View, phase: str) -> int | None:
    """Return the amount of a phase that no measure shows by itself."""
    p, f = version.periods.index(view.month), version.phases.index(phase)
    return int(data.totals[number, p, :, f].sum()) if data.reported[number, p, f] == REPORTED else None


def _revenue(version: Version, place: Place, parts: Sequence[str]) -> list[tuple[str, int]]:
    """Return revenue received and the transfers within it; nothing where the source has no such period."""
    month = place.period if "-" in place.period else f"{place.period}-12"
    found = []
    for item in ("revenue", "transfers"):
        amounts = [version.facts["revenue"].get(f"{part}/{month}/{item}/executed") for part in parts]
        if None not in amounts:
            found.append((item, sum(amounts)))
    return found


def _functions(version: Version, view: View, number: int, text: Text) -> list[dict[str, str]]:
    """Return the functions of a unit, the largest first: amount, share, rank per person among the units."""
    whole = layer(view, version).rows[number].amount
    if not whole:
        return []
    answers: list[tuple[str, Layer]] = [
        (code, layer(view.but(function=code, transfers="apart"), version)) for code in version.functions
    ]
    scale = Scale.of(max(answer.rows[number].amount or 0 for _, answer in answers) / version.country.minor_units)
    answers.sort(key=lambda pair: -(pair[1].rows[number].amount or 0))
    rows = []
    for code, answer in answers:
        row = answer.rows[number]
        amount = row.amount or 0
        rows.append(
            {
                "code": code,
                "name": function_name(version, code, text.lang),
                "amount": text.scaled(amount / version.country.minor_units, scale),
                "unit": text(f"scale.{scale.exponent}"),
                "share": text.percent(100 * amount / whole),
                "width": str(round(100 * amount / whole)),
                "rank": "–" if row.rank is None else str(row.rank),
                "path": answer.view.but(highlight=view.highlight).path,
            }
        )
    return rows


def _bodies(version: Version, place: Place, parts: Sequence[str], text: Text) -> list[dict[str, Any]]:
    """Return, for each function with money, its largest bodies in the unit and how much the rest spent."""
    rows, bodies, minor = version.spending, version.json("bodies.json"), version.country.minor_units
    own = np.array([number for number, body in enumerate(bodies) if body["unit_code"] in parts])
    month = version.periods.index(place.period if "-" in place.period else f"{place.period}-12")
    executed = version.phases.index("executed")
    seen = rows[(rows["period"] == month) & (rows["phase"] == executed) & np.isin(rows["body"], own)]
    found = []
    for number, code in enumerate(version.functions):
        group = seen[(seen["function"] == number) & (seen["amount"] != 0)]
        group = group[np.lexsort((group["body"], -group["amount"]))]
        total = int(group["amount"].sum())
        if not total:
            continue
        top = [_body(bodies[row["body"]], int(row["amount"]), total, text, minor) for row in group[:MOST_BODIES]]
        rest = int(group["amount"][MOST_BODIES:].sum())
        more = text("place.more", count=len(group) - MOST_BODIES, amount=text.money(rest, minor)) if rest else ""
        found.append({
            "name": function_name(version, code, text.lang), "total": text.money(total, minor), "bodies": top,
            "more": more, "amount": total, "is_named": any(bodies[row["body"]]["kind"] != "budget" for row in group),
        })  # fmt: skip
    return sorted(found, key=lambda row: -row["amount"])


def _body(body: dict[str, Any], amount: int, total: int, text: Text, minor: int) -> BodyLine:
    name = text("place.budget") if body["kind"] == "budget" else body[f"name_{text.lang}"] or body["name_ru"]
    return BodyLine(name, text.money(amount, minor), text.percent(100 * amount / total), bool(body["is_group"]))
