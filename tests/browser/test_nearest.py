"""Laws of asking what is near: by a click alone, rounded, in the body of a request, and without scripts too."""

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from geo.web import create_app

pytestmark = pytest.mark.needs("chromium")
NEAR_A_POINT = """async ([module, address]) => {
  const { near } = await import(new URL(module, location.href).href);
  near(431.43042, 51.12823, address);
}"""
ASTANA = {"longitude": 71.4304219, "latitude": 51.1282337}


@pytest.fixture(scope="module")
def demo(demo_home, serve):
    """The address of the service over the small kz-demo."""
    return serve(create_app(demo_home))


@pytest.fixture
def opened(chromium, demo):
    """Open the page in a window of its own; what it sends is noted in `sent`."""
    contexts = []

    def begin(lang="en", **given):
        context = chromium.new_context(viewport={"width": 360, "height": 800}, **given)
        contexts.append(context)
        page = context.new_page()
        page.sent = []
        page.on("request", lambda request: page.sent.append((request.method, request.url, request.post_data)))
        page.goto(f"{demo}/{lang}/kz-demo/nearest/")
        return page

    yield begin
    for context in contexts:
        context.close()


def test_near_me_sends_a_rounded_position_once_asked(opened):
    """Nothing is asked of the device before the click; then about a hundred metres, and in no address."""
    page = opened(geolocation=ASTANA, permissions=["geolocation"])
    before = list(page.sent)
    with page.expect_navigation():
        page.click("[data-me]")
    posts = [(url, parse_qs(data)) for method, url, data in page.sent if method == "POST"]

    assert not [method for method, _, _ in before if method == "POST"]
    assert [{"lon": ["71.430"], "lat": ["51.128"]}] == [data for _, data in posts]
    assert not [url for _, url, _ in page.sent if "71.4" in url or "51.1" in url]
    assert 20 == page.locator("#n-results ~ .scroll tbody tr").count()


def test_a_device_that_keeps_its_position_is_respected(opened):
    """The page says so and leaves the fields to the reader."""
    page = opened("kk", permissions=[])
    denied = page.get_attribute("[data-me]", "data-denied")
    page.click("[data-me]")

    expect(page.locator("[data-said]")).to_have_text(denied)
    assert len(denied) > 30
    assert not [method for method, _, _ in page.sent if method == "POST"]
    assert "near-lon" == page.evaluate("document.activeElement.id")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_two_numbers_are_enough(opened, has_scripts):
    """With scripts and without; where they run, what is typed finer than a hundred metres leaves the page rounded."""
    page = opened("ru", java_script_enabled=has_scripts)
    page.fill("[name=lon]", "71.4304219" if has_scripts else "71.430")
    page.fill("[name=lat]", "51.1282337" if has_scripts else "51.128")
    with page.expect_navigation():
        page.click(".send button >> nth=0")
    (post,) = [parse_qs(data) for method, _, data in page.sent if method == "POST"]

    assert {"lon": ["71.430"], "lat": ["51.128"]} == post
    assert page.locator("#n-results").is_visible()
    assert page.locator("[data-me]").is_visible() == has_scripts
    assert "71.430" == page.input_value("[name=lon]")
    assert 360 >= page.evaluate("document.documentElement.scrollWidth")


def test_without_scripts_the_browser_sends_nothing_finer(opened):
    """The field itself says how fine a place may be."""
    page = opened(java_script_enabled=False)
    page.fill("[name=lon]", "71.4304219")
    page.fill("[name=lat]", "51.128")
    page.click(".send button >> nth=0")
    page.wait_for_timeout(300)

    assert not [method for method, _, _ in page.sent if method == "POST"]


def test_a_point_of_the_map_is_asked_for_in_the_same_way(opened):
    """Also where the map was turned once around the earth."""
    page = opened()
    module = page.get_attribute("script[type=module][src*=nearest]", "src")
    address = page.url
    with page.expect_navigation():
        page.evaluate(NEAR_A_POINT, [module, address])
    (post,) = [parse_qs(data) for method, _, data in page.sent if method == "POST"]

    assert {"lon": ["71.430"], "lat": ["51.128"]} == post
    assert 20 == page.locator("#n-results ~ .scroll tbody tr").count()
