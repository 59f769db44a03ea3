"""Laws about the page of who has reported, as a browser shows it: on a phone, in the dark, on paper, unscripted."""

import pytest

from tests.browser.access import AXE, TAGS
from tests.browser.test_looks import contrast, rgb

pytestmark = pytest.mark.needs("chromium")

STATUS = "kz/status/"
GAP = STATUS  # of March 2025, the last period that was due
LATER = "kz/status/period=2025-06/"


@pytest.mark.parametrize("width", [360, 760, 1440])
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_page_is_no_wider_than_its_window(browse, site, lang, width):
    """A year of months scrolls in its own box; nothing on the console, nothing asked of others, no script its own."""
    seen = browse(f"{site}/{lang}/{STATUS}", width=width)
    box = seen.page.locator(".scroll").first

    assert 0 >= seen.overflow()
    assert [] == seen.faults
    assert [] == seen.foreign
    scripts = seen.page.locator("script").evaluate_all("all => all.map(e => e.src.match(/([a-z_]+)[.0-9a-f]*.js$/)[1])")
    assert scripts in (["search", "newer"], ["plain_search"])  # on plain files nothing is newer
    assert box.evaluate("e => e.scrollWidth >= e.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("path", "width"), [(GAP, 1440), (GAP, 360), (LATER, 1440)])
def test_axe_finds_nothing_to_object_to(browse, site, scheme, path, width):
    """The rules of WCAG 2.2 AA that a program can check, and good practice."""
    page = browse(f"{site}/kk/{path}", width=width, color_scheme=scheme, bypass_csp=True).page
    page.add_script_tag(path=AXE)
    found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS)

    assert [] == [(rule["id"], node["html"][:90]) for rule in found["violations"] for node in rule["nodes"]]
    assert len(found["passes"]) >= 15


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_missing_territory_wears_marks_and_a_sign(browse, site, scheme):
    """Almaty in March 2025, on the map, in its inset, in the legend and in the table; it stands out from its ground."""
    page = browse(f"{site}/en/{GAP}", color_scheme=scheme).page
    mark, ground = (page.evaluate(f"getComputedStyle(document.querySelector('.{name}-missing')).fill") for name in "kf")
    sign = page.locator(".matrix td.is-missing").first

    assert page.locator('.map path.g-missing[fill="url(#m-missing)"]').count() >= 2
    assert 1 == page.locator('.legend .sw path.g-missing[fill="url(#l-missing)"]').count()
    assert "○" in sign.inner_text()
    assert ["Almaty"] == page.locator(".named li").all_inner_texts()
    assert contrast(rgb(mark), rgb(ground)) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_marks_of_the_page_are_those_of_the_reports(browse, site, scheme, tmp_path):
    """One state, one look: in the page of the site and in a report that stands alone."""
    from datetime import date

    from geo.core.text import text_of
    from geo.faces.status import Expected, matrix, status_page
    from tests.test_report import DRAWING
    from tests.test_status import ARRIVED, PERIODS, UNITS, Deadline

    place = tmp_path / "status.html"
    status = matrix(UNITS, PERIODS, ARRIVED, Expected(Deadline(20), date(2025, 2, 25)))
    place.write_text(status_page(status, "2025-01", DRAWING, text_of("en")), encoding="utf-8")
    read = """names => names.map(name => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", "path");
      made.setAttribute("class", name);
      document.querySelector(".map").appendChild(made);
      const style = getComputedStyle(made);
      return [name, style.fill, style.stroke];
    })"""
    names = ["g-reported", "g-not_expected", "f-late", "k-late", "f-missing", "k-missing"]
    shown = [
        browse(address, color_scheme=scheme).page.evaluate(read, names)
        for address in (f"{site}/en/{GAP}", place.as_uri())
    ]

    assert shown[0] == shown[1]


def test_paper_holds_the_map_and_the_matrix(browse, site):
    """Printed without what only a screen can use."""
    page = browse(f"{site}/en/{GAP}").page
    page.emulate_media(media="print")

    assert all(page.locator(place).first.is_visible() for place in (".map", ".matrix", ".legend", ".foot"))
    assert not page.locator(".strip").first.is_visible()
