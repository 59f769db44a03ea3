"""One layer of figures as a frame, as a frame with geometry, as a map."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from geo.client.doors import Door, told
from geo.core.errors import MissingPart

if TYPE_CHECKING:
    import folium
    import geopandas as gpd
    import pandas as pd

FACE = "data.geojson"
_FILE = ("metadata", "features")
_EXACT = ("amount",)
_WHOLE = ("rank", "class")
_MEASURED = ("value", "denominator")


@dataclass(frozen=True)
class MapLayer:
    """A view's answer. `path` is its canonical address, in a version: what it says never changes."""

    door: Door
    path: str
    plain: Mapping[str, Any]  # its GeoJSON

    @classmethod
    def asked(cls, door: Door, path: str) -> MapLayer:
        """Return the layer of a path that ends with a slash; raises what the service refuses with."""
        given = told(door, f"{path}{FACE}", *_FILE)
        return cls(door, given.path.removesuffix(FACE), given.plain)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Return what makes the numbers understandable: title, units, version, sources, reconciliation, notes."""
        return self.plain["metadata"]

    @property
    def lang(self) -> str:
        """Return the language of the titles."""
        return self.path.split("/")[2]

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """Return the layer as `values.json` has it: classes, tones, labels."""
        return told(self.door, f"{self.path}values.json", "ids", "values", "labels").plain

    def to_dataframe(self) -> pd.DataFrame:
        """Return a row for each unit, in unit_id order: codes as text, `amount` as exact Decimal, `value` as float.

        A unit without a figure has none, and `state` says why. `attrs` is the metadata. Raises MissingPart without
        pandas.
        """
        pandas = _needed("pandas")
        frame = pandas.DataFrame([feature["properties"] for feature in self.plain["features"]])
        return self._typed(frame, pandas)

    def to_geodataframe(self, geometry: str = "map", of: str = "units") -> gpd.GeoDataFrame:
        """Return the same with geometry, in longitude and latitude (OGC:CRS84).

        `geometry`: `map` as drawn (generalised), `source` as published. `of`: `units`, or `bodies` for the
        organisations. `attrs` say which, and that borders are not official. Raises MissingPart without geopandas, and
        what the service refuses with.
        """
        geopandas, pandas = _needed("geopandas"), _needed("pandas")
        options = "".join(
            f"{key}={word}/"
            for key, word, default in (("geometry", geometry, "map"), ("of", of, "units"))
            if word != default
        )
        plain = told(self.door, f"{self.path}{options}{FACE}", *_FILE).plain if options else self.plain
        shapes = [_shape(feature["geometry"]) for feature in plain["features"]]
        rows = pandas.DataFrame([feature["properties"] for feature in plain["features"]])
        made = geopandas.GeoDataFrame(self._typed(rows, pandas), geometry=shapes, crs="OGC:CRS84")
        made.attrs = dict(plain["metadata"])
        return made

    def explore(self) -> folium.Map:
        """Return the map for a notebook: the library inside, nothing asked of anybody, no name ever run.

        Raises MissingPart where the map library was not set up.
        """
        from geo.client.explored import explored  # folium: only who wants a map waits for it

        return explored(self)

    def _typed(self, frame: Any, pandas: Any) -> Any:
        for name in _EXACT:
            if name in frame:
                exact = [None if value is None else Decimal(value) for value in frame[name]]
                frame[name] = pandas.Series(exact, dtype="object", index=frame.index)
        for name in _WHOLE:
            if name in frame:
                frame[name] = frame[name].astype("Int64")
        for name in _MEASURED:
            if name in frame:
                frame[name] = frame[name].astype("float64")
        frame.attrs = dict(self.metadata)
        return frame


def _shape(geometry: Mapping[str, Any] | None) -> Any:
    return None if geometry is None else _needed("shapely.geometry").shape(geometry)


def _needed(name: str) -> Any:
    """Return a library that only analysis needs; raises MissingPart."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise MissingPart(name=name, remedy="pip install 'budgetmap[build]'") from None
