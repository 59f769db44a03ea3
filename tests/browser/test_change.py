"""Laws about choosing another view: the page is not loaded again, and is what a fresh load of the address would be."""

import json

import pytest

from geo.web import create_app
from tests.browser.conftest import serving
from tests.browser.repainted import after, blocks, different

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
CHOICES = {  # of one reader, one after the other
    "measure": "approved",
    "period": "2023-06",
    "function": "04",
    "per": "none",
    "classes": "",
    "borders": "2018-06-19",
}


def chosen(page, name, value):
    """Choose in a field of the form, without pressing anything."""
    page.select_option(f".controls select[name={name}]", value)


def recovered(page, word):
    """Press the button, if it is not being tried again already, and wait until a view is shown."""
    page.evaluate("document.querySelector('.state button')?.click()")
    page.wait_for_function(
        "word => location.pathname.includes(word) && !document.querySelector('[aria-busy=true]')", arg=word
    )


def fresh(browse, page):
    """Return what a window shows that loads the address of a page."""
    return blocks(browse(page.url).page)


@pytest.fixture
def opened(browse, site):
    """A page that remembers not to have been loaded again."""

    def begin(path, address=site, **given):
        seen = browse(f"{address}/{path}", **given)
        seen.page.evaluate("window.isSame = true")
        return seen

    return begin


def test_each_choice_shows_what_a_fresh_load_shows(browse, opened):
    """Every block, title, description and link; the address is the canonical one; nothing is loaded again."""
    seen = opened(f"kk/{MAP}")
    page = seen.page
    for name, value in CHOICES.items():
        if value:
            after(page, lambda: chosen(page, name, value))  # noqa: B023 - called at once

        assert {} == different(blocks(page), fresh(browse, page)), (name, page.url)
    assert page.evaluate("window.isSame")
    assert page.url.endswith("/kk/kz/region/approved/2023-06/function=04/per=none/borders=2018-06-19/")
    assert [] == seen.faults
    assert [] == seen.foreign


def test_periods_sorting_and_languages_repaint_too(browse, opened):
    """A period, the heads of the table, the languages: the view stays, but for what was chosen."""
    seen = opened(f"ru/{MAP}")
    page = seen.page
    after(page, lambda: chosen(page, "period", "2023-03"))
    first = different(blocks(page), fresh(browse, page))
    after(page, page.locator(".twin thead th.name a").click)
    second = different(blocks(page), fresh(browse, page))
    after(page, page.locator(".languages a", has_text="Қазақша").click)
    third = different(blocks(page), fresh(browse, page))

    assert ({}, {}, {}) == (first, second, third)
    assert page.url.endswith("/kk/kz/region/executed/2023-03/sort=name/")
    assert page.evaluate("window.isSame")
    assert [] == seen.faults


def test_back_and_forward_show_what_was_shown(opened):
    """Each step of the history is a view, its address and all its blocks."""
    page = opened(f"en/{MAP}").page
    shown = {page.url: blocks(page)}
    for name, value in (("measure", "execution"), ("borders", "2018-06-19"), ("period", "2023")):
        after(page, lambda: chosen(page, name, value))  # noqa: B023 - called at once
        shown[page.url] = blocks(page)
    way = list(shown)
    for step, address in [("back", way[2]), ("back", way[1]), ("back", way[0]), ("forward", way[1])]:
        after(page, page.go_back if step == "back" else page.go_forward)

        assert address == page.url
        assert {} == different(blocks(page), shown[address])
    assert page.evaluate("window.isSame")


def test_circles_and_colours_take_turns(browse, opened):
    """Whichever of them the page was loaded with; the cities in circles of their own come and go."""
    for path, values in ((MAP, ("none", "person")), (f"{MAP}per=none/", ("person", "none"))):
        page = opened(f"kk/{path}").page
        for value in values:
            after(page, lambda: chosen(page, "per", value))  # noqa: B023 - called at once

            assert {} == different(blocks(page), fresh(browse, page))


def test_the_focus_stays_where_it_was(opened):
    """On the field, and on the head of the table that was chosen; the page does not jump."""
    page = opened(f"en/{MAP}").page
    field = page.locator("select[name=measure]")
    field.focus()
    after(page, lambda: page.keyboard.press("ArrowUp"))
    on_field = field.evaluate("e => e === document.activeElement")
    head = page.locator(".twin thead th.name a")
    head.focus()
    height = page.evaluate("scrollY")
    after(page, lambda: page.keyboard.press("Enter"))

    assert on_field
    assert "name" == page.evaluate("document.activeElement.closest('th').className")
    assert abs(height - page.evaluate("scrollY")) <= 120


def test_what_changed_is_said(opened):
    """The title of the view and the sum, politely."""
    page = opened(f"en/{MAP}").page
    after(page, lambda: chosen(page, "measure", "execution"))
    said = page.text_content("#said")

    assert page.inner_text("h1") in said
    assert page.inner_text(".overall b") in said


def test_two_choices_before_an_answer_are_both_kept(opened):
    """What is chosen while the first is on its way goes to the server with it."""
    page = opened(f"en/{MAP}").page
    page.route("**/approved/2024/parts.html", lambda route: None)  # on its way until the page gives it up
    chosen(page, "measure", "approved")
    after(page, lambda: chosen(page, "per", "none"))

    assert page.url.endswith("/en/kz/region/approved/2024/per=none/")


