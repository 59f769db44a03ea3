"""Which coding of an answer a reader takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache


@lru_cache(maxsize=256)
def accepts_gzip(accepted: str) -> bool:
    """Tell whether an Accept-Encoding header wants gzip no less than the plain bytes; an empty one does not."""
    quality = _qualities(accepted)
    gzip = quality.get("gzip", quality.get("x-gzip", quality.get("*", 0.0)))
    return gzip > 0 and gzip >= quality.get("identity", 0.0)


@lru_cache(maxsize=256)
def preferred(accepted: str, offered: Sequence[str]) -> str:
    """Return the offered coding that a header wants most, the first of equals; empty where it wants the plain bytes."""
    quality = _qualities(accepted)
    best = max(offered, key=lambda coding: quality.get(coding, quality.get("*", 0.0)), default="")
    wanted = quality.get(best, quality.get("*", 0.0))
    return best if wanted > 0 and wanted >= quality.get("identity", 0.0) else ""


def _qualities(accepted: str) -> Mapping[str, float]:
    quality: dict[str, float] = {}
    for part in accepted.lower().split(","):
        coding, *parameters = (word.strip() for word in part.split(";"))
        quality[coding] = _quality(parameters)
    return quality


def _quality(parameters: list[str]) -> float:
    given = next((word[2:].strip() for word in parameters if word.startswith("q=")), "1")
    try:
        return float(given)
    except ValueError:
        return 0.0
