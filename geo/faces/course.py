"""The course of a unit's figures through the periods: a line for each phase, and all periods in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from geo.core.text import Scale, Text
from geo.faces.amounts import Amount, amount_of
from geo.faces.sparkline import Dot, sparkline
from geo.layers.trend import Point
from geo.versions import Version

ADDING_UP = ("planned_to_date", "executed")  # amounts since January; the others are plans of the whole year
_MOST_YEARS = 3


@dataclass(frozen=True)
class CourseRow:
    """One phase: its line, and its amounts in the last years."""

    label: str
    line: Markup
    years: tuple[Amount, ...]


@dataclass(frozen=True)
class PeriodRow:
    """One period of all phases."""

    label: str
    status: str
    amounts: tuple[Amount, ...]


@dataclass(frozen=True)
class Course:
    """The trend as people read it; amounts are in `unit`."""

    unit: str
    years: tuple[str, ...]
    phases: tuple[CourseRow, ...]
    labels: tuple[str, ...]  # of the phases, the heads of the table of periods
    periods: tuple[PeriodRow, ...]
    has_restated: bool


def course(points: Sequence[Point], text: Text, version: Version) -> Course | None:
    """Return the trend of a unit in a language; None where it has nothing before or behind the period shown."""
    if len(points) < 2:
        return None
    known = [amount for point in points for amount in point.amounts.values() if amount is not None]
    scale = Scale.of(max(known, default=0) / version.country.minor_units).finer
    finals = [point for point in points if point.is_final][-_MOST_YEARS:]
    most = float(max(known, default=0))
    phases = [phase for phase in version.phases if any(point.amounts[phase] is not None for point in points)]
    rows = [
        CourseRow(
            text(f"phase.{phase}"),
            sparkline(_dots(points, phase, text, version), most, adds_up=phase in ADDING_UP),
            tuple(amount_of(point.amounts[phase], text, version, scale) for point in finals),
        )
        for phase in phases
    ]
    return Course(
        unit=text(f"scale.{scale.exponent}") + version.country.symbol,
        years=tuple(point.word for point in finals),
        phases=tuple(rows),
        labels=tuple(row.label for row in rows),
        periods=tuple(_period(point, phases, text, version, scale) for point in points),
        has_restated=any(point.is_restated for point in points),
    )


def _dots(points: Sequence[Point], phase: str, text: Text, version: Version) -> list[Dot]:
    minor, symbol = version.country.minor_units, version.country.symbol

    def said(point: Point) -> str:
        amount = point.amounts[phase]
        return "" if amount is None else f"{text.period(point.word)}: {text.money(amount, minor, symbol)}"

    return [Dot(int(p.month[:4]), int(p.month[5:]), p.amounts[phase], said(p)) for p in points]


def _period(point: Point, phases: Sequence[str], text: Text, version: Version, scale: Scale) -> PeriodRow:
    return PeriodRow(
        text.period(point.word),
        text("status.final" if point.is_final else "status.partial"),
        tuple(amount_of(point.amounts[phase], text, version, scale) for phase in phases),
    )
