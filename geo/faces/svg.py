"""The static map as SVG: complete before any script, coloured by classes of the style sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NotRequired, TypedDict

from markupsafe import Markup

from geo.faces import points
from geo.faces.legend import FEW_UNITS, circle_radius, circle_sizes
from geo.faces.mark import watermark
from geo.faces.patterns import hatched, patterns
from geo.faces.reading import Line, Reading

_LARGEST_NAME = 1.3  # a name below an inset has no more room
_OVERHANG = 1.15  # a value may reach this much over its place
Link = Callable[[str], str]  # unit_id → address of its page


class Inset(TypedDict):
    """A unit in a circle of its own: its number, middle and radius, and (unit number, path) of what is seen."""

    unit: int
    x: int
    y: int
    r: int
    parts: list[tuple[int, str]]


class Drawing(TypedDict):
    """What `outlines` made of an edition: whole grid units, y down; paths and label points in unit order.

    A drawing of places has no paths of units, but a `ground`: the outlines of the territories around them.
    """

    width: int
    height: int
    units: list[str]
    ground: NotRequired[str]
    labels: list[tuple[int, int]]
    neighbours: str
    insets: list[Inset]
    rooms: NotRequired[list[int]]  # how wide each unit is at its label point


def svg_map(
    reading: Reading,
    drawing: Drawing,
    *,
    link: Link | None = None,
    labels: float = 0,
    size: tuple[int, int, int, int] | None = None,
) -> Markup:
    """Return the `<svg>` of a reading on a drawing of its edition.

    With `link` (unit_id → address) every unit is a link that the keyboard reaches; without, the map is one
    picture with the reading's description and a title on each unit. `labels` writes values on the map, so many
    times larger than a page's, which leaves room for fewer; `size` (x, y, width, height) nests it in another picture.
    """
    width, height = drawing["width"], drawing["height"]
    role = "group" if link else "img"
    place = Markup("") if size is None else Markup(' x="%s" y="%s" width="%s" height="%s"') % size
    parts = [
        Markup('<svg class="map" viewBox="0 0 %s %s"%s role="%s" aria-label="%s">')
        % (width, height, place, role, reading.alt),
        patterns(width, {line.tone for line in reading.lines}),
        Markup('<path class="around" d="%s"/>') % drawing["neighbours"],
        *(_places if "ground" in drawing else _territories)(reading, drawing, link, max(1, labels)),
        *(_outstanding(number, reading, drawing) for number in _highlighted(reading)),
        watermark(reading.mark, width, height),
    ]
    if labels and "ground" in drawing:
        parts.append(points.names(reading, drawing["labels"], width, height, labels))
    elif labels:
        circles = reading.layer.shows_circles
        parts.append(_labels(reading, drawing, {} if circles else {i["unit"]: i for i in drawing["insets"]}, labels))
    return Markup("").join([*parts, Markup("</svg>")])


def _territories(reading: Reading, drawing: Drawing, link: Link | None, letters: float) -> list[Markup]:
    """Return the units of a coverage, and on them circles or the cities in circles of their own."""
    circles, paths = reading.layer.shows_circles, drawing["units"]
    units = [_unit(number, line, paths[number], link, circles) for number, line in enumerate(reading.lines)]
    if circles:
        return [*units, _circles(reading, drawing, letters)]
    return [*units, *(_inset(inset, reading, drawing, letters) for inset in drawing["insets"])]


def _places(reading: Reading, drawing: Drawing, link: Link | None, letters: float) -> list[Markup]:
    """Return the ground and a point or circle for each place."""
    made = [Markup('<path class="ground" d="%s"/>') % drawing["ground"]]
    for number in points.order_of(reading):
        address = link(reading.lines[number].unit_id) if link else None
        made.append(points.point(number, reading, drawing["labels"][number], drawing["width"], address))
    return [*made, _circle_legend(reading, drawing, letters)] if reading.layer.shows_circles else made


def _highlighted(reading: Reading) -> list[int]:
    wanted = reading.layer.view.highlight
    return [number for number, line in enumerate(reading.lines) if wanted and line.unit_id == wanted]


def _outstanding(number: int, reading: Reading, drawing: Drawing) -> Markup:
    """Return the line around a unit that is to stand out."""
    if "ground" not in drawing:
        return Markup('<path class="hi" d="%s"/>') % drawing["units"][number]
    (x, y), width = drawing["labels"][number], drawing["width"]
    radius = round(points.radius_of(number, reading, width) + width * 0.005, 1)
    return Markup('<circle class="hi" cx="%s" cy="%s" r="%s"/>') % (x, y, radius)


def _unit(number: int, line: Line, path: str, link: Link | None, circles: bool) -> Markup:
    tone = "base" if circles and line.state == "value" else line.tone
    said = f"{line.name}: {line.value}"
    if link is None:
        shape = Markup('<path class="u %s"%s data-u="%s" d="%s"><title>%s</title></path>')
        return shape % (tone, hatched(tone), number, path, said)
    shape = Markup('<a href="%s" data-u="%s" aria-label="%s"><path class="u %s"%s d="%s"/></a>')
    return shape % (link(line.unit_id), number, said, tone, hatched(tone), path)


def _circles(reading: Reading, drawing: Drawing, letters: float) -> Markup:
    """Return a circle for each unit, the largest first, so that none hides a smaller one, and their legend."""
    rows, width = reading.layer.rows, drawing["width"]
    made = []
    for i in points.order_of(reading):
        radius = circle_radius(rows[i].value, reading.layer, width)
        if radius:
            x, y = drawing["labels"][i]
            said = f"{reading.lines[i].name}: {reading.lines[i].value}"
            made.append(
                Markup('<circle class="sum" data-u="%s" cx="%s" cy="%s" r="%s"><title>%s</title></circle>')
                % (i, x, y, radius, said)
            )
    return Markup("").join([*made, _circle_legend(reading, drawing, letters)])


def _circle_legend(reading: Reading, drawing: Drawing, letters: float) -> Markup:
    """Return nested circles of round values in the lower right corner, at the scale of the map itself."""
    width, made = drawing["width"], []
    size, right, floor = round(width / 60 * letters), round(width * 0.93), round(drawing["height"] * 0.97)
    sizes, last = circle_sizes(reading.wording), float("inf")
    left = right - circle_radius(sizes[0], reading.layer, width) - size / 2 if sizes else right
    circle = Markup(
        '<circle class="ring" cx="%s" cy="%s" r="%s"/><text class="size" x="%s" y="%s" font-size="%s">%s</text>'
    )
    for value in sizes:
        radius = circle_radius(value, reading.layer, width)
        if last - 2 * radius < size:
            continue  # its number would stand on the one above
        last = 2 * radius
        top = round(floor - 2 * radius + size * 0.35)
        made.append(circle % (right, floor - radius, radius, round(left), top, size, reading.wording.value(value)))
    return Markup('<g class="sizes" aria-hidden="true">%s</g>') % Markup("").join(made)


def _inset(inset: Inset, reading: Reading, drawing: Drawing, letters: float) -> Markup:
    """Return a city in a circle of its own, tied to its place by a line; its parts say whose they are."""
    number, x, y, r = inset["unit"], inset["x"], inset["y"], inset["r"]
    line = reading.lines[number]
    mark = f"i{number}"
    parts = Markup("").join(
        Markup('<path class="u %s"%s data-u="%s" d="%s"/>')
        % (reading.lines[k].tone, hatched(reading.lines[k].tone), k, path)
        for k, path in inset["parts"]
    )
    if number in _highlighted(reading):
        parts += Markup("").join(
            Markup('<path class="hi" d="%s"/>') % path for k, path in inset["parts"] if k == number
        )
    to_x, to_y = drawing["labels"][number]
    away = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5 or 1
    from_x, from_y = round(x + (to_x - x) * r / away), round(y + (to_y - y) * r / away)
    size = round(drawing["width"] / 60 * min(letters, _LARGEST_NAME))
    return Markup(
        '<g class="inset"><path class="tie" d="M%s %sL%s %s"/><clipPath id="%s"><circle cx="%s" cy="%s" r="%s"/>'
        '</clipPath><circle class="around" cx="%s" cy="%s" r="%s"/><g clip-path="url(#%s)">%s</g>'
        '<circle class="ring" cx="%s" cy="%s" r="%s"/>'
        '<text class="name" x="%s" y="%s" font-size="%s">%s</text></g>'
    ) % (
        *(from_x, from_y, to_x, to_y, mark, x, y, r),
        *(x, y, r, mark, parts),
        *(x, y, r),
        *(x, y + r + round(size * 1.15), size, line.name),
    )


def _labels(reading: Reading, drawing: Drawing, enlarged: Mapping[int, Inset], letters: float) -> Markup:
    """Return the values that have room on the units or their circles, and inside the insets of those `enlarged`."""
    size = round(drawing["width"] / 70 * letters)
    circles = reading.layer.shows_circles
    made = []
    for number in _with_room(reading, drawing, enlarged, size, letters > 1):
        line, (x, y) = reading.lines[number], _spot(number, drawing, enlarged)
        made.append(
            Markup('<text class="v on-%s" x="%s" y="%s" font-size="%s">%s</text>')
            % ("sum" if circles else line.tone, x, y + round(size * 0.35), size, line.value)
        )
    return Markup('<g class="values" aria-hidden="true">%s</g>') % Markup("").join(made)


def _spot(number: int, drawing: Drawing, enlarged: Mapping[int, Inset]) -> tuple[int, int]:
    place = enlarged.get(number)
    return (place["x"], place["y"]) if place else drawing["labels"][number]


def _with_room(
    reading: Reading, drawing: Drawing, enlarged: Mapping[int, Inset], size: int, is_larger: bool = False
) -> list[int]:
    """Return the numbers of the units whose value can be written without touching another; the widest places first.

    On a map of few units each value is written; on one of many, or in larger letters, a value that is wider than its
    place is left to the table: it would be read as its neighbour's.
    """
    rows, width = reading.layer.rows, drawing["width"]
    room = {
        number: 2 * circle_radius(row.value, reading.layer, width)
        if reading.layer.shows_circles
        else drawing["insets"][0]["r"]
        if number in enlarged
        else drawing.get("rooms", {number: width})[number]
        for number, row in enumerate(rows)
    }
    all_fit = len(rows) <= FEW_UNITS and not is_larger
    taken: list[tuple[float, float, float]] = []
    found = []
    for number in sorted(room, key=lambda n: (-room[n], n)):
        half = 0.31 * size * len(reading.lines[number].value)
        x, y = _spot(number, drawing, enlarged)
        is_free = all(abs(x - left) > half + other or abs(y - top) > size for left, top, other in taken)
        has_room = all_fit or (is_free and 2 * half <= room[number] * _OVERHANG)
        if reading.lines[number].state == "value" and has_room:
            taken.append((x, y, half))
            found.append(number)
    return sorted(found)
