"""Who has reported for which month: a matrix of units and periods, as plain values, on a terminal, a page and a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from geo.core.country import Words
from geo.core.deadlines import Deadline
from geo.core.text import Text
from geo.faces.columns import columns
from geo.faces.mark import mark_of, marked, warning
from geo.faces.paper import Table, document, section, sheet
from geo.faces.report import name_of
from geo.faces.states import Marked, legend, state_map
from geo.faces.svg import Drawing

STATES = ("reported", "late", "missing", "not_expected")
SIGNS = {"reported": "●", "late": "◐", "missing": "○", "not_expected": "–"}


@dataclass(frozen=True)
class Expected:
    """Who should report and when: the rule, the day on which it is asked, units by period where not all existed."""

    deadline: Deadline
    today: date
    units: Mapping[str, frozenset[str]] | None = None  # period → unit_ids; None: all units in all periods


@dataclass(frozen=True)
class Cell:
    """One unit and period: its state, the day its figures came in (empty where unknown or none), the day due."""

    state: str  # one of STATES
    day: str
    due: str


@dataclass(frozen=True)
class Status:
    """The matrix: `cells` has one row for each unit, in each row one cell for each period."""

    units: tuple[tuple[str, Words], ...]  # (unit_id, names) in unit_id order, as drawings hold them
    periods: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    is_synthetic: bool = False  # of a country that was made up

    def column(self, period: str) -> tuple[Cell, ...]:
        """Return the cells of a period in unit order; raises ValueError for one that is not in the matrix."""
        place = self.periods.index(period)
        return tuple(row[place] for row in self.cells)

    @property
    def latest(self) -> str:
        """Return the last period for which somebody was expected; the last one where nobody was, "" without any."""
        asked = [period for period in self.periods if self.is_asked(period)]
        return (asked or list(self.periods) or [""])[-1]

    def is_asked(self, period: str) -> bool:
        """Tell whether any unit has reported or was expected to."""
        return self.count(period)["not_expected"] < len(self.units)

    def count(self, period: str) -> dict[str, int]:
        """Return how many units are in each state in a period."""
        found = [cell.state for cell in self.column(period)]
        return {state: found.count(state) for state in STATES}


def matrix(
    units: Sequence[tuple[str, Words]],
    periods: Sequence[str],
    arrived: Mapping[tuple[str, str], date | None],
    expected: Expected,
) -> Status:
    """Return the state of each unit and period; `arrived` has (unit_id, period) → the first day its figures came in.

    A day of None is not known: the figures came with the programme and count as reported. Without figures a unit is
    missing once the day due is past; before it, or where it is not expected to report, it is not expected.
    """
    cells = tuple(tuple(_cell(unit_id, period, arrived, expected) for period in periods) for unit_id, _ in units)
    return Status(tuple(units), tuple(periods), cells)


def status_json(status: Status) -> dict[str, Any]:
    """Return the matrix for programs."""
    rows = [
        {
            "unit_id": unit_id,
            "names": dict(names),
            "periods": {
                period: {"state": cell.state, "day": cell.day or None, "due": cell.due}
                for period, cell in zip(status.periods, row, strict=True)
            },
        }
        for (unit_id, names), row in zip(status.units, status.cells, strict=True)
    ]
    return {"periods": list(status.periods), "counts": {p: status.count(p) for p in status.periods}, "units": rows}


def status_lines(status: Status, text: Text) -> list[str]:
    """Return the matrix for a terminal, a block for each year, and what the signs mean."""
    lines: list[str] = []
    for year in sorted({period[:4] for period in status.periods}):
        places = [place for place, period in enumerate(status.periods) if period[:4] == year]
        rows = [[year, *(status.periods[place][5:] for place in places)]]
        for (unit_id, names), row in zip(status.units, status.cells, strict=True):
            rows.append([name_of(names, unit_id, text.lang), *(SIGNS[row[place].state] for place in places)])
        shares = [share(status.count(status.periods[place])) for place in places]
        lines += [*columns([*rows, [text("reporting.reported_of"), *shares]]), ""]
    return [*lines, "  ".join(f"{SIGNS[state]} {text(f'reporting.{state}')}" for state in STATES)]


def status_map(status: Status, period: str, drawing: Drawing, text: Text) -> Markup:
    """Return the `<svg>` of one period: each state has a colour and a pattern; says each unit's state, and the mark."""
    cells = status.column(period)
    shown = [
        Marked(name_of(names, unit_id, text.lang), cell.state, told(cell, text))
        for (unit_id, names), cell in zip(status.units, cells, strict=True)
    ]
    return state_map(drawing, shown, _alt(status, period, text), mark_of(status, text))


