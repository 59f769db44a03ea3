"""Borders that somebody sent → their features in an Arrow file, read in a child process: WKB, text, faults, no more."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.core.errors import BadData, Fault
from geo.foreign.child import as_faults, as_plain, run
from geo.foreign.features import MOST_MB, Feature, Property, Reading
from geo.foreign.limits import Limits

FEATURES = "features.arrow"
_ENDINGS = {".geojson": "geojson", ".json": "geojson", ".gpkg": "gpkg", ".shp": "shp", ".zip": "zip"}
_FIRST = 4096  # bytes that tell what a file is
_BATCH = 500  # features
_BATCH_BYTES = 16 * 2**20
_BEGINNINGS = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x00\x00\x27\x0a": "shp",
    b"\x1f\x8b": "gzip",
    b"%PDF": "PDF",
}
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_XML = {b"ogrvrtdatasource": "VRT", b"kml": "KML", b"featurecollection": "GML", b"html": "HTML", b"gpx": "GPX"}


@dataclass(frozen=True)
class Borders:
    """What was read of a foreign file of borders; where there are faults the features may not be whole."""

    file: str  # name as given, without its folder
    sha256: str
    bytes: int
    format: str  # geojson, gpkg, shp or zip (a Shapefile in it)
    crs: str  # as stated in the file; empty: none stated
    count: int
    path: Path | None  # Arrow file with number, geometry (WKB), properties, inside a folder of the caller's
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    def features(self) -> Iterator[Feature]:
        """Yield the features in the order of the file; those that had a fault have no geometry."""
        import pyarrow as pa

        if self.path is None:
            return
        with pa.memory_map(str(self.path)) as source, pa.ipc.open_file(source) as reader:
            for number in range(reader.num_record_batches):
                for row in reader.get_batch(number).to_pylist():
                    named = {name: Property(*pair) for name, pair in json.loads(row["properties"]).items()}
                    yield Feature(row["number"], row["geometry"], named)


def read_borders(path: Path, scratch: Path, limits: Limits, layer: str = "") -> Borders:
    """Return the borders of a GeoJSON, GeoPackage or Shapefile; every fault that could be found stands in it.

    `layer` names one of many: a layer of a GeoPackage, or the path of a Shapefile in a zip without its ending.
    """
    try:
        found = run("borders", {"path": str(path.resolve()), "name": path.name, "layer": layer}, scratch, limits)
    except BadData as bad:
        return Borders(path.name, "", 0, "", "", 0, None, bad.every)
    return Borders(
        **{name: found[name] for name in ("file", "sha256", "bytes", "format", "crs", "count")},
        path=scratch / found["features"],
        faults=tuple(as_faults(found["faults"])),
        warnings=tuple(as_faults(found["warnings"])),
    )


def read(arguments: Mapping[str, Any], scratch: Path) -> dict[str, Any]:
    """Return what `read_borders` wants to know, as plain values; runs in the child process. Raises BadData."""
    path, name, layer = Path(arguments["path"]), str(arguments["name"]), str(arguments.get("layer", ""))
    try:
        kind = kind_of(path, name)
        size, digest = path.stat().st_size, _digest(path)
    except FileNotFoundError:
        raise BadData([Fault(name, 0, "", "E-GEO-04", name)]) from None
    except OSError as error:
        raise BadData([Fault(name, 0, "", "E-CSV-09", error.strerror or "")]) from None
    reading = Reading(name)
    _write(_features(kind, path, layer, scratch, reading), scratch / FEATURES)
    if _digest(path) != digest:
        raise BadData([Fault(name, 0, "", "E-UP-06")])
    heights = [Fault(name, 0, "geometry", "W-GEO-04", str(reading.with_heights))] if reading.with_heights else []
    return {
        "file": name,
        "sha256": digest,
        "bytes": size,
        "format": kind,
        "crs": reading.crs,
        "count": reading.features,
        "features": FEATURES,
        "faults": as_plain(reading.faults),
        "warnings": as_plain(heights),
    }


def kind_of(path: Path, name: str) -> str:
    """Return geojson, gpkg, shp or zip by the first bytes; raises BadData where the name promises something else."""
    with path.open("rb") as file:
        first = file.read(_FIRST)
    if path.stat().st_size > MOST_MB * 2**20:
        raise BadData([Fault(name, 0, "", "E-LIM-05", str(MOST_MB))])
    found = _by_content(first)
    promised = _ENDINGS.get(Path(name).suffix.lower(), found)
    if not found and promised in ("", "geojson"):
        raise BadData([Fault(name, 0, "", "E-GEO-01")])
    if found != promised or found not in _ENDINGS.values():
        raise BadData([Fault(name, 0, "", "E-GEO-02", found or "?")])
    return found


def _by_content(first: bytes) -> str:
    """Return what a file is: one of the four kinds, another one by its name, empty where nobody can tell."""
    if first.startswith(b"SQLite format 3\0"):
        return "gpkg" if first[68:72] in (b"GPKG", b"GP10", b"GP11") else "SQLite"
    if kinds := [kind for begin, kind in _BEGINNINGS.items() if first.startswith(begin)]:
        return kinds[0]
    text = first.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    if text.startswith(b"<"):
        root = _ROOT.search(re.sub(rb"<!--.*?-->", b"", text, flags=re.DOTALL))
        return _XML.get(root[1].lower(), "XML") if root else "XML"
    return "geojson" if text.startswith((b"{", b"[")) else ""


def _features(kind: str, path: Path, layer: str, scratch: Path, reading: Reading) -> Iterator[Feature]:
    if kind == "geojson":
        from geo.foreign.geojson import read_geojson

        yield from read_geojson(path, reading)
        return
    from geo.foreign.ogr import read_ogr
    from geo.foreign.shapefile import NAME, encoding_of, gathered, unpacked

    if kind == "gpkg":
        # A copy under a name of ours: neither its name nor a file beside it can tell GDAL anything.
        copy = scratch / f"{NAME}.gpkg"
        shutil.copyfile(path, copy)
        yield from read_ogr(copy, layer, "", reading)
        return
    is_zip = kind == "zip"
    shp = unpacked(path, reading.file, layer, scratch) if is_zip else gathered(path, reading.file, scratch)
    yield from read_ogr(shp, "", encoding_of(shp, reading.file), reading)


def _write(features: Iterator[Feature], path: Path) -> None:
    """Write features as an Arrow file, some hundred at a time."""
    import pyarrow as pa

    schema = pa.schema([("number", pa.int64()), ("geometry", pa.binary()), ("properties", pa.string())])
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        rows: list[dict[str, Any]] = []
        held = 0
        for feature in features:
            named = {name: [found.text, found.kind] for name, found in feature.properties.items()}
            text = json.dumps(named, ensure_ascii=False)
            rows.append({"number": feature.number, "geometry": feature.geometry, "properties": text})
            held += len(feature.geometry) + len(text)
            if len(rows) >= _BATCH or held > _BATCH_BYTES:
                writer.write_batch(pa.RecordBatch.from_pylist(rows, schema=schema))
                rows, held = [], 0
        writer.write_batch(pa.RecordBatch.from_pylist(rows, schema=schema))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
