"""A feed of the small country, with a token and batches made in code."""

import base64
import hashlib
import io
import json
import shutil

import pytest

from geo.core.settings import Settings
from geo.live import Batch, Feed
from geo.live.http import Application
from geo.live.tokens import Tokens
from geo.versions import Home
from tests.conftest import made_zz, published

AT = "2025-02-03T10:00:00Z"
LINE = {"body": "10-budget", "period": "2024-06", "function": "01"}


@pytest.fixture(scope="session")
def zz_home(once):
    """Publish zz once; nobody writes there."""

    def make(folder):
        published(made_zz(folder).settings, "zz")

    return once("live-zz", make)


@pytest.fixture
def zz(zz_home, tmp_path):
    """Return the settings of a copy of the published country that a test may change."""
    shutil.copytree(zz_home, tmp_path / "zz")
    return made_settings(tmp_path / "zz")


def made_settings(folder):
    """Return the settings of a copied country."""
    return Settings(home=folder / "home", data=folder / "data", country="zz")


@pytest.fixture
def feed(zz):
    """Return the feed of the country."""
    return Feed(zz, "zz")


def record(name="r1", revision=1, **fields):
    """Return a record of the line that tests change most."""
    return {"id": name, "revision": revision, **LINE, "executed": "7.00", **fields}


def batch(name, *records, base=None, source="treasury"):
    """Return a batch of records."""
    return Batch(name, source, json.dumps({"records": records}).encode(), False, base, AT)


def executed(settings, unit="10", period="2024-06", function="01"):
    """Return what readers see as executed in a unit, in minor units."""
    home = Home(settings.home)
    version = home.version(home.current_id("zz"))
    level = version.level("2020-01-01", "region")
    at = [level.numbers[unit], version.periods.index(period), version.functions.index(function)]
    return int(level.totals[(*at, version.phases.index("executed"))])


class Sender:
    """Sends requests to the application as a server would hand them over."""

    def __init__(self, settings, feed):
        """Make a token and the application."""
        self.settings, self.tokens = settings, Tokens(settings.home)
        self.token, self.secret = self.tokens.new("treasury", "zz", AT)
        self.app = Application(feed, self.tokens)

    def post(self, content, batch_id="b1", kind="application/json", **headers):
        """Return (status, headers, answer) of a batch."""
        return self.send("POST", "/ingest", content, **{**self.headers_of(content, batch_id, kind), **headers})

    def headers_of(self, content, batch_id="b1", kind="application/json"):
        """Return the headers that a batch needs."""
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        given = {"batch-id": batch_id, "content-type": kind, "content-digest": f"sha-256=:{digest}:", "if-match": "*"}
        return {**given, "content-length": str(len(content))}

    def send(self, method, path, content=b"", **headers):
        """Return (status, headers, answer) of any request; a header of None is left out."""
        environ = self.environ(method, path, **{"content-length": str(len(content)), **headers})
        said = []
        body = b"".join(self.app({**environ, "wsgi.input": io.BytesIO(content)}, lambda *answer: said.append(answer)))
        return int(said[0][0][:3]), dict(said[0][1]), json.loads(body)

    def environ(self, method, path, **headers):
        """Return a request as a server hands it over, with the token of the sender; its body is another's business."""
        place, _, query = path.partition("?")
        environ = {"REQUEST_METHOD": method, "PATH_INFO": place, "QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"authorization": f"Bearer {self.secret}", **given}.items():
            key = name.upper().replace("-", "_")
            if value is not None:
                environ[key if key in {"CONTENT_LENGTH", "CONTENT_TYPE"} else f"HTTP_{key}"] = value
        return environ


@pytest.fixture
def sender(zz, feed):
    """Return who sends, with a token for the country."""
    return Sender(zz, feed)
