"""A layer in one language: every text that a picture, page or embed shows, made once, so that all show the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo.core.text import Scale, Text, text_of
from geo.faces.wording import collated, function_name, qualifiers_of, title_of, tones_of, unit_text, value_text
from geo.layers import Account, Layer, Row, Term
from geo.versions import Version


@dataclass(frozen=True)
class Line:
    """One unit as people read it; `tone` is the name of its colour in the style sheet."""

    unit_id: str
    name: str
    state: str
    tone: str
    value: str
    amount: str
    divisor: str
    rank: str


@dataclass(frozen=True)
class Swatch:
    """One row of the legend: a tone, what it stands for, how many units have it."""

    tone: str
    label: str
    count: int


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


@dataclass(frozen=True)
class Reading:
    """Everything in words."""

    text: Text
    layer: Layer
    title: str
    period: str
    status: str
    unit: str
    qualifiers: tuple[str, ...]  # what is not the default and changes the numbers
    overall: str
    lines: tuple[Line, ...]  # in unit_id order
    legend: tuple[Swatch, ...]
    states: tuple[Swatch, ...]
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]
    amount_scale: Scale
    alt: str

    def sorted_lines(self, sort: str) -> list[Line]:
        """Return the lines as a reader asked for them; units without a value stand last, ties by unit_id."""
        pairs = list(zip(self.lines, self.layer.rows, strict=True))
        if sort.startswith("name"):
            pairs.sort(key=lambda pair: collated(pair[0].name), reverse=sort == "name-down")
        else:
            field = "value" if sort.startswith("value") else "amount"
            sign = 1 if sort.endswith("-up") else -1
            pairs.sort(key=lambda pair: _last_if_none(getattr(pair[1], field), sign))
        return [line for line, _ in pairs]


def read(layer: Layer, version: Version) -> Reading:
    """Return a layer in its view's language."""
    text = text_of(layer.view.lang)
    minor = version.country.minor_units
    known = [abs(row.value) for row in layer.rows if row.value is not None]
    scale = Scale.of(max(known, default=0) / minor)
    amount_scale = Scale.of(max((abs(row.amount or 0) for row in layer.rows), default=0) / minor).finer
    tones = tones_of(layer)
    how = _How(text, layer, tones, scale, amount_scale, minor)
    lines = tuple(_line(how, row) for row in layer.rows)
    unit = unit_text(text, layer, scale)
    overall = "–" if layer.overall is None else value_text(text, layer, layer.overall, scale, minor)
    title = title_of(text, layer, version)
    qualifiers = qualifiers_of(text, layer)
    return Reading(
        text=text,
        layer=layer,
        title=title,
        period=text.period(layer.view.period),
        status=text("status.final" if layer.view.month.endswith("-12") else "status.partial"),
        unit=unit,
        qualifiers=qualifiers,
        overall=overall,
        lines=lines,
        legend=_legend(text, layer, tones, scale, minor),
        states=_states(text, layer),
        sheets=tuple(_sheet(text, layer, account, version) for account in layer.accounts),
        notes=tuple(_note(text, layer, version, key, values) for key, values in layer.notes),
        amount_scale=amount_scale,
        alt=_alt(layer, lines, ", ".join([title, text.period(layer.view.period), *qualifiers]), unit, overall),
    )


@dataclass(frozen=True)
class _How:
    """How the rows of one layer are written."""

    text: Text
    layer: Layer
    tones: Sequence[str]
    scale: Scale
    amount_scale: Scale
    minor: int

    def value(self, row: Row) -> str:
        if row.value is None:
            return self.text(f"state.{row.state}")
        return value_text(self.text, self.layer, row.value, self.scale, self.minor)

    def amount(self, amount_minor: float | None) -> str:
        return "–" if amount_minor is None else self.text.scaled(amount_minor / self.minor, self.amount_scale)

    def divisor(self, row: Row) -> str:
        if row.divisor is None or not self.layer.measure.is_money:
            return self.amount(row.divisor)
        return self.text.number(round(row.divisor))