def test_a_failed_request_says_so_keeps_the_numbers_and_recovers(browse, opened):
    """The old view stands, marked; it is tried again by itself and by a button; then the new one is whole."""
    page = opened(f"en/{MAP}").page
    before = blocks(page)
    page.route("**/values.json", lambda route: route.abort())
    page.route("**/parts.html", lambda route: route.abort())
    chosen(page, "measure", "approved")
    page.wait_for_selector(".state.bad")
    kept, busy = blocks(page), page.get_attribute("main", "aria-busy")
    page.unroute_all()
    recovered(page, "approved")

    assert {"controls"} >= set(different(before, kept))
    assert "true" == busy
    assert not page.locator(".state").inner_text()
    assert {} == different(blocks(page), fresh(browse, page))


def test_a_map_never_stays_ahead_of_its_words(opened):
    """Where the values came and the words did not, the colours go back to the numbers that are shown."""
    page = opened(f"en/{MAP}", width=1000).page
    before, held = blocks(page)["map"], []
    page.route("**/parts.html", lambda route: held.extend([route]))
    chosen(page, "measure", "approved")
    page.wait_for_selector(".map.between", state="attached")
    page.route("**/values.json", lambda route: None)  # it will be tried again: the map stays with its words then
    held[0].abort()
    page.wait_for_selector(".state.bad")

    assert before == blocks(page)["map"]


def test_it_is_tried_again_without_anybody(opened):
    """After a moment, and the more often it fails the later."""
    page = opened(f"en/{MAP}").page
    failed = []
    page.route("**/parts.html", lambda route: route.continue_() if failed else (failed.append(1), route.abort()))
    after(page, lambda: chosen(page, "measure", "approved"))

    assert [1] == failed
    assert page.url.endswith("/approved/2024/")


def test_a_server_that_restarts_under_the_page_is_found_again(kz_home, browse, opened):
    """While it is away the old view stays; when it is back, what was chosen is shown."""
    with serving(create_app(kz_home)) as address:
        page = opened(f"en/{MAP}", address).page
    port = int(address.rsplit(":", 1)[1])
    chosen(page, "measure", "approved")
    page.wait_for_selector(".state.bad")
    with serving(create_app(kz_home), port) as _:
        recovered(page, "approved")

        assert page.url.endswith("/approved/2024/")
        assert {} == different(blocks(page), fresh(browse, page))


def test_a_refusal_is_a_sentence(opened):
    """The server's own, in the reader's language; the fields go back to what is shown."""
    page = opened(f"kk/{MAP}").page
    answer = {"status": 404, "detail": "Мұндай бет жоқ.", "title": "<b>x</b>"}
    page.route(
        "**/parts.html",
        lambda route: route.fulfill(status=404, content_type="application/problem+json", body=json.dumps(answer)),
    )
    chosen(page, "measure", "approved")
    page.wait_for_selector(".state.bad")

    assert answer["detail"] in page.inner_text(".state")
    assert "executed" == page.locator("select[name=measure]").input_value()
    assert page.url.endswith(MAP)


def test_two_versions_are_never_shown_at_once(opened):
    """Where the sheet and the words name different versions, both are asked for again."""
    page = opened(f"en/{MAP}").page
    asked = []

    def answer(route):
        asked.append(route.request.url)  # of the view that is chosen
        plain = route.fetch().json()
        route.fulfill(json={**plain, "version": "0" * 16} if len(asked) == 1 else plain)

    page.route("**/approved/2024/values.json", answer)
    after(page, lambda: chosen(page, "measure", "approved"))

    assert 2 == len(asked)
    assert "0" * 16 != page.inner_text(".foot code")


def test_what_is_overtaken_is_not_shown(opened):
    """The last choice counts, whichever answer comes first."""
    page = opened(f"en/{MAP}").page
    late = []
    page.route("**/approved/2024/parts.html", lambda route: (late.append(route), None)[1])
    with page.expect_request("**/approved/2024/parts.html"):
        chosen(page, "measure", "approved")
    page.evaluate("document.querySelector('form.controls').reset()")
    after(page, lambda: chosen(page, "measure", "execution"))
    title = page.title()
    page.wait_for_timeout(100)

    assert page.url.endswith("/execution/2024/")
    assert title == page.title()
    assert 1 == len(late)


def test_the_fragment_of_the_address_is_kept(opened):
    """How the page is looked at does not change with what it shows."""
    page = opened(f"en/{MAP}#map=4/48/67").page
    after(page, lambda: chosen(page, "measure", "execution"))
    after(page, page.locator(".languages a", has_text="Русский").click)

    assert page.url.endswith("/ru/kz/region/execution/2024/#map=4/48/67")


def test_a_link_that_is_opened_elsewhere_is_left_alone(opened):
    """A new tab is a new tab."""
    seen = opened(f"en/{MAP}")
    with seen.page.context.expect_page() as other:
        seen.page.locator(".twin thead th.name a").click(modifiers=["Control"])

    other.value.wait_for_url("**/sort=name/**")
    assert seen.page.url.endswith(MAP)
