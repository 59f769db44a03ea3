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
    names, mark = table.names, b""
    for item in table.items():
        values = table.written(item)
        told = encoded(dict(zip(names, values, strict=True)))
        start = f'{{"type":"Feature","id":{encoded(values[0])},"properties":{told},"geometry":'.encode()
        yield b"".join((mark, start, item.shape or b"null", b"}"))
        mark = b","
    yield b"]}"
