"""Laws about those who send: none keeps another waiting, what they did is told, and their tokens are never mixed up."""

import json
import threading

import pytest

from geo.core.errors import DamagedTokens
from tests.live.conftest import AT, record

WHOLE = json.dumps({"records": [record()]}).encode()


class Slow:
    """A body of which nothing comes until it is let."""

    def __init__(self):
        """Begin with nobody reading."""
        self.is_asked, self.may = threading.Event(), threading.Event()

    def read(self, _):
        """Wait, then end."""
        self.is_asked.set()
        self.may.wait(10)
        return b""


def test_who_sends_slowly_keeps_nobody_else_waiting(sender):
    """Five bodies of a sender are read at a time; the sixth is refused at once, another sender's is read."""
    _, other = sender.tokens.new("agency", "zz", AT)
    bodies = [Slow() for _ in range(5)]
    headers = sender.headers_of(WHOLE)
    threads = [
        threading.Thread(
            target=sender.app,
            args=({**sender.environ("POST", "/ingest", **headers), "wsgi.input": body}, lambda *_: None),
        )
        for body in bodies
    ]
    for thread, body in zip(threads, bodies, strict=True):
        thread.start()
        assert body.is_asked.wait(10)
    sixth, others = sender.post(WHOLE)[0], sender.post(b"{", authorization=f"Bearer {other}")[0]
    for body in bodies:
        body.may.set()
    for thread in threads:
        thread.join(10)

    assert (429, 422) == (sixth, others)
    assert 422 == sender.post(b"{")[0]


def test_what_became_of_a_batch_is_told_without_its_content(sender):
    """Sender, batch, status, code; of who has no token nothing is told."""
    told = []
    sender.app._tell = told.append
    sender.post(b"{", batch_id="b7")
    sender.post(b"{", batch_id="<b>\n")
    sender.post(b"{", authorization="Bearer x")
    lines = [{name: value for name, value in line.items() if name != "ms"} for line in told]

    assert [
        {"source": "treasury", "batch": "b7", "status": 422, "code": "E-DATA-01"},
        {"source": "treasury", "batch": "", "status": 400, "code": "E-LIVE-26"},
    ] == lines


def test_tokens_that_cannot_be_read_open_nothing_and_say_why(sender):
    """Neither does a new one take their place; the operator is told which file it is."""
    path = sender.settings.home / "live" / "tokens.json"
    for content in (b"", b"x", b"[]", b'{"tokens":[{}]}', b"[" * 100_000):
        path.write_bytes(content)
        status, _, answer = sender.post(WHOLE)
        with pytest.raises(DamagedTokens):
            sender.tokens.new("agency", "zz", AT)

        assert (503, "E-LIVE-31", content) == (status, answer["code"], path.read_bytes())


def test_of_tokens_that_are_made_at_the_same_time_none_is_lost(sender):
    """Nor does a revoked one come back."""
    threads = [threading.Thread(target=sender.tokens.new, args=(f"s{number}", "zz", AT)) for number in range(12)]
    sender.tokens.revoke(sender.token.id, AT)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    every = sender.tokens.every()

    assert {f"s{number}" for number in range(12)} <= {token.name for token in every}
    assert [AT] == [token.revoked for token in every if token.id == sender.token.id]
