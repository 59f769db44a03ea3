"""A comparison in words: one scale for a table, each change with its sign, per cent only where there was a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.core.text import Scale, Text
from geo.faces.report import Change, Report, largest_first, name_of

NOTHING = "–"
_MOST = 10_000  # per cent


@dataclass(frozen=True)
class ChangeTable:
    """One table as people read it: (name, before, after, change, per cent) each, and how many lines do not change."""

    unit: str
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    unchanged: int


def change_table(changes: Sequence[Change], report: Report, text: Text, is_sorted: bool = True) -> ChangeTable:
    """Return what changes, the largest first unless `is_sorted` is False, with the total of all lines."""
    changed = largest_first(changes)
    shown = changed if is_sorted else [row for row in changes if row in changed]
    minor = report.minor_units
    sizes = [abs(amount) for row in shown for amount in (row.before, row.after) if amount is not None]
    scale = Scale.of(max(sizes, default=0) / minor).finer
    rows = [(name_of(row.names, row.key, text.lang), *figures(row, scale, minor, text)) for row in shown]
    known = [[amount for amount in side if amount is not None] for side in zip(*map(_sides, changes), strict=True)]
    sums = [sum(side) if side else None for side in known] or [None, None]
    total = Change("", {}, *sums)
    # The total may be larger than every line and is still written in their scale.
    return ChangeTable(
        unit=text(f"scale.{scale.exponent}") + report.symbol,
        rows=tuple(rows),
        total=(text("report.total"), *figures(total, scale, minor, text)),
        unchanged=len(changes) - len(changed),
    )


def figures(row: Change, scale: Scale, minor: int, text: Text) -> tuple[str, str, str, str]:
    """Return before, after, change and per cent of one line in a scale."""
    percent = row.percent
    if row.before is None and row.after is not None:
        told = text("report.new")
    elif row.after is None and row.before is not None:
        told = text("report.removed")
    else:
        told = NOTHING if percent is None or row.before == row.after else _percent(percent, text)
    before, after = (_amount(amount, scale, minor, text) for amount in (row.before, row.after))
    return before, after, _signed(row.change, scale, minor, text), told


def _sides(row: Change) -> tuple[int | None, int | None]:
    return row.before, row.after


def _amount(amount_minor: int | None, scale: Scale, minor: int, text: Text) -> str:
    return NOTHING if amount_minor is None else text.scaled(amount_minor / minor, scale)


def _signed(amount_minor: int, scale: Scale, minor: int, text: Text) -> str:
    """Return a change with its sign; one that the scale would round away is told as smaller than it can show."""
    return f"{_sign(amount_minor)}{text.scaled(abs(amount_minor) / minor, scale)}" if amount_minor else "0"


def _percent(percent: float, text: Text) -> str:
    # Ten thousand per cent and more is a factor that nobody reads.
    size = text.percent(abs(percent)) if abs(percent) < _MOST else f">{text.percent(_MOST, decimals=0)}"
    return f"{_sign(percent)}{size}"


def _sign(value: float) -> str:
    return "+" if value > 0 else "\N{MINUS SIGN}"
