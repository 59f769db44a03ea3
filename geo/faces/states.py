"""A small map that says one of a few states of each unit, by colour and by pattern, and its legend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from geo.faces.mark import marked, watermark
from geo.faces.svg import Drawing

# State → ground and marks, as parts of a square of ten; the style sheet has the colours `g-…` and `k-…`.
# Every state has marks of its own: nothing hangs on colour alone.
_STRIPES, _BARS, _DOT = "M0 0h3v10H0z", "M0 0h10v2H0zM0 0h2v10H0z", "M3 3h4v4H3z"
MARKS = {
    "delivered": "",
    "reported": "",
    "before": _DOT,
    "late": _STRIPES,
    "missing": _BARS,
    "not_expected": "",
}


@dataclass(frozen=True)
class Marked:
    """One unit as the small map shows it: its state, and what is said of it."""

    name: str
    state: str  # one of MARKS
    said: str  # the state in words


def state_map(drawing: Drawing, units: Sequence[Marked], alt: str, mark: str = "") -> Markup:
    """Return the `<svg>` of units in the order of the drawing; each says its name and state, the whole its mark."""
    width, height = drawing["width"], drawing["height"]
    parts = [
        Markup('<svg class="map" viewBox="0 0 %s %s" role="img" aria-label="%s">') % (width, height, marked(mark, alt)),
        _patterns({unit.state for unit in units}, max(6, round(width / 110))),
        Markup('<path class="around" d="%s"/>') % drawing["neighbours"],
        *(_shape(unit, path) for unit, path in zip(units, drawing["units"], strict=True)),
    ]
    for number, inset in enumerate(drawing["insets"]):
        x, y, r, unit = inset["x"], inset["y"], inset["r"], units[inset["unit"]]
        size = round(width / 60)
        inner = Markup("").join(_shape(units[k], path) for k, path in inset["parts"])
        to_x, to_y = drawing["labels"][inset["unit"]]
        away = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5 or 1
        from_x, from_y = round(x + (to_x - x) * r / away), round(y + (to_y - y) * r / away)
        parts.append(
            Markup(
                '<g><path class="tie" d="M%s %sL%s %s"/><clipPath id="c%s"><circle cx="%s" cy="%s" r="%s"/></clipPath>'
                '<circle class="around" cx="%s" cy="%s" r="%s"/><g clip-path="url(#c%s)">%s</g>'
                '<circle class="ring" cx="%s" cy="%s" r="%s"/>'
                '<text class="name" x="%s" y="%s" font-size="%s">%s</text></g>'
            )
            % (
                *(from_x, from_y, to_x, to_y, number, x, y, r),
                *(x, y, r, number, inner),
                *(x, y, r, x, y + r + round(size * 1.15), size, unit.name),
            )
        )
    return Markup("").join([*parts, watermark(mark, width, height), Markup("</svg>")])


def legend(rows: Iterable[tuple[str, str, int]]) -> Markup:
    """Return a list of (state, word, count) with a swatch each; the swatches define patterns of their own."""
    made = [
        Markup('<li><svg class="sw" viewBox="0 0 24 24" aria-hidden="true">%s%s</svg>%s <small>%s</small></li>')
        % (_patterns({state}, 10, "l"), _square(state, "l"), word, count)
        for state, word, count in rows
    ]
    return Markup('<ul class="legend">%s</ul>') % Markup("").join(made)


def _shape(unit: Marked, path: str) -> Markup:
    said = f"{unit.name}: {unit.said}"
    shape = Markup('<path class="u g-%s"%s d="%s"><title>%s</title></path>')
    return shape % (unit.state, _filled(unit.state, "m"), path, said)


def _square(state: str, prefix: str) -> Markup:
    return Markup('<path class="g-%s"%s d="M0 0h24v24H0z"/>') % (state, _filled(state, prefix))


def _filled(state: str, prefix: str) -> Markup:
    # An attribute, not a rule of the style sheet: there `url(#…)` would point into the style sheet.
    return Markup(' fill="url(#%s-%s)"') % (prefix, state) if MARKS[state] else Markup("")


def _patterns(states: set[str], step: int, prefix: str = "m") -> Markup:
    """Return the patterns of the states that have marks; `prefix` keeps those of several pictures apart."""
    made = [
        Markup(
            '<pattern id="%s-%s" width="%s" height="%s" viewBox="0 0 10 10" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><path class="f-%s" d="M0 0h10v10H0z"/><path class="k-%s" d="%s"/></pattern>'
        )
        % (prefix, state, step, step, state, state, MARKS[state])
        for state in MARKS
        if state in states and MARKS[state]
    ]
    return Markup("<defs>%s</defs>") % Markup("").join(made) if made else Markup("")
