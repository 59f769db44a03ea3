"""Sockets that are slow on purpose: they send a request letter by letter, or hardly read what they are given."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

_LETTER_S = 1.0  # between two letters


@dataclass
class Slow:
    """So many slow sockets to a port, three kinds in turn; `closed` counts those that the service has given up."""

    port: int
    path: str  # of a long answer, for those that do not read it
    form: str  # where a body is read, for those that send it slowly
    closed: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self, count: int) -> None:
        """Open the sockets and go on until `stop`."""
        acts = (self._slow_head, self._slow_body, self._slow_reader)
        self._tasks = [asyncio.create_task(self._one(acts[number % len(acts)])) for number in range(count)]

    async def stop(self) -> None:
        """Close them all."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _one(self, act: object) -> None:
        while True:
            ends = _socket()
            try:
                await asyncio.get_running_loop().sock_connect(ends, ("127.0.0.1", self.port))
                await act(ends)  # type: ignore[operator]
            except OSError:
                pass
            finally:
                ends.close()
            self.closed += 1
            await asyncio.sleep(_LETTER_S)

    async def _slow_head(self, ends: socket.socket) -> None:
        await self._letters(ends, [b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ", *[b"a"] * 10_000])

    async def _slow_body(self, ends: socket.socket) -> None:
        kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 16000"
        head = f"POST {self.form} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{kind}\r\n\r\n"
        await self._letters(ends, [head.encode(), *[b"a"] * 10_000])

    async def _slow_reader(self, ends: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(ends, f"GET {self.path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n\r\n".encode())
        while await loop.sock_recv(ends, 1):
            await asyncio.sleep(_LETTER_S)

    async def _letters(self, ends: socket.socket, parts: Sequence[bytes]) -> None:
        loop = asyncio.get_running_loop()
        for part in parts:
            await loop.sock_sendall(ends, part)
            await asyncio.sleep(_LETTER_S)
            try:
                if not ends.recv(1, socket.MSG_PEEK):  # the service has closed
                    return
            except BlockingIOError:
                continue
            return  # it has answered, and waits for no more


def _socket() -> socket.socket:
    ends = socket.socket()
    ends.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # before connecting: the other end fills it and waits
    ends.setblocking(False)
    return ends
