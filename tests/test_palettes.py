"""Laws of palettes: steps stay apart for every kind of eyes, go one way, and values can be read on each of them."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from geo.core.palettes import DIVERGING, SEQUENTIAL, STANDARD
from scripts import make_palettes

STATIC = Path(__file__).parents[1] / "geo" / "web" / "static"
STEPS = range(5)
LEAST_APART, LEAST_ACROSS = 9.0, 8.0  # ΔE*ab; about 2.3 can just be seen
# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A physiologically-based model for simulation of color vision
# deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 2009: severity 1.0, in linear light.
EYES = {
    "all colours": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "no colours": [[0.2126, 0.7152, 0.0722]] * 3,
}
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = np.array([0.95047, 1.0, 1.08883])
CASES = [(name, scheme) for name in SEQUENTIAL for scheme in ("light", "dark")]


def declared(text, selector):
    """Return the custom properties of a rule by name."""
    body = re.search(re.escape(selector) + r"\{([^}]*)\}", text)[1]
    return dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", body))


def colours(name, scheme):
    """Return the properties that a map wears under a palette and scheme."""
    found = {}
    for sheet, selector in (("map.css", ":root"), ("palettes.css", f".palette-{name}")):
        if sheet == "palettes.css" and name == STANDARD:
            continue
        light, dark = (STATIC / sheet).read_text(encoding="utf-8").split("@media (prefers-color-scheme:dark)")
        found |= declared(light if scheme == "light" else dark, selector)
    return found


def linear(colour):
    """Return a hexadecimal colour as linear red, green, blue."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = np.array([int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def seen(colour, eyes):
    """Return a colour in CIELAB (D65) as the eyes see it."""
    light = np.clip(np.array(EYES[eyes]) @ linear(colour), 0, 1)
    ratio = _XYZ @ light / _WHITE
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one, other, eyes):
    """Return how far two colours are apart: the distance in CIELAB."""
    return float(np.linalg.norm(seen(one, eyes) - seen(other, eyes)))


def luminance(colour):
    """Return the relative luminance."""
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour))


def contrast(one, other):
    """Return the contrast ratio, 1 … 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ramps(name, scheme):
    """Return the ramps of a palette, each pale to strong."""
    worn = colours(name, scheme)
    hues = "sm" if name in DIVERGING else "s"
    return [[worn[f"{hue}{k}"] for k in STEPS] for hue in hues]


def test_the_style_sheet_is_what_its_script_writes():
    """palettes.css comes from the published ramps, not from hands."""
    assert make_palettes.made() == make_palettes.PATH.read_text(encoding="utf-8")


def test_there_is_a_choice():
    """Four of one direction beside the standard, high contrast and grey; two of two directions beside it."""
    assert len({*SEQUENTIAL} - {STANDARD, "contrast", "grey"}) >= 4
    assert len({*DIVERGING} - {STANDARD}) >= 2
    assert {*SEQUENTIAL} == {STANDARD, *make_palettes.PALETTES}
    assert {*DIVERGING} == {STANDARD, *(name for name, (_, down, _) in make_palettes.PALETTES.items() if down)}


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize(("name", "scheme"), CASES)
def test_neighbouring_steps_are_told_apart(name, scheme, eyes):
    """By every kind of eyes, also those that see no colour at all."""
    least = min(apart(*pair, eyes) for ramp in ramps(name, scheme) for pair in pairwise(ramp))

    assert least >= LEAST_APART


@pytest.mark.parametrize("eyes", [eyes for eyes in EYES if eyes != "no colours"])
@pytest.mark.parametrize(("name", "scheme"), [case for case in CASES if case[0] in DIVERGING])
def test_more_and_less_are_told_apart(name, scheme, eyes):
    """Steps of the same strength on both sides of zero; who sees no colours reads the sign in the number."""
    up, down = ramps(name, scheme)
    least = min(apart(*pair, eyes) for pair in zip(up, down, strict=True))

    assert least >= LEAST_ACROSS


@pytest.mark.parametrize(("name", "scheme"), CASES)
def test_steps_go_one_way(name, scheme):
    """From pale to strong: darker on a light page, lighter on a dark one."""
    for ramp in ramps(name, scheme):
        steps = [luminance(colour) for colour in ramp]

        assert sorted(steps, reverse=scheme == "light") == steps
        assert min(contrast(*pair) for pair in pairwise(ramp)) >= 1.3


@pytest.mark.parametrize(("name", "scheme"), CASES)
def test_a_value_can_be_read_on_every_step(name, scheme):
    """In the ink that the style sheet gives to the step: 4.5 to 1."""
    worn = colours(name, scheme)
    inks = {0: worn["ink"], 1: worn["ink"], 2: "#0d1518", 3: worn["water"], 4: worn["water"]}
    read = {k: round(contrast(ramp[k], inks[k]), 2) for ramp in ramps(name, scheme) for k in STEPS}

    assert {} == {k: ratio for k, ratio in read.items() if ratio < 4.5}
