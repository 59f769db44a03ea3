"""What a country knows that new borders are compared with: its land, the level that is replaced, names by code."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from geo.atlas.gathered import Gathered
from geo.boundaries.add import Parents
from geo.boundaries.against import Known, listed
from geo.boundaries.attributes import cleaned_text
from geo.boundaries.codes import level_faults
from geo.core.errors import Fault
from geo.foreign.borders import Borders
from geo.gazetteer.names import folded, kind_and_name

Place = tuple[str, str]  # edition, level


def neighbourhood(got: Gathered, place: Place, is_partial: bool) -> Known:
    """Return what the units of a place are compared with."""
    top = got.country.top_level.id
    before = _before(got, place)
    ground = got.maps.get((place[0], top))
    if ground is None:
        ground = got.maps[max(edition for edition, level in got.maps if level == top), top]
    is_coverage = all(level.kind == "coverage" for level in got.country.levels if level.id == place[1])
    return Known(
        ground=ground,
        before=before,
        is_replaced=place in got.maps,
        parents=parents_of(got, place),
        names=_names(got, place[1], before),
        fold=_plain,
        is_partial=is_partial or not is_coverage,
    )


def parents_of(got: Gathered, place: Place) -> Parents | None:
    """Return the nearest level above that the edition has, or None for the top one."""
    levels = list(got.country.levels)
    number = [level.id for level in levels].index(place[1])
    for level in reversed(levels[:number]):
        if (place[0], level.id) in got.maps and level.code_digits:
            return Parents(got.maps[place[0], level.id], level.code_digits)
    return None


def code_faults(got: Gathered, place: Place, borders: Borders, column: str) -> list[Fault]:
    """Return what the codes alone tell: another level, or units of the top level that figures need and nobody drew."""
    found = [feature.properties.get(column) for feature in borders.features()]
    if any(cell is not None and cell.kind == "n" and not cell.text.isdigit() for cell in found):
        return []  # no codes at all, which is told feature by feature
    codes = [cleaned_text(cell.text) for cell in found if cell is not None and cell.text]
    above = parents_of(got, place)
    higher = frozenset() if above is None else frozenset(above.units["unit_id"])
    faults = level_faults(codes, higher, (borders.file, column), (got.country, place[1]))
    if faults or not codes or place[1] != got.country.top_level.id:
        return faults
    if missing := sorted(_with_figures(got, place) - set(codes)):
        said = {"units": listed(missing)}
        return [Fault(borders.file, 0, column, "E-GEO-43", str(len(missing)), said)]
    return []


def _with_figures(got: Gathered, place: Place) -> set[str]:
    """Return the units of the top level that have figures in the months of an edition."""
    units = set().union(*(table["unit_id"] for (_, level), table in got.maps.items() if level == place[1]))
    own = dict(zip(got.ledger.bodies["body_id"], got.ledger.bodies["unit_code"], strict=True))
    if place[0] == got.country.first_edition_with_figures:
        return {unit for unit, _ in got.bundled} | (set(own.values()) & set(got.maps[place]["unit_id"]))
    later = min((edition.id for edition in got.country.editions if edition.id > place[0]), default="9999-12-31")
    entries = got.ledger.entries
    months = [month for month in entries["period"].unique() if place[0] <= f"{month}-01" < later]
    return {own[body] for body in entries.loc[entries["period"].isin(months), "body_id"].unique()} & units


def _before(got: Gathered, place: Place) -> Any:
    """Return the same level of the same edition, else of the last one before it, else of the next; None without any."""
    editions = sorted(edition for edition, level in got.maps if level == place[1])
    earlier = [edition for edition in editions if edition <= place[0]]
    chosen = earlier[-1:] or editions[:1]
    return got.maps[chosen[0], place[1]] if chosen else None


def _names(got: Gathered, level: str, before: Any) -> dict[str, frozenset[str]]:
    """Return code → its names, folded: those of the gazetteer and of the borders before."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    places = got.deliveries.settlements()
    tables = [] if places is None else [places[places["level"] == level].rename(columns={"code": "unit_id"})]
    for table in [*tables, *([] if before is None else [before])]:
        columns = [name for name in table.columns if name.startswith("name_")]
        for row in table[["unit_id", *columns]].to_dict("records"):
            found[row["unit_id"]] |= {_plain(row[name]) for name in columns if row[name]}
    return {code: frozenset(names) for code, names in found.items()}


def _plain(name: str) -> str:
    """Return a name without the words that say what kind of place it is, in the form that is compared."""
    for language in ("ru", "kk"):
        name = kind_and_name(name, language)[1] or name
    return folded(name)
