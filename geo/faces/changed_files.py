"""What is different between two versions as files: everything as JSON, the figures as CSV; amounts exact, as text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from geo.core.model import WIDER
from geo.core.text import Text
from geo.faces.changed import Names
from geo.faces.files import amount_text, cell
from geo.faces.mark import mark_of
from geo.layers.changes import Changes
from geo.layers.grouped import Group
from geo.layers.moved import UNPLACED, Moved, Total
from geo.versions import Version


def changes_json(changes: Changes | None, after: Version, before: str, text: Text) -> bytes:
    """Return all changes with what is needed to understand them alone; without changes, why there are none."""
    country, minor = after.country, after.country.minor_units
    mark = {"mark": text("note.synthetic")} if mark_of(country, text) else {}
    about = {
        "title": text("changes.title"),
        "country": country.id,
        "version": after.id,
        "version_before": before or None,
        "is_compared": changes is not None,
        "unit_of_amount": country.currency,
        "is_synthetic": country.is_synthetic,
        "sources": [{"about": s.about, "name": s.name[text.lang], "licence": s.licence} for s in country.sources],
    }
    return _dump({**mark, "metadata": about, **({} if changes is None else _told(changes, minor))})


def changes_csv(changes: Changes | None, names: Names | None, after: Version, text: Text) -> bytes:
    """Return every changed figure, the largest first: UTF-8, codes beside names, both versions on every line."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    languages, country = after.country.languages, after.country
    heads = [f"name_{lang}" for lang in languages]
    mark = mark_of(country, text)
    # A file without changes has no line to bear the mark: it heads a column too.
    about = ("version_before", "version", "is_synthetic", *((mark,) if mark else ()))
    writer.writerow(["period", "phase", "unit_id", *heads, "function", "before", "after", "change", *about])
    for figure in changes.figures if changes and names else ():
        called = names.units.get(figure.unit_id, {}) if names else {}
        amounts = (amount_text(n, country.minor_units) for n in (figure.before, figure.after, figure.change))
        row = (figure.period, figure.phase, figure.unit_id, *(called.get(lang, "") for lang in languages))
        own = (changes.before, changes.after, country.is_synthetic) if changes else ()
        beside = (*own, *((mark,) if mark else ()))
        writer.writerow([cell(value) for value in (*row, figure.function, *amounts, *beside)])
    return buffer.getvalue().encode("utf-8")


def figures_json(found: Moved, after: Version) -> dict[str, Any]:
    """Return how many figures of how many units changed, and the sums of each period and phase, as plain values."""
    return {
        "figures": len(found.figures),
        "units": len({figure.unit_id for figure in found.figures} - {UNPLACED, WIDER}),
        "totals": _totals(found.totals, after.country.minor_units),
    }


def groups_json(groups: Sequence[Group], by: str, after: Version) -> list[dict[str, Any]]:
    """Return sums of changed figures by unit or function as plain values."""
    name = "unit_id" if by == "unit" else by
    plain = ({name if key == "key" else key: value for key, value in asdict(one).items()} for one in groups)
    return [
        _exact(row, after.country.minor_units) | {"figures": one.count} for one, row in zip(groups, plain, strict=True)
    ]


def _totals(totals: Sequence[Total], minor: int) -> list[dict[str, Any]]:
    return [_exact(asdict(row), minor) | {"figures": row.count} for row in totals]


def _told(changes: Changes, minor: int) -> dict[str, Any]:
    return {
        "change_of_all_figures": amount_text(changes.change, minor),
        "totals": _totals(changes.totals, minor),
        "figures": [_exact(asdict(row), minor) for row in changes.figures],
        "new_reports": [{"period": period, "unit_id": unit} for period, unit in changes.new_reports],
        "lost_reports": [{"period": period, "unit_id": unit} for period, unit in changes.lost_reports],
        "bodies": changes.bodies,
        "others": asdict(changes.others),
    }


def _exact(row: dict[str, Any], minor: int) -> dict[str, Any]:
    row.pop("count", None)
    before, after = row["before"], row["after"]
    change = (after or 0) - (before or 0)
    amounts = {"before": before, "after": after, "change": change}
    return row | {name: amount_text(amount, minor) for name, amount in amounts.items()}


def _dump(plain: dict[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
