"""Laws about the search box in a browser: a combobox by keyboard and pointer, a form without scripts."""

import re
from contextlib import closing

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
UNIT = "kz/unit/2022-06-08/region/750000000/"
OPTION = ".find [role=option]"


def typed(page, text):
    """Put a text into the box, at once, so that nothing is found for a part of it, and wait for what it finds."""
    page.locator("#find").click()
    page.keyboard.insert_text(text)
    page.wait_for_selector(f"{OPTION}:visible")
    return page.locator(OPTION)


def test_results_come_while_one_types_and_enter_opens_one(browse, site):
    """In Latin letters on a Kazakh page; the arrows move, the box says which, Enter goes there."""
    page = browse(f"{site}/kk/{UNIT}").page
    options, box = page.locator(OPTION), page.locator("#find")
    box.click()
    page.keyboard.type("qyzyl")
    expect(options.first.locator("mark")).to_have_text("Қызыл")  # all letters are looked up
    page.keyboard.press("ArrowDown")

    assert "Қызылорда облысы" in options.first.inner_text()
    assert ("combobox", "true") == (box.get_attribute("role"), box.get_attribute("aria-expanded"))
    assert options.first.get_attribute("id") == box.get_attribute("aria-activedescendant")
    assert "true" == options.first.get_attribute("aria-selected")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kk/kz/unit/2022-06-08/region/430000000/")


def test_escape_closes_the_list_and_keeps_what_was_typed(browse, site):
    """The count of results is told politely, and the focus stays in the box."""
    page = browse(f"{site}/ru/{UNIT}").page
    typed(page, "алмат")

    assert re.match(r"Найдено: \d", page.locator(".find [role=status]").inner_text())
    page.keyboard.press("Escape")
    assert not page.locator(".find ul").is_visible()
    assert ("алмат", "find") == (page.input_value("#find"), page.evaluate("document.activeElement.id"))
    assert page.locator("#find").get_attribute("aria-activedescendant") is None


def test_what_is_typed_before_the_scripts_come_is_looked_up(chromium, site):
    """On a slow line the box is there long before them."""
    waiting, typed_by_now = [], []
    with closing(chromium.new_context()) as window:
        page = window.new_page()
        page.route("**/*.js", lambda route: route.continue_() if typed_by_now else waiting.extend([route]))
        with page.expect_request("**/*.js"):
            page.goto(f"{site}/ru/{UNIT}", wait_until="commit")
        page.locator("#find").fill("шымкент")
        typed_by_now.append("шымкент")
        for script in waiting:
            script.continue_()

        expect(page.locator(OPTION).first).to_contain_text("г.Шымкент")


def test_enter_without_a_choice_shows_the_page_of_results(browse, site):
    """As the form does that works without scripts."""
    page = browse(f"{site}/en/{MAP}").page
    typed(page, "education")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/kz/search/?q=education")

    assert "Education" == page.locator(".hits li a").first.inner_text()


def test_a_territory_opens_beside_the_map(browse, site):
    """On the page of a view the page stays, and the panel shows what was chosen."""
    page = browse(f"{site}/ru/{MAP}").page
    page.wait_for_selector("#find[role=combobox]")
    typed(page, "павлодар").first.click()
    page.wait_for_selector("#panel:not([hidden]) h1, #panel:not([hidden]) h2")

    assert "Павлодарская область" in page.locator("#panel").inner_text()
    assert page.url.split("#")[0].endswith(MAP)


def test_the_form_works_without_scripts(browse, site):
    """Type, press, read."""
    seen = browse(f"{site}/ru/{MAP}", java_script_enabled=False, width=360)
    seen.page.fill("#find", "шымкент")
    seen.page.click(".find button")
    seen.page.wait_for_url("**/search/?q=*")

    assert seen.page.url.endswith("/ru/kz/search/?q=%D1%88%D1%8B%D0%BC%D0%BA%D0%B5%D0%BD%D1%82")
    assert "г.Шымкент" in seen.page.locator(".hits").first.inner_text()


def test_only_the_last_of_hasty_letters_is_asked_for(browse, site):
    """A letter that is followed at once asks for nothing."""
    seen = browse(f"{site}/ru/{UNIT}")
    seen.page.clock.install(time=0)
    seen.page.clock.pause_at(3600)
    seen.page.locator("#find").click()
    seen.page.keyboard.type("караганда")
    seen.page.clock.run_for(1000)
    seen.page.wait_for_selector(f"{OPTION}:visible")

    asked = [url for url in seen.asked if "results.json" in url]
    assert 1 == len(asked)
    assert asked[-1].endswith("%D0%B4%D0%B0")


def test_a_search_that_does_not_answer_says_so_and_the_form_still_works(browse, site):
    """Nothing is shown as found."""
    page = browse(f"{site}/kk/{UNIT}").page
    page.route("**/results.json*", lambda route: route.abort())
    page.locator("#find").click()
    page.keyboard.type("алматы")
    expect(page.locator(".find [role=status]")).not_to_be_empty()

    assert not page.locator(".find ul").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/kk/kz/search/?q=*")


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_search_are_whole_in_every_window(browse, site, width, scheme):
    """Nothing to scroll sideways, nothing on the console, everything large enough to touch."""
    for path in ("", "?q=управление", "?q=бурундук+образования", f"?q={'Ж' * 100}", "?q=%3Cimg%20src=x%3E"):
        seen = browse(f"{site}/ru/kz/search/{path}", width=width, color_scheme=scheme)
        small = seen.page.evaluate(
            "[...document.querySelectorAll('.searching a, .searching button, .searching input')]"
            ".filter(e => e.getBoundingClientRect().height < 24).map(e => e.textContent)"
        )

        assert ([], [], []) == (seen.faults, seen.foreign, small), path
        assert seen.overflow() <= 0, path
