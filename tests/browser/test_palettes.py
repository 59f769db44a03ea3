"""Laws about palettes where they are worn: page, embed and picture show one set of colours, and values stay legible."""

import re

import pytest

from geo.core.palettes import DIVERGING, SEQUENTIAL, STANDARD
from tests.browser.test_looks import contrast, rgb
from tests.test_palettes import colours

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
CHANGE = "kz/region/deviation/2024/"
# What a palette makes of a map: the fill of each unit and legend square, and the ink of the number on it.
_SEEN = """() => {
  const fill = (element) => getComputedStyle(element).fill;
  const tones = {};
  for (const text of document.querySelectorAll(".map .values text")) {
    const tone = text.getAttribute("class").match(/on-(\\w+)/)[1];
    const unit = document.querySelector(`.map path.${tone}`);
    if (unit) tones[tone] = [fill(unit), fill(text)];
  }
  const squares = [...document.querySelectorAll(".legend .sw path")].map((e) => [e.getAttribute("class"), fill(e)]);
  return {tones, squares};
}"""


def hexadecimal(colour):
    """Return a computed colour as a style sheet writes it."""
    return "#" + "".join(f"{part:02x}" for part in rgb(colour))


def address(palette, path):
    """Return the address of a map in a palette."""
    return path if palette == STANDARD else f"{path}palette={palette}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("palette", "path"), [*((name, MAP) for name in SEQUENTIAL), *((name, CHANGE) for name in DIVERGING)]
)
def test_map_and_legend_wear_the_palette_and_its_numbers_can_be_read(browse, site, palette, path, scheme):
    """Every colour that is seen is one of the palette, the same in the legend; small text has 4.5 to 1."""
    seen = browse(f"{site}/kk/{address(palette, path)}", color_scheme=scheme).page.evaluate(_SEEN)
    worn = colours(palette, scheme)
    shown = {tone: hexadecimal(fill) for tone, (fill, _) in seen["tones"].items()}
    squares = {names.split()[1]: hexadecimal(fill) for names, fill in seen["squares"] if "#" not in fill}

    assert len(shown) >= 4
    assert {tone: worn[tone.replace("p", "s")] for tone in shown} == shown
    assert {tone: worn[tone.replace("p", "s")] for tone in squares} == squares
    assert [] == [tone for tone, (fill, ink) in seen["tones"].items() if contrast(rgb(fill), rgb(ink)) < 4.5]


@pytest.mark.parametrize("palette", ["cividis", "grey"])
def test_embed_and_picture_carry_the_palette_in_use_alone(browse, site, palette):
    """The same colours as on the page, and not a byte of another palette."""
    page = browse(f"{site}/ru/{address(palette, MAP)}").page
    fills = set(page.locator(".map a path.u").evaluate_all("all => all.map(e => getComputedStyle(e).fill)"))
    embed = browse(f"{site}/ru/{address(palette, MAP)}embed/").page
    framed = set(embed.locator(".map path.u").evaluate_all("all => all.map(e => getComputedStyle(e).fill)"))
    picture = embed.request.get(f"{site}/ru/{address(palette, MAP)}map.svg").text()
    html = embed.request.get(f"{site}/ru/{address(palette, MAP)}embed/").text()
    plain = embed.request.get(f"{site}/ru/{MAP}embed/").text()

    assert fills == framed
    assert {hexadecimal(fill) for fill in fills} <= set(re.findall(r"#[0-9a-f]{6}", picture))
    assert "palette-" not in html + picture
    assert abs(len(html) - len(plain)) < 400