def _line(how: _How, row: Row) -> Line:
    return Line(
        unit_id=row.unit.unit_id,
        name=row.unit.names[how.text.lang],
        state=row.state,
        tone=how.tones[row.klass] if row.klass >= 0 else "none",
        value=how.value(row),
        amount=how.amount(row.amount),
        divisor=how.divisor(row),
        rank="–" if row.rank is None else str(row.rank),
    )


def _legend(text: Text, layer: Layer, tones: Sequence[str], scale: Scale, minor: int) -> tuple[Swatch, ...]:
    """Return the classes, the largest first, named by the values that they hold; fixed ones by their bounds."""
    is_fixed = (layer.view.classes or layer.measure.classes[0]) == "fixed"
    swatches = []
    for k, bound in enumerate(layer.bounds):
        held = [row.value for row in layer.rows if row.klass == k and row.value is not None]
        low, high = (min(held), max(held)) if held else (bound, bound)
        if is_fixed:
            low, high = (layer.bounds[k - 1] if k else low), bound
        shown = [value_text(text, layer, value, scale, minor) for value in (low, high)]
        if shown[0] == shown[1]:
            label = shown[0]
        elif low < 0 or layer.measure.over == "year_before":
            label = " … ".join(shown)
        else:
            label = f"{shown[0].removesuffix('%').rstrip()}–{shown[1]}"
        swatches.append(Swatch(tones[k], label, layer.counts[k]))
    return tuple(reversed(swatches))


def _states(text: Text, layer: Layer) -> tuple[Swatch, ...]:
    found = [row.state for row in layer.rows]
    states = ("not_reported", "withheld", "no_denominator")
    return tuple(Swatch("none", text(f"state.{s}"), found.count(s)) for s in states if s in found)


def _sheet(text: Text, layer: Layer, account: Account, version: Version) -> Sheet:
    minor = version.country.minor_units
    names = {row.unit.unit_id: row.unit.names[text.lang] for row in layer.rows}

    def line(term: Term) -> Sum:
        label = text(f"account.{term.key}")
        if term.units:
            label += f" ({', '.join(names[unit] for unit in term.units)})"
        amount = text("account.unknown") if term.amount is None else text.money(term.amount, minor)
        return Sum(term.key, label, amount)

    return Sheet(
        title=text("account.of", phase=text(f"phase.{account.phase}"), period=text.period(account.period)),
        published=line(Term("published" if account.is_total_line else "lines", account.published)),
        terms=tuple(line(term) for term in account.terms),
        together=text.money(sum(term.amount or 0 for term in account.terms), minor),
        control=None if account.control is None else line(Term("control", account.control)),
    )


def _note(text: Text, layer: Layer, version: Version, key: str, values: Mapping[str, Any]) -> str:
    country = version.country
    if "units" in values:
        names = {row.unit.unit_id: row.unit.names[text.lang] for row in layer.rows}
        return text(f"note.{key}", units=", ".join(names[unit] for unit in values["units"])).replace("..", ".")
    if key == "function":
        return text("note.function", code=values["code"], name=function_name(version, values["code"], text.lang))
    if key == "restated":
        return text("note.restated", edition=values["edition"], text=country.edition(values["edition"]).note[text.lang])
    if key == "population":
        source = next(row.source for row in country.denominators if row.series == layer.view.per)
        return text("note.population", source=source[text.lang], year=values["year"])
    if key == "real_prices":
        return text("note.real_prices", year=values["year"], source=country.prices_source[text.lang])
    return text(f"note.{key}")


def _alt(layer: Layer, lines: Sequence[Line], title: str, unit: str, overall: str) -> str:
    text = text_of(layer.view.lang)
    known = [(row.value, line) for row, line in zip(layer.rows, lines, strict=True) if row.value is not None]
    if not known:
        return f"{title}. {text('state.not_reported')}"
    highest, lowest = max(known, key=lambda pair: pair[0])[1], min(known, key=lambda pair: pair[0])[1]
    return text(
        "map.alt",
        title=title,
        unit=unit,
        highest=f"{highest.name}: {highest.value}",
        lowest=f"{lowest.name}: {lowest.value}",
        overall=overall,
    )


def _last_if_none(value: float | int | None, sign: int) -> tuple[bool, float]:
    return (value is None, 0 if value is None else sign * value)
