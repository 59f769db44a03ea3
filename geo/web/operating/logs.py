"""Lines of JSON on standard error: one an answer, one a trouble. Nothing in them is of a person or a secret.

There is no address of who asks, no query, no path (the template stands for it), no agent. Of an exception stand its
kind and the places it came through; its own words may repeat what somebody sent.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from geo.core.settings import Settings
from geo.core.sources import HIDDEN

NONE, ERRORS, REQUESTS = "none", "errors", "requests"
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"})
ID_OF_ANSWER = "budgetmap.id"  # in the environ of a request: what names its answer in lines, headers and errors
_STDERR = 2
_SHORTEST_HIDDEN = 6  # letters; a shorter text would be found by chance
_MOST_FRAMES = 12
_OF_ANSWER = threading.local()


class Ids:
    """Names of answers, unique in a process and told apart between them; they say nothing of who asks."""

    def __init__(self) -> None:
        """Begin with a random word."""
        self._word, self._numbers = os.urandom(4).hex(), itertools.count(1)

    def next(self) -> str:
        """Return a new name and remember it for the lines of this thread."""
        name = f"{self._word}-{next(self._numbers):x}"
        _OF_ANSWER.id = name
        return name


def id_of_answer() -> str:
    """Return the name of the answer that this thread makes, "" outside of one."""
    return str(getattr(_OF_ANSWER, "id", ""))


class Lines:
    """Writes lines as far as a setting asks for them; what is secret is struck out of each."""

    def __init__(self, settings: Settings, write: Callable[[bytes], object] | None = None) -> None:
        """Write to standard error, or to where `write` does: a line each call, so that lines of processes never mix."""
        self.level = settings.log
        self._write = write or _to_stderr
        self._secrets = [secret for secret in settings.secrets() if len(secret) >= _SHORTEST_HIDDEN]

    def answer(self, **facts: object) -> None:
        """Write the line of an answer: all of them, or those of 500 and more."""
        status = facts["status"]
        if self.level == REQUESTS or (self.level == ERRORS and isinstance(status, int) and status >= 500):
            self.line("answer", facts)

    def line(self, kind: str, facts: dict[str, Any]) -> None:
        """Write a line of any kind, unless nothing is to be written."""
        if self.level == NONE:
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        text = json.dumps({"at": at, "kind": kind, "process": os.getpid(), **facts}, ensure_ascii=False, default=str)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        self._write(text.encode("utf-8", "backslashreplace") + b"\n")


class Handler(logging.Handler):
    """Turns what the program notes by the standard library into lines; the answer's id stands with it."""

    def __init__(self, lines: Lines) -> None:
        """Take everything from warnings upward."""
        super().__init__(logging.WARNING)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; an exception as its kind and its frames."""
        facts: dict[str, Any] = {"level": record.levelname.lower(), "of": record.name, "id": id_of_answer()}
        try:
            facts["said"] = record.getMessage()
        except (TypeError, ValueError):
            facts["said"] = str(record.msg)
        if record.exc_info and record.exc_info[1] is not None:
            facts |= _trouble(record.exc_info[1])
        self.lines.line("trouble", facts)


def take_over(lines: Lines) -> None:
    """Let everything that this process notes leave as lines; for a serving process, at its start."""
    root = logging.getLogger()
    root.handlers[:] = [Handler(lines)]
    logging.captureWarnings(True)


def _trouble(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    places = [f"{os.sep.join(frame.filename.split(os.sep)[-3:])}:{frame.lineno} {frame.name}" for frame in frames]
    return {"exception": type(error).__name__, "frames": places}


def _to_stderr(line: bytes) -> None:
    try:
        os.write(_STDERR, line)
    except OSError:  # nobody reads, or the pipe is full: an answer is worth more than its line
        return
