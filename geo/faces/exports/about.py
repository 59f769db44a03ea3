"""What a file says of itself: the metadata of its layer, what was asked for, where its shapes come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.core.view import KEYS
from geo.faces.files import mark_of_file, metadata
from geo.faces.reading import Reading
from geo.versions import Version

_OF_LOOKS = {"palette", "highlight", "sort", "classes", "breaks"}  # they change no value


def described(reading: Reading, version: Version, shapes: Mapping[str, Any], **own: Any) -> dict[str, Any]:
    """Return `about`, `marks`, `is_synthetic` and `minor_units` of a table; `own` replaces members of the metadata."""
    view = reading.layer.view
    asked = {key: getattr(view, key) for key in KEYS if key not in _OF_LOOKS}
    about = {
        **metadata(reading, version),
        "filter": {key: value for key, value in asked.items() if value != KEYS[key]},
        "amounts": reading.text("export.amounts"),
        "geometry": dict(shapes),
        **own,
    }
    return {
        "about": about,
        "marks": mark_of_file(reading),
        "is_synthetic": version.country.is_synthetic,
        "minor_units": version.country.minor_units,
    }
