"""The same parts as pages: in three languages, complete without scripts, leading to each other."""

from urllib.parse import urlsplit

import pytest

from tests.web.asking import LANGUAGES, page

PARTS = ("", "/conformance", "/api", "/collections", *(f"/collections/zz.values.region.2020-01-01{part}" for part in
         ("", "/queryables", "/schema", "/items", "/items/30:2024-12")))  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_part_is_a_page_in_every_language(ogc, lang):
    """With one heading, a way to the other languages, and nothing inline that a strict policy would forbid."""
    for part in PARTS:
        response = ogc.answer(part, f="html", lang=lang)
        parts = page(response)

        assert lang == parts.lang
        assert 1 == len(parts.texts["h1"])
        assert [] == parts.blocks["style"]
        assert not any(parts.blocks["script"])
        assert "style" not in parts.attributes
        assert {f"lang={other}" for other in LANGUAGES} - {f"lang={lang}"} <= {
            word for address in parts.addresses if address.startswith("?") for word in address[1:].split("&")
        }


def test_every_link_of_a_page_leads_somewhere(ogc):
    """To a page or a file of this service, in the language of the page."""
    seen = set()
    for part in PARTS:
        for address in page(ogc.answer(part, f="html", lang="ru")).addresses:
            if "/ogc" in address and address not in seen:
                seen.add(address)
                found = ogc.client.get(address)

                assert 200 == found.status_code
                assert "text/html" != found.mimetype or "lang=ru" in urlsplit(address).query
    assert len(seen) > 15


def test_a_table_shows_numbers_for_people_and_exact_amounts_as_files_write_them(ogc):
    """The heading of each column is the title of its property."""
    [table] = page(ogc.answer("/collections/zz.values.region.2020-01-01/items", f="html", lang="en", period="2024-12",
                              unit_id="10")).tables  # fmt: skip
    row = dict(zip(*table, strict=True))

    assert ("3,200.00", "3200") == (row["Executed"], row["Executed, exactly"])
    assert "no" == row["Restated from other borders"]


def test_made_up_figures_are_marked_on_every_page_about_them(demo):
    """In the title of the window and across the page."""
    for part in ("", "/schema", "/items"):
        html = demo.answer(f"/collections/kz-demo.bodies{part}", f="html", lang="en").get_data(as_text=True)

        assert '<aside class="synthetic"' in html
        assert "<title>Synthetic data. " in html


def test_an_error_is_a_page_only_for_whoever_reads_pages(ogc):
    """A program that says nothing of what it accepts gets JSON."""
    kinds = {None: "application/problem+json", "*/*": "application/problem+json", "text/html": "text/html"}
    for accept, expected in kinds.items():
        assert expected == ogc.answer("/collections/nobody", {"Accept": accept} if accept else {}).mimetype
    assert "text/html" == ogc.answer("/collections/nobody", f="html").mimetype
    assert "application/problem+json" == ogc.answer("/collections/nobody", {"Accept": "text/html"}, f="json").mimetype
