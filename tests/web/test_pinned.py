"""Laws about addresses with a version: what an article quotes stays as it was, whatever is published later."""

import pytest

from geo.atlas import build
from geo.versions import Home
from geo.web import create_app
from geo.web.faces import FILES
from tests.web.asking import linked, page
from tests.web.zz import publish_zz, settings_zz

MAP = "en/zz/region/executed/2024/"
ADDRESSES = (
    MAP,
    f"{MAP}per=none/",
    f"{MAP}embed/",
    *(f"{MAP}{name}" for name in FILES),
    "kk/zz/unit/2020-01-01/region/10/",
    "ru/zz/region/change/2024/embed/",
)


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Publish, ask, publish twice as much, ask again: (before, after, id of the older version, client)."""
    root = tmp_path_factory.mktemp("pinned")
    settings = publish_zz(root)
    older = Home(settings.home).current_id("zz")
    client = create_app(settings).test_client()
    before = {path: client.get(f"/v/{older}/{path}").data for path in ADDRESSES}
    publish_zz(root, factor=2)
    after = {path: client.get(f"/v/{older}/{path}").data for path in ADDRESSES}
    return before, after, older, client


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_pinned_address_answers_the_same_bytes_after_newer_figures(grown, path):
    """In the process that served it before and in one that has just begun."""
    before, after, older, client = grown
    site = client.application.extensions["budgetmap"]
    fresh = create_app(site.settings).test_client()

    assert before[path] == after[path] == fresh.get(f"/v/{older}/{path}").data
    assert client.get(f"/{path}").data != after[path]


def test_the_figures_in_force_are_the_newer_ones(grown):
    """And the older address tells the older ones."""
    *_, older, client = grown
    amounts = [
        client.get(f"{prefix}/{MAP}data.json").json["metadata"]["reconciliation"][0]["published"]
        for prefix in (f"/v/{older}", "")
    ]

    assert ["6349", "12698"] == amounts


@pytest.mark.parametrize("version", ["0000000000000000", "nothing", "V", "..", "3fff8bd29c97021e0"])
def test_an_unknown_version_is_not_found(grown, version):
    """Not guessed, not shortened, not replaced by another."""
    *_, client = grown
    response = client.get(f"/v/{version}/{MAP}")

    assert (404, "E-URL-06") == (response.status_code, response.json["code"])


@pytest.mark.parametrize("path", [MAP, "kk/zz/unit/2020-01-01/region/10/", f"{MAP}embed/"])
def test_a_pinned_page_leads_to_pinned_views_and_names_its_version(grown, path):
    """Whoever clicks on compares like with like; the way to the figures in force is told apart."""
    *_, older, client = grown
    response = client.get(f"/v/{older}/{path}")
    inner = [address.removeprefix("http://localhost/") for address in linked(f"/v/{older}/{path}", response)]
    views = [address for address in inner if "/region/" in address]
    live = [address for address in views if not address.startswith("v/")]

    assert older in response.get_data(as_text=True)
    assert views
    assert set(live) <= {path, "en/zz/region/executed/2024/", f"{path}embed/"}
    assert path.removesuffix("embed/") in inner
    assert [] == [address for address in views if address.startswith("v/") and not address.startswith(f"v/{older}/")]


@pytest.mark.parametrize(("accepted", "lang"), [("kk", "kk"), ("ru,en;q=0.5", "ru"), ("en", "en"), ("de", "kk")])
def test_a_version_alone_leads_to_its_default_view(grown, accepted, lang):
    """Its id is what people quote; the language is the reader's."""
    *_, older, client = grown
    response = client.get(f"/v/{older}/", headers={"Accept-Language": accepted})
    led = f"/v/{older}/{lang}/zz/region/executed/2024/"

    assert (303, led) == (response.status_code, response.headers["Location"])
    assert "Accept-Language" in response.headers["Vary"]
    assert 200 == client.get(led).status_code


def test_only_what_was_in_force_has_an_address(tmp_path):
    """A staged version may still go another way; one that was taken back stays, for somebody may have quoted it."""
    settings = publish_zz(tmp_path)
    client, home = create_app(settings).test_client(), Home(settings.home)
    staged = build(settings_zz(tmp_path, factor=2), "zz").id
    paths = [f"/v/{staged}/{path}" for path in ("", "en/", *ADDRESSES)]
    before = {(answer.status_code, answer.json["code"]) for answer in map(client.get, paths)}
    home.publish(staged, author="test", note="in force")
    during = {client.get(path).status_code for path in paths}
    home.rollback("zz")
    after = {client.get(path).status_code for path in paths}

    assert staged in home.version_ids()
    assert {(404, "E-URL-06")} == before
    assert {200, 303} == during == after


def test_a_page_in_force_offers_both_embeds(grown):
    """One that follows the figures and one that never changes."""
    *_, client = grown
    current = client.get("/api/current").json["countries"]["zz"]["id"]
    codes = page(client.get(f"/{MAP}")).texts["textarea"]

    assert 2 == len(codes)
    assert f'src="http://localhost/{MAP}embed/"' in codes[0]
    assert f'src="http://localhost/v/{current}/{MAP}embed/"' in codes[1]
