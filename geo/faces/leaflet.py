"""Layers as a `folium.Map` that asks nothing of anybody: the library inside, no word of a name ever run.

The only module that knows folium, so whoever needs a map imports it late. What folium has written from a value it
compiles once more as a Jinja template, and Leaflet takes the names of layers as HTML. So data goes around its
templates, as JSON whose texts become text nodes; the few words that must pass through are written in entities. Names of
elements are counted, not drawn by lot: the same layers make the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from markupsafe import escape

from geo.core.errors import MissingPart
from geo.faces.layered import Layered, Page, Shown

_HERE = Path(__file__).parent
_LEAFLET = _HERE.parent / "web" / "vendor" / "leaflet"
# What a script, a template literal or Jinja may take for its own.
_ENTITIES = str.maketrans({"`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;"})
_UNSAFE = re.compile("[<>&\u2028\u2029]")
_URL = re.compile(r"url\([^)]*\)")
_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>')  # folium's forbids to enlarge the page
_BLOCK = re.compile(r"<(style|script)>(.*?)</\1>", re.S)


def leaflet_map(layered: Layered, page: Page) -> folium.Map:
    """Return the map in its page; `get_root().render()` is the page, the same for the same layers.

    Raises MissingPart where set-up has laid no Leaflet into the package.
    """
    numbers = count(1)

    def counted(element: Any) -> Any:
        element._id = f"{next(numbers):x}"
        return element

    drawn = counted(
        folium.Map(
            tiles=None, zoom_snap=0.25, zoom_delta=0.5, scroll_wheel_zoom=False, attribution_control=False,
            zoom_control=False, zoom_animation=False, fade_animation=False, marker_zoom_animation=False,
        )
    )  # fmt: skip
    drawn.default_js, drawn.default_css = [], []  # of this map alone: the lists of the class are everybody's
    drawn.add_to(_Figure(page))
    drawn.add_child(counted(_Script(f"var budgetMap = openBudgetMap({drawn.get_name()}, {_json(_plain(layered))});")))
    for number, shown in enumerate(layered.shown):
        drawn.add_child(counted(_Layer(shown, is_shown=not number)))
    if len(layered.shown) > 1:
        control = counted(folium.LayerControl(collapsed=False))
        drawn.add_child(control)
        drawn.add_child(counted(_Script(f"budgetMap.choose({control.get_name()});")))
    return drawn


def entities(text: str) -> str:
    """Return a text that HTML, a script and a template take for a text, whichever of them reads it first."""
    return str(escape(text)).translate(_ENTITIES)


class _Given(Element):
    """Text that goes into a page as it is, not through a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        return self.text


class _Script(Element):
    """Words of the page's script, in the order of the map's children."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        root: Any = self.get_root()
        root.script.add_child(_Given(self.text), name=self.get_name())
        return ""


class _Layer(folium.map.Layer):
    """A layer that readers choose; the control of layers knows it by its class."""

    def __init__(self, shown: Shown, *, is_shown: bool) -> None:
        super().__init__(name=entities(shown.name), show=is_shown)
        self.content = _json({"tones": shown.tones, "said": shown.said, "radii": shown.radii})

    def render(self, **_: Any) -> str:
        root: Any = self.get_root()
        parent: Any = self._parent
        added = f".addTo({parent.get_name()})" if self.show else ""
        made = f"var {self.get_name()} = budgetMap.layer({self.content}){added};"
        root.script.add_child(_Given(made), name=self.get_name())
        return ""


class _Figure(Figure):
    """A page with language, title, policy and what stands around the map."""

    def __init__(self, page: Page) -> None:
        super().__init__(title=page.title)
        self.page = page
        self.header.add_child(_Given(_library(page.styles)), name="leaflet")

    def render(self, **given: Any) -> str:
        for child in self._children.values():
            child.render(**given)
        head, body, script = (part.render(**given) for part in (self.header, self.html, self.script))
        head = _VIEWPORT.sub('<meta name="viewport" content="width=device-width, initial-scale=1">', head)
        inside = f"{head}\n{self.page.before}\n{body}\n{self.page.after}\n<script>{script}</script>\n"
        sealed = f'<meta http-equiv="Content-Security-Policy" content="{_policy(inside)}">\n'
        return (
            f'<!doctype html>\n<html lang="{escape(self.page.lang)}">\n<head>\n<meta charset="utf-8">\n'
            f"{sealed if self.page.is_sealed else ''}<title>{escape(self.title)}</title>\n"
            '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
            f"{head}\n</head>\n<body>\n{self.page.before}\n{body}\n{self.page.after}\n"
            f"<script>{script}</script>\n</body>\n</html>\n"
        )


def _policy(inside: str) -> str:
    """Return the policy of a page: the styles and scripts that stand in it, and nothing from anywhere."""
    hashes: dict[str, list[str]] = {"style": [], "script": []}
    for kind, content in _BLOCK.findall(inside):
        digest = base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
        hashes[kind].append(f"'sha256-{digest}'")
    allowed = "; ".join(f"{kind}-src {' '.join(dict.fromkeys(found))}" for kind, found in hashes.items())
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _plain(layered: Layered) -> dict[str, Any]:
    return {
        "label": layered.label,
        "shapes": layered.shapes,
        "spots": layered.spots,
        "ground": layered.ground,
        "highlight": layered.highlight,
        "words": layered.words,
    }


def _json(value: Any) -> str:
    """Return JSON that stands in a script: nothing in it ends the script or begins anything else."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", plain)


def _library(styles: str) -> str:
    """Return Leaflet with its licence, the style of the page and what draws our layers."""
    licence, vendor_css, vendor_js = (_text(_LEAFLET / name) for name in ("LICENSE", "leaflet.css", "leaflet.js"))
    own_css, own_js = (_text(_HERE / name) for name in ("leaflet_map.css", "leaflet_map.js"))
    css = f"{_URL.sub('none', vendor_css)}\n{styles}\n{own_css}"
    js = f"{vendor_js.split('//# sourceMappingURL')[0]}\n{own_js}"
    return f"<!--\n{licence.replace('--', '–')}\n-->\n<style>{css}</style>\n<script>{js}</script>"


@cache
def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        raise MissingPart(name=f"leaflet/{path.name}", remedy="make setup") from None
