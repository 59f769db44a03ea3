"""The features of one version never change, and only what depends on nobody is kept for good."""

from geo.web.answering.answers import IMMUTABLE, REVALIDATED
from tests.web.ogc.conftest import Features

VALUES = "zz.values.region.2020-01-01"


def first_version(small):
    """Return the id of the version that was in force before."""
    history = small.application.extensions["budgetmap"].home.publications()
    return min(history, key=lambda row: row.sequence).id


def test_a_frozen_version_has_its_own_numbers(small, ogc):
    """The one before had half of everything."""
    before = Features(small, f"/v/{first_version(small)}/ogc")
    amounts = [features.get(f"/collections/{VALUES}/items/30:2024-12")["properties"]["executed"]
               for features in (before, ogc)]  # fmt: skip

    assert [650.0, 1300.0] == amounts


def test_all_links_of_a_frozen_version_stay_in_it(small):
    """From the landing page down to the pages of features."""
    root = f"/v/{first_version(small)}/ogc"
    frozen = Features(small, root)
    answers = [frozen.get(part) for part in ("", "/conformance", "/collections", f"/collections/{VALUES}")]
    answers.append(frozen.items(VALUES, limit=1))
    answers.append(frozen.get(f"/collections/{VALUES}/items/30:2024-12"))

    assert all(link["href"].startswith(f"http://localhost{root}") for answer in answers for link in answer["links"])
    assert f"http://localhost{root}" == frozen.get("/api")["servers"][0]["url"]


def test_only_a_frozen_answer_that_depends_on_nobody_is_immutable(small):
    """Titles are in a language, pages and JSON have one address: those are asked for again."""
    root = f"/v/{first_version(small)}/ogc"
    expected = {
        (root, ""): REVALIDATED,
        (root, "f=json"): REVALIDATED,
        (root, "f=json&lang=kk"): IMMUTABLE,
        (f"{root}/collections/{VALUES}/items", ""): REVALIDATED,
        (f"{root}/collections/{VALUES}/items", "f=json"): IMMUTABLE,
        (f"{root}/collections/{VALUES}/items/30:2024-12", "f=json"): IMMUTABLE,
        (f"{root}/collections/{VALUES}/items", "f=html"): REVALIDATED,
        (f"/ogc/collections/{VALUES}/items", "f=json"): REVALIDATED,
    }
    found = {at: small.get(at[0], query_string=at[1]).headers["Cache-Control"] for at in expected}

    assert expected == found


def test_the_format_of_one_reader_is_not_kept_for_the_next(small):
    """One address, two answers: whoever stands before the service must not mix them up."""
    path = f"/v/{first_version(small)}/ogc"
    types = [small.get(path, headers={"Accept": kind}).mimetype for kind in ("text/html", "application/json") * 2]

    assert ["text/html", "application/json"] * 2 == types


def test_the_same_request_has_the_same_answer(ogc):
    """There is no clock in it: who has it is told so."""
    first = ogc.answer(f"/collections/{VALUES}/items")
    again = ogc.answer(f"/collections/{VALUES}/items", {"If-None-Match": first.headers["ETag"]})

    assert (304, b"") == (again.status_code, again.data)


def test_a_version_that_never_was_is_not_found(small):
    """Whatever stands in the place of its id."""
    for word in ("0" * 16, "..", "%2e%2e", "x" * 300):
        answer = small.get(f"/v/{word}/ogc/collections", headers={"Accept": "application/json"})

        assert 404 == answer.status_code


def test_features_may_be_read_by_scripts_of_other_sites(ogc):
    """A map of somebody else's may show them, and learn their coordinate system."""
    answer = ogc.answer(f"/collections/{VALUES}/items")

    assert "*" == answer.headers["Access-Control-Allow-Origin"]
    assert "Content-Crs" in answer.headers["Access-Control-Expose-Headers"]
