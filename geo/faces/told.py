"""What is different between two versions, as lines for a terminal; amounts are exact, to the minor unit."""

from __future__ import annotations

from collections.abc import Iterator

from geo.core.model import WIDER
from geo.core.text import Text
from geo.faces.changed import ChangesReading, Names, read_changes, signed
from geo.faces.changes import NOTHING
from geo.layers.changes import Changes
from geo.layers.grouped import Group, Origins, grouped
from geo.layers.moved import UNPLACED, Moved
from geo.versions import Version

_RECORDS = "records"  # of feeds, as a manifest calls them
MOST = 20  # lines of a group; the files have them all


def diff_lines(changes: Changes, origins: Origins, names: Names, by: str, text: Text) -> Iterator[str]:
    """Yield what changed: sums of each period and stage, below each its units or functions, then all else."""
    reading, country = read_changes(changes, names, text), names.after.country
    yield text("versions.compared", before=changes.before, after=changes.after)
    if not changes.figures:
        yield text("changes.nothing")
    groups = grouped(changes.figures, by)
    for total, said in zip(changes.totals, reading.totals, strict=True):
        yield ""
        yield f"{said.period}, {said.phase}: {said.before} → {said.after} {reading.unit_of_totals}"
        own = [one for one in groups if (one.period, one.phase) == (total.period, total.phase)]
        shown = [(_name(one, by, names, text), signed(one.change, country, text), one.count) for one in own[:MOST]]
        width = max(len(name) for name, _, _ in shown)
        yield from (f"  {name:<{width}}  {change}  ({count})" for name, change, count in shown)
        if len(own) > MOST:
            rest = sum(one.change for one in own[MOST:])
            yield f"  {text('changes.rest', count=text.number(len(own) - MOST))}: {signed(rest, country, text)}"
        yield f"  {text('changes.all')}: {signed(total.after - total.before, country, text)}  ({total.count})"
    yield from _besides(reading, origins, text)


def summary(found: Moved, after: Version, text: Text) -> str:
    """Return in one line how much changed and in which periods."""
    if not found.figures:
        return text("watching.others" if found.has_others else "watching.nothing")
    periods = dict.fromkeys(total.period for total in found.totals)
    units = len({figure.unit_id for figure in found.figures} - {UNPLACED, WIDER})
    last = found.totals[-1]
    amount = signed(last.after - last.before, after.country, text)
    told = text(
        "watching.figures",
        figures=text.number(len(found.figures)),
        units=text.number(units),
    )
    told = f"{told} {text('versions.periods', periods=', '.join(map(text.period, periods)))}"
    return f"{told} {text.period(last.period)}, {text(f'phase.{last.phase}')}: {amount}"


def origin_lines(origins: Origins, text: Text) -> Iterator[str]:
    """Yield each delivery that came or went, by its file and id; records of feeds, which have none, in one line."""
    if any(row["kind"] == _RECORDS for row in (*origins.new, *origins.gone)):
        yield text("versions.records")
    for key, rows in (("new", origins.new), ("gone", origins.gone)):
        files = [row for row in rows if row["kind"] != _RECORDS]
        yield from (text(f"versions.{key}", file=row["file"], id=row["id"], kind=row["kind"]) for row in files)


def _besides(reading: ChangesReading, origins: Origins, text: Text) -> Iterator[str]:
    if reading.others:
        yield ""
        yield f"{text('changes.others')}:"
        yield from (f"  {sentence.striptags()}" for sentence in reading.others)
    why = list(origin_lines(origins, text))
    if why:
        yield ""
        yield from why


def _name(one: Group, by: str, names: Names, text: Text) -> str:
    name = names.unit(one.key, text) if by == "unit" else names.function(one.key, text)
    return name or one.key or NOTHING
