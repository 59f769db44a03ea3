"""Laws about embeds: what they may be asked, what travels with the figures whatever is left out, how they fail."""

import re

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.web.embeds import OPTIONS, PARTS
from geo.web.embeds.dress import scripts, themed
from geo.web.options import options_of
from geo.web.palettes import worn
from tests.web.asking import LANGUAGES, Page

MAP = "kz/region/executed/2024/"
KARAGANDY = "350000000"
PYM = "?initialWidth=600&childId=map-1&parentTitle=x&parentUrl=http%3A%2F%2Fnews.example%2F"
EVERYTHING = ".".join(PARTS)


@given(parts=st.lists(st.sampled_from(PARTS), unique=True))
def test_parts_are_left_out_in_one_order(parts):
    """Whatever order they are named in, there is one address."""
    options = options_of([("without", ".".join(parts))], OPTIONS)

    expected = [part for part in PARTS if part in parts]

    assert expected == options["without"].split(".") if parts else options.path == ""


@pytest.mark.parametrize(
    ("asked", "status", "place"),
    [
        ("theme=dark/embed/", 200, ""),
        ("theme=auto/embed/", 308, "embed/"),
        ("without=legend.title/embed/", 308, "without=title.legend/embed/"),
        ("without=notes/theme=light/embed/", 308, "theme=light/without=notes/embed/"),
        ("embed/?theme=dark", 303, "theme=dark/embed/"),
        ("embed/?without=title.legend&theme=light", 303, "theme=light/without=title.legend/embed/"),
        (f"embed/{PYM}", 200, ""),
        (f"embed/{PYM}&theme=dark", 303, "theme=dark/embed/"),
        ("theme=pink/embed/", 400, ""),
        ("theme=dark/theme=dark/embed/", 400, ""),
        ("without=source/embed/", 400, ""),
        ("without=title.title/embed/", 400, ""),
        ("embed/?utm_source=x", 400, ""),
        ("theme=dark/", 400, ""),
    ],
)
def test_each_embed_has_one_address(kz, asked, status, place):
    """What pym.js adds changes nothing; other spellings lead to the one; the rest is refused."""
    response = kz.get(f"/ru/{MAP}{asked}")

    assert status == response.status_code
    assert (f"/ru/{MAP}{place}" if place else None) == response.headers.get("Location")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_makes_figures_honest_cannot_be_left_out(kz, lang):
    """Scope, source, date, version and the reconciliation stand in the barest embed as well."""
    whole, bare = (
        kz.get(f"/{lang}/{MAP}{path}embed/").get_data(as_text=True) for path in ("", f"without={EVERYTHING}/")
    )
    sums = [cells for table in Page(whole).tables[1:] for cells in table]
    kept = [cells for table in Page(bare).tables for cells in table]
    by, still_by = (re.search(r'<p class="by">.*$', html, re.M)[0].replace("../", "") for html in (whole, bare))

    assert sums == kept
    assert len(sums) > 2
    assert by == still_by
    assert Page(whole).texts["p"][0] == Page(bare).texts["p"][0]


@pytest.mark.parametrize(
    ("part", "sign"),
    [
        ("title", "<h1>"),
        ("legend", 'class="sw"'),
        ("insets", 'class="inset"'),
        ("table", "</table>\n</details>\n<details>"),
        ("notes", "</table>\n<p>"),
    ],
)
def test_each_part_can_be_left_out_alone(kz, part, sign):
    """The article has its own headline, or a list of its own."""
    whole, less = (kz.get(f"/en/{MAP}{path}embed/").get_data(as_text=True) for path in ("", f"without={part}/"))

    assert sign in whole
    assert sign not in less
    assert len(less) < len(whole)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_unit_of_an_article_is_named_with_its_figure(kz, lang):
    """Its outline alone would not say which number it is."""
    html = kz.get(f"/{lang}/{MAP}highlight={KARAGANDY}/embed/").get_data(as_text=True)
    name, value = next(cells for cells in Page(html).tables[0] if cells[0].startswith(("Қараға", "Караг", "Karag")))
    told = re.search(r'<p class="told"><b>(.*?)</b>', html)[1]

    assert told.startswith(f"{name.strip()}: ")
    assert value.strip().split("\u00a0")[0] in told
    assert 'class="told"' not in kz.get(f"/{lang}/{MAP}embed/").get_data(as_text=True)


@pytest.mark.parametrize("palette", ["standard", "viridis"])
def test_a_theme_is_one_of_the_two_that_a_device_would_choose(palette):
    """Light holds no dark colour and no question; dark is for screens, so that paper stays white."""
    both = worn(palette)
    light, dark = themed(both, "light"), themed(both, "dark")
    asked = "prefers-color-scheme"

    assert both == themed(both, "auto")
    assert asked in both
    assert asked not in light + dark
    assert both.count("--ink:") == 2 == dark.count("--ink:")
    assert 1 == light.count("--ink:")
    assert "@media screen{:root{" in dark
    assert ["color-scheme:light;", "color-scheme:dark;"] == [
        re.search(r"color-scheme:.*?;", s)[0] for s in (light, dark)
    ]


