"""Many readers at once: connections that are kept, a pace or none, and for each answer who asked, when, and what came.

One process with one thread: it shares the cores with the service that it asks, and its own work counts as delay.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

Found = TypeVar("Found")
_LONGEST_S = 60.0  # for one answer
_BODILESS = {204, 304}


def finished(work: Coroutine[Any, Any, Found]) -> Found:
    """Return what the work finds, in a thread of its own: whoever asks may run a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: its address, and the kind that it is counted under."""

    path: str
    kind: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: status 0 where nothing did. `due` is when the request should have left, by the monotonic clock."""

    ask: Ask
    due: float
    began: float
    ended: float
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def seconds(self) -> float:
        """Return how long the reader waited; also for a free connection, when there was none."""
        return self.ended - self.due


Hear = Callable[[Answer], None]


class Connection:
    """One connection to a port of this machine; opened when it is needed, and again when it was closed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, ask: Ask) -> tuple[int, dict[str, str], bytes]:
        """Return (status, headers by small name, body as it travelled); raises OSError or EOFError."""
        was_open = self._ends is not None
        try:
            return await asyncio.wait_for(self._asked(ask), _LONGEST_S)
        except TimeoutError:
            self.close()
            raise
        except (OSError, EOFError):
            self.close()
            if not was_open:  # a kept connection may be closed at any time: clients ask again on a new one
                raise
        return await asyncio.wait_for(self._asked(ask), _LONGEST_S)

    async def _asked(self, ask: Ask) -> tuple[int, dict[str, str], bytes]:
        if self._ends is None:
            self._ends = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._ends
        more = "".join(f"{name}: {value}\r\n" for name, value in ask.headers)
        writer.write(f"GET {ask.path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{more}\r\n".encode("ascii"))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head[:-4].split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(first.split(" ", 2)[1])
        body = b"" if status in _BODILESS else await _body(reader, headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, headers, body

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._ends is not None:
            self._ends[1].close()
            self._ends = None


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.read()
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


@dataclass(frozen=True)
class Pace:
    """For how long is asked, by how many connections, and how often: as fast as answers come where that is 0."""

    seconds: float
    connections: int = 16
    per_second: float = 0


async def ask_on(port: int, asks: Iterator[Ask], hear: Hear, pace: Pace) -> float:
    """Ask at a pace; return the seconds that it took.

    With a rate every request has its moment, whether or not the ones before are answered: a slow service is heard as
    waiting. Without one each reader asks again as soon as it is answered.
    """
    began = time.monotonic()
    moments = (began + number / pace.per_second for number in itertools.count()) if pace.per_second else None
    until = began + pace.seconds
    await asyncio.gather(*(_reader(port, asks, hear, until, moments) for _ in range(pace.connections)))
    return time.monotonic() - began


async def _reader(port: int, asks: Iterator[Ask], hear: Hear, until: float, moments: Iterator[float] | None) -> None:
    connection = Connection(port)
    try:
        while (due := next(moments) if moments else time.monotonic()) < until:
            if (early := due - time.monotonic()) > 0:
                await asyncio.sleep(early)
            ask, began = next(asks), time.monotonic()
            try:
                status, headers, body = await connection.get(ask)
                hear(Answer(ask, due, began, time.monotonic(), status, headers, body))
            except (OSError, EOFError, TimeoutError):
                hear(Answer(ask, due, began, time.monotonic()))
    finally:
        connection.close()
