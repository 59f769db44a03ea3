"""Which coding of an answer a reader takes."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=256)
def accepts_gzip(accepted: str) -> bool:
    """Tell whether an Accept-Encoding header wants gzip no less than the plain bytes; an empty one does not."""
    quality: dict[str, float] = {}
    for part in accepted.lower().split(","):
        coding, *parameters = (word.strip() for word in part.split(";"))
        quality[coding] = _quality(parameters)
    gzip = quality.get("gzip", quality.get("x-gzip", quality.get("*", 0.0)))
    return gzip > 0 and gzip >= quality.get("identity", 0.0)


def _quality(parameters: list[str]) -> float:
    given = next((word[2:].strip() for word in parameters if word.startswith("q=")), "1")
    try:
        return float(given)
    except ValueError:
        return 0.0
