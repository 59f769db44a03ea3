"""Where answers come from: the service over a folder, in this process, or a site over HTTP. Both raise our errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from geo.core import errors
from geo.core.settings import Settings

if TYPE_CHECKING:
    from werkzeug.test import Client

Kind = TypeVar("Kind", bound=errors.BudgetMapError)
TIMEOUT_S = 60
LARGEST = 256 * 1024 * 1024  # bytes of an answer that is taken
_MOST_STEPS = 4  # from an address to the one spelling of it
_PIECE = 1 << 20
_SAFE = "/=,._-?&"
_ASKED = {"Accept": "application/json", "Accept-Language": "en"}
_LEADS = (301, 302, 303, 307, 308)


class Given(NamedTuple):
    """An answer: the path at which it stands, from the root without a slash before, and its content."""

    path: str
    content: bytes


class Told(NamedTuple):
    """An answer of JSON."""

    path: str
    plain: dict[str, Any]


class Door(Protocol):
    """Something that answers addresses of the service."""

    def get(self, path: str) -> Given:
        """Return the answer to a path from the root; raises what the service refuses with, or NoAnswer."""


@dataclass(frozen=True)
class Folder:
    """A home of versions on this machine."""

    home: Path

    def get(self, path: str) -> Given:
        """Return the answer of the service over the folder."""
        for _ in range(_MOST_STEPS):
            response = self._client.get(f"/{quote(path, safe=_SAFE)}", headers=_ASKED)
            content = response.get_data()
            response.close()
            if response.status_code not in _LEADS:
                return _judged(path, response.status_code, content, f"{self.home}/{path}")
            path = response.headers["Location"].lstrip("/")
        raise errors.NoAnswer(url=f"{self.home}/{path}", reason="redirects")

    @cached_property
    def _client(self) -> Client:
        from geo.web import create_app  # the service: who asks a site needs none

        return create_app(Settings.from_env().with_given(home=self.home)).test_client()


@dataclass(frozen=True)
class Remote:
    """A site; `base` ends with a slash. Nothing is sent to another host, nothing is kept."""

    base: str

    def get(self, path: str) -> Given:
        """Return the answer of the site, in at most a minute of waiting and a quarter of a gigabyte."""
        url = urljoin(self.base, quote(path, safe=_SAFE))
        for _ in range(_MOST_STEPS):
            status, location, content = self._asked(url)
            if status not in _LEADS:
                return _judged(url.removeprefix(self.base), status, content, url)
            url = urljoin(url, location)
            if not url.startswith(self.base):
                raise errors.NoAnswer(url=url, reason="another site")
        raise errors.NoAnswer(url=url, reason="redirects")

    def _asked(self, url: str) -> tuple[int, str, bytes]:
        request = Request(url, headers={**_ASKED, "User-Agent": "budgetmap"})  # noqa: S310 - _base
        try:
            response = build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S)
        except HTTPError as error:
            response = error
        except (OSError, HTTPException) as error:
            raise errors.NoAnswer(url=url, reason=str(error)) from None
        with response:
            try:
                return response.status, response.headers.get("Location", ""), _read(response, url)
            except (OSError, HTTPException) as error:
                raise errors.NoAnswer(url=url, reason=str(error)) from None


class _NoRedirect(HTTPRedirectHandler):
    """Leaves it to us where an answer leads: never to another site."""

    def redirect_request(self, *_: object) -> None:
        return None


def told(door: Door, path: str, *keys: str) -> Told:
    """Return a JSON object and the path at which it stands; raises NoAnswer for one that lacks a key, or none."""
    given = door.get(path)
    try:
        plain = json.loads(given.content)
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict) or not plain.keys() >= set(keys):
        raise errors.NoAnswer(url=path, reason=f"no {', '.join(keys)}")
    return Told(given.path, plain)


def door_of(where: str | Path) -> Door:
    """Return the door of a folder, or of a site whose address begins with http:// or https://."""
    if isinstance(where, str) and urlsplit(where).scheme in {"http", "https"}:
        return Remote(where.rstrip("/") + "/")
    return Folder(Path(where))


def _read(response: Any, url: str) -> bytes:
    """Return a body that is whole and not larger than we take."""
    pieces, size = [], 0
    while piece := response.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise errors.NoAnswer(url=url, reason=f"> {LARGEST} B")
    if response.length:  # announced and not sent
        raise errors.NoAnswer(url=url, reason=f"- {response.length} B")
    return b"".join(pieces)


def _judged(path: str, status: int, content: bytes, where: str) -> Given:
    """Return a good answer; raise what the service said instead, as the error that it is there."""
    if status == 200:
        return Given(path, content)
    try:
        problem = json.loads(content)
        code, detail, allowed = problem["code"], str(problem["detail"]), [str(word) for word in problem["allowed"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise errors.NoAnswer(url=where, reason=f"HTTP {status}") from None
    detail = f"{detail} {', '.join(allowed)}".strip()
    if code in _FOR_READERS:
        raise _FOR_READERS[code](allowed, detail=detail, url=where)
    raise _FOR_OPERATORS.get(code, errors.OwnFault)(detail=detail, url=where)


def _kinds(kind: type[Kind]) -> Iterator[type[Kind]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)


_FOR_READERS = {kind.code: kind for kind in _kinds(errors.ReaderError)}
_FOR_OPERATORS = {kind.code: kind for kind in _kinds(errors.OperatorError)}
