"""Laws about a service whose figures change, are missing or are damaged while it runs."""

import shutil

import pytest

from geo.core.settings import Settings
from geo.versions import Home
from geo.web import create_app
from tests.web.asking import LANGUAGES, page
from tests.web.zz import publish_zz

MAP = "/en/zz/region/executed/2024/"


@pytest.fixture
def copied(small_home, tmp_path):
    """Settings of a home of one's own, with the two versions of the small country; the second is in force."""
    shutil.copytree(small_home.home, tmp_path / "home")
    return Settings(home=tmp_path / "home", country="zz")


def published_total(client):
    """Return the total line that the page's file states."""
    return client.get(f"{MAP}data.json").json["metadata"]["reconciliation"][0]["published"]


def test_a_publication_shows_at_once(tmp_path):
    """The process that serves is not restarted; every tag changes with the figures."""
    settings = publish_zz(tmp_path)
    client = create_app(settings).test_client()
    first = (published_total(client), client.get(MAP).headers["ETag"], client.get("/api/current").json)
    publish_zz(tmp_path, factor=2)
    second = (published_total(client), client.get(MAP).headers["ETag"], client.get("/api/current").json)

    assert ("6349", "12698") == (first[0], second[0])
    assert first[1] != second[1]
    assert 200 == client.get(MAP, headers={"If-None-Match": first[1]}).status_code
    assert first[2]["countries"]["zz"]["id"] != second[2]["countries"]["zz"]["id"]
    assert (1, 2) == tuple(row["countries"]["zz"]["sequence"] for row in (first[2], second[2]))


def test_a_rollback_shows_at_once(copied):
    """What was in force before is in force again, to the byte."""
    client = create_app(copied).test_client()
    second = published_total(client)
    Home(copied.home).rollback("zz")
    first, tag = published_total(client), client.get(f"{MAP}data.csv").headers["ETag"]

    row = client.get("/api/current").json["countries"]["zz"]

    assert ("12698", "6349") == (second, first)
    assert (3, Home(copied.home).current_id("zz")) == (row["sequence"], row["id"])
    assert f"v/{row['id']}/" == row["address"]
    assert 304 == client.get(f"{MAP}data.csv", headers={"If-None-Match": tag}).status_code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_home_says_how_to_publish(tmp_path, lang):
    """With 503, for it will work soon; the process itself is well."""
    client = create_app(Settings(home=tmp_path / "nothing")).test_client()
    shown = client.get(f"/{lang}/kz/region/executed/2024/", headers={"Accept": "text/html"})
    plain = client.get(f"/{lang}/")

    assert (503, "30") == (shown.status_code, shown.headers["Retry-After"])
    assert (503, "E-VER-01") == (plain.status_code, plain.json["code"])
    assert "budgetmap build --publish" in page(shown).texts["code"]
    assert lang == page(shown).lang
    assert (200, 503, 503) == tuple(client.get(f"/{name}").status_code for name in ("healthz", "readyz", "api/current"))
    assert "E-VER-01" == client.get("/readyz").json["code"]


def test_a_whole_home_is_ready(copied):
    """With the versions that are in force."""
    response = create_app(copied).test_client().get("/readyz")

    assert (200, {"zz": Home(copied.home).current_id("zz")}) == (response.status_code, response.json["versions"])


def files_in_force(home):
    """Return every file of the version in force, by name."""
    folder = home / "versions" / Home(home).current_id("zz")
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("harm", ["flipped", "cut", "removed", "emptied"])
@pytest.mark.parametrize("is_running", [False, True])
def test_a_damaged_version_is_never_answered_with(copied, harm, is_running):
    """Whichever file it is: not ready, and no page with wrong figures; in a running process once it was asked.

    A changed byte is tried in every file; whatever changes the length as well, in one of each kind.
    """
    files = files_in_force(copied.home)
    kinds = {path.suffix: name for name, path in files.items()}
    for name in files if harm == "flipped" else sorted(kinds.values()):
        path = files[name]
        client = create_app(copied).test_client()
        if is_running:
            assert 200 == client.get("/readyz").status_code
        content = path.read_bytes()
        _damage(path, content, harm)
        answers = [client.get(address) for address in ("/readyz", MAP, f"{MAP}data.json", "/", "/api/current")]

        assert [503] * 5 == [answer.status_code for answer in answers], name
        assert {"E-VER-03"} == {answer.json["code"] for answer in answers}
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        assert 200 == client.get("/readyz").status_code, name


def test_a_version_that_was_taken_away_is_not_answered_with(copied):
    """The pointer alone is no map."""
    shutil.rmtree(copied.home / "versions" / Home(copied.home).current_id("zz"))
    client = create_app(copied).test_client()

    assert [503, 503, 503] == [client.get(path).status_code for path in ("/readyz", MAP, "/")]
    assert 200 == client.get("/healthz").status_code


def test_a_rollback_heals_a_damaged_version(copied):
    """The remedy that the error names works while the process runs."""
    client = create_app(copied).test_client()
    path = files_in_force(copied.home)["facts.json"]
    path.write_bytes(b"{}")
    broken = client.get(MAP).status_code
    Home(copied.home).rollback("zz")

    assert (503, 200) == (broken, client.get(MAP).status_code)
    assert "6349" == published_total(client)


def _damage(path, content, harm):
    if harm == "removed":
        path.unlink()
        return
    changed = {
        "flipped": content[:-1] + bytes([content[-1] ^ 1]),
        "cut": content[: len(content) // 2],
        "emptied": b"",
    }
    # A new file, as a copy from elsewhere would be: what is open keeps the old one.
    path.unlink()
    path.write_bytes(changed[harm])
