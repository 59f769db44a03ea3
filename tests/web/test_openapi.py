"""Laws about the OpenAPI document: it names every address, and nothing that it says is untrue."""

import os
import re

import pytest
import schemathesis
from hypothesis import Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup

from geo.web.answering.errors import CODES, STATUS
from geo.web.openapi.operations import LEFT_OUT, VIEW, operations

WORDS = {"lang": "en", "country": "zz", "level": "region", "measure": "executed", "period": "2024", "key": "per=none"}
EXAMPLES = int(
    os.environ.get("BUDGETMAP_ASKED", "1")
)  # for each address, allowed and forbidden; a longer run sets more
PHASES = (Phase.explicit, Phase.generate)
# Each answer of these is written by a process of its own, which takes seconds: they are asked where that matters less.
DEAR = (".gpkg", ".parquet")
CHEAPEST = tuple(f"{VIEW}data{ending}" for ending in DEAR)
# Of words that are allowed each by itself some go not together: 400 and 404 say so, and are what the document says.
CONFIG = {
    "seed": 6,
    "checks": {
        "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "501"]},
        "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", "400", "404", "410", "416", "501"]},
    },
}
_PLACE = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module")
def document(small_app):
    """The document of the small country."""
    return small_app.test_client().get("/openapi.json").json


def _filled(path, operation, small_app):
    """Return an address of an operation: the examples that the document gives, words of the small country else."""
    version = small_app.extensions["budgetmap"].home.current_id("zz")
    words = {**WORDS, "version": version, "edition": "2020-01-01", "of_level": "region", "function": "all"}
    for parameter in operation.get("parameters", ()):
        if parameter.get("in") == "path":
            words.setdefault(parameter["name"], parameter["schema"].get("example", "10"))
    return _PLACE.sub(lambda match: str(words.get(match[1], "10")), path)


def test_every_route_is_in_the_document_or_has_a_reason(small_app, document):
    """A new route that nobody described is noticed here."""
    adapter = small_app.url_map.bind("localhost")
    described = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            described.add(adapter.match(_filled(path, operation, small_app), method=method.upper())[0])
    routes = {rule.endpoint for rule in small_app.url_map.iter_rules()}
    left = {name for name in routes - described if name not in LEFT_OUT}

    assert set() == left
    assert set() == {name for name in LEFT_OUT if name in described} - {"ogc"}


def test_no_address_of_the_document_is_unknown(small, small_app, document):
    """Each is answered with a status that it names, as what it names."""
    wrong = []
    for path, methods in document["paths"].items():
        if "get" in methods and (not path.endswith(DEAR) or path in CHEAPEST):
            address = _filled(path, methods["get"], small_app)
            response = small.get(address, headers={"Accept": "application/problem+json"})
            known_types = methods["get"]["responses"].get(str(response.status_code), {}).get("content", {})
            response.close()
            if str(response.status_code) not in methods["get"]["responses"]:
                wrong.append((address, response.status_code))
            elif (
                known_types
                and "*/*" not in known_types
                and response.mimetype not in {one.split(";")[0] for one in known_types}
            ):
                wrong.append((address, response.mimetype))

    assert [] == wrong


def test_each_name_of_an_operation_is_given_once(document):
    """Clients make functions of them."""
    names = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]

    assert len(set(names)) == len(names)
    assert len({row.id for row in operations()}) == len(list(operations()))


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_page_says_what_the_document_says(small, document, lang):
    """Every address and every code stands on it, in the language of the page."""
    html = small.get(f"/{lang}/api/").get_data(as_text=True)
    twice = [path for path in document["paths"] if path.startswith("/v/") and "{key}/" in path]  # each stands alone

    assert f'<html lang="{lang}">' in html
    assert [] == [path for path in document["paths"] if path not in html and path not in twice]
    assert [] == [code for code in CODES if code not in html]


def test_an_error_has_a_code_that_the_document_names(small, document):
    """The list of codes is that of the table of statuses."""
    problem = small.get("/en/zz/region/nothing/2024/", headers={"Accept": "application/json"}).json
    named = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]

    assert problem["code"] in named
    assert {error.code for error in STATUS} <= set(named)


def test_what_a_version_offers_is_what_its_views_answer(small, small_app):
    """Each measure and period of the offer has a page, and the same version says the same for good."""
    version = small_app.extensions["budgetmap"].home.current_id("zz")
    response = small.get(f"/api/versions/{version}")
    offer = response.json
    asked = [
        f"/v/{version}/en/zz/{level}/{measure}/{period}/{'function=01/' if measure == 'share' else ''}values.json"
        for measure, levels in offer["measures"].items()
        for level, periods in levels.items()
        for period in periods
    ]

    assert "immutable" in response.headers["Cache-Control"]
    assert {200} == {small.get(address).status_code for address in asked}
    assert len(asked) > 6


def _asked(operation, mode):
    """Ask one address a few times; return what was wrong."""

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=PHASES)
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        case.headers["Accept-Encoding"] = "identity"
        case.call_and_validate()

    try:
        ask()
    except Unsatisfiable:
        return ""  # nothing is forbidden where nothing may be given
    except FailureGroup as failed:
        return f"{operation.label}: {failed} {failed.exceptions}"
    return ""


# schemathesis leaves a file that is being sent open; a server closes it.
@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_whatever_is_asked_is_answered_as_the_document_says(small_app):
    """Statuses, types and shapes are those of the document; what it forbids is refused; nothing breaks."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", small_app, config=schemathesis.Config.from_dict(CONFIG))
    every = [found.ok() for found in schema.get_all_operations()]
    few = [one for one in every if EXAMPLES > 1 or not one.path.endswith(DEAR) or one.path in CHEAPEST]
    wrong = [told for one in few for mode in GenerationMode for told in [_asked(one, mode)] if told]

    assert [] == wrong
    assert len(every) > 100
