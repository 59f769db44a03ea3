"""Servers on this machine, each in processes of its own, and wrk that asks them."""

from __future__ import annotations

import getpass
import http.client
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.shared import ROOT

THREADS, CONNECTIONS = 2, 32
_STARTED_S = 30.0
_NGINX = """
daemon off; user {user}; pid {folder}/pid; error_log {folder}/errors crit; worker_processes 2;
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=10000;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {servers}
}}
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw: answers a second, and the slowest of a hundred."""

    per_second: float
    p99_ms: float


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(command: Sequence[str], port: int, more: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run a server until the block is left; yields its port when it listens."""
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(more or {})}, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + _STARTED_S
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{command[0]} does not listen")
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def nginx(folder: Path, port: int, servers: str) -> Iterator[int]:
    """Run nginx with two workers and these server blocks; its files lie in the folder."""
    folder.mkdir()
    conf = folder / "nginx.conf"
    conf.write_text(_NGINX.format(folder=folder, servers=servers, user=getpass.getuser()), encoding="utf-8")
    with server(["nginx", "-c", str(conf)], port) as found:
        yield found


def got(port: int, path: str, coding: str) -> bytes:
    """Return the body of an answer as it travels; ends this program where it is not 200 in that coding."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": coding})
        answer = connection.getresponse()
        body = answer.read()
        if (answer.status, answer.getheader("Content-Encoding")) != (200, coding):
            raise SystemExit(f"{path}: {answer.status} {answer.getheader('Content-Encoding')}")
        return body
    finally:
        connection.close()


def asked(folder: Path, port: int, paths: Sequence[str], coding: str, seconds: int) -> Load:
    """Return how many answers a second wrk gets that asks for the paths in turn; every one has to be a good one."""
    script = folder / f"ask-{port}-{len(paths)}.lua"
    listed = ", ".join(f'"{path}"' for path in paths)
    script.write_text(
        f"local paths, asked, n = {{{listed}}}, {{}}, 0\n"
        "function init() for i, path in ipairs(paths) do asked[i] = wrk.format(nil, path) end end\n"
        "function request() n = n % #asked + 1; return asked[n] end\n",
        encoding="utf-8",
    )
    command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script)]
    command += ["-H", f"Accept-Encoding: {coding}", f"http://127.0.0.1:{port}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(said)
    rate, slow = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"\n\s+99%\s+([\d.]+)(us|ms|s)\n", said)
    if not rate or not slow:
        raise SystemExit(said)
    return Load(float(rate[1]), float(slow[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[slow[2]])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
