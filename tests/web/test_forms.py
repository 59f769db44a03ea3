"""Laws about the form of a page: what it offers, it answers; scripts are not needed."""

from itertools import product
from urllib.parse import urlencode, urljoin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.core.view import MEASURES
from geo.web.assets import asset
from tests.web.asking import followed, page

MAP = "/en/kz/region/executed/2024/"
WITH_FUNCTION = f"{MAP}function=04/"
STARTS = (  # pages of the small country, one of each kind of figure
    "executed/2024/",
    "executed/2023/per=none/borders=2010-01-01/prices=2024/highlight=35/",
    "approved/2024-06/transfers=included/classes=quantile/",
    "execution/2024-06/transfers=apart/classes=natural/",
    "change/2024/prices=2024/",
    "share/2024/function=02/",
)


def form_of(client, path):
    """Return the form of a page that says what its map shows."""
    (form,) = [form for form in page(client.get(path)).forms if "measure" in form.options]
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


@pytest.mark.parametrize("measure", MEASURES)
def test_every_choice_of_every_field_is_answered(kz, measure):
    """No option is a trap: what a choice lacks is chosen with it."""
    path = f"/en/kz/region/{measure}/2024/{'function=04/' if measure == 'share' else ''}"
    form = form_of(kz, path)
    answers = {
        (name, value): submitted(kz, path, form, **{name: value})
        for name, options in form.options.items()
        for value in options
    }

    assert {303} == {answer.status_code for answer in answers.values()}
    assert {} == {
        choice: answer.headers["Location"]
        for choice, answer in answers.items()
        if followed(kz, answer.headers["Location"]) != [200]
    }


@pytest.mark.parametrize(
    ("path", "changed", "led"),
    [
        ("executed/2024/", {"measure": "share"}, "share/2024/function=01/"),
        ("executed/2024/function=04/", {"measure": "share"}, "share/2024/function=04/"),
        ("share/2024/function=04/", {"function": ""}, "share/2024/function=04/"),
        ("executed/2023/", {"measure": "change"}, "change/2024/"),
        ("executed/2023-03/", {"measure": "change"}, "change/2024-03/"),
        ("change/2024/", {"period": "2023-06"}, "change/2024-06/"),
        ("change/2024/prices=2024/", {"period": "2025-03"}, "change/2025-03/prices=2025/"),
        ("executed/2024/prices=2023/", {"measure": "change"}, "change/2024/prices=2024/"),
        ("execution/2024/", {"measure": "change", "palette": "viridis"}, "change/2024/"),
    ],
)
def test_what_a_choice_lacks_is_chosen_and_shown(kz, path, changed, led):
    """The reader sees in the form what was taken, and may take another."""
    response = submitted(kz, f"/en/kz/region/{path}", form_of(kz, f"/en/kz/region/{path}"), **changed)
    shown = form_of(kz, response.headers["Location"]).chosen
    measure, period, *keys = led.rstrip("/").split("/")

    assert (303, f"/en/kz/region/{led}") == (response.status_code, response.headers["Location"])
    assert {"measure": measure, "period": period, **dict(key.split("=") for key in keys)}.items() <= shown.items()


@pytest.mark.parametrize("path", STARTS)
def test_no_figure_period_and_function_together_are_a_trap(small, path):
    """Whatever page the form stands on: each triple leads to a map at once."""
    path = f"/kk/zz/region/{path}"
    form = form_of(small, path)
    triples = list(product(*(form.options[name] for name in ("measure", "period", "function"))))
    led = {
        triple: submitted(small, path, form, **dict(zip(("measure", "period", "function"), triple, strict=True)))
        for triple in triples
    }

    assert len(MEASURES) * 3 * 4 == len(triples)
    assert {303} == {answer.status_code for answer in led.values()}
    assert {(200,)} == {tuple(followed(small, to)) for to in {answer.headers["Location"] for answer in led.values()}}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_combination_of_choices_breaks_the_form(small, data):
    """Each is answered by a map, from whichever page it is sent."""
    path = f"/kk/zz/region/{data.draw(st.sampled_from(STARTS))}"
    form = form_of(small, path)
    chosen = {name: data.draw(st.sampled_from(options), label=name) for name, options in form.options.items()}

    assert [303, 200] == followed(small, f"{path}?{urlencode(chosen)}")


@pytest.mark.parametrize("path", ["change/2024/prices=2024/", "change/2025-03/prices=2025/", "execution/2023-03/"])
def test_every_period_of_a_real_page_may_be_chosen_with_every_figure(kz, path):
    """Prices of the page's own year are taken along to the year that is chosen."""
    path = f"/ru/kz/region/{path}"
    form = form_of(kz, path)
    led = [
        submitted(kz, path, form, measure=measure, period=period)
        for measure, period in product(form.options["measure"], form.options["period"])
    ]

    assert {303} == {answer.status_code for answer in led}
    assert {(200,)} == {tuple(followed(kz, to)) for to in {answer.headers["Location"] for answer in led}}


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
