"""Every body of a version on the map: at its own point, or at the label point of the smallest unit that owns it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.core.country import Country
from geo.core.model import LANGUAGES, WIDER
from geo.core.text import text_of

NO_PLACE = ("", WIDER)
_KEPT = ("body_id", "code", "kind", "exactness", "is_group", "is_synthetic")


def mapped_bodies(country: Country, tables: Mapping[str, pd.DataFrame], edition: str) -> pd.DataFrame:
    """Return the bodies in the order of their table with lon, lat, unit_id and a name in every language.

    `edition` is that of the borders in which they are placed. A body without a point of its own stands at the label
    point of its unit, its exactness says so; one without a unit either has no place (NaN). A whole budget, and a body
    that is named in one language alone, are called so that every reader can tell what they are.
    """
    bodies = tables["bodies"].reset_index(drop=True)
    units = tables["units"]
    units = units[units["edition"] == edition]
    owner = _owners(bodies["body_id"], tables["placements"], units, [level.id for level in country.levels], edition)
    places = units.drop_duplicates("unit_id", keep="last").set_index("unit_id")
    has_point = bodies["lon"].notna() & bodies["lat"].notna()
    lon, lat = (
        bodies[axis].where(has_point, owner.map(places[f"label_{axis}"])).astype("float64") for axis in ("lon", "lat")
    )
    names = {f"name_{language}": _names(bodies, owner, places, language) for language in LANGUAGES}
    return bodies[[*_KEPT]].assign(**names, unit_id=owner, lon=lon, lat=lat)


def _owners(
    body_ids: pd.Series, placements: pd.DataFrame, units: pd.DataFrame, levels: list[str], edition: str
) -> pd.Series:
    """Return the unit of the lowest level that owns each body, an empty text where none does."""
    found = pd.Series("", index=body_ids.index, dtype="str")
    placed = placements[(placements["edition"] == edition) & ~placements["unit_id"].isin(NO_PLACE)]
    for level in levels:
        rows = placed[placed["level"] == level]
        of_level = body_ids.map(dict(zip(rows["body_id"], rows["unit_id"], strict=True)))
        found = found.mask(of_level.notna(), of_level)
    return found


def _names(bodies: pd.DataFrame, owner: pd.Series, places: pd.DataFrame, language: str) -> pd.Series:
    """Return what bodies are called in a language: their name in it, else as published, else the budget of a unit."""
    name = bodies[f"name_{language}"]
    for other in (f"name_{known}" for known in ("ru", "kk", "en")):
        name = name.mask(name == "", bodies[other])
    unit = owner.map(places[f"name_{language}"]).fillna("")
    is_budget = (name == "") & (bodies["kind"] == "budget")
    called = unit.map(lambda of: text_of(language)("body.budget", unit=of)).where(is_budget, name)
    return called.astype("str")
