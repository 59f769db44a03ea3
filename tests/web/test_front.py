"""Laws about what stands before Flask: it can only repeat what Flask said, and only while that stays the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.settings import Settings
from geo.web import create_app
from geo.web.answering.ready import Ready, Shelf
from geo.web.operating.templates import template_of
from tests.restaged import new_home, restaged, with_totals
from tests.web.asking import page
from tests.web.route_map import ASSETS, DATA, EMBEDS, ERRORS, MACHINES, PAGES, REDIRECTS

NEWS = "/api/news/"
EVERY = tuple(dict.fromkeys((*PAGES, *EMBEDS, *DATA, *ASSETS, *MACHINES, *REDIRECTS, *ERRORS)))
FIXED = tuple(path for path in EVERY if path in ASSETS or NEWS in path)
FIXED += tuple(path for path in (*PAGES, *EMBEDS, *DATA) if "{v}" in path)
OTHERS = tuple(path for path in EVERY if path not in FIXED)
MAP = "/en/zz/region/executed/2024/"
CODINGS = (None, "", "br", "gzip", "gzip, deflate, br, zstd", "br;q=0, gzip", "identity", "*")
MEGA = 1024 * 1024


@pytest.fixture
def app(small_home):
    """Serve the small country by a process that has answered nothing yet."""
    return create_app(small_home)


@pytest.fixture
def version(app):
    """Name the version in force."""
    return app.test_client().get("/api/current").json["countries"]["zz"]["id"]


@pytest.fixture
def live(tmp_path, zz_version):
    """Yield (home, its first version, a service over it)."""
    home, first = new_home(tmp_path, zz_version)
    return home, first, create_app(Settings(home=home.folder, country="zz"))


def home_back(home):
    """Return what publishes the version before again."""
    return lambda: home.rollback("zz")


def asked(app, path, method="GET", **headers):
    """Return (status, headers but for the day, body) of an answer."""
    given = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
    answer = app.test_client().open(path, method=method, headers=given)
    return answer.status, sorted(pair for pair in answer.headers if pair[0] != "Date"), answer.data


def behind(home):
    """Serve by Flask alone."""
    app = create_app(home)
    app.wsgi_app = app.extensions["front"].behind
    return app


@pytest.mark.parametrize("accepted", CODINGS)
def test_a_kept_answer_is_the_one_that_flask_gives(app, small_home, version, accepted):
    """Byte for byte and header for header, the first time and the second, for GET, HEAD and who has it already."""
    alone = behind(small_home)
    for path in (path.replace("{v}", version) for path in FIXED):
        expected = asked(alone, path, Accept_Encoding=accepted)
        first, second = (asked(app, path, Accept_Encoding=accepted) for _ in range(2))
        tag = dict(expected[1])["ETag"]
        tags = [tag, f'"x", W/{tag}', "*", tag.replace(":br", "").replace(":gzip", ""), '"other"', "", 'W/"x"']

        if accepted is None or "gzip" not in dict(expected[1]).get("Content-Encoding", ""):
            assert expected == first == second
        else:  # gzip states when it was made
            assert expected[:2] == first[:2] == second[:2]
            assert expected[2][10:] == second[2][10:]
        assert expected[:2] == asked(app, path, "HEAD", Accept_Encoding=accepted)[:2]
        assert b"" == asked(app, path, "HEAD", Accept_Encoding=accepted)[2]
        for known in tags:
            theirs = asked(alone, path, Accept_Encoding=accepted, If_None_Match=known)[:2]
            assert theirs == asked(app, path, Accept_Encoding=accepted, If_None_Match=known)[:2]


def test_the_second_time_flask_is_not_asked(app, version):
    """Nor for the head of it, nor by who has it."""
    seen, flask = [], app.extensions["front"].behind
    app.extensions["front"].behind = lambda environ, start: seen.append(environ["PATH_INFO"]) or flask(environ, start)
    for path in (path.replace("{v}", version) for path in FIXED):
        tag = dict(asked(app, path)[1])["ETag"]
        asked(app, path), asked(app, path, "HEAD"), asked(app, path, If_None_Match=tag)

    assert [path.replace("{v}", version) for path in FIXED] == seen


@pytest.mark.parametrize("path", OTHERS)
def test_only_answers_of_what_is_in_force_are_kept_beside_those(app, version, path):
    """And in full: errors, redirects and what is said of more than one version are made anew each time."""
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        status, headers, _ = asked(app, path.replace("{v}", version), method)
        if method == "GET":
            may_be = status == "200 OK" and dict(headers).get("X-Version") == version
    kept = [*app.extensions["front"].shelf._young]

    assert [] == [key for key in kept if not may_be or key[0] != path]
    assert len(kept) == template_of(path.partition("?")[0]).is_settled * may_be * ("?" not in path)


@pytest.mark.parametrize("path", [MAP, f"{MAP}embed/", f"{MAP}data.csv", f"{MAP}values.json", f"{MAP}parts.html"])
def test_what_is_in_force_is_repeated_until_something_else_is_published(live, path):
    """Byte for byte what Flask says then, also of who has it already; published again, it need not be made again."""
    home, first, app = live
    alone = behind(app.extensions["budgetmap"].settings)
    seen = []
    for publish in (None, lambda: restaged(home, first, 2, with_totals(first, {(0, -1, 0, -1): 7})), home_back(home)):
        if publish:
            publish()
        answers = [asked(app, path) for _ in range(2)]
        known = dict(answers[0][1])["ETag"]
        seen.append(answers[0])

        assert [asked(alone, path)] * 2 == answers
        assert "304 NOT MODIFIED" == asked(app, path, If_None_Match=known)[0]
    assert seen[0][2] != seen[1][2]
    assert seen[0][2].count(first.id.encode()) == seen[2][2].count(first.id.encode())


def test_what_was_made_while_something_was_published_is_not_kept(live):
    """Nobody can say any more of what it was made."""
    home, first, app = live
    front, flask = app.extensions["front"], app.extensions["front"].behind

    def publishing(environ, start):
        answer = flask(environ, start)
        restaged(home, first, 2)
        return answer

    front.behind = publishing
    asked(app, MAP)

    assert 0 == len(front.shelf)


def test_what_is_damaged_is_not_repeated_either(live):
    """A page that was made of it when it was whole: whoever asks now is told."""
    home, first, app = live
    app.extensions["budgetmap"].guard.look_s = 0.0
    before = asked(app, MAP)[0]
    (home.folder / "versions" / first.id / "axes.json").write_bytes(b"{}")

    assert ("200 OK", "503 SERVICE UNAVAILABLE") == (before, asked(app, MAP)[0])


def test_a_query_a_half_and_a_head_are_not_kept(app, version):
    """Nor what is too large for a generation of the shelf."""
    path = FIXED[0].replace("{v}", version)
    asked(app, f"{path}?x=1"), asked(app, path, "HEAD"), asked(app, path, If_None_Match="*")
    kept = len(app.extensions["front"].shelf)
    small = create_app(replace(app.extensions["budgetmap"].settings, cache_mb=1))
    small.extensions["front"].shelf.most_bytes = 3000
    asked(small, path)

    assert (0, 0) == (kept, len(small.extensions["front"].shelf))


def test_each_host_reads_its_own_name(app, version):
    """An embed code names the host that was asked; nobody can put another name into somebody's page."""
    path = f"/v/{version}/en/zz/region/executed/2024/"
    shown = {}
    for host in ("localhost:1111", "127.0.0.1", "localhost:1111", "127.0.0.1"):
        answer = app.test_client().get(path, headers={"Host": host})
        shown.setdefault(host, []).append(page(answer).texts["textarea"])
    refused = app.test_client().get(path, headers={"Host": "evil.example"})

    assert 400 == refused.status_code
    for host, codes in shown.items():
        assert codes[0] == codes[1]
        assert any(f"http://{host}/" in code for code in codes[0])


