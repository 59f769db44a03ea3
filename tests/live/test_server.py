"""`budgetmap ingest` as an operator runs it: a process that listens once the country is read, and takes a batch."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from http.client import RemoteDisconnected

from geo.core.settings import PREFIX
from geo.live.tokens import Tokens
from geo.versions import Home
from tests.live.conftest import AT, Sender, executed, record
from tests.test_cli import COMMAND, environment, free_port

PATIENCE_S = 120


def asked(port, path, content=None, method="GET", **headers):
    """Return the answer to a request, tried until somebody listens."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", content, headers, method=method)
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return json.load(answer)
        except (urllib.error.URLError, ConnectionError, RemoteDisconnected) as error:
            if isinstance(error, urllib.error.HTTPError) or time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_a_batch_is_taken_as_soon_as_the_process_answers(zz, feed):
    """What it says of its health names the country; the batch is in force, and a line tells what became of it."""
    _, secret = Tokens(zz.home).new("press", "zz", AT)
    content, port = json.dumps({"records": [record()]}).encode(), free_port()
    headers = {**Sender(zz, feed).headers_of(content), "authorization": f"Bearer {secret}"}
    given = {f"{PREFIX}{name}": str(getattr(zz, name.lower())) for name in ("HOME", "DATA", "COUNTRY")}
    command = [*COMMAND, "ingest", "--port", str(port)]
    with subprocess.Popen(command, env=environment(**given), stderr=subprocess.PIPE) as process:
        try:
            health = asked(port, "/healthz")
            said = asked(port, "/ingest", content, "POST", **headers)
            told = json.loads(process.stderr.readline())
        finally:
            process.terminate()

    assert "zz" == health["country"]
    assert ("applied", Home(zz.home).current_id("zz"), 700) == (said["outcome"], said["version"], executed(zz))
    assert ("batch", "press", 200, said["version"]) == tuple(
        told[name] for name in ("kind", "source", "status", "version")
    )
