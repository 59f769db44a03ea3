"""The address of a body's page."""

from __future__ import annotations

from dataclasses import dataclass

from geo.core.offer import default_word, word_of
from geo.layers.body import months_of
from geo.layers.holdings import holdings
from geo.versions import Version

WORD = "body"


@dataclass(frozen=True)
class BodyAddress:
    """A body's page in one language, for one period; empty words where it has figures in none."""

    lang: str
    country: str
    body_id: str
    period: str
    default_period: str

    @property
    def path(self) -> str:
        """Return the canonical address from the root."""
        words = [self.lang, self.country, WORD, self.body_id]
        if self.period != self.default_period:
            words.append(f"period={self.period}")
        return "/".join(words) + "/"


def words_of(version: Version, number: int) -> tuple[str, ...]:
    """Return the words of the periods for which a body has figures."""
    return tuple(word_of(month) for month in months_of(version, number))


def body_address(lang: str, version: Version, number: int, period: str) -> BodyAddress:
    """Return the address of a body in a period with figures, else in its own default one."""
    words = words_of(version, number)
    default = default_word(words) if words else ""
    about = holdings(version).bodies[number]
    return BodyAddress(lang, version.country.id, about["body_id"], period if period in words else default, default)
