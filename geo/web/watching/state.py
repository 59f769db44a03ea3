"""The publication in force as open pages ask for it: at most 300 bytes under a tag that names it."""

from __future__ import annotations

from datetime import UTC, datetime

from geo.core.country import ID
from geo.core.errors import NothingPublished, UnknownWord
from geo.core.files import to_json
from geo.versions import Publication
from geo.versions.atwork import is_at_work
from geo.web.answering.answers import FILE_POLICY, REVALIDATED, VERSION, guarded
from geo.web.answering.ready import Ready
from geo.web.site import Site
from geo.web.watched import Watched

LIVE_S = 600  # since a publication: others may follow soon
AT_ONCE_S = 0.15  # while the next one is being made


class Watch:
    """The publication in force of each country; safe to share between threads."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._publications = Watched(site.settings.home / "current", site.home.publication)
        self._answers: dict[str, tuple[Publication, float, Ready]] = {}

    def publication(self, country: str) -> Publication:
        """Return the publication in force; raises UnknownWord, NothingPublished or DamagedVersion."""
        try:
            if not ID.fullmatch(country):
                raise NothingPublished(country="", folder="")
            return self._publications.get(country)
        except NothingPublished:
            known = self.site.home.countries()
            if not known:
                raise NothingPublished(country=self.site.settings.country, folder=self.site.settings.home) from None
            raise UnknownWord(word="country", allowed=known) from None

    def every_s(self, row: Publication) -> float:
        """Return after how many seconds a page asks again; 0: not at all.

        Soon while publications follow each other, at once while the next one is being made.
        """
        settings = self.site.settings
        at = datetime.strptime(row.at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        is_live = abs((datetime.now(UTC) - at).total_seconds()) < LIVE_S  # a clock set back is no reason for haste
        if settings.watch_s and is_at_work(settings.home, row.country):
            return AT_ONCE_S
        return min(settings.watch_s, settings.watch_live_s) if is_live else settings.watch_s

    def answer(self, country: str) -> Ready:
        """Return the answer as it leaves; raises as `publication` does."""
        row = self.publication(country)
        every_s = self.every_s(row)
        kept = self._answers.get(country)
        if kept is not None and kept[:2] == (row, every_s):
            return kept[2]
        ready = _ready(row, every_s)
        self._answers[country] = row, every_s, ready  # as many as there are countries in force
        return ready


def _ready(row: Publication, every_s: float) -> Ready:
    tag = f"{row.sequence}-{row.id}-{every_s}"
    body = to_json({"at": row.at, "every_s": every_s, "sequence": row.sequence, "version": row.id})
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("ETag", f'"{tag}"'),
        ("Cache-Control", REVALIDATED),
        ("Access-Control-Allow-Origin", "*"),
        (VERSION, row.id),
        *guarded(FILE_POLICY),
    ]
    return Ready("200 OK", headers, body, (tag,))
