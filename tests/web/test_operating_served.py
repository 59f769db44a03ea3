"""Laws of the service as it runs: it stops by degrees, outlives a killed process, answers slow and many readers."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

from tests.test_cli import COMMAND, environment, free_port

TOKEN = "canary-9c44e0b7d1f2"
MAP = "/en/zz/region/executed/2024/"
SLOW_SOCKETS = 200


@contextmanager
def serving(home, *, workers=1, **given):
    """Start `budgetmap serve` over a home; yields (port, process)."""
    port = free_port()
    words = ["--home", str(home), "serve", "--port", str(port), "--workers", str(workers)]
    asked = {"BUDGETMAP_COUNTRY": "zz", "BUDGETMAP_METRICS_TOKEN": TOKEN, **given}
    process = subprocess.Popen(
        [*COMMAND, *words], env=environment(**asked), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        until(lambda: _status(port, "/readyz") == 200, process)
        yield port, process
    finally:
        for pid in [*children(process), process.pid] if process.poll() is None else ():
            os.kill(pid, signal.SIGKILL)  # those that slow readers keep would be waited for
        process.communicate(timeout=20)


def until(is_so, process=None):
    """Wait until something is so."""
    deadline = time.monotonic() + 30
    while not is_so():
        assert process is None or process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _asked(port, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Accept": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def _status(port, path):
    try:
        return _asked(port, path)[0]
    except (OSError, http.client.HTTPException):
        return 0


def metric(port, name):
    """Return the value of a metric of all processes together; -1 from one that is being killed."""
    try:
        text = _asked(port, "/metrics", Authorization=f"Bearer {TOKEN}")[2].decode()
    except (OSError, http.client.HTTPException):
        return -1
    return float(re.search(rf"^budgetmap_{name} (\S+)$", text, re.MULTILINE)[1])


def children(process):
    """Return the processes that serve."""
    found = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False).stdout
    return [int(pid) for pid in found.split()]


def test_a_word_to_stop_is_said_before_it_is_done(small_home):
    """On SIGTERM /readyz says 503 while pages are answered still; then everything ends, with 0."""
    with serving(small_home.home, BUDGETMAP_DRAIN_SECONDS="2", BUDGETMAP_LOG="requests") as (port, process):
        process.send_signal(signal.SIGTERM)
        until(lambda: _status(port, "/readyz") == 503)
        page = _status(port, MAP)
        code = process.wait(20)
        lines = [json.loads(line) for line in process.stderr.read().splitlines()]

    assert (200, 0) == (page, code)
    assert {"answer"} == {line["kind"] for line in lines}
    assert 0 == _status(port, "/healthz")


def test_a_killed_process_costs_what_it_was_answering_and_comes_back(small_home):
    """Under load one of two is killed: readers of the other notice nothing, and what was counted stays counted."""
    failures, answered, is_over = [], [], threading.Event()

    def reader(port):
        while not is_over.is_set():
            (answered if (status := _status(port, MAP)) == 200 else failures).append(status)

    with serving(small_home.home, workers=2) as (port, process):
        readers = [threading.Thread(target=reader, args=(port,)) for _ in range(4)]
        for one in readers:
            one.start()
        until(lambda: len(answered) > 40, process)
        os.kill(children(process)[-1], signal.SIGKILL)
        until(lambda: metric(port, "processes_ended_total") == 1 and metric(port, "processes") == 2, process)
        before, failed_by_now = len(answered), len(failures)
        until(lambda: len(answered) > before + 40, process)
        is_over.set()
        for one in readers:
            one.join(20)
        counted = _asked(port, "/metrics", Authorization=f"Bearer {TOKEN}")[2].decode()

    # What each was being answered, and what was asked at once again while the kernel still took it for who was dying.
    assert failed_by_now == len(failures) <= 2 * len(readers)
    told = int(re.search(r'requests_total\{route="/\{lang\}/\{view\}/",status="200"\} (\d+)', counted)[1])
    assert len(answered) <= told <= len(answered) + len(readers)


def test_slow_sockets_shut_out_nobody(small_home):
    """Two hundred that never finish their request are held beside the others, and probes are answered."""
    with serving(small_home.home) as (port, _):
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(SLOW_SOCKETS)]
        for one in slow:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: loc")
        seen = {_status(port, path) for path in ("/healthz", "/readyz", MAP, "/api/current")}
        for one in slow:
            one.close()

    assert {200} == seen


def test_slow_bodies_shut_out_nobody(small_home):
    """Nor those that promise a form and send a letter of it."""
    with serving(small_home.home) as (port, _):
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(SLOW_SOCKETS)]
        for one in slow:
            one.sendall(b"POST /en/zz/nearest/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\na")
        seen = {_status(port, path) for path in ("/healthz", "/readyz", MAP, "/api/current")}
        for one in slow:
            one.close()

    assert {200} == seen


@pytest.mark.parametrize("production", [{"BUDGETMAP_PRODUCTION": "1"}, {"BUDGETMAP_BASE_URL": "https://map.example/"}])
def test_a_server_of_the_public_does_not_start_as_if_to_try_out(small_home, production):
    """Everything that is in the way is named at once; no secret is."""
    given = {"BUDGETMAP_METRICS_TOKEN": "canary-changeme", "FLASK_DEBUG": "1", **production}
    words = ["--json", "--home", str(small_home.home), "serve", "--port", str(free_port())]
    done = subprocess.run([*COMMAND, *words], env=environment(**given), capture_output=True, text=True, check=False)
    error = json.loads(done.stdout)["error"]

    assert (2, "E-CFG-06") == (done.returncode, error["code"])
    assert {"E-CFG-07", "E-CFG-08"} <= {fault["code"] for fault in error["faults"]}
    assert "canary" not in done.stdout + done.stderr
