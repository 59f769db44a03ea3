"""Laws about the pages of organisations: one each, lists of a territory, and those near a point nobody writes down."""

import logging
import re
import threading
from html import unescape
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pandas as pd
import pytest
from werkzeug.serving import make_server

from geo.core.model import METHODS
from geo.core.text import text_of
from geo.layers.body import body, months_of
from geo.layers.holdings import holdings, points
from geo.versions import Home
from geo.web import create_app
from tests.conftest import published
from tests.test_files import LABEL, NAMES
from tests.test_single_bodies import BELOW, bodies, entries, number_of, write
from tests.web.asking import LANGUAGES, page
from tests.web.zz import publish_zz

NEAR = "/en/kz-demo/nearest/"
POINT = {"lon": "71.43", "lat": "51.128"}
SMALL = "/en/zz/body/10-110/"
_DATA = re.compile(r'<data value="([^"]+)"')


@pytest.fixture(scope="module")
def demo_version(demo_home):
    """The version of the small kz-demo in force."""
    home = Home(demo_home.home)
    return home.version(home.current_id("kz-demo"))


@pytest.fixture(scope="module")
def demo_app(demo_home):
    """Serve the small kz-demo."""
    return create_app(demo_home)


@pytest.fixture
def demo(demo_app):
    """Ask the service over kz-demo."""
    return demo_app.test_client()


def sent(client, form=POINT, path=NEAR, **headers):
    """Send the form of a point."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, data=urlencode(form), content_type="application/x-www-form-urlencoded", headers=named)


def hrefs(response, word):
    """Return the ids that follow a word in the links of a page."""
    return re.findall(rf'href="[^"]*/{word}/([^/"]+)/', response.get_data(as_text=True))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_body_has_a_page_with_every_figure(kz, kz_version, lang):
    """To the last minor unit, for programs too, in every language."""
    number = holdings(kz_version).numbers["100000000-110"]
    response = kz.get(f"/{lang}/kz/body/100000000-110/")
    shown = set(_DATA.findall(response.get_data(as_text=True)))
    amounts = {
        amount
        for period in body(kz_version, number, months_of(kz_version, number)[-1]).course
        for phases in period.functions.values()
        for amount in phases.values()
        if amount is not None
    }

    assert (200, lang) == (response.status_code, page(response).lang)
    assert {f"{amount // 100}.{amount % 100:02d}" for amount in amounts} <= shown
    assert "data-panel" in response.get_data(as_text=True)


def test_a_name_in_another_language_says_which(kz):
    """A reader of Kazakh is told that the source has the name in Russian alone; a reader of Russian needs no word."""
    kazakh, russian = (kz.get(f"/{lang}/kz/body/100000000-110/").get_data(as_text=True) for lang in ("kk", "ru"))

    assert '<bdi lang="ru">Аппарат маслихата области</bdi>' in kazakh
    assert text_of("kk")("body.no_name") in kazakh
    assert "<bdi>Аппарат маслихата области</bdi>" in russian
    assert text_of("ru")("body.no_name") not in russian


def test_a_page_names_file_row_and_digest(kz, kz_version):
    """From a number to the row of the source it was read from."""
    text = unescape(kz.get("/en/kz/body/100000000-110/").get_data(as_text=True))
    file = "local_expenditure_by_administrator.csv"
    (digest,) = [row["sha256"] for row in kz_version.json("sources.json") if row["name"] == file]

    assert digest in text
    assert f'<code>{file}</code></th><td class="row">' in text
    assert text_of("en")("body.bundled") in text


def test_a_made_up_body_says_so(demo, demo_version):
    """In words beside its name and beside the rows; the map of its place bears the mark."""
    made = holdings(demo_version).bodies[0]["body_id"]
    for lang in LANGUAGES:
        text, words = demo.get(f"/{lang}/kz-demo/body/{made}/").get_data(as_text=True), text_of(lang)

        assert words("body.synthetic") in unescape(text)
        assert f"<strong>{words('synthetic.mark')}</strong>" in text
        assert words("synthetic.mark") in text[text.index('class="locator"') : text.index('class="facts"')]


def test_an_address_of_a_body_has_one_form(small):
    """The default period is left out, the slash stands at the end, a pinned page is immutable."""
    version = small.get("/api/current").json["countries"]["zz"]["id"]

    assert (308, SMALL) == (small.get(f"{SMALL}period=2024/").status_code, small.get(SMALL[:-1]).headers["Location"])
    assert 200 == small.get(f"{SMALL}period=2023/").status_code
    assert "immutable" in small.get(f"/v/{version}{SMALL}").headers["Cache-Control"]
    assert "no-cache" in small.get(SMALL).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/en/zz/body/", 404, "E-URL-01"),
        ("/en/zz/body/nobody/", 404, "E-URL-01"),
        (f"{SMALL}period=1999/", 400, "E-URL-03"),
        (f"{SMALL}period=2024-06/", 400, "E-URL-03"),
        (f"{SMALL}fish=1/", 400, "E-URL-02"),
        (f"{SMALL}period=2023/period=2024/", 400, "E-URL-02"),
        (f"{SMALL}?x=1", 400, "E-URL-02"),
        (f"{SMALL}data.csv", 404, "E-URL-05"),
        ("/en/zz/bodies/2020-01-01/region/99/", 404, "E-URL-01"),
        ("/en/zz/bodies/2020-01-01/region/10/page=2/", 400, "E-URL-03"),
        ("/en/zz/bodies/2020-01-01/region/10/page=0/", 400, "E-URL-03"),
        ("/en/zz/bodies/2020-01-01/region/10/page=1/page=1/", 400, "E-URL-02"),
        ("/en/zz/bodies/2020-01-01/region/10/function=77/", 400, "E-URL-03"),
        ("/en/zz/bodies/2020-01-01/region/10/fish/", 400, "E-URL-02"),
        ("/en/zz/nearest/period=2024/", 400, "E-URL-02"),
        ("/en/zz/nearest/?lon=1&lat=2", 400, "E-URL-02"),
    ],
)
def test_a_wrong_address_is_answered_with_a_code(small, path, status, code):
    """The errors of all other addresses."""
    answered = small.get(path, headers={"Accept": "application/json"})

    assert (status, code) == (answered.status_code, answered.json["code"])


def test_the_pages_of_a_list_hold_every_body_once(demo, demo_version):
    """The largest first, fifty a page, whichever way a reader takes through them."""
    unit = "710000000"
    start, found = f"/en/kz-demo/bodies/2022-06-08/region/{unit}/", []
    region = demo_version.level("2022-06-08", "region").numbers[unit]
    owned = demo_version.owners("2022-06-08", "region") == region
    every = [about["body_id"] for about, is_own in zip(holdings(demo_version).bodies, owned, strict=True) if is_own]
    for number in range(1, 2 + (len(every) - 1) // 50):
        found += hrefs(demo.get(start if number == 1 else f"{start}page={number}/"), "body")

    assert sorted(every) == sorted(found)


def test_a_list_adds_up_to_its_unit(small):
    """Named bodies, and what the source does not name, are the unit's total: 10 spent 1600 in 2024."""
    named = page(small.get("/en/zz/bodies/2020-01-01/region/10/")).tables[-1]
    half = small.get("/en/zz/bodies/2020-01-01/region/10/period=2024-06/")

    assert [["Organisation"], ["All named organisations together"], ["Total of the territory"]] == [
        row[:1] for row in (named[0], *named[-2:])
    ]
    assert named[-1][2] == named[-2][2]
    assert text_of("en")("place.no_bodies") in half.get_data(as_text=True)
    assert text_of("en")("body.list_unnamed") in half.get_data(as_text=True)


