"""Laws about notices: what has become of the figures in an article, in few bytes, without moving them."""

import json
import shutil

import pytest

from geo.versions import Home
from geo.web import create_app
from geo.web.embeds.notices import MOST_BYTES, withdrawals
from tests.web.asking import LANGUAGES
from tests.web.zz import publish_zz

MAP = "zz/region/executed/2024/"
REASON = "Жоспар мен атқарылу орнын ауыстырған. " * 20


@pytest.fixture
def twice(tmp_path):
    """Publish twice as much after what an article shows: (client, home, id of the older, id of the newer)."""
    settings = publish_zz(tmp_path)
    home = Home(settings.home)
    older = home.current_id("zz")
    publish_zz(tmp_path, factor=2)
    return create_app(settings).test_client(), home, older, home.current_id("zz")


def notice(client, version, lang="en", path=MAP):
    """Return the notice of a view in a version; it is as small and as open as a notice must be."""
    response = client.get(f"/notice/{version}/{lang}/{path}notice.json")

    assert 200 == response.status_code
    assert len(response.data) <= MOST_BYTES
    assert "*" == response.headers["Access-Control-Allow-Origin"]
    assert "public, max-age=300" == response.headers["Cache-Control"]
    return response.json


@pytest.mark.parametrize("lang", LANGUAGES)
def test_newer_figures_are_told_of_and_shown_to_those_who_ask(twice, lang):
    """Old beside new, unit by unit, all together last; the embed itself stays as it was."""
    client, _, older, newer = twice
    before = client.get(f"/v/{older}/{lang}/{MAP}embed/").data
    told, current = notice(client, older, lang), notice(client, newer, lang)
    rows = client.get(f"/notice/{older}/{lang}/{MAP}changes.json").json["rows"]

    assert {"state": "current"} == current
    assert ("newer", {"state", "text", "more"}) == (told["state"], set(told))
    assert 5 + 2 == len(rows)
    assert all(3 == len(row) and row[1] != row[2] for row in rows)
    assert before == client.get(f"/v/{older}/{lang}/{MAP}embed/").data


def test_a_newer_version_that_says_the_same_of_a_view_is_no_news(tmp_path):
    """An article about 2024 is not touched by what is corrected elsewhere."""
    settings = publish_zz(tmp_path)
    home = Home(settings.home)
    older = home.current_id("zz")
    publish_zz(tmp_path, label="Басқа")  # other words, the same figures
    client = create_app(settings).test_client()

    assert older != home.current_id("zz")
    assert {"state": "current"} == notice(client, older)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", ["", "Typing error in one line", REASON])
def test_a_withdrawal_is_told_with_its_reason(twice, lang, reason):
    """In three hundred bytes, however much the operator wrote."""
    client, home, older, newer = twice
    home.rollback("zz", note=reason)
    told = notice(client, newer, lang)

    assert "withdrawn" == told["state"]
    assert reason[:10] in told["text"]
    assert (reason == REASON) == told["text"].endswith("…")
    assert {"state": "current"} == notice(client, older, lang)


def test_what_was_withdrawn_stays_so_until_it_is_published_again(twice):
    """The next publication does not make wrong figures right."""
    client, home, older, newer = twice
    home.rollback("zz", note="wrong")
    publish_zz(home.folder.parent, factor=2, label="Басқа")
    third = home.current_id("zz")
    states = [notice(client, version)["state"] for version in (older, newer, third)]
    home.publish(newer)

    assert ["newer", "withdrawn", "current"] == states
    assert "current" == notice(client, newer)["state"]
    assert {} == withdrawals(home.publications())


def test_a_withdrawn_version_is_not_given_to_new_articles(twice):
    """What stands in an article stays, with its notice; what nobody has shown is refused with the reason."""
    client, home, _, newer = twice
    shown = client.get(f"/v/{newer}/en/{MAP}embed/").data
    home.rollback("zz", note="Typing error <b>")
    again = client.get(f"/v/{newer}/en/{MAP}embed/")
    fresh = client.get(f"/v/{newer}/en/{MAP}theme=dark/embed/", headers={"Accept": "text/html"})

    assert (200, shown) == (again.status_code, again.data)
    assert 410 == fresh.status_code
    assert "Typing error &lt;b&gt;" in fresh.get_data(as_text=True)
    assert f'href="/en/{MAP}"' in fresh.get_data(as_text=True)
    assert "frame-ancestors *" in fresh.headers["Content-Security-Policy"]


def test_the_figures_of_a_version_that_was_cleaned_away_are_still_told_of(twice):
    """There is nothing to compare with any more, and the notice does not offer it."""
    client, home, older, _ = twice
    shutil.rmtree(home.folder / "versions" / older)
    fresh = create_app(client.application.extensions["budgetmap"].settings).test_client()
    told = notice(fresh, older)

    assert ("newer", {"state", "text"}) == (told["state"], set(told))
    assert 404 == fresh.get(f"/notice/{older}/en/{MAP}changes.json").status_code


@pytest.mark.parametrize(
    "path",
    [
        f"{{v}}/xx/{MAP}notice.json",
        f"0000000000000000/en/{MAP}notice.json",
        f"../en/{MAP}notice.json",
        f"{{v}}/en/{MAP}other.json",
        f"{{v}}/en/{MAP}",
        "{v}/en/notice.json",
        "{v}/en/kz/region/executed/2024/notice.json",
        f"{{v}}/en/{MAP}per=person/notice.json",
        f"{{v}}/en/{MAP}per=fish/notice.json",
        f"{{v}}/en/{MAP}notice.json?x=1",
    ],
)
def test_what_is_no_view_has_no_notice(twice, path):
    """One address for each; an error has its code, and the script of an embed is silent about it."""
    client, _, older, _ = twice
    response = client.get(f"/notice/{path.format(v=older)}")

    assert response.status_code in {400, 404}
    assert json.loads(response.data)["code"].startswith("E-URL-")


def test_a_known_notice_is_not_sent_again(twice):
    """Most readers of an article have heard it on the page before."""
    client, _, older, _ = twice
    address = f"/notice/{older}/kk/{MAP}notice.json"
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})

    assert (304, b"") == (again.status_code, again.data)
