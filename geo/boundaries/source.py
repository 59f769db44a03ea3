"""A known source's file, downloaded: whole, from the host that was asked, with the digest that was expected."""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import urlsplit

from geo.boundaries.described import Source, is_digest
from geo.core.errors import BadData, CannotWrite, Fault

_PART = 2**16
_SCHEMES = ("http", "https")
_ENDINGS = (".zip", ".gpkg", ".geojson", ".json")


@dataclass(frozen=True)
class Means:
    """What a download may cost, and who is told how it goes on: (bytes so far, bytes in all or 0)."""

    most_mb: int = 200
    timeout_s: float = 30.0  # without a byte
    longest_s: float = 900.0  # in all
    progress: Callable[[int, int], None] = lambda done, every: None


class _RedirectedError(Exception):
    """The server sends us to another place than the one that was asked."""


class _SameHost(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:  # noqa: PLR0913 urllib calls it so
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            fp.close()
            raise _RedirectedError(f"{new.scheme}://{new.netloc}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(source: Source, edition: str, level: str, into: Path, sha256: str | None = None) -> Path:
    """Return the downloaded file of a level of an edition, in the folder `into`; raises BadData.

    `sha256` is the digest that the operator states, needed where the source's own is not known.
    """
    download = source.download(edition, level)
    expected = sha256 or download.sha256
    if sha256 and download.sha256 and sha256.lower() != download.sha256:
        raise BadData([Fault(download.address, 0, "", "E-GEO-31", sha256, {"expected": download.sha256})])
    return fetch_address(download.address, into, expected, Means())


def fetch_address(address: str, into: Path, sha256: str, means: Means) -> Path:
    """Return the file of an address, in the folder `into` under its digest; nothing is left there after a fault.

    Raises BadData: another scheme or host, too large, cut off, refused, another digest; with no digest stated the
    fault says the one that was found. CannotWrite where the disk is full.
    """
    if urlsplit(address).scheme not in _SCHEMES:
        raise BadData([_fault(address, "E-GEO-32", address)])
    if sha256 and not is_digest(sha256.lower()):
        raise BadData([Fault(address, 0, "", "E-GEO-31", sha256, {"expected": "SHA-256"})])
    handle, name = tempfile.mkstemp(dir=into, prefix=".download-")
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            found, ending = _downloaded(address, target, means)
        if not sha256:
            raise BadData([_fault(address, "E-GEO-35", found)])
        if found != sha256.lower():
            raise BadData([Fault(address, 0, "", "E-GEO-31", found, {"expected": sha256})])
        return aside.rename(into / f"{found[:16]}{ending}")
    finally:
        aside.unlink(missing_ok=True)


def _downloaded(address: str, target: IO[bytes], means: Means) -> tuple[str, str]:
    """Write what an address holds; return its SHA-256 and the ending that suits it."""
    opener = urllib.request.build_opener(_SameHost())
    opener.addheaders = [("User-Agent", "budgetmap"), ("Accept-Encoding", "identity")]
    try:
        with opener.open(address, timeout=means.timeout_s) as answer:
            stated = int(answer.headers.get("Content-Length") or 0)
            if stated > means.most_mb * 2**20:
                raise BadData([_fault(address, "E-GEO-33", str(means.most_mb))])
            digest = _copied(answer, target, stated, address, means)
            kind = answer.headers.get_content_type()
    except _RedirectedError as error:
        raise BadData([_fault(address, "E-GEO-32", str(error))]) from None
    except urllib.error.HTTPError as error:
        error.close()
        # A redirect that is still an error leads to another scheme.
        code = "E-GEO-32" if 300 <= error.code < 400 else "E-GEO-30"
        raise BadData([_fault(address, code, f"HTTP {error.code}")]) from None
    except urllib.error.URLError as error:
        raise BadData([_fault(address, "E-GEO-30", str(error.reason))]) from None
    except (http.client.HTTPException, ConnectionError, TimeoutError, ValueError) as error:
        raise BadData([_fault(address, "E-GEO-30", type(error).__name__)]) from None
    ending = PurePosixPath(urlsplit(address).path).suffix.lower()
    return digest, ending if ending in _ENDINGS else ".zip" if "zip" in kind else ".geojson"


def _copied(answer: Any, target: IO[bytes], stated: int, address: str, means: Means) -> str:
    digest, done, begun = hashlib.sha256(), 0, time.monotonic()
    while part := answer.read(_PART):
        done += len(part)
        if done > means.most_mb * 2**20:
            raise BadData([_fault(address, "E-GEO-33", str(means.most_mb))])
        if time.monotonic() - begun > means.longest_s:
            raise TimeoutError
        digest.update(part)
        try:
            target.write(part)
        except OSError as error:
            free = shutil.disk_usage(Path(target.name).parent).free
            raise CannotWrite(path=target.name, reason=error.strerror, needed=stated or "–", free=free) from None
        means.progress(done, stated)
    if stated and done != stated:
        raise BadData([_fault(address, "E-GEO-30", f"{done} / {stated}")])
    return digest.hexdigest()


def _fault(address: str, code: str, value: str) -> Fault:
    return Fault(address, 0, "", code, value)
