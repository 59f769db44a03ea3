"""Laws about the door of live ingest: who has no token learns nothing, and nothing that is not whole is read."""

import base64
import hashlib
import io
import shutil

import pytest

from geo.live import Feed
from tests.live.conftest import AT, Sender, executed, made_settings

WHOLE = (
    b'{"records":[{"id":"r1","revision":1,"body":"10-budget","period":"2024-06","function":"01","executed":"7.00"}]}'
)


@pytest.fixture(scope="module")
def feed(zz_home, tmp_path_factory):
    """The feed of a copy of the small country, into which nothing of what follows comes."""
    folder = tmp_path_factory.mktemp("door") / "zz"
    shutil.copytree(zz_home.home.parent, folder)
    settings = made_settings(folder)
    return settings, Feed(settings, "zz")


@pytest.fixture
def sender(feed):
    """Who has a token of their own, at a door that has heard nobody yet."""
    return Sender(*feed)


WRONG = (
    "",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    "bearer x",
    "Bearer bm_00000000_x",
    "Bearer ' OR 1=1 --",
    "Bearer " + "x" * 9000,
)


@pytest.mark.parametrize("given", WRONG)
def test_without_a_token_nothing_is_told(sender, given):
    """Not even which version is in force; the body is not read."""
    before = executed(sender.settings)
    status, headers, answer = sender.post(WHOLE, authorization=given)

    assert (401, "Bearer") == (status, headers["WWW-Authenticate"])
    assert "current" not in answer
    assert before == executed(sender.settings)


def test_a_revoked_token_opens_nothing(sender):
    """From the next request on."""
    sender.tokens.revoke(sender.token.id, AT)

    assert 401 == sender.post(WHOLE)[0]


def test_a_token_of_another_country_opens_nothing_here(sender):
    """Its sender is told which country is served."""
    _, secret = sender.tokens.new("other", "kz", AT)

    assert 403 == sender.post(WHOLE, authorization=f"Bearer {secret}")[0]


def test_who_guesses_is_made_to_wait(sender):
    """After twenty wrong ones from one address; who has the token goes on."""
    statuses = [sender.post(WHOLE, authorization=f"Bearer bm_{number:08x}_guess")[0] for number in range(30)]

    assert [401] * 20 == statuses[:20]
    assert 429 == statuses[-1]
    assert sender.send("GET", "/nope")[0] == 404


def test_a_token_is_kept_as_a_salted_hash(sender):
    """Who reads the file cannot send, and who reads any answer neither."""
    files = [path for path in sender.settings.home.rglob("*") if path.is_file()]
    secret = sender.secret.encode()

    assert [] == [path for path in files if secret in path.read_bytes()]
    assert secret not in repr(sender.post(b"{}")).encode()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_encoding": "gzip"}, 415),
        ({"content_encoding": "br"}, 415),
        ({"content_encoding": "gzip, gzip"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"content_type": "text/html"}, 415),
        ({"content_type": None}, 415),
        ({"content_digest": None}, 400),
        ({"content_digest": "md5=:AAAA:"}, 400),
        ({"content_digest": "sha-256=:" + "A" * 43 + "=:"}, 400),
        ({"content_length": "9" * 5000}, 413),
        ({"content_length": "8000001"}, 413),
        ({"content_length": str(len(WHOLE) + 1)}, 400),
        ({"if_match": None}, 400),
        ({"if_match": '"0000000000000000"'}, 409),
        ({"batch_id": "../../x"}, 400),
        ({"batch_id": "a" * 300}, 400),
    ],
)
def test_what_is_not_whole_or_not_asked_for_is_refused(sender, headers, status):
    """Packed bodies, other forms, cut and changed ones, ids that are paths: nothing of them is kept."""
    before = executed(sender.settings)
    given = {name.replace("_", "-"): value for name, value in headers.items()}

    assert status == sender.post(WHOLE, **given)[0]
    assert before == executed(sender.settings)


@pytest.mark.parametrize("cut", [0, 1, 40, len(WHOLE) - 1])
def test_a_body_that_was_cut_is_refused_wherever_it_was(sender, cut):
    """Its digest is that of the whole one."""
    whole = sender.post(WHOLE[:cut], **{"content-digest": "sha-256=:" + _digest(WHOLE) + ":"})

    assert 400 == whole[0]


HUGE = {
    "a million records of nothing": b'{"records":[' + b",".join([b"{}"] * 1_000_000) + b"]}",
    "a million numbers": b'{"records":[' + b",".join([b"1"] * 1_000_000) + b"]}",
    "a million rows": b"id,revision,body,period,function,executed\n" + b"1,,,,,\n" * 1_000_000,
}


@pytest.mark.parametrize("what", HUGE)
def test_too_many_records_are_counted_and_not_judged(sender, what):
    """One fault that says how many there are, not two million faults that keep others waiting."""
    kind = "text/csv" if "rows" in what else "application/json"
    status, _, answer = sender.post(HUGE[what], kind=kind)

    assert (422, [("E-LIVE-09", "1000000")]) == (status, [(row["code"], row["value"]) for row in answer["faults"]])


UNCLEAR = {
    b'{"records":[{"id":"a","id":"b"}]}': ("E-LIVE-10", "id"),
    b'{"records": [{"id": x}]}': ("E-LIVE-06", "1:21 x}]}"),
    b"[" * 100_000: ("E-LIVE-06", "[" * 40 + "…"),
    b"\xef\xbb\xbf\n\xff": ("E-CSV-07", "1"),
}


@pytest.mark.parametrize("content", UNCLEAR, ids=range(len(UNCLEAR)))
def test_what_cannot_be_read_is_told_with_its_place(sender, content):
    """In words of ours, not of the parser; nothing is stored."""
    status, _, answer = sender.post(content)
    [fault] = answer["faults"]

    assert (422, *UNCLEAR[content]) == (status, fault["code"], fault["value"])


def test_a_mark_of_byte_order_is_none_of_the_content(sender):
    """Programs of Windows put one before what they write, as CSV and as JSON."""
    whole = sender.post(b"\xef\xbb\xbf" + WHOLE.replace(b"01", b"99"))

    assert ["E-JOIN-06"] == [fault["code"] for fault in whole[2]["faults"]]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [("GET", "/ingest", "POST"), ("PUT", "/ingest/b1", "DELETE"), ("GET", "/ingest/b1", "DELETE")],
)
def test_another_method_is_told_the_one_there_is(sender, method, path, allow):
    """405 with Allow; a place that is none is 404, and one with a query is none."""
    status, headers, _ = sender.send(method, path)

    assert (405, allow) == (status, headers["Allow"])
    assert 404 == sender.send("POST", "/ingest?x=1")[0]
    assert 404 == sender.send("DELETE", "/ingest/../x")[0]


def test_who_sends_too_much_hears_so(sender):
    """What still comes is read on, within bounds, since nobody hears an answer while sending; it is kept nowhere."""
    stream = io.BytesIO(b" " * 9_000_000)
    environ = sender.environ("POST", "/ingest", **{**sender.headers_of(b""), "content-length": "9000000"})
    said = []
    sender.app({**environ, "wsgi.input": stream}, lambda *answer: said.append(answer))

    assert "413 Content Too Large" == said[0][0]
    assert 9_000_000 == stream.tell()


def _digest(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
