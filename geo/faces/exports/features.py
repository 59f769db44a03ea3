"""A table as GeoJSON (RFC 7946): one FeatureCollection in pieces, metadata before the features."""

from __future__ import annotations

from collections.abc import Iterator

from geo.faces.exports.table import Table, encoded


def as_geojson(table: Table) -> Iterator[bytes]:
    """Yield the file piece by piece, a feature at a time; a row without a place has a null geometry."""
    bbox = table.bbox()
    head = {
        "type": "FeatureCollection",
        "is_synthetic": table.is_synthetic,
        **table.marks,
        **({"bbox": bbox} if bbox else {}),
        "metadata": table.about,
    }
    yield f'{encoded(head)[:-1]},"features":['.encode()
    write, mark = table.as_objects(), ""
    for item in table.items():
        id_, told = write(item)
        start = f'{mark}{{"type":"Feature","id":{id_},"properties":{told},"geometry":'.encode()
        yield b"%b%b}" % (start, item.shape or b"null")
        mark = ","
    yield b"]}"
