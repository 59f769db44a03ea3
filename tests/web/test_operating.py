"""Laws of running the service: what is counted, written down, limited, refused."""

import json
import logging
import re
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.settings import Settings
from geo.web import create_app
from geo.web.operating import logs
from geo.web.operating.clients import MOST_NETWORKS, Buckets, network_of
from geo.web.operating.counted import BUCKETS_MS, Counts
from geo.web.operating.gate import Lane, Size
from geo.web.operating.gated import LONG_ANSWERS, SIZES, Gated
from geo.web.operating.metrics import exposition
from geo.web.operating.operated import LONGEST_ADDRESS
from geo.web.operating.templates import OTHER, PLACES, TEMPLATES, template_of
from tests.web.asking import LANGUAGES
from tests.web.route_map import ERRORS, EVERY

MAP = "/en/zz/region/executed/2024/"
TOKEN = "canary-5d1b7e09c2"
SERIES = re.compile(r"^(budgetmap_\w+(?:\{[^}]*\})?) [0-9.e+-]+$")


@pytest.fixture
def app(small_home):
    """A service of its own that counts from nothing and may be asked for its metrics."""
    return create_app(replace(small_home, metrics_token=TOKEN, log="requests"))


@pytest.fixture
def written(app):
    """Collect the lines that the service writes."""
    lines = []
    app.extensions["operation"].lines._write = lines.append
    return lines


def scraped(client, **headers):
    """Return what Prometheus is given."""
    return client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", **headers})


def series(text):
    """Return the names of all series with their labels."""
    return {found[1] for line in text.splitlines() if (found := SERIES.match(line))}


# ---- templates


def test_every_address_of_the_site_has_a_template():
    """What no route answers is `other`; whoever adds a route gives it a template."""
    named = {path: template_of(path.replace("{v}", "0" * 16).partition("?")[0]).name for path in EVERY}

    assert {"/nope", "/api/nope"} == {path for path, name in named.items() if name == OTHER}


@given(path=st.text(max_size=200))
def test_every_path_has_one_of_the_known_templates(path):
    """Whatever stands in it."""
    assert template_of(f"/{path}").name in PLACES


# ---- metrics


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], f"{TOKEN}x", "Bearer", "é"])
def test_metrics_are_not_public(app, small, token):
    """Without the token, and where none is set, there is no such page."""
    headers = {"Authorization": f"Bearer {token}".encode("latin-1").decode("latin-1")} if token else {}

    assert 404 == app.test_client().get("/metrics", headers=headers).status_code
    assert 404 == small.get("/metrics", headers=headers).status_code


def test_metrics_tell_versions_age_and_disk(app):
    """Of each country, in the text format of Prometheus; every line is a comment or a sample."""
    answer = scraped(app.test_client())
    lines = answer.get_data(as_text=True).splitlines()
    names = {line.partition("{")[0].partition(" ")[0] for line in lines if not line.startswith("#")}

    assert ("text/plain; version=0.0.4", "no-store") == (answer.content_type, answer.headers["Cache-Control"])
    assert [] == [line for line in lines if not line.startswith("# ") and not SERIES.match(line)]
    assert names >= {
        f"budgetmap_{name}"
        for name in ("data_age_seconds", "publication_age_seconds", "version_sequence", "disk_free_bytes", "processes")
    }
    assert 'budgetmap_ready{country="zz"} 1' in lines
    assert 'budgetmap_version_sequence{country="zz"} 2' in lines


def test_age_of_data_begins_where_the_last_month_ends(app):
    """A year of figures is as old as the time since its end."""
    site = app.extensions["budgetmap"]
    text = exposition(site, Counts(None).sums(), datetime(2025, 1, 3, tzinfo=UTC))

    assert f'budgetmap_data_age_seconds{{country="zz"}} {2 * 86400}' in text.splitlines()


def test_random_paths_add_no_series(app):
    """Ten thousand of them, each asked for once: labels are of a fixed list."""
    client, operated = app.test_client(), app.wsgi_app
    for path in (*ERRORS, "/", MAP):
        client.get(path.replace("{v}", "0" * 16)).close()
    scraped(client)
    before = series(scraped(client).get_data(as_text=True))
    operated.behind = lambda environ, start: start("404 NOT FOUND", []) or [b""]
    for number in range(10_000):
        environ = {"PATH_INFO": f'/{number:x}/\u0441\x00{{}}"\n{number}', "QUERY_STRING": "", "REQUEST_METHOD": "GET"}
        operated(environ, lambda *words: None)
    operated.behind = app.extensions["front"]

    after = scraped(client).get_data(as_text=True)

    assert before == series(after)
    assert 10_000 <= int(re.search(r'route="other",status="404"\} (\d+)', after)[1])