def test_keys_of_a_list_may_come_in_any_order(small):
    """They are led to the one canonical address."""
    response = small.get("/en/zz/bodies/2020-01-01/region/10/period=2023/function=01/")

    assert "/en/zz/bodies/2020-01-01/region/10/function=01/period=2023/" == response.headers["Location"]
    assert 308 == response.status_code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_near_is_told_in_every_language(demo, lang):
    """Twenty organisations with distance, kind and a link each; the answer is stored nowhere."""
    response = sent(demo, path=f"/{lang}/kz-demo/nearest/")

    assert (200, lang, 20) == (response.status_code, page(response).lang, len(hrefs(response, "body")))
    assert "no-store" == response.headers["Cache-Control"]
    assert "ETag" not in response.headers
    assert "geolocation=(self)" in response.headers["Permissions-Policy"]


def test_the_nearest_body_is_the_one_at_the_point(demo, demo_version):
    """Asked for from where one stands, it comes first."""
    lon, lat = points(demo_version)[0].tolist()
    near = hrefs(sent(demo, {"lon": f"{lon:.3f}", "lat": f"{lat:.3f}"}), "body")

    assert holdings(demo_version).bodies[0]["body_id"] == near[0]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"lon": "71"},
        {"lon": "x", "lat": "51"},
        {"lon": "", "lat": ""},
        {"lon": "nan", "lat": "51"},
        {"lon": "inf", "lat": "51"},
        {"lon": "180.001", "lat": "51"},
        {"lon": "71", "lat": "-90.5"},
        {"lon": "1e1", "lat": "51"},
        {"lon": "٧١", "lat": "51"},
        {"lon": "9" * 400, "lat": "51"},
        {"lon": "<img onerror=x>", "lat": "51"},
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_no_point_is_refused(demo, form, lang):
    """With one code, in the reader's language, and without what was sent."""
    response = sent(demo, form, f"/{lang}/kz-demo/nearest/", Accept="text/html")
    text = unescape(response.get_data(as_text=True))

    assert 400 == response.status_code
    assert text_of(lang)("reader.E-URL-13") in text
    assert not [value for value in form.values() if len(value) > 3 and value in text]


