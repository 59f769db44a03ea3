"""Laws about the form of a page: what it offers, it answers; scripts are not needed."""

from urllib.parse import urljoin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.core.view import MEASURES
from geo.web.assets import asset
from tests.web.asking import followed, page

MAP = "/en/kz/region/executed/2024/"
WITH_FUNCTION = f"{MAP}function=04/"


def form_of(client, path):
    """Return the one form of a page."""
    (form,) = page(client.get(path)).forms
    return form


def submitted(client, path, form, **changed):
    """Return the answer to a form sent with all its fields, as browsers do."""
    return client.get(urljoin(path, form.action), query_string={**form.chosen, **changed})


def test_a_form_leads_to_the_canonical_address(kz):
    """The address that people copy is the short one."""
    response = kz.get(f"{MAP}?per=none&function=04")

    assert (303, f"{MAP}function=04/per=none/") == (response.status_code, response.headers["Location"])


@pytest.mark.parametrize("measure", MEASURES)
def test_a_form_with_all_its_fields_works_for_every_measure(kz, measure):
    """What the chosen figure does not offer is dropped, nothing else is."""
    response = submitted(kz, WITH_FUNCTION, form_of(kz, WITH_FUNCTION), measure=measure)

    assert 303 == response.status_code
    assert f"/en/kz/region/{measure}/2024/function=04/" == response.headers["Location"]
    assert [200] == followed(kz, response.headers["Location"])


@pytest.mark.parametrize("measure", [measure for measure in MEASURES if measure != "share"])
def test_every_choice_of_every_field_is_answered(kz, measure):
    """No option is a trap; a period that a figure lacks is refused with those that it has."""
    path = f"/en/kz/region/{measure}/2024/"
    form = form_of(kz, path)
    refused = {}
    for name, options in form.options.items():
        for value in options:
            response = submitted(kz, path, form, **{name: value})
            if response.status_code != 303:
                refused[name, value] = (response.status_code, response.json["code"])

    expected = {("measure", "share"): (400, "E-URL-04")}
    if measure == "change":
        offered = form.options["period"]
        expected |= {("period", p): (404, "E-URL-01") for p in offered if p.startswith("2023")}
    assert expected == refused


def test_the_share_of_no_function_asks_for_a_function(kz):
    """It says which ones there are."""
    response = submitted(kz, MAP, form_of(kz, MAP), measure="share")

    assert (400, "E-URL-04") == (response.status_code, response.json["code"])
    assert "04" in response.json["allowed"]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_combination_of_choices_breaks_the_form(small, data):
    """Each is answered by a map or by what is allowed instead, never by a fault of ours."""
    path = "/kk/zz/region/executed/2024/"
    form = form_of(small, path)
    chosen = {name: data.draw(st.sampled_from(options), label=name) for name, options in form.options.items()}
    statuses = followed(small, small.get(path, query_string=chosen).headers.get("Location", "/healthz"))
    response = small.get(path, query_string=chosen)

    assert response.status_code in {303, 400, 404}
    assert [200] == statuses
    if response.status_code != 303:
        assert response.json["allowed"]


def test_the_form_of_a_pinned_page_stays_in_its_version(kz):
    """Whoever looks at old figures goes on looking at old figures."""
    version = kz.get("/api/current").json["countries"]["kz"]["id"]
    path = f"/v/{version}{MAP}"
    response = submitted(kz, path, form_of(kz, path), per="none")

    assert (303, f"{path}per=none/") == (response.status_code, response.headers["Location"])


@pytest.mark.parametrize("query", ["per=none&per=km2", "utm_source=mail", "x", "=1", "callback=alert", "lang=ru"])
def test_a_query_that_is_not_the_forms_is_refused(kz, query):
    """An unknown key would be a second address of the same page, and a way to fill a cache."""
    response = kz.get(f"{MAP}?{query}")

    assert (400, "E-URL-02") == (response.status_code, response.json["code"])
    assert "per" in response.json["allowed"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/en/",
        "/en/kz/",
        "/en/kz/unit/2022-06-08/region/750000000/",
        f"{MAP}embed/",
        f"{MAP}map.svg",
        f"{MAP}data.csv",
        f"{MAP}data.json",
        "/healthz",
        "/readyz",
        "/api/current",
        f"/{asset('page.css')}",
    ],
)
def test_an_address_without_a_form_takes_no_query(kz, path):
    """Every key is unknown there."""
    response = kz.get(f"{path}?x=1")

    assert (400, "E-URL-02") == (response.status_code, response.json["code"])
