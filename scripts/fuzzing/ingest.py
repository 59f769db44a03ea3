"""Live ingest as a whole: whatever a sender with a token sends, the answer is meant, and the version stays whole."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from geo.core.settings import Settings
from geo.live import Feed
from geo.live.http import Application
from geo.live.tokens import Tokens
from scripts.fuzzing.spoiling import spoilt, spoilt_words

MEANT = {200, 400, 401, 404, 405, 409, 413, 415, 422, 429, 503}
LINE = {"id": "r1", "revision": 1, "body": "10-budget", "period": "2024-06", "function": "01", "executed": "7.00"}
# None is right as it is, so that few of the spoilt ones are taken: a publication each would be dear.
BODIES = (
    json.dumps({"records": [{**LINE, "body": "nobody"}, {**LINE, "id": "r2", "unit": "20"}]}).encode(),
    json.dumps({"records": [{**LINE, "executed": "7,00"}, {**LINE, "id": "r1", "withdrawn": True}]}).encode(),
    b"id,revision,body,period,function,executed\nr1,1,nobody,2024-06,01,7.00\nr2,0,10-budget,2024-06,77,-\n",
)
WORDS = {
    "REQUEST_METHOD": "DELETE",
    "PATH_INFO": "/ingest/b1",
    "QUERY_STRING": "a=1",
    "CONTENT_TYPE": "application/json; charset=utf-8",
    "CONTENT_LENGTH": "100",
    "HTTP_CONTENT_ENCODING": "gzip",
    "HTTP_CONTENT_DIGEST": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
    "HTTP_IF_MATCH": '"0123456789abcdef"',
    "HTTP_BATCH_ID": "b-1",
    "HTTP_NOTE": "why",
}


class Sender:
    """Who sends bodies to a copy of a country, as a server would hand them over."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        """Copy what is published into the folder, and make a token for it."""
        copied = replace(settings, home=folder / "home", data=folder / "data")
        shutil.copytree(settings.home, copied.home)
        shutil.copytree(settings.data, copied.data)
        tokens = Tokens(copied.home)
        _, self._secret = tokens.new("feed", settings.country, "2025-01-01T00:00:00Z")
        self._copied, self._tokens, self._sent = copied, tokens, 0
        self._feed = Feed(copied, settings.country)

    def send(self, given: tuple[bytes, bool, dict[str, str]]) -> None:
        """Send one body whose digest is right, and some of its head spoilt.

        Raises AssertionError where the answer is not one that is meant.
        """
        content, is_csv, head = given
        self._sent += 1
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/ingest",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "text/csv" if is_csv else "application/json",
            "CONTENT_LENGTH": str(len(content)),
            "HTTP_AUTHORIZATION": f"Bearer {self._secret}",
            "HTTP_BATCH_ID": f"b{self._sent}",
            "HTTP_IF_MATCH": "*",
            "HTTP_CONTENT_DIGEST": f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:",
            "wsgi.input": io.BytesIO(content),
            **{name: word.encode("utf-8", "surrogateescape").decode("latin-1") for name, word in head.items()},
        }
        said: list[str] = []
        # An application of its own for each: who sends fast is not what is looked for.
        app = Application(self._feed, self._tokens)
        body = json.loads(b"".join(app(environ, lambda status, _: said.append(status))))
        assert int(said[0][:3]) in MEANT, said[0]
        assert body.get("current") or said[0].startswith("401"), body


def ingest(settings: Settings, folder: Path) -> dict[str, tuple[st.SearchStrategy[Any], Any]]:
    """Return name → (inputs, law) of what is sent, to a copy of a published country in a folder."""
    inputs = st.tuples(spoilt(BODIES), st.booleans(), _heads())
    return {"ingest": (inputs, Sender(settings, folder).send)}


def _heads() -> st.SearchStrategy[dict[str, str]]:
    """Return heads of which one word is spoilt, half of the time none: then the body is read."""
    one = st.sampled_from(sorted(WORDS)).flatmap(lambda name: st.tuples(st.just(name), spoilt_words([WORDS[name]])))
    return st.lists(one, max_size=1).map(dict)