def test_counts_of_a_process_that_has_ended_stay_in_the_sums(tmp_path):
    """So that no counter ever falls; what stands now is told of the living alone."""
    first, second = Counts(tmp_path), Counts(tmp_path)
    for counts in (first, second):
        counts.request("/", 303, 0.004, 100)
        counts.gauge("in_flight", 3)
    both = second.sums()
    first.close()
    left = second.sums()
    second.close()

    assert (2, 0, 6) == (both.alive, both.ended, both.gauge("in_flight"))
    assert (1, 1, 3) == (left.alive, left.ended, left.gauge("in_flight"))
    assert [("/", {"303": 2}, 2, 8000, 200)] == [(n, s, sum(b), us, size) for n, s, b, us, size in left.requests()]


@given(seconds=st.floats(0, 100), name=st.sampled_from([row.name for row in TEMPLATES]), status=st.integers(100, 599))
def test_every_answer_is_counted_once(seconds, name, status):
    """In one bucket and under one status, whatever these are."""
    counts = Counts(None)
    counts.request(name, status, seconds, 7)
    ((told, statuses, buckets, _, length),) = counts.sums().requests()
    bounds = [0, *BUCKETS_MS, float("inf")]

    assert (name, 1, 1, 7) == (told, sum(statuses.values()), sum(buckets), length)
    assert bounds[buckets.index(1)] <= seconds * 1000 <= bounds[buckets.index(1) + 1]


# ---- lines


def test_a_line_says_what_was_answered_and_nothing_of_who_asked(app, written):
    """One an answer: template, status, time, bytes, version, id; no path, query, address or agent."""
    sent = {"User-Agent": "canary-agent", "X-Forwarded-For": "203.0.113.77", "Referer": "http://canary.example/"}
    client = app.test_client()
    client.get(MAP, headers=sent, environ_base={"REMOTE_ADDR": "198.51.100.9"})
    client.get("/en/zz/search/?q=canary-query", headers=sent)
    client.get("/canary-path/x", headers=sent)
    lines = [json.loads(line) for line in written]
    found = {(line["route"], line["status"]) for line in lines}

    assert {("/{lang}/{view}/", 200), ("/{lang}/{country}/search/", 200), (OTHER, 404)} == found
    assert {"at", "kind", "process", "id", "method", "route", "status", "ms", "bytes", "version"} == set(lines[0])
    assert app.extensions["budgetmap"].current("zz").id == lines[0]["version"]
    assert 3 == len({line["id"] for line in lines})
    assert not re.search(rb"canary|203\.0\.113|198\.51\.100", b"".join(written))


def test_a_trouble_is_one_line_without_its_words(app, written):
    """The reader is told an id; the line has it too, with the frames, and nothing of what was sent."""
    lines = app.extensions["operation"].lines
    handler = logs.Handler(lines)
    logging.getLogger("geo.web").addHandler(handler)
    app.view_functions["pages.root"] = lambda: int("canary-sent by a reader")
    try:
        answer = app.test_client().get("/")
    finally:
        logging.getLogger("geo.web").removeHandler(handler)
    told = [json.loads(line) for line in written]

    assert (500, ["trouble", "answer"]) == (answer.status_code, [line["kind"] for line in told])
    assert {answer.headers["X-Request-Id"]} == {line["id"] for line in told}
    assert "ValueError" == told[0]["exception"]
    assert b"canary" not in b"".join(written) + answer.data


def test_a_secret_stands_in_no_line():
    """Even where the program would write it."""
    out = []
    lines = logs.Lines(Settings(metrics_token=TOKEN), out.append)
    lines.line("trouble", {"said": f"cannot use {TOKEN}"})

    assert TOKEN.encode() not in out[0]
    assert "cannot use •••" == json.loads(out[0])["said"]


@pytest.mark.parametrize(("level", "expected"), [("none", []), ("errors", [503]), ("requests", [200, 404, 503])])
def test_as_much_is_written_as_is_asked_for(level, expected):
    """All answers, those that failed, or nothing."""
    out = []
    for status in (200, 404, 503):
        logs.Lines(Settings(log=level), out.append).answer(status=status)

    assert expected == [json.loads(line)["status"] for line in out]


# ---- clients


def test_a_client_is_given_so_many_dear_answers_a_minute():
    """Half a minute's at once, then one as the time goes; another network has its own."""
    now = [0.0]
    buckets = Buckets(60, lambda: now[0])
    first = [buckets.wait("a", 1) for _ in range(31)]
    now[0] = 1.0

    assert [0] * 30 + [1] == first
    assert (0, 1, 0) == (buckets.wait("a", 1), buckets.wait("a", 1), buckets.wait("b", 1))


