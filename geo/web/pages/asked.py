"""What an address asks for, taken apart, and how a reader is led to another one of ours."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from geo.versions import Version
from geo.web.options import Options


@dataclass(frozen=True)
class Asked:
    """An address taken apart: language, segments, the face asked for, and the pinned version if any."""

    lang: str
    segments: tuple[str, ...]
    face: str  # "" the page, "embed", or a file name
    pinned: Version | None
    options: Options  # of the face

    @property
    def prefix(self) -> str:
        """Return what stands before the language."""
        return f"v/{self.pinned.id}/" if self.pinned else ""


def lead(path: str, status: int) -> AnyResponse:
    """Lead to one of our own addresses; the path was built from words of ours, never from the request."""
    response = redirect(f"{request.script_root}/{path}", status)
    response.headers["Cache-Control"] = "no-cache"
    if status == 303:
        response.headers["Vary"] = "Accept-Language"
    return response
