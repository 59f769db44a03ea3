"""One request as WSGI gives it → its words, each checked; the body only when it is whole and what was announced."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from contextlib import suppress
from typing import Any

from geo.live.refusals import LacksHeader, NotWhole, OtherForm, TooLarge

MOST_BYTES = 8_000_000
_FORMS = {"application/json": False, "text/csv": True}
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?:,|$)", re.ASCII)
_BASE = re.compile(r'\*|"([a-z0-9][a-z0-9-]{0,63})"', re.ASCII)
_NOTE = 200  # characters
_BLOCK = 1 << 16
_MOST_DROPPED = 4 * MOST_BYTES


class Request:
    """The words of a request; raises the refusals of `live.refusals` where one cannot be used."""

    def __init__(self, environ: dict[str, Any]) -> None:
        """Remember what WSGI gave."""
        self._environ = environ
        self.method = str(environ.get("REQUEST_METHOD", ""))
        query = str(environ.get("QUERY_STRING", ""))
        self.path = str(environ.get("PATH_INFO", "")) + (f"?{query}" if query else "")  # no place has a query
        self.peer = str(environ.get("REMOTE_ADDR", ""))
        self.sender = ""  # whose token it came with, once that is known

    @property
    def secret(self) -> str:
        """Return what was given as the token, empty where nothing was."""
        kind, _, secret = self._header("Authorization").partition(" ")
        return secret.strip() if kind.casefold() == "bearer" else ""

    @property
    def batch(self) -> str:
        """Return the id that the sender gave the batch."""
        return self._header("Batch-Id")

    @property
    def base(self) -> str | None:
        """Return the version that the batch was made for, or None where the sender does not mind."""
        found = _BASE.fullmatch(given := self._header("If-Match"))
        if not found:
            raise LacksHeader(header="If-Match", value=given[:80], allowed='"<version>", *')
        return found[1]

    @property
    def note(self) -> str:
        """Return why, as the sender says; bytes of UTF-8 that WSGI gave as Latin letters."""
        text = self._header("Note").encode("latin-1", "replace").decode("utf-8", "replace")
        return "".join(letter for letter in text if letter.isprintable())[:_NOTE]

    @property
    def is_csv(self) -> bool:
        """Tell whether the body is CSV, and not JSON; raises OtherForm for anything else, packed bodies too."""
        kind, _, more = self._header("Content-Type").partition(";")
        charset = more.strip().casefold().removeprefix("charset=").strip('"')
        encoding = self._header("Content-Encoding").strip().casefold()
        if kind.strip().casefold() not in _FORMS or charset not in {"", "utf-8"} or encoding not in {"", "identity"}:
            raise OtherForm(given=" ".join(filter(None, (kind, more.strip(), encoding)))[:80])
        return _FORMS[kind.strip().casefold()]

    def content(self) -> bytes:
        """Return the body; raises TooLarge, LacksHeader without its digest, NotWhole where the bytes are others."""
        self.is_csv  # noqa: B018 - what is packed or of another form is not read at all
        announced = _DIGEST.search(self._header("Content-Digest"))
        if not announced:
            given = self._header("Content-Digest")[:80]
            raise LacksHeader(header="Content-Digest", value=given, allowed="sha-256=:<base64>:")
        length = self._header("Content-Length")
        # Of thousands of digits not even a number is made.
        if length.isascii() and length.isdigit() and (len(length) > 9 or int(length) > MOST_BYTES):
            raise TooLarge(limit=MOST_BYTES)
        content = self._read(int(length) if length.isascii() and length.isdigit() else None)
        if not hmac.compare_digest(hashlib.sha256(content).digest(), _decoded(announced[1])):
            raise NotWhole(bytes=len(content))
        return content

    def drop(self) -> None:
        """Read on what a refused sender still sends, within bounds, so that the answer is heard and not the break."""
        stream = self._environ["wsgi.input"]
        with suppress(OSError):
            for _ in range(_MOST_DROPPED // _BLOCK):
                if not stream.read(_BLOCK):
                    return

    def _read(self, length: int | None) -> bytes:
        stream, parts, size = self._environ["wsgi.input"], [], 0
        wanted = MOST_BYTES + 1 if length is None else length
        try:
            while size < wanted and (part := stream.read(min(_BLOCK, wanted - size))):
                parts.append(part)
                size += len(part)
        except OSError:
            raise NotWhole(bytes=size) from None
        if size > MOST_BYTES:
            raise TooLarge(limit=MOST_BYTES)
        if length is not None and size != length:
            raise NotWhole(bytes=size)
        return b"".join(parts)

    def _header(self, name: str) -> str:
        key = name.upper().replace("-", "_")
        return str(
            self._environ.get(key if key.startswith("CONTENT_LENGTH") or key == "CONTENT_TYPE" else f"HTTP_{key}", "")
        )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
