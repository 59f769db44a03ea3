"""The drawing that a layer is drawn on: of a whole level, or the part of it within one unit, brought to full size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from geo.layers import Layer
from geo.versions import Version

if TYPE_CHECKING:
    from geo.faces.svg import Drawing

_NUMBER = re.compile(r"-?[0-9]+")
_START = re.compile(r"M(-?[0-9]+)[ ,]?(-?[0-9]+)")
_MARGIN = 0.06  # of the larger side, all around
_FLATTEST, _STEEPEST = 0.45, 0.7  # height by width: a frame is no strip
Box = tuple[float, float, float, float]


def drawing_of(layer: Layer, version: Version, name: str) -> Drawing:
    """Return the drawing `page` or `embed` for the rows of a layer, in their order."""
    key = f"{layer.edition}/{layer.view.level}/outline-{name}.json"
    whole: Drawing = version.json(key)
    if not layer.view.within:
        return whole
    return version.once(f"within/{layer.view.within}/{key}", lambda: _within(layer, version, name, whole))


def _within(layer: Layer, version: Version, name: str, whole: Drawing) -> Drawing:
    """Return the units inside of one, what lies around them, and a frame as wide as the whole drawing."""
    numbers = [version.level(layer.edition, layer.view.level).numbers[row.unit.unit_id] for row in layer.rows]
    around = _above(layer, version, name, whole)
    paths = [whole["units"][number] for number in numbers] if whole["units"] else []
    left, top, right, bottom = _frame(_boxes([*([around] if around else []), *paths], whole, numbers))
    factor = max(1, round(whole["width"] / (right - left)))
    origin = round(left * factor), round(top * factor)
    others = "".join(path for number, path in enumerate(whole["units"]) if number not in set(numbers))

    def moved(path: str) -> str:
        larger = _NUMBER.sub(lambda match: str(int(match[0]) * factor), path)
        return _START.sub(lambda match: f"M{int(match[1]) - origin[0]} {int(match[2]) - origin[1]}", larger)

    made: Drawing = {
        "width": round((right - left) * factor),
        "height": round((bottom - top) * factor),
        "units": [moved(path) for path in paths],
        "labels": [
            (x * factor - origin[0], y * factor - origin[1]) for x, y in (whole["labels"][number] for number in numbers)
        ],
        "neighbours": moved(whole["neighbours"] + others),
        "insets": [],
    }
    if "ground" in whole:
        # The unit itself is the ground; its neighbours at home are as quiet as those abroad.
        made["ground"] = moved(around or whole["ground"])
        made["neighbours"] = moved(whole["neighbours"] + whole["ground"]) if around else made["neighbours"]
    if "rooms" in whole:
        made["rooms"] = [whole["rooms"][number] * factor for number in numbers]
    return made


def _above(layer: Layer, version: Version, name: str, whole: Drawing) -> str:
    """Return the outline of the unit that the layer is within, where it is drawn on the same grid; else nothing."""
    for row in version.country.levels:
        key = f"{layer.edition}/{row.id}/outline-{name}.json"
        if row.id == layer.view.level or key not in version.manifest["files"]:
            continue
        numbers, drawing = version.level(layer.edition, row.id).numbers, version.json(key)
        is_same = (drawing["width"], drawing["height"]) == (whole["width"], whole["height"])
        if layer.view.within in numbers and is_same and drawing["units"]:
            return str(drawing["units"][numbers[layer.view.within]])
    return ""


def _boxes(paths: Sequence[str], whole: Drawing, numbers: Iterable[int]) -> Iterator[Box]:
    for path in paths:
        for ring in path.split("M")[1:]:
            values = [int(text) for text in _NUMBER.findall(ring)]
            xs, ys = list(accumulate(values[::2])), list(accumulate(values[1::2]))
            yield min(xs), min(ys), max(xs), max(ys)
    if not paths:
        yield from ((x, y, x, y) for x, y in (whole["labels"][number] for number in numbers))


def _frame(boxes: Iterator[Box]) -> Box:
    """Return a frame around boxes with a margin, neither too flat nor too slim."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
    margin = max(right - left, bottom - top, 40) * _MARGIN
    width, height = right - left + 2 * margin, bottom - top + 2 * margin
    wider, higher = max(width, height / _STEEPEST), max(height, width * _FLATTEST)
    x, y = (left + right - wider) / 2, (top + bottom - higher) / 2
    return x, y, x + wider, y + higher
