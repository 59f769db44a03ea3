"""Write geo/web/static/palettes.css: the palettes beside the standard one, light and dark.

    python scripts/make_palettes.py

Each palette follows a published ramp (below, with its source) and takes the colours of five luminances from it: those
at which values can be read on every colour, in the ink or the paper of the page, and at which neighbours stay apart
when hues are not seen. A test holds the file to all of this.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

PATH = Path(__file__).parents[1] / "geo" / "web" / "static" / "palettes.css"
HEAD = "/* Made by scripts/make_palettes.py from published ramps; change it there. */\n"

# Relative luminances of the steps, pale to strong on a light page, and on a dark one.
LIGHT, DARK = (0.74, 0.50, 0.30, 0.145, 0.055), (0.035, 0.085, 0.25, 0.42, 0.74)
LIGHT_CONTRAST, DARK_CONTRAST = (0.88, 0.56, 0.29, 0.10, 0.02), (0.018, 0.075, 0.24, 0.47, 0.88)

# ColorBrewer 2.0 by Cynthia A. Brewer, colorbrewer2.org (Apache License 2.0), with a darker end. viridis by S. van der
# Walt and N. Smith for matplotlib (CC0). cividis by J. R. Nuñez, C. R. Anderton and R. S. Renslow, PLOS ONE 13(7):
# e0199239 (2018).
RAMPS = {
    "blues": "f7fbff deebf7 c6dbef 9ecae1 6baed6 4292c6 2171b5 08519c 08306b 021534",
    "reds": "fff5f0 fee0d2 fcbba1 fc9272 fb6a4a ef3b2c cb181d a50f15 67000d 330006",
    "purples": "fcfbfd efedf5 dadaeb bcbddc 9e9ac8 807dba 6a51a3 54278f 3f007d 1f003e",
    "greens": "f7fcf5 e5f5e0 c7e9c0 a1d99b 74c476 41ab5d 238b45 006d2c 00441b 00220d",
    "oranges": "fff5eb fee6ce fdd0a2 fdae6b fd8d3c f16913 d94801 a63603 7f2704 3f1302",
    "greys": "ffffff 000000",
    "viridis": "fde725 b5de2b 6ece58 35b779 1f9e89 26828e 31688e 3e4989 482878 440154 22002a",
    "cividis": "fee838 e1cc55 c3b369 a59c74 8a8678 707173 575d6d 3b496c 123570 00224e 001127",
}
# palette → (one direction or upwards, downwards); `high` takes luminances that lie further apart.
PALETTES = {
    "blue": ("blues", "reds", False),
    "purple": ("purples", "greens", False),
    "viridis": ("viridis", "", False),
    "cividis": ("cividis", "", False),
    "contrast": ("blues", "oranges", True),
    "grey": ("greys", "", False),
}


def made() -> str:
    """Return the style sheet."""
    light, dark = [], []
    for name, (up, down, high) in PALETTES.items():
        light.append(_rule(name, up, down, LIGHT_CONTRAST if high else LIGHT))
        dark.append(_rule(name, up, down, DARK_CONTRAST if high else DARK))
    joined = "".join(dark)
    return HEAD + "\n".join(light) + f"\n@media (prefers-color-scheme:dark){{{joined}}}\n"


def _rule(name: str, up: str, down: str, luminances: tuple[float, ...]) -> str:
    parts = [f"--s{k}:{_colour(up, target)}" for k, target in enumerate(luminances)]
    if down:
        parts += [f"--m{k}:{_colour(down, target)}" for k, target in enumerate(luminances)]
    return f".palette-{name}{{{';'.join(parts)}}}"


def _colour(ramp: str, target: float) -> str:
    """Return the colour of a ramp that has a luminance: between two anchors in proportion, in linear light."""
    anchors = [_linear(text) for text in RAMPS[ramp].split()]
    for one, other in pairwise(anchors):
        above, below = _luminance(one), _luminance(other)
        if below <= target <= above:
            part = (above - target) / (above - below)
            return _text(tuple(a + (b - a) * part for a, b in zip(one, other, strict=True)))
    raise ValueError(f"{ramp} has no luminance {target}")


def _linear(text: str) -> tuple[float, ...]:
    parts = [int(text[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def _luminance(linear: tuple[float, ...]) -> float:
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _text(linear: tuple[float, ...]) -> str:
    parts = [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in linear]
    return "#" + "".join(f"{round(255 * c):02x}" for c in parts)


if __name__ == "__main__":
    PATH.write_text(made(), encoding="utf-8")