def status_page(status: Status, period: str, drawing: Drawing | None, text: Text) -> str:
    """Return a page that stands alone: the map of one period with its legend, the matrix as a table beneath.

    The table leaves out months for which nobody was expected to report.
    """
    title = text("reporting.title", period=text.period(period))
    counts = status.count(period)
    # Swatches explain a map; without one the words and numbers are enough.
    side = Markup("<p>%s</p>\n") % ", ".join(_counted(counts, text))
    if drawing is not None:
        swatches = legend([(state, text(f"reporting.{state}"), counts[state]) for state in STATES if counts[state]])
        drawn = status_map(status, period, drawing, text)
        side = Markup('<div class="place"><div>%s</div><div>%s</div></div>\n') % (drawn, swatches)
    due = status.cells[0][status.periods.index(period)].due if status.cells else ""
    lead = Markup('<p class="soft">%s</p>\n') % text("reporting.due", day=text.day(due)) if due else Markup("")
    table = section(text("reporting.table"), sheet(_table(status, period, text)), _signs(text))
    head = Markup("<h1>%s</h1>\n%s") % (title, lead)
    body = Markup("").join([head, warning(status, text), side, table])
    return document(marked(mark_of(status, text), title), text.lang, body)


def share(counts: Mapping[str, int]) -> str:
    """Return how many have reported, of those expected: `18/20`; a dash where nobody is."""
    have = counts["reported"] + counts["late"]
    expected = have + counts["missing"]
    return f"{have}/{expected}" if expected else SIGNS["not_expected"]


def told(cell: Cell, text: Text) -> str:
    """Return the state, and the day on which the figures came."""
    word = text(f"reporting.{cell.state}")
    return f"{word} ({text.day(cell.day)})" if cell.day else word


def _cell(unit_id: str, period: str, arrived: Mapping[tuple[str, str], date | None], expected: Expected) -> Cell:
    due = expected.deadline.due(period)
    if (unit_id, period) in arrived:
        day = arrived[unit_id, period]
        state = "late" if day is not None and day > due else "reported"
        return Cell(state, "" if day is None else day.isoformat(), due.isoformat())
    is_expected = expected.units is None or unit_id in expected.units.get(period, frozenset())
    state = "missing" if is_expected and expected.today > due else "not_expected"
    return Cell(state, "", due.isoformat())


def _table(status: Status, period: str, text: Text) -> Table:
    # Years of months between the quarters would push those with figures out of sight.
    shown = [n for n, p in enumerate(status.periods) if p == period or status.is_asked(p)]
    # Signs for the eye, words for the ear: a screen reader is told the state, not the shape.
    sign = Markup('<td class="is-%s"><span aria-hidden="true">%s</span><span class="aside">%s</span></td>')
    rows = [
        [
            name_of(names, unit_id, text.lang),
            *(sign % (cell.state, SIGNS[cell.state], told(cell, text)) for cell in map(row.__getitem__, shown)),
        ]
        for (unit_id, names), row in zip(status.units, status.cells, strict=True)
    ]
    foot = [text("reporting.reported_of"), *(share(status.count(status.periods[n])) for n in shown)]
    heads = [
        Markup('<span class="%s"><small>%s</small>%s</span>') % ("on" if p == period else "", p[:4], p[5:])
        for p in map(status.periods.__getitem__, shown)
    ]
    return Table(text("reporting.caption"), [text("reporting.unit"), *heads], rows, (foot,), "matrix")


def _signs(text: Text) -> Markup:
    return Markup('<p class="soft">%s</p>\n') % ", ".join(f"{SIGNS[s]} {text(f'reporting.{s}')}" for s in STATES)


def _alt(status: Status, period: str, text: Text) -> str:
    counts = status.count(period)
    return ". ".join([text("reporting.title", period=text.period(period)), *_counted(counts, text)])


def _counted(counts: Mapping[str, int], text: Text) -> list[str]:
    return [f"{text(f'reporting.{state}')}: {counts[state]}" for state in STATES if counts[state]]