@pytest.mark.parametrize("form", [{**POINT, "x": "1"}, [*POINT.items(), ("lon", "3")]])
def test_a_form_has_two_fields(demo, form):
    """No others, and none of them twice."""
    response = sent(demo, form, Accept="application/json")

    assert (400, "E-URL-02") == (response.status_code, response.json["code"])


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ],
)
def test_no_other_site_may_ask(demo, headers):
    """A page elsewhere cannot make a reader's browser tell where it is."""
    named = {name.replace("-", "_"): value for name, value in headers.items()}
    response = sent(demo, Accept="application/json", **named)

    assert (403, "E-URL-12") == (response.status_code, response.json["code"])


def test_a_page_of_this_site_may_ask(demo):
    """Whichever scheme a proxy speaks before us."""
    for origin in ("http://localhost", "https://localhost"):
        assert 200 == sent(demo, Origin=origin, Sec_Fetch_Site="same-origin").status_code


def test_a_pinned_page_asks_its_own_version(demo, demo_version):
    """Its links stay there."""
    response = sent(demo, path=f"/v/{demo_version.id}{NEAR}")

    assert 200 == response.status_code
    assert f'href="../../../../../v/{demo_version.id}/en/kz-demo/body/' in response.get_data(as_text=True)


def test_a_position_stands_in_no_line_of_a_log(demo_app, caplog):
    """Neither of the server nor of ours, whether the point is good or not; the lines themselves are there."""
    client_lines = []
    caplog.set_level(logging.DEBUG)
    server = make_server("127.0.0.1", 0, demo_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        for form in ({"lon": "71.4321", "lat": "51.1289"}, {"lon": "271.4321", "lat": "51.1289"}):
            asked = Request(f"http://127.0.0.1:{server.server_port}{NEAR}", data=urlencode(form).encode())
            try:
                with urlopen(asked) as response:
                    client_lines.append(response.url)
            except HTTPError as error:
                client_lines.append(error.url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    lines = [record.getMessage() for record in caplog.records]

    assert 2 == sum(f"POST {NEAR}" in line for line in lines)
    assert not [line for line in [*lines, *client_lines] if "71.43" in line or "51.12" in line]


def test_hostile_names_are_text(tmp_path):
    """On the page of a body, in a list and near a point, a name is shown as it was written."""
    client = create_app(publish_zz(tmp_path, names=NAMES, label=LABEL)).test_client()
    answers = [
        client.get("/en/zz/body/10-110/"),
        client.get("/en/zz/bodies/2020-01-01/region/10/"),
        sent(client, {"lon": "61", "lat": "40.1"}, "/en/zz/nearest/"),
    ]
    for response in answers:
        text = response.get_data(as_text=True)

        assert 200 == response.status_code
        assert "<img onerror" not in text
        assert LABEL in unescape(text)


def test_a_registered_body_without_figures_has_a_page(zz):
    """Who it is and where, with a word that there is no figure; it is near points, and no list of sums holds it."""
    who, new = bodies().replace({"unit_code": BELOW}), number_of("50", 2)
    more = who.iloc[:1].assign(body_id=new, code=new, name_ru="Школа без цифр", name_kk="", unit_code="50")
    write(zz.budget, pd.concat([who, more], ignore_index=True), entries())
    client = create_app(published(zz.settings, "zz")).test_client()
    for lang in LANGUAGES:
        text = unescape(client.get(f"/{lang}/zz/body/{new}/").get_data(as_text=True))

        assert text_of(lang)("body.no_figures") in text
        assert "Школа без цифр" in text
    near = hrefs(sent(client, {"lon": "61", "lat": "41"}, "/en/zz/nearest/"), "body")
    listed = hrefs(client.get("/en/zz/bodies/2020-01-01/region/50/"), "body")

    assert new in near
    assert [number_of("50", 1), number_of("50", 0)] == listed
    assert 400 == client.get(f"/en/zz/body/{new}/period=2024/").status_code


def test_a_site_of_plain_files_has_no_bodies_and_asks_nothing(demo_home, demo_version):
    """Seventeen thousand organisations in three languages are for a service: links to them are left out."""
    app = create_app(demo_home, plain=frozenset())
    made = holdings(demo_version).bodies[0]["body_id"]
    text = app.test_client().get(f"/en/kz-demo/body/{made}/").get_data(as_text=True)

    assert "nearest/" not in text
    assert "/bodies/" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_way_to_find_a_territory_has_words(lang):
    """None too: a body that no territory was found for has a page like the others."""
    assert [] == [method for method in METHODS if not text_of(lang).has(f"body.method_of.{method}")]
