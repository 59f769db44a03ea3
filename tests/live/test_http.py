"""POST /ingest: who may send, what is refused with which status, and that nothing is stored of it."""

import base64
import hashlib
import json

import pytest

from geo.core.model import LANGUAGES
from tests.live.conftest import executed, record

GOOD = json.dumps({"records": [record()]}).encode()
CSV = b"id,revision,body,period,function,executed,withdrawn\nr1,1,10-budget,2024-06,01,7.00,\n"


def test_a_batch_is_taken_once_however_often_it_is_sent(sender, zz):
    """200 and what was applied; the same again is 200 and changes nothing; other content under the id is 409."""
    status, headers, first = sender.post(GOOD)
    again = sender.post(GOOD)
    other = sender.post(GOOD.replace(b"7.00", b"8.00"))

    assert (200, "applied", 1, 700) == (status, first["outcome"], first["records"], executed(zz))
    assert (200, "already applied", first["version"]) == (again[0], again[2]["outcome"], again[2]["version"])
    assert (409, "E-LIVE-27", first["version"]) == (other[0], other[2]["code"], other[2]["current"])
    assert "no-store" == headers["Cache-Control"]


def test_csv_says_what_json_says(sender, zz):
    """Both forms are read to the same records; a batch is withdrawn by its id."""
    own = executed(zz)
    status, _, said = sender.post(CSV, kind="text/csv; charset=utf-8")
    sent = executed(zz)
    gone, _, answer = sender.send("DELETE", "/ingest/b1", if_match=f'"{said["version"]}"')

    assert (200, 700) == (status, sent)
    assert (200, "applied", own) == (gone, answer["outcome"], executed(zz))


def test_faults_are_those_of_the_importer_in_three_languages(sender, feed):
    """422 names file, row, column, value, code, sentence and remedy of every fault; nothing is stored."""
    records = [record(), record("r2", body="10-bugdet", executed="1,5")]
    status, _, said = sender.post(json.dumps({"records": records}).encode())

    assert (422, "E-DATA-01") == (status, said["code"])
    assert [("b1.json", 2, "body", "E-JOIN-17"), ("b1.json", 2, "executed", "E-CSV-14")] == [
        (fault["file"], fault["row"], fault["column"], fault["code"]) for fault in said["faults"]
    ]
    assert all(set(LANGUAGES) == set(fault["message"]) == set(fault["remedy"]) for fault in said["faults"])
    assert () == feed._ledger.records()


REFUSED = {
    "no token": (401, {"authorization": None}),
    "a wrong token": (401, {"authorization": f"Bearer bm_00000000_{'a' * 43}"}),
    "packed": (415, {"content-encoding": "gzip"}),
    "another form": (415, {"kind": "application/xml"}),
    "no digest": (400, {"content-digest": None}),
    "a wrong digest": (400, {"content-digest": f"sha-256=:{base64.b64encode(hashlib.sha256(b'').digest()).decode()}:"}),
    "cut short": (400, {"content-length": str(len(GOOD) + 9)}),
    "too large": (413, {"content-length": "8000001"}),
    "no batch id": (400, {"batch_id": ""}),
    "a path as batch id": (400, {"batch_id": "../../etc/passwd"}),
    "no base": (400, {"if-match": None}),
    "an old base": (409, {"if-match": '"0123456789abcdef"'}),
}


@pytest.fixture(scope="module")
def shared(zz_home, tmp_path_factory):
    """Return a sender of whom nothing is ever taken."""
    import shutil

    from geo.live import Feed
    from tests.live.conftest import Sender, made_settings

    folder = tmp_path_factory.mktemp("refusing")
    shutil.copytree(zz_home, folder / "zz")
    settings = made_settings(folder / "zz")
    return Sender(settings, Feed(settings, "zz"))


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_whole_and_allowed_is_refused_and_not_stored(shared, why):
    """Each refusal has its status and says what to do in every language; a token is told of in none of them."""
    expected, headers = REFUSED[why]
    status, answered, said = shared.post(GOOD, **headers)

    assert (expected, set(LANGUAGES)) == (status, set(said["detail"]))
    assert "application/problem+json; charset=utf-8" == answered["Content-Type"]
    assert shared.secret not in json.dumps(said)
    assert not (shared.settings.home / "ledger").exists()


BODIES = [
    b"",
    b"{",
    b"[]",
    b'{"records": []}',
    b'{"records": [1]}',
    b'{"records": [{"id": {}}]}',
    b'{"records": [{"id": "a", "id": "b"}]}',
    b'{"records": [{"id": "a", "revision": NaN}]}',
    b"[" * 100_000,
    b"\xff\xfe",
    json.dumps({"records": [record(executed=1e308)]}).encode(),
    json.dumps({"records": [record(executed="9" * 400)]}).encode(),
    json.dumps({"records": [record(id="<img src=x>")]}).encode(),
    json.dumps({"records": [record(withdrawn="perhaps")]}).encode(),
    json.dumps({"records": [record(), record()]}).encode(),
    json.dumps({"records": [record("a"), record("b")]}).encode(),
    json.dumps(
        {"records": [{"id": "a", "revision": 1, "body": "10-budget", "period": "2024-06", "function": "01"}]}
    ).encode(),
]


@pytest.mark.parametrize("content", BODIES, ids=range(len(BODIES)))
def test_content_that_is_none_is_told_with_its_faults(shared, content):
    """422 with at least one fault, never a 500."""
    shared.app._senders._left.clear()
    status, _, said = shared.post(content)

    assert 422 == status
    assert said["faults"]
    assert not (shared.settings.home / "ledger").exists()


def test_a_token_opens_one_country_until_it_is_revoked(shared):
    """403 for another country's, 401 for a revoked one; at rest there is only a salted digest."""
    _, foreign = shared.tokens.new("treasury", "kz", "2025-01-01T00:00:00Z")
    token, secret = shared.tokens.new("agency", "zz", "2025-01-01T00:00:00Z")
    kept = (shared.settings.home / "live" / "tokens.json").read_text()
    other, _, _ = shared.post(b"{", authorization=f"Bearer {foreign}")
    before, _, _ = shared.post(b"{", authorization=f"Bearer {secret}")
    shared.tokens.revoke(token.id, "2025-01-02T00:00:00Z")
    after, _, _ = shared.post(b"{", authorization=f"Bearer {secret}")

    assert (403, 422, 401) == (other, before, after)
    assert secret not in kept
    assert secret.rpartition("_")[2] not in kept
    assert 0o600 == (shared.settings.home / "live" / "tokens.json").stat().st_mode & 0o777


def test_who_guesses_tokens_is_made_to_wait(shared):
    """After twenty wrong ones from an address the answer is 429 with the seconds to wait."""
    answers = [shared.send("POST", "/ingest", authorization="Bearer guess") for _ in range(30)]

    assert 429 == answers[-1][0]
    assert "60" == answers[-1][1]["Retry-After"]