def test_buckets_are_bounded():
    """However many networks there are, real or invented."""
    buckets = Buckets(60)
    for number in range(MOST_NETWORKS + 500):
        buckets.wait(f"{number}", 1)

    assert MOST_NETWORKS == len(buckets)


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "expected"),
    [
        (0, "127.0.0.1", "203.0.113.7", ""),
        (0, "203.0.113.77", "198.51.100.1", "203.0.113.0/24"),
        (0, "2001:db8:1:2::3", "", "2001:db8:1::/48"),
        (0, "::ffff:203.0.113.9", "", "203.0.113.0/24"),
        (1, "127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.0/24"),
        (2, "127.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.0/24"),
        (1, "127.0.0.1", "<script>", "unknown"),
        (1, "203.0.113.77", "", "203.0.113.0/24"),
        (0, "", "", ""),
    ],
)
def test_only_our_own_proxies_are_believed(proxies, remote, forwarded, expected):
    """What a reader writes into X-Forwarded-For stands left of what they add."""
    assert expected == network_of({"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}, proxies)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_asks_for_too_much_is_told_when_to_come_back(small_home, lang):
    """429 in the reader's language, for dear answers alone; pages are given as before."""
    app = create_app(replace(small_home, dear_per_minute=4))
    client, asks = app.test_client(), {"environ_base": {"REMOTE_ADDR": "203.0.113.5"}}
    path = f"/{lang}/zz/search/?q=a"
    answers = [client.get(path, headers={"Accept": "application/json"}, **asks) for _ in range(3)]
    shown = client.get(path, headers={"Accept": "text/html"}, **asks)

    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert "E-BUSY-02" == answers[2].json["code"]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 15
    assert (429, True) == (shown.status_code, f'lang="{lang}"' in shown.get_data(as_text=True))
    assert 200 == client.get(f"/{lang}/zz/region/executed/2024/", **asks).status_code
    assert 200 == client.get(path, environ_base={"REMOTE_ADDR": "198.51.100.5"}).status_code


# ---- overload


def test_a_lane_lets_in_some_lets_some_wait_and_refuses_the_rest():
    """At once: nobody who is refused has waited; whoever waits is let in when another leaves."""
    lane = Lane(Size(at_once=1, waiting=1))
    lane.enter()
    waited = []
    waiter = threading.Thread(target=lambda: waited.append(lane.enter()))
    waiter.start()
    while not lane.waiting:
        pass
    refused = lane.enter()
    lane.leave(0.01)
    waiter.join(5)

    assert ([0], 1.0) == (waited, refused)
    assert (1, 0) == (lane.inside, lane.waiting)


def test_a_wait_that_would_be_long_is_refused_at_once():
    """Told by what the last answers took."""
    lane = Lane(Size(at_once=1, waiting=100))
    for _ in range(50):
        lane.enter()
        lane.leave(30)
    lane.enter()

    assert 20 < lane.enter()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_overload_is_said_and_light_answers_go_on(small_home, lang):
    """503 with Retry-After, as page and as JSON, while probes, tiles and styles are answered."""
    app = create_app(small_home)
    gated = app.extensions["operation"]._gated
    for cost, size in SIZES.items():
        lane = gated.lanes[cost]
        lane.inside, lane.waiting = size.at_once, size.waiting
    client, path = app.test_client(), f"/{lang}/zz/region/executed/2024/"
    plain = client.get(path, headers={"Accept": "application/json"})
    shown = client.get(path, headers={"Accept": "text/html"})
    light = [client.get(at).status_code for at in ("/healthz", "/readyz", "/api/current", "/static/nope")]
    counted = {name: statuses for name, statuses, *_ in app.extensions["operation"].counts.sums().requests()}

    assert (503, "E-BUSY-01", "no-store") == (plain.status_code, plain.json["code"], plain.headers["Cache-Control"])
    assert (503, True) == (shown.status_code, f'lang="{lang}"' in shown.get_data(as_text=True))
    assert int(plain.headers["Retry-After"]) >= 1
    assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]
    assert [200, 200, 200, 404] == light
    assert {"503": 2} == counted["/{lang}/{view}/"]


class Body:
    """A body of many pieces that tells whether it was closed."""

    def __init__(self, pieces):
        self.pieces, self.is_closed = iter([b"x" * 65536] * pieces), False

    def __iter__(self):
        """Give the pieces."""
        return self.pieces

    def close(self):
        """Remember it."""
        self.is_closed = True


def test_only_so_many_long_answers_are_sent_at_a_time(app):
    """A slow reader holds a thread: beyond the bound 503; room comes back when one is sent or given up."""
    bodies = []

    def behind(environ, start):
        start("200 OK", [])
        bodies.append(Body(40))
        return bodies[-1]

    operation = app.extensions["operation"]
    gated, said = Gated(behind, operation.refusals, operation.counts, Buckets(0), 0), []

    def asked():
        return gated({"PATH_INFO": "/tiles/x", "REQUEST_METHOD": "GET"}, lambda status, *_: said.append(status[:3]))

    held = [asked() for _ in range(LONG_ANSWERS)]
    asked()
    held[0].close()
    whole = sum(map(len, asked()))

    assert ["200"] * LONG_ANSWERS + ["503", "200"] == said
    assert 40 * 65536 == whole
    assert [True, False, True, True] == [bodies[at].is_closed for at in (0, 1, -2, -1)]


@pytest.mark.parametrize("part", ["path", "query"])
def test_an_address_that_is_too_long_is_refused(app, part):
    """414, before anything looks at it."""
    words = "a" * LONGEST_ADDRESS
    answer = app.test_client().get(f"/{words}" if part == "path" else f"/en/zz/search/?q={words}")

    assert (414, "E-URL-15") == (answer.status_code, answer.json["code"])
