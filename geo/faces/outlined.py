"""An SVG without fonts: each of its texts becomes the outlines of its letters, the same on every machine.

A letter's shape stands in the file once and is used wherever the letter is. The words stay in the file as labels, for
readers that cannot see it and for programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

from geo.faces.letters import BOLD, EM, Glyph, glyph

_NAMESPACE = "http://www.w3.org/2000/svg"
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CLASS = re.compile(r"\.([\w-]+)")
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in no XML, however it is written
_BACK = {"start": 0.0, "middle": 0.5, "end": 1.0}  # how much of a line stands before its anchor
Rules = Mapping[str, Mapping[str, str]]  # of a style sheet, by class


@dataclass(frozen=True)
class _Dress:
    """What a text wears where it stands: inherited, from its classes and from its attributes."""

    size: float = 16.0
    is_bold: bool = False
    anchor: str = "start"
    halo: float = 0.0  # width of the line around letters, in per cent of the picture it stands in
    diagonal: float = 0.0  # of that picture, as SVG counts per cent

    def of(self, element: Element, rules: Rules) -> _Dress:
        """Return the dress inside of an element."""
        given: dict[str, str] = {}
        for name in ("font-size", "font-weight", "text-anchor"):
            if name in element.attrib:
                given[name] = element.attrib[name]
        for name in element.get("class", "").split():
            given |= rules.get(name, {})
        diagonal = _diagonal(element) if element.tag == "svg" else 0.0
        return replace(
            self,
            size=float(given.get("font-size", self.size)),
            is_bold=_is_bold(given["font-weight"]) if "font-weight" in given else self.is_bold,
            anchor=given.get("text-anchor", self.anchor),
            halo=float(given["stroke-width"].rstrip("%")) if "paint-order" in given else self.halo,
            diagonal=diagonal or self.diagonal,
        )


def outlined(svg: str, styles: str) -> str:
    """Return an SVG (without namespace) as one with outlines for texts; `styles` are the rules of classes in it.

    The order of elements stays. Raises MissingPart where there are no fonts.
    """
    root = fromstring(_ILLEGAL.sub("\ufffd", svg))  # noqa: S314 - a picture of ours, its names escaped
    used: dict[str, Glyph] = {}
    rules = {name: rule for names, rule in _rules(styles) for name in names}
    _dressed(root, _Dress(), rules, used)
    shapes = Element("defs")
    for name in sorted(used):
        SubElement(shapes, "path", {"id": name, "d": used[name].path})
    heads = sum(1 for child in root if child.tag in {"title", "desc", "style"})
    root.insert(heads, shapes)
    root.set("xmlns", _NAMESPACE)
    return tostring(root, encoding="unicode") + "\n"


def _dressed(element: Element, dress: _Dress, rules: Rules, used: dict[str, Glyph]) -> None:
    """Draw the texts within an element, in place."""
    dress = dress.of(element, rules)
    for place, child in enumerate(element):
        if child.tag == "text":
            made = _drawn(child, dress.of(child, rules), used)
            made.tail = child.tail
            element[place] = made
        else:
            _dressed(child, dress, rules, used)


def _drawn(text: Element, dress: _Dress, used: dict[str, Glyph]) -> Element:
    """Return a text as a group of its letters, named by its words."""
    words = "".join(text.itertext())
    glyphs = [glyph(letter, is_bold=dress.is_bold) for letter in words]
    scale = dress.size / EM
    left = float(text.get("x", 0)) - _BACK[dress.anchor] * sum(one.advance for one in glyphs) * scale
    group = Element("g", {"role": "img", "aria-label": words})
    if "class" in text.attrib:
        group.set("class", text.attrib["class"])
    moved = f"translate({_short(left)} {_short(float(text.get('y', 0)))})scale({scale:.5g} -{scale:.5g})"
    inner = SubElement(group, "g", {"transform": text.get("transform", "") + moved})
    if dress.halo:
        # A rule's per cent would be scaled with the letters; this stands nearer to them and wins.
        inner.set("stroke-width", _short(dress.halo / 100 * dress.diagonal / scale))
        inner.set("stroke-linejoin", "round")
    x = 0
    for one in glyphs:
        if one.path:
            used[one.name] = one
            SubElement(inner, "use", {"href": f"#{one.name}", **({"x": str(x)} if x else {})})
        x += one.advance
    return group


def _rules(styles: str) -> Iterator[tuple[Iterable[str], dict[str, str]]]:
    """Yield the rules of a style sheet that say one class alone, in their order."""
    for selectors, body in _RULE.findall(styles):
        pairs = (line.partition(":")[::2] for line in body.split(";") if ":" in line)
        names = (_CLASS.fullmatch(selector.strip()) for selector in selectors.split(","))
        yield [name[1] for name in names if name], {key.strip(): value.strip() for key, value in pairs}


def _diagonal(svg: Element) -> float:
    """Return what a length of 100 % is inside of an `<svg>`; 0 where it has no size of its own."""
    box = svg.get("viewBox", "").split()[2:] or [svg.get("width", "0"), svg.get("height", "0")]
    wide, high = map(float, box)
    return float(((wide**2 + high**2) / 2) ** 0.5)


def _is_bold(weight: str) -> bool:
    return weight == "bold" or (weight.isdigit() and int(weight) >= BOLD)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
