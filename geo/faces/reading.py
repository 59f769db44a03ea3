"""A layer in one language: every text that a picture, page or embed shows, made once, so that all show the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.core.text import Text
from geo.faces.legend import PATTERNS, Swatch, classes, states, tones_of
from geo.faces.mark import mark_of, marked
from geo.faces.sheets import Sheet, note, sheet
from geo.faces.wording import Wording, collated
from geo.layers import Layer, Row
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
    denominator: str
    rank: str


@dataclass(frozen=True)
class Reading:
    """Everything in words."""

    wording: Wording
    text: Text
    layer: Layer
    title: str
    period: str
    status: str
    unit: str
    qualifiers: tuple[str, ...]  # what is not the default and changes the numbers
    overall: str
    lines: tuple[Line, ...]  # in unit_id order
    total: Line  # all units that have a value
    legend: tuple[Swatch, ...]
    states: tuple[Swatch, ...]
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]
    mark: str  # what every face of a synthetic country bears; empty for a real one
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
    wording = Wording.of(layer, version)
    tones = tones_of(layer)
    lines = tuple(_line(wording, row, tones) for row in layer.rows)
    overall = "–" if layer.overall is None else wording.value(layer.overall)
    return Reading(
        wording=wording,
        text=wording.text,
        layer=layer,
        title=wording.title,
        period=wording.period,
        status=wording.text(f"status.{wording.status}"),
        unit=wording.unit,
        qualifiers=wording.qualifiers,
        overall=overall,
        lines=lines,
        total=_total(wording, overall),
        legend=classes(wording),
        states=states(wording),
        sheets=tuple(sheet(wording, account) for account in layer.accounts),
        notes=tuple(note(wording, key, values) for key, values in layer.notes),
        mark=mark_of(version.country, wording.text),
        alt=marked(mark_of(version.country, wording.text), _alt(wording, lines, overall)),
    )


def _line(wording: Wording, row: Row, tones: Sequence[str]) -> Line:
    return Line(
        unit_id=row.unit.unit_id,
        name=row.unit.names[wording.text.lang],
        state=row.state,
        tone=tones[row.class_no] if row.class_no >= 0 else PATTERNS[row.state],
        value=wording.row_value(row),
        amount=wording.amount(row.amount),
        denominator=wording.denominator(row.denominator),
        rank="–" if row.rank is None else str(row.rank),
    )


def _total(wording: Wording, overall: str) -> Line:
    """Return the foot of the table; nothing is known where no unit has a value."""
    shown = [row for row in wording.layer.rows if row.state == "value"]
    amount = sum(row.amount or 0 for row in shown) if shown else None
    has_denominator = any(row.denominator is not None for row in shown)
    denominator = sum(row.denominator or 0.0 for row in shown) if has_denominator else None
    name = wording.text("table.total")
    return Line("", name, "value", "", overall, wording.amount(amount), wording.denominator(denominator), "")


def _alt(wording: Wording, lines: Sequence[Line], overall: str) -> str:
    """Return the picture in words: what is shown, the extremes, the whole."""
    text, layer = wording.text, wording.layer
    title = ", ".join([wording.title, wording.period, *wording.qualifiers])
    whole = overall if layer.overall is None else wording.said(layer.overall)
    known = [(row.value, line.name) for row, line in zip(layer.rows, lines, strict=True) if row.value is not None]
    if not known:
        return f"{title}. {text('state.not_reported')}"
    (most, highest), (least, lowest) = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
    return text(
        "map.alt_money" if layer.measure.is_money else "map.alt",
        title=title,
        unit=wording.unit,
        highest=f"{highest}: {wording.said(most)}",
        lowest=f"{lowest}: {wording.said(least)}",
        overall=whole,
    )


def _last_if_none(value: float | int | None, sign: int) -> tuple[bool, float]:
    return (value is None, 0 if value is None else sign * value)
