"""What is different between two versions, in words: tables of figures and sentences of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from geo.core.country import Country, Words
from geo.core.model import WIDER
from geo.core.text import Scale, Text
from geo.faces.changes import figures
from geo.faces.report import Change, name_of
from geo.faces.wording import function_name
from geo.layers.changes import Changes
from geo.layers.differences import Borders, Series
from geo.layers.moved import UNPLACED, Figure, Total
from geo.versions import Version

MOST_ROWS = 200
_MOST_NAMED = 30  # in a sentence; the files have them all


@dataclass(frozen=True)
class FigureRow:
    """One changed figure as people read it; before and after in the scale of its table, the change exactly."""

    unit: str
    function: str
    period: str
    phase: str
    before: str
    after: str
    change: str
    percent: str


@dataclass(frozen=True)
class TotalRow:
    """One period and phase of the whole country."""

    period: str
    phase: str
    before: str
    after: str
    change: str
    percent: str
    count: str


@dataclass(frozen=True)
class ChangesReading:
    """Everything in words; `rest` is empty where all rows are shown."""

    unit_of_totals: str
    totals: tuple[TotalRow, ...]
    unit_of_figures: str
    rows: tuple[FigureRow, ...]
    rest: str
    rest_change: str  # exactly
    all_change: str  # exactly
    count: str
    units: str
    others: tuple[Markup, ...]


@dataclass(frozen=True)
class Names:
    """What the units and functions of two versions are called, the newer version first."""

    before: Version
    after: Version
    units: Mapping[str, Words]

    @classmethod
    def of(cls, before: Version, after: Version) -> Names:
        """Return the names of both versions; a unit of several editions has that of the latest."""
        units: dict[str, Words] = {}
        for version in (before, after):
            for name in sorted(version.manifest["files"]):
                if name.endswith("/units.json"):
                    units |= {unit.unit_id: unit.names for unit in version.level(*name.split("/")[:2]).units}
        return cls(before, after, units)

    def unit(self, unit_id: str, text: Text) -> str:
        """Return the name of a unit, or what money is called that no unit owns."""
        besides = {UNPLACED: "account.not_placed", WIDER: "account.wider"}
        if unit_id in besides:
            return text(besides[unit_id])
        return name_of(self.units.get(unit_id, {}), unit_id, text.lang)

    def function(self, code: str, text: Text) -> str:
        """Return the short name of a functional group of either version."""
        held = self.after if code in self.after.json("functions.json") else self.before
        return function_name(held, code, text.lang, "short")


def read_changes(changes: Changes, names: Names, text: Text) -> ChangesReading:
    """Return what changed in a language: the largest figures, what the others add up to, and all else."""
    country = names.after.country
    shown, hidden = changes.figures[:MOST_ROWS], changes.figures[MOST_ROWS:]
    scale, scale_of_totals = _scale(shown, country.minor_units), _scale(changes.totals, country.minor_units)
    return ChangesReading(
        unit_of_totals=text(f"scale.{scale_of_totals.exponent}") + country.symbol,
        totals=tuple(_total(row, scale_of_totals, country, text) for row in changes.totals),
        unit_of_figures=text(f"scale.{scale.exponent}") + country.symbol,
        rows=tuple(_row(figure, scale, names, text) for figure in shown),
        rest=text("changes.rest", count=text.number(len(hidden))) if hidden else "",
        rest_change=signed(sum(figure.change for figure in hidden), country, text),
        all_change=signed(changes.change, country, text),
        count=text.number(len(changes.figures)),
        units=text.number(len({figure.unit_id for figure in changes.figures} - {UNPLACED, WIDER})),
        others=tuple(_others(changes, names, text)),
    )


def _scale(rows: Sequence[Figure] | Sequence[Total], minor: int) -> Scale:
    return Scale.of(max((max(abs(row.before or 0), abs(row.after or 0)) for row in rows), default=0) / minor).finer


def signed(amount: int, country: Country, text: Text) -> str:
    """Return a change exactly, with its sign: changes are told to the minor unit, or they would not add up."""
    return ("+" if amount > 0 else "") + text.money(amount, country.minor_units, country.symbol)


def _told(row: Figure | Total, scale: Scale, country: Country, text: Text) -> tuple[str, str, str, str]:
    before, after, _, percent = figures(Change("", {}, row.before, row.after), scale, country.minor_units, text)
    return before, after, signed((row.after or 0) - (row.before or 0), country, text), percent


def _row(figure: Figure, scale: Scale, names: Names, text: Text) -> FigureRow:
    return FigureRow(
        names.unit(figure.unit_id, text),
        names.function(figure.function, text),
        text.period(figure.period),
        text(f"phase.{figure.phase}"),
        *_told(figure, scale, names.after.country, text),
    )


def _total(row: Total, scale: Scale, country: Country, text: Text) -> TotalRow:
    told = _told(row, scale, country, text)
    return TotalRow(text.period(row.period), text(f"phase.{row.phase}"), *told, text.number(row.count))


def _others(changes: Changes, names: Names, text: Text) -> Iterator[Markup]:
    """Yield a sentence for each thing beside the figures of units that changed."""
    found = changes.others
    lists = (("new_periods", "periods", found.new_periods), ("lost_periods", "periods", found.lost_periods))
    for key, word, periods in lists:
        if periods:
            yield _said(text, key, **{word: _listed(map(text.period, periods), text)})
    for key, reports in (("new_reports", changes.new_reports), ("lost_reports", changes.lost_reports)):
        for period in dict.fromkeys(period for period, _ in reports):
            units = [names.unit(unit, text) for of, unit in reports if of == period]
            yield _said(text, key, period=text.period(period), units=_listed(units, text))
    for borders in found.borders:
        yield from _borders(borders, names, text)
    renamed = dict.fromkeys(
        (name_of(n.before, n.key, text.lang), name_of(n.after, n.key, text.lang)) for n in found.names
    )
    pairs = [f"{before} → {after}" for before, after in renamed if before != after]
    if pairs:
        yield _said(text, "names", names=_listed(pairs, text))
    yield from (_series(row, names, text) for row in found.series)
    if found.prices:
        yield _said(text, "prices", years=", ".join(found.prices))
    counts = {"bodies": changes.bodies, "published": found.published, "revenue": found.revenue}
    yield from (_said(text, key, count=text.number(count)) for key, count in counts.items() if count)
    if found.is_reworded:
        yield _said(text, "reworded")


def _borders(row: Borders, names: Names, text: Text) -> Iterator[Markup]:
    edition, level = row.place.split("/")
    place = {"level": _level(level, names, text), "day": text.day(edition)}
    for key, units in (("came", row.came), ("went", row.went)):
        if units:
            yield _said(text, key, **place, units=_listed((names.unit(unit, text) for unit in units), text))
    if row.is_redrawn:
        yield _said(text, "redrawn", **place)


def _series(row: Series, names: Names, text: Text) -> Markup:
    labels = {series.series: series.column[text.lang] for series in names.after.country.denominators}
    label = labels.get(row.series, row.series)
    key = "series_year" if row.year else "series"
    level = _level(row.place.split("/")[1], names, text)
    return _said(text, key, level=level, series=label, year=row.year, count=text.number(row.units))


def _level(level: str, names: Names, text: Text) -> str:
    words = {row.id: row.name[text.lang] for row in (*names.before.country.levels, *names.after.country.levels)}
    return words.get(level, level)


def _said(text: Text, key: str, **values: str | Markup) -> Markup:
    """Return a sentence whose values cannot turn the direction of what stands around them."""
    return escape(text(f"changes.{key}")).format(**values)


def _listed(words: Iterable[str], text: Text) -> Markup:
    every = [Markup("<bdi>%s</bdi>") % word for word in words]
    some = Markup(", ").join(every[:_MOST_NAMED])
    return _said(text, "more", units=some, count=str(len(every) - _MOST_NAMED)) if len(every) > _MOST_NAMED else some
