"""Laws about addresses: whatever a page offers is answered, and every view has one address."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.core.view import KEYS, MEASURES, parse_view
from geo.layers import offer_of
from geo.web.site import Site
from tests.web.asking import LANGUAGES, followed, linked, page

MAP = "kz/region/executed/2024/"
VIEWS = (
    *(f"{lang}/{MAP}" for lang in LANGUAGES),
    *(f"en/kz/region/{measure}/2024/" for measure in MEASURES if measure != "share"),
    *(f"ru/kz/region/{measure}/2025-03/" for measure in ("executed", "execution", "change")),
    *(f"kk/{MAP}{key}/" for key in ("per=none", "per=km2", "transfers=included", "prices=2024", "classes=quantile")),
    *(f"en/{MAP}{key}/" for key in ("function=04", "borders=2018-06-19", "highlight=750000000", "sort=name-down")),
    "kk/kz/region/share/2024/function=04/",
    "ru/kz/region/executed/2023-06/function=07/per=none/borders=2018-06-19/",
)
UNITS = (
    *(f"{lang}/kz/unit/2022-06-08/region/750000000/" for lang in LANGUAGES),
    "en/kz/unit/2022-06-08/region/750000000/period=2025-03/",
    "kk/kz/unit/2018-06-19/region/630000000/",
)
FAULTY = ("kk/kz/region/spendings/2024/", f"ru/{MAP}per=fish/", "en/nowhere/")


@pytest.fixture(scope="module")
def seen():
    """Remember which addresses were followed already, for pages share most of their links."""
    return {}


def unanswered(client, path, seen, accept="text/html"):
    """Return the links of a page that do not lead to an answer, with the statuses met."""
    found = linked(path, client.get(path, headers={"Accept": accept}))
    for address in found:
        if address not in seen:
            seen[address] = followed(client, address) if address.startswith("http://localhost/") else ["foreign"]
    assert found
    return {address: seen[address] for address in found if seen[address] not in ([200], [303, 200], [308, 200])}


@pytest.mark.parametrize("path", [*VIEWS, *UNITS])
def test_every_link_of_a_page_is_answered(kz, path, seen):
    """Links, pictures, styles, forms and the addresses inside embed codes; none leads to another site."""
    assert {} == unanswered(kz, f"/{path}", seen)


@pytest.mark.parametrize("path", [VIEWS[0], UNITS[0]])
def test_every_link_of_a_pinned_page_is_answered(kz, path, seen):
    """An article's page of one version is whole."""
    version = kz.get("/api/current").json["countries"]["kz"]["id"]

    assert {} == unanswered(kz, f"/v/{version}/{path}", seen)


