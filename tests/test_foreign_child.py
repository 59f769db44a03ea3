"""Laws of the child process that opens foreign files: it has limited means, no network, and always answers as data."""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from geo.core.errors import BadData, Fault
from geo.foreign import child
from geo.foreign.limits import Limits


def echo(arguments, scratch):
    """Answer with what was asked and where."""
    return {"arguments": arguments, "scratch": str(scratch), "environment": sorted(os.environ)}


def hog(_, __):
    """Take more memory than there is."""
    return len([bytearray(2**26) for _ in range(1000)])


def spin(_, __):
    """Compute for ever."""
    while True:
        pass


def wait(_, __):
    """Do nothing for ever."""
    threading.Event().wait()


def fail(arguments, _):
    """End with an exception nobody foresaw."""
    raise RuntimeError(arguments)


def abort(_, __):
    """End as a library in C does."""
    os.abort()


def quit_at_once(_, __):
    """End well, without an answer."""
    os._exit(0)


def chatter(_, __):
    """Print where an answer is expected."""
    os.write(1, b"this is no answer")
    print("nor is this")
    return "answer"


def boast(arguments, _):
    """Answer with more than was agreed."""
    return "x" * arguments["length"]


def report(_, __):
    """Find faults."""
    first = Fault("a.csv", 3, "b", "E-CSV-06", "2 ≠ 3", {"found": "x"}, "sheet 1")
    raise BadData([first, Fault("a.csv", 2, "", "E-X")])


def call(arguments, _):
    """Reach for the network and for other programs; say what each attempt met."""
    port = arguments["port"]
    attempts = {
        "connect": lambda: socket.create_connection(("127.0.0.1", port), 1),
        "bind": lambda: socket.create_server(("127.0.0.1", 0)),
        "resolve": lambda: socket.getaddrinfo("localhost", port),
        "program": lambda: subprocess.run(["true"], check=False),
        "shell": lambda: os.system("true"),
        "fork": os.fork,
        "exec": lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),
    }
    met = {}
    for name, attempt in attempts.items():
        try:
            attempt()
            met[name] = "done"
        except PermissionError:
            met[name] = "refused"
    return met


def dial(arguments, _):
    """Connect as a library in C would, past everything that Python watches."""
    import ctypes
    import struct

    c = ctypes.CDLL(None)
    address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(arguments["port"]), b"\x7f\0\0\1")
    return c.connect(c.socket(socket.AF_INET, socket.SOCK_STREAM, 0), address, 16)


def write(arguments, scratch):
    """Write a file of many bytes."""
    with (scratch / "big").open("wb") as file:
        for _ in range(arguments["megabytes"]):
            file.write(bytes(2**20))
    return True


@pytest.fixture
def ask(monkeypatch, tmp_path):
    """Return a function that runs one of the tasks above in a child."""

    def asked(task, arguments=None, **limits):
        monkeypatch.setitem(child.TASKS, "task", f"{__name__}:{task.__name__}")
        return child.run("task", {"path": "/x/a.csv", **(arguments or {})}, tmp_path, Limits(**limits))

    return asked


@pytest.fixture
def listener():
    """Yield a port and the list of connections made to it."""
    connections = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            with suppress(OSError):
                while True:
                    connections.append(server.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], connections


def reason(refused):
    """Return the one fault of a refusal: file, code, reason."""
    return [(fault.file, fault.code, fault.value) for fault in refused.value.every]


def test_a_task_gets_its_arguments_and_a_folder_and_no_more(ask, tmp_path, monkeypatch):
    """Nothing of the operator's environment reaches a child."""
    monkeypatch.setenv("BUDGETMAP_SECRET", "x")
    answer = ask(echo, {"list": [1, "ә"]})

    assert {"path": "/x/a.csv", "list": [1, "ә"]} == answer["arguments"]
    assert str(tmp_path) == answer["scratch"]
    assert set() == set(answer["environment"]) - set(child._ENVIRONMENT) - {"TMPDIR", "HOME", "LC_CTYPE"}
    assert [] == list(tmp_path.iterdir())


