"""What a plain host has to be told, and what a page says itself where nobody tells the host: policies, caching."""

from __future__ import annotations

import re

from markupsafe import escape

from geo.web.answering.answers import IMMUTABLE, guarded

HEADERS = "_headers"  # read by Netlify, Cloudflare Pages and their like; other hosts give it out as a file
AS_IT_IS = ".nojekyll"  # tells GitHub Pages to leave out nothing: names that begin with a line are ours too
ABSENT = "404.html"  # what most hosts answer a wrong address with
SCRIPT = "frame.js"  # articles ask for it at the root of the site
_CHARSET = b'<meta charset="utf-8">'
# A page cannot say these of itself: only a header can.
_OF_HEADERS_ALONE = re.compile(r"(?:^|;)\s*(?:frame-ancestors|sandbox|report-uri)\b[^;]*")
# What no plain host does, each said in messages as `frozen.lacks.<word>`.
LACKS = (
    *("forms", "sorting", "compare", "nearest", "slips", "options", "live"),
    *("oembed", "api", "range", "headers", "errors"),
)


def with_policy(html: bytes, policy: str) -> bytes:
    """Return a page that carries its Content-Security-Policy itself, as far as a page may."""
    said = _OF_HEADERS_ALONE.sub("", policy).strip("; ")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(said)}">'.encode()
    return html.replace(_CHARSET, _CHARSET + b"\n" + meta, 1) if said else html


def headers() -> bytes:
    """Return the file that tells a host which headers go with which addresses."""
    shared = [f"  {name}: {value}" for name, value in guarded("") if name != "Content-Security-Policy"]
    rules = [
        "/*",
        *shared,
        "  Access-Control-Allow-Origin: *",
        *(line for folder in ("v", "static") for line in (f"/{folder}/*", f"  Cache-Control: {IMMUTABLE}")),
    ]
    return "\n".join([*rules, ""]).encode()