@pytest.mark.parametrize("path", ["", "per=none/", f"highlight={KARAGANDY}/", "theme=dark/", "borders=2018-06-19/"])
def test_an_embed_carries_the_rules_that_it_needs_and_no_others(kz, path):
    """Every class of the page that our sheets know has its rule; every rule has something to match."""
    html = kz.get(f"/ru/{MAP}{path}embed/").get_data(as_text=True)
    style = re.search(r"<style>(.*?)</style>", html)[1]
    used = {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()} | {"on"}
    ruled = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", " ", style)))
    named, given_ = set(re.findall(r"var\(--(\w+)\)", style)), set(re.findall(r"--(\w+):", style))

    assert set() == ruled - used
    assert {"map", "u"} <= ruled
    assert named == given_


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{MAP}theme=pink/embed/", 400, ["auto", "light", "dark"]),
        (f"{MAP}without=fish/embed/", 400, list(PARTS)),
        ("kz/region/spendings/2024/embed/", 404, ["executed"]),
        ("nowhere/embed/", 404, []),
    ],
)
def test_an_embed_that_cannot_be_shown_says_so_in_its_frame(kz, lang, path, status, said):
    """What is wrong, what is allowed, and the way to the figures in force; framed by anybody like the embed."""
    response = kz.get(f"/{lang}/{path}", headers={"Accept": "text/html"})
    html, policy = response.get_data(as_text=True), response.headers["Content-Security-Policy"]

    assert (status, "no-store") == (response.status_code, response.headers["Cache-Control"])
    assert "frame-ancestors *" in policy
    assert "X-Frame-Options" not in response.headers
    assert [] == [word for word in said if f"<code>{word}</code>" not in html]
    assert ": ." not in html
    assert f'href="/{lang}/kz/' in html
    assert "fish" not in html
    assert "pink" not in html


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("version", ["", "v/{id}/"])
def test_an_embed_is_small_when_it_travels(kz, kz_version, lang, version):
    """Twenty territories in eight thousand bytes, as a reader's browser is given them."""
    where = version.format(id=kz_version.id)
    sizes = {
        path: len(kz.get(f"/{where}{lang}/kz/region/{path}embed/", headers={"Accept-Encoding": "br"}).data)
        for path in (f"executed/2024/highlight={KARAGANDY}/", "execution/2025-03/", "executed/2024/per=none/")
    }

    assert {} == {path: size for path, size in sizes.items() if size > 8_000}


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_a_frozen_embed_is_small_whatever_stands_out_in_it(kz, kz_version, lang):
    """The longest words, a unit that did not report, links into one version, each outline drawn twice."""
    units = [unit.unit_id for unit in kz_version.level("2022-06-08", "region").units]
    paths = [f"/v/{kz_version.id}/{lang}/kz/region/deviation/2025-03/highlight={unit}/embed/" for unit in units]
    sizes = {path: len(kz.get(path, headers={"Accept-Encoding": "br"}).data) for path in paths}

    assert 20 == len(sizes)
    assert {} == {path: size for path, size in sizes.items() if not 5_000 < size <= 8_000}


@pytest.mark.parametrize("unit", ["750000000", "710000000", "790000000"])
def test_a_city_stands_out_in_its_circle_as_well(kz, unit):
    """On the map it is a few pixels wide; what lies around it is not outlined."""
    html = kz.get(f"/en/{MAP}highlight={unit}/embed/").get_data(as_text=True)
    circles = [part.partition("</g>")[0] for part in html.split('<g class="inset">')[1:]]
    (circle,) = (part for part in circles if 'class="hi"' in part)
    (outline,) = re.findall(r'class="hi" d="([^"]+)"', circle)
    told = re.search(r'<p class="told"><b>(.*?): ', html)[1]
    (number,) = re.findall(rf'data-u="(\d+)" d="[^"]+"><title>{told}: ', html)

    assert 2 == html.count('class="hi"')
    assert f'data-u="{number}" d="{outline}"' in circle


def test_the_script_for_hosts_is_a_kilobyte_at_one_address(kz):
    """Sites name it in their templates: it may not move, and it asks for nothing."""
    response = kz.get("/frame.js")

    assert (200, "text/javascript; charset=utf-8") == (response.status_code, response.headers["Content-Type"])
    assert "public, max-age=86400" == response.headers["Cache-Control"]
    assert "*" == response.headers["Access-Control-Allow-Origin"]
    assert len(response.data) <= 1_000
    assert not re.search(rb"fetch|XMLHttp|cookie|Storage|innerHTML", response.data)


def test_the_scripts_of_embeds_keep_nothing_and_travel_without_their_comments():
    """No cookie, no storage, no markup from strings, no reasons."""
    text = scripts("embed.js", "notice.js")

    assert not re.search(r"cookie|Storage|indexedDB|innerHTML|//|/\*", text)
    assert "\n" not in text
    assert len(brotli.compress(text.encode())) < 1_200
