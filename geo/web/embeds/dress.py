"""The style and the script inside a framed page: of our files only what this one page needs, and a policy for them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from geo.web.answering.answers import embed_policy
from geo.web.assets import source

_STYLE, _SCRIPT = "<style></style>", '<script type="module"></script>'
_DARK = "@media (prefers-color-scheme:dark)"
_RULE = re.compile(r"\s*(?:(@[^{]*)\{((?:[^{}]*\{[^{}]*\})*)\s*\}|([^{}@]+)\{([^{}]*)\})")
_CLASS = re.compile(r"\.([a-z][\w-]*)")
_WORN = re.compile(r'class="([^"]*)"')
_PROPERTY = re.compile(r"--(\w+):[^;}]*;?")
_FACE = "font-family:system-ui,sans-serif;"  # the body of a framed page has it: the map in it needs no word of its own
_BY_SCRIPT = frozenset({"on"})  # a class that nothing has before somebody points at it


class Dressed(NamedTuple):
    """The bytes of a framed page and the policy that allows its own style and script, and nothing else."""

    content: bytes
    policy: str


def dressed(page: str, style: str, script: str, *, asks: bool = False) -> Dressed:
    """Return a page with its style and script in their places; `asks`: the script may fetch from this site."""
    own = _fitted(style, frozenset(_names(page)) | _BY_SCRIPT)
    page = page.replace(_STYLE, _STYLE.replace("><", f">{own}<"), 1)
    page = page.replace(_SCRIPT, _SCRIPT.replace("><", f">{script}<"), 1)
    return Dressed(page.encode(), embed_policy([own], [script], asks=asks))


@cache
def scripts(*names: str) -> str:
    """Return scripts as one text without their comments and types, byte for byte what stands in a page."""
    text = re.sub(r"/\*\*[^\n]*?\*/|^\s*//[^\n]*$", "", "\n".join(map(source, names)), flags=re.M)
    return "".join(line.strip() for line in text.splitlines())


def themed(style: str, theme: str) -> str:
    """Return a style in light alone or in dark alone; as it is where the reader's device decides.

    Dark is for screens: what is printed has a white ground.
    """
    if theme == "auto":
        return style
    before, after = style.split(_DARK)
    before = before.replace("color-scheme:light dark", f"color-scheme:{theme}")
    return f"{before}@media screen{after}" if theme == "dark" else before + after.partition("}}")[2]


def _names(page: str) -> set[str]:
    return {name for names in _WORN.findall(page) for name in names.split()}


@lru_cache(maxsize=512)
def _fitted(style: str, worn: frozenset[str]) -> str:
    """Return the rules of a style that something of these classes can match, and the properties that they name."""
    kept = _rules(style, worn).replace(_FACE, "")
    named = set(re.findall(r"var\(--(\w+)\)", kept))
    kept = _PROPERTY.sub(lambda match: match[0] if match[1] in named else "", kept)
    return kept.replace(";}", "}")


def _rules(style: str, worn: frozenset[str]) -> str:
    def fit(match: re.Match[str]) -> str:
        if match[1]:
            inner = _rules(match[2], worn)
            return f"{match[1]}{{{inner}}}" if inner else ""
        chosen = [one for one in match[3].split(",") if set(_CLASS.findall(one)) <= worn]
        return f"{','.join(chosen)}{{{match[4]}}}" if chosen else ""

    return _RULE.sub(fit, style).strip()
