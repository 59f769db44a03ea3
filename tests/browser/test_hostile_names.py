"""Laws about names written by an enemy: a browser shows them and runs none of them."""

import urllib.request

import pytest

from geo.web import create_app
from tests.test_files import LABEL, NAMES
from tests.web.zz import publish_zz

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def enemy(tmp_path_factory, serve):
    """The address of a service whose every name is hostile."""
    return serve(create_app(publish_zz(tmp_path_factory.mktemp("enemy"), names=NAMES, label=LABEL)))


@pytest.mark.parametrize(
    "path",
    [
        "zz/region/executed/2024/",
        "zz/region/executed/2024/per=none/",
        "zz/region/execution/2024-06/",
        "zz/region/share/2024/function=01/",
        "zz/region/executed/2024/embed/",
        "zz/unit/2020-01-01/region/10/",
    ],
)
@pytest.mark.parametrize("lang", ["kk", "en"])
def test_no_name_is_run(browse, enemy, lang, path):
    """Neither as the page loads nor when its units are pointed at; the policy has nothing to forbid."""
    seen = browse(f"{enemy}/{lang}/{path}")
    page = seen.page
    if page.locator("#readout").count():
        for unit in range(5):
            seen.point_at(unit)
            assert page.inner_text("#readout")
    frames = [frame.evaluate("typeof window.__x") for frame in page.frames]

    assert ["undefined"] == frames
    assert [] == seen.faults
    assert [] == seen.foreign


@pytest.mark.parametrize("key", ["", "per=none/"])
@pytest.mark.parametrize("lang", ["kk", "en"])
def test_no_name_is_run_by_a_picture_that_was_kept(browse, enemy, tmp_path, lang, key):
    """Opened from the disk it has no policy to guard it."""
    kept = tmp_path / "map.svg"
    with urllib.request.urlopen(f"{enemy}/{lang}/zz/region/executed/2024/{key}map.svg") as response:
        kept.write_bytes(response.read())
    seen = browse(kept.as_uri())

    assert "svg" == seen.page.evaluate("document.documentElement.localName")
    assert "undefined" == seen.page.evaluate("typeof window.__x")
    assert set(NAMES.values()) <= {title.rsplit(": ", 1)[0] for title in seen.page.locator("title").all_text_contents()}
    assert [] == seen.faults
    assert [kept.as_uri()] == seen.asked


def test_a_hostile_name_is_shown_as_it_is(browse, enemy):
    """It is a name after all."""
    page = browse(f"{enemy}/en/zz/region/executed/2024/").page
    shown = {text.strip() for text in page.locator(".twin tbody th").all_inner_texts()}

    assert set(NAMES.values()) == shown


def test_a_script_would_be_noticed(browse, enemy):
    """The trap is tried: an inline handler is stopped by the policy, and the stop is seen."""
    seen = browse(f"{enemy}/en/zz/region/executed/2024/")
    with seen.page.expect_console_message(lambda said: "Content Security Policy" in said.text):
        seen.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.__x=1>')")

    assert "undefined" == seen.page.evaluate("typeof window.__x")
    assert any("Content Security Policy" in text for text in seen.complaints)