def test_faults_come_back_as_they_were_found(ask):
    """Place, value and values survive the way."""
    with pytest.raises(BadData) as refused:
        ask(report)

    assert ["E-X", "E-CSV-06"] == [fault.code for fault in refused.value.every]
    assert ("2 ≠ 3", {"found": "x"}, "sheet 1") == (
        refused.value.every[1].value,
        refused.value.every[1].values,
        refused.value.every[1].sheet,
    )


@pytest.mark.parametrize(
    ("task", "limits", "expected"),
    [
        (hog, {"memory_mb": 512}, "memory"),
        (spin, {"cpu_s": 2}, "time"),
        (wait, {"wall_s": 1}, "time"),
        (fail, {}, "ended"),
        (abort, {}, "ended"),
        (quit_at_once, {}, "ended"),
    ],
)
def test_a_child_that_ends_badly_is_one_fault(ask, task, limits, expected):
    """Whatever happens inside, outside it is a sentence with a code, and it comes in time."""
    began = time.monotonic()
    with pytest.raises(BadData) as refused:
        ask(task, **limits)

    assert [("a.csv", "E-SYS-05", expected)] == reason(refused)
    assert time.monotonic() - began < 30


def test_what_libraries_print_does_not_reach_the_answer(ask):
    """The answer has a channel of its own."""
    assert "answer" == ask(chatter)


def test_an_answer_beyond_what_was_agreed_is_not_read(ask):
    """The parent's memory is its own."""
    with pytest.raises(BadData) as refused:
        ask(boast, {"length": 3 * 2**20}, answer_mb=2)

    assert [("a.csv", "E-SYS-05", "ended")] == reason(refused)
    assert 2**20 == len(ask(boast, {"length": 2**20}, answer_mb=2))


def test_a_child_writes_no_file_larger_than_agreed(ask):
    """A disk is not filled by one file."""
    with pytest.raises(BadData) as refused:
        ask(write, {"megabytes": 3}, written_mb=2)

    assert [("a.csv", "E-SYS-05", "ended")] == reason(refused)


def test_a_child_reaches_no_network_and_starts_no_program(ask, listener):
    """What a file makes a library do stays inside."""
    port, connections = listener
    met = ask(call, {"port": port})

    assert {"refused"} == set(met.values()), met
    assert [] == connections


def test_not_even_a_library_in_c_reaches_the_network(ask, listener):
    """Below Python there is no way out either, where the system lets a process leave the network."""
    port, connections = listener
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs a system that lets a process leave the network")

    assert -1 == ask(dial, {"port": port})
    assert [] == connections


def test_the_parent_does_not_grow_with_what_the_child_takes(ask):
    """A hundred megabytes inside are none outside."""
    status = Path("/proc/self/status")
    before = int(status.read_text().split("VmRSS:")[1].split()[0])
    with pytest.raises(BadData):
        ask(hog, memory_mb=900)
    after = int(status.read_text().split("VmRSS:")[1].split()[0])

    assert after - before < 50_000


def test_a_parent_that_is_killed_leaves_no_child(tmp_path):
    """Nobody keeps computing for somebody who is gone."""
    mark = tmp_path / "pid"
    source = (
        "import sys, pathlib; from geo.foreign import child; from geo.foreign.limits import Limits\n"
        f"child.TASKS['task'] = '{__name__}:stay'\n"
        f"child.run('task', {{'mark': {str(mark)!r}}}, pathlib.Path({str(tmp_path)!r}), Limits())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", source])
    deadline = time.monotonic() + 20
    while not (mark.is_file() and mark.read_text()) and time.monotonic() < deadline:
        os.sched_yield()
    parent.kill()
    parent.wait()
    status = Path("/proc", mark.read_text(), "status")
    while status.exists() and "State:\tZ" not in status.read_text() and time.monotonic() < deadline:
        os.sched_yield()

    assert time.monotonic() < deadline


def stay(arguments, _):
    """Say who is here and wait."""
    Path(arguments["mark"]).write_text(str(os.getpid()))
    threading.Event().wait()