@pytest.mark.parametrize("path", FAULTY)
def test_every_link_of_an_error_page_is_answered(kz, path, seen):
    """Whoever is lost is not sent to a second page that does not exist."""
    assert {} == unanswered(kz, f"/{path}", seen)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_address_that_is_named_in_api_current_is_answered(kz, lang):
    """Programs find the frozen addresses from there."""
    row = kz.get("/api/current").json["countries"]["kz"]

    assert [303, 200] == followed(kz, f"/{row['address']}{lang}/")
    assert "2024-12" in row["periods"]


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("en/kz/region/executed/2024", f"en/{MAP}"),
        ("en/kz/region/executed/2024//", f"en/{MAP}"),
        ("en/kz/region/executed/2024-12/", f"en/{MAP}"),
        (f"en/{MAP}per=person/", f"en/{MAP}"),
        (f"en/{MAP}per=person/data.csv", f"en/{MAP}data.csv"),
        (f"en/{MAP}transfers=apart/prices=nominal/classes=natural/sort=value/", f"en/{MAP}"),
        (f"en/{MAP}borders=2022-06-08/", f"en/{MAP}"),
        (f"en/{MAP}per=none/function=04", f"en/{MAP}function=04/per=none/"),
        (f"en/{MAP}per=none/function=04/embed/", f"en/{MAP}function=04/per=none/embed/"),
        (f"en/{MAP}function=04/transfers=included/", f"en/{MAP}function=04/"),
        (f"en/{MAP}sort=name/data.json", f"en/{MAP}data.json"),
        ("en/kz/region/execution/2024/classes=fixed/", "en/kz/region/execution/2024/"),
        ("kk/kz/unit/2022-06-08/region/750000000", "kk/kz/unit/2022-06-08/region/750000000/"),
        (
            "kk/kz/unit/2022-06-08/region/750000000/period=2024/",
            "kk/kz/unit/2022-06-08/region/750000000/",
        ),
    ],
)
def test_another_spelling_leads_to_the_one_address_for_good(kz, asked, canonical):
    """308, so that caches and search engines keep one page of each; below a version as well."""
    version = kz.get("/api/current").json["countries"]["kz"]["id"]
    for prefix in ("", f"v/{version}/"):
        response = kz.get(f"/{prefix}{asked}")

        assert (308, f"/{prefix}{canonical}") == (response.status_code, response.headers["Location"])
        assert 200 == kz.get(f"/{prefix}{canonical}").status_code


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_view_has_one_address_however_its_keys_are_given(small, small_home, data):
    """Keys in any order, defaults stated or not: one canonical path, which leads nowhere else."""
    offer = offer_of(Site(small_home).current("zz"))
    measure = data.draw(st.sampled_from(["executed", "approved", "execution", "share"]))
    values = {"function": offer.functions, "per": ("person", "km2", "none"), "transfers": ("apart", "included")}
    values |= {
        "borders": tuple(offer.units["region"]),
        "prices": ("nominal", "2024"),
        "classes": ("natural", "quantile"),
    }
    if measure in {"execution", "share"}:
        values.pop("per")
    keys = data.draw(st.lists(st.sampled_from(sorted(values)), unique=True))
    if measure == "share" and "function" not in keys:
        keys.append("function")
    segments = [f"{key}={data.draw(st.sampled_from(values[key]))}" for key in keys]
    view = parse_view("en", ["zz", "region", measure, "2024", *segments], {"zz": offer})

    answered = followed(small, "/" + "/".join(["en/zz/region", measure, "2024", *segments]) + "/")
    assert answered in ([200], [308, 200])
    assert [200] == followed(small, f"/{view.path}")
    order = [part.split("=")[0] for part in view.path.split("/") if "=" in part]
    assert sorted(order, key=list(KEYS).index) == order


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("kk", "kk"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en-GB", "en"),
        ("de,fr;q=0.5", "kk"),
        ("", "kk"),
        ("de;q=1,en;q=0.1,ru;q=0.2", "ru"),
        ("*", "kk"),
        ("\N{SNOWMAN};;q=x", "kk"),
    ],
)
def test_the_root_leads_to_the_map_in_the_readers_language(kz, accepted, lang):
    """A cache has to know what the answer depends on."""
    response = kz.get("/", headers={"Accept-Language": accepted.encode().decode("latin-1")})

    assert (303, f"/{lang}/{MAP}") == (response.status_code, response.headers["Location"])
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize("face", ["", "data.geojson", "map.png", "embed/", "theme=dark/embed/", "builder/"])
def test_a_country_leads_to_the_same_face_of_its_first_view(kz, face):
    """Who asks for a file gets a file, not a page about it; below a version as well."""
    version = kz.get("/api/current").json["countries"]["kz"]["id"]
    led = {prefix: kz.get(f"/{prefix}en/kz/{face}") for prefix in ("", f"v/{version}/")}

    assert {prefix: (303, f"/{prefix}en/{MAP}{face}") for prefix in led} == {
        prefix: (response.status_code, response.headers["Location"]) for prefix, response in led.items()
    }


@pytest.mark.parametrize("path", [VIEWS[0], f"{VIEWS[0]}embed/", f"{VIEWS[0]}data.csv", UNITS[0], "healthz", "nope"])
def test_head_answers_the_headers_of_get_and_no_body(kz, path):
    """Link checkers and caches ask so."""
    head, got = kz.head(f"/{path}"), kz.get(f"/{path}")
    of_the_clock = {"Date", "X-Request-Id"}

    assert b"" == head.data
    assert got.status_code == head.status_code
    assert {k: v for k, v in got.headers if k not in of_the_clock} == {
        k: v for k, v in head.headers if k not in of_the_clock
    }


def test_the_pages_that_are_sampled_show_every_measure():
    """A new measure has to be put into the sample."""
    assert set(MEASURES) == {path.split("/")[3] for path in VIEWS}


def test_a_page_without_links_would_be_noticed(kz):
    """The reader of pages is tried: it finds what the default page is known to hold."""
    found = linked(f"/{VIEWS[2]}", kz.get(f"/{VIEWS[2]}"))
    parts = page(kz.get(f"/{VIEWS[2]}"))

    assert f"http://localhost/{VIEWS[2]}data.geojson" in found
    assert "http://localhost/en/kz/unit/2022-06-08/region/750000000/" in found
    assert ["2024"] == [form.chosen["period"] for form in parts.forms if "period" in form.chosen]