def test_a_prefix_and_a_scheme_are_part_of_the_address(app, version):
    """Behind a proxy that hands them over."""
    path = f"/v/{version}/en/zz/region/executed/2024/"
    plain = app.test_client().get(path).data
    moved = app.test_client().get(path, base_url="https://localhost/budget/").data

    assert b"https://localhost/budget/" in moved
    assert b"https://localhost/budget/" not in plain
    assert plain == app.test_client().get(path).data


def ready(size):
    """Return an answer with a body of so many bytes."""
    return Ready("200 OK", [], b"x" * size)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9000)), max_size=120))
def test_a_shelf_never_holds_more_than_it_may(asked_for):
    """Whatever is put on it; what it gives is what was put last under the key."""
    shelf, last = Shelf(40_000), {}
    for key, size in asked_for:
        shelf.put(key, ready(size))
        last[key] = size
        found = {one: shelf.get(one) for one in last}

        assert shelf.bytes <= 40_000
        assert all(len(answer.body) == last[one] for one, answer in found.items() if answer is not None)


def test_what_is_asked_for_stays_on_the_shelf():
    """While others come and go."""
    shelf = Shelf(40_000)
    shelf.put("kept", ready(1000))
    for number in range(100):
        shelf.put(number, ready(1000))
        assert shelf.get("kept") is not None

    assert shelf.get(0) is None
    assert shelf.get(99) is not None
