"""Laws about what can be seen and read: contrast, the hatch, forced colours, paper, and what axe-core checks."""

import re

import pytest

from tests.browser.access import objections

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
# What test_access does not judge: marks on a unit, two hues, and what stands in pages of others.
PATHS = {
    "highlight": "kz/region/executed/2025-03/highlight=630000000/",
    "change": "kz/region/change/2024/",
    "embed": f"{MAP}embed/",
    "embedded circles": f"{MAP}per=none/embed/",
}
TONES = ("s0", "s1", "s2", "s3", "s4", "p0", "p1", "p2", "p3", "p4", "m0", "m1", "m2", "m3", "m4", "sum")
_FILLS = """tones => {
  const made = (name, cls) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    element.setAttribute("class", cls);
    return document.querySelector(".map").appendChild(element);
  };
  const fill = element => { const s = getComputedStyle(element); return [s.fill, Number(s.fillOpacity)]; };
  return tones.map(tone => [fill(made("path", tone)), fill(made("text", `v on-${tone}`))]);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PATHS)
def test_axe_finds_nothing_to_object_to(browse, site, name, scheme):
    """The rules of WCAG 2.2 AA that a program can check, and good practice."""
    page = browse(f"{site}/kk/{PATHS[name]}", color_scheme=scheme, bypass_csp=True).page

    assert [] == objections(page)


def luminance(colour):
    """Return the relative luminance of (red, green, blue), each 0 … 255, as WCAG defines it."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    """Return the contrast ratio of two colours, 1 … 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rgb(text):
    """Return a computed colour as three numbers."""
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_value_can_be_read_on_every_tone(browse, site, scheme):
    """Small text needs 4.5 to 1, whatever class its unit falls into."""
    page = browse(f"{site}/en/{MAP}", color_scheme=scheme).page
    base = rgb(page.evaluate("getComputedStyle(document.querySelector('.map .s0')).fill"))
    weak = {}
    for tone, ((paper, opacity), (ink, _)) in zip(TONES, page.evaluate(_FILLS, list(TONES)), strict=True):
        seen = tuple(
            round(opacity * over + (1 - opacity) * under) for over, under in zip(rgb(paper), base, strict=True)
        )
        if contrast(seen, rgb(ink)) < 4.5:
            weak[tone] = round(contrast(seen, rgb(ink)), 2)

    assert {} == weak
    assert 21 == round(contrast((0, 0, 0), (255, 255, 255)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neighbouring_classes_can_be_told_apart(browse, site, scheme):
    """From the weakest to the strongest the tones go one way."""
    page = browse(f"{site}/en/{MAP}", color_scheme=scheme).page
    fills = {tone: rgb(pair[0][0]) for tone, pair in zip(TONES, page.evaluate(_FILLS, list(TONES)), strict=True)}
    for hue in ("s", "p", "m"):
        steps = [luminance(fills[f"{hue}{k}"]) for k in range(5)]
        ratios = [contrast(fills[f"{hue}{k}"], fills[f"{hue}{k + 1}"]) for k in range(4)]

        assert steps == sorted(steps, reverse=scheme == "light")
        assert min(ratios) >= 1.3


@pytest.mark.parametrize("face", ["", "embed/"])
def test_what_is_not_reported_wears_its_pattern(browse, site, face):
    """Almaty in March 2025, on the map, in its inset and in the legend; never a colour of the scale."""
    page = browse(f"{site}/en/kz/region/executed/2025-03/{face}").page
    hatched = page.locator('.map path[fill="url(#h-none)"]')
    drawn = hatched.evaluate_all("all => all.map(e => getComputedStyle(e).fill)")

    assert hatched.count() >= 1
    assert {'url("#h-none")'} == set(drawn)
    assert page.locator("#h-none path").count() >= 2
    assert page.locator('.sw path[fill="url(#h-none)"]').count() >= 1
    assert "Not reported" in page.locator("body").inner_text()


def test_forced_colours_hide_no_figure(browse, site):
    """In the high contrast of an operating system the table and the classes of the map stay apart from their ground."""
    page = browse(f"{site}/en/{MAP}", forced_colors="active").page
    fills = set(page.locator(".map a path.u").evaluate_all("all => all.map(e => getComputedStyle(e).fill)"))
    ink, paper = page.evaluate(
        "(() => { const c = getComputedStyle(document.querySelector('.twin td.value'));"
        "return [c.color, getComputedStyle(document.body).backgroundColor]; })()"
    )

    assert len(fills) >= 4
    assert contrast(rgb(ink), rgb(paper)) >= 4.5
    assert page.locator(".map .values text").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_holds_the_figures(browse, site, scheme):
    """Map, table and reconciliation are printed, the form is not."""
    page = browse(f"{site}/en/{MAP}", color_scheme=scheme).page
    page.emulate_media(media="print")

    assert all(page.locator(place).is_visible() for place in (".map", ".twin", ".account", ".legend", ".foot"))
    assert not page.locator(".controls").is_visible()
    assert 20 == page.locator(".twin tbody tr:visible").count()


@pytest.mark.parametrize("width", [360, 760, 861, 1440])
def test_nothing_of_the_map_is_cut_off(browse, site, width):
    """Every circle of a city lies inside the drawing, every drawing inside the window."""
    page = browse(f"{site}/kk/{MAP}", width=width).page
    outer = page.locator(".map").bounding_box()
    rings = [ring.bounding_box() for ring in page.locator(".map .inset").all()]

    assert outer["x"] >= 0
    assert outer["x"] + outer["width"] <= width
    assert 3 == len(rings)
    for ring in rings:
        assert ring["x"] >= outer["x"]
        assert ring["y"] >= outer["y"]
        assert ring["x"] + ring["width"] <= outer["x"] + outer["width"]
        assert ring["y"] + ring["height"] <= outer["y"] + outer["height"]
