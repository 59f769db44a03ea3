"""The page of who has reported for a month: its address, and what its template and its file show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from geo.core.deadlines import Deadline
from geo.core.errors import BadKey, BadValue, UnknownWord
from geo.core.offer import edition_of, month_of, word_of
from geo.core.text import Text, text_of
from geo.core.view import View
from geo.faces.mark import mark_of, marked
from geo.faces.report import name_of
from geo.faces.standing import days_of, months_of, status_in
from geo.faces.states import legend
from geo.faces.status import SIGNS, STATES, Status, share, status_json, status_map, told
from geo.layers import offer_of
from geo.versions import Publication, Version
from geo.web.links import Links
from geo.web.pages.frame import frame

WORD = "status"
FACES = ("data.json",)
NAMED = ("missing", "late")  # states whose territories are named beside the map


@dataclass(frozen=True)
class StatusAddress:
    """The page of one month in one language."""

    lang: str
    country: str
    month: str  # YYYY-MM
    default_month: str

    @property
    def path(self) -> str:
        """Return the canonical address from the root; a month is said as the addresses of views say it."""
        words = [self.lang, self.country, WORD]
        if self.month != self.default_month:
            words.append(f"period={word_of(self.month)}")
        return "/".join(words) + "/"


def parse(lang: str, segments: Sequence[str], version: Version, today: date) -> StatusAddress:
    """Return the address `country/status[/period=…]`; raises UnknownWord, BadKey, BadValue."""
    if lang not in version.country.languages:
        raise UnknownWord(word="language", allowed=version.country.languages)
    address = default(version, lang)
    if len(segments) > 3 or (len(segments) == 3 and not segments[2].startswith("period=")):
        raise BadKey(problem="unknown", allowed=["period"])
    if len(segments) < 3:
        return address
    word, months = segments[2].removeprefix("period="), months_of(version, today)
    month = month_of(word)
    if month not in months:
        raise BadValue(key="period", allowed=[word_of(one) for one in reversed(months)])
    return replace(address, month=month)


def default(version: Version, lang: str) -> StatusAddress:
    """Return the address of the last month with figures."""
    last = max(days_of(version))
    return StatusAddress(lang, version.country.id, last, last)


def addresses(version: Version, today: date) -> Iterator[str]:
    """Yield the address of every month in every language."""
    for lang in version.country.languages:
        yield from (replace(default(version, lang), month=month).path for month in months_of(version, today))


def asked_on(version: Version, publication: Publication | None) -> date:
    """Return the day on which the question is asked, so that a version always gives the same answer.

    It is the day of the publication; of a version that was never published the last day in its ledger, or with none
    the day on which the figures of its last month were due.
    """
    if publication is not None:
        return date.fromisoformat(publication.at[:10])
    days = days_of(version)
    known = [day for rows in days.values() for day in rows.values() if day]
    return date.fromisoformat(max(known)) if known else Deadline().due(max(days))


def data(address: StatusAddress, version: Version, today: date) -> bytes:
    """Return the matrix of the year as JSON, with what is needed to understand it alone."""
    country, status, text = version.country, status_in(version, address.month, today), text_of(address.lang)
    about = {
        "title": marked(mark_of(country, text), text("reporting.title", period=text.period(address.month))),
        "period": word_of(address.month),
        "asked_on": today.isoformat(),
        "version": version.id,
        "view": address.path,
        "level": country.top_level.id,
        "edition_of_borders": edition_of(offer_of(version), address.month),
        "is_synthetic": country.is_synthetic,
        "sources": [{"about": s.about, "name": s.name[address.lang], "licence": s.licence} for s in country.sources],
    }
    plain = {"metadata": about, **status_json(status)}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def page(address: StatusAddress, version: Version, links: Links, publication: Publication | None) -> dict[str, Any]:
    """Return what the template shows."""
    text, today, top = text_of(address.lang), asked_on(version, publication), version.country.top_level.id
    status, edition = status_in(version, address.month, today), edition_of(offer_of(version), address.month)
    counts, cells = status.count(address.month), status.column(address.month)
    months = months_of(version, today)
    return {
        **frame(address.lang, version, links, lambda lang: replace(address, lang=lang).path),
        "address": address,
        "period": text.period(address.month),
        "map": status_map(status, address.month, version.json(f"{edition}/{top}/outline-page.json"), text),
        "legend": legend([(state, text(f"reporting.{state}"), counts[state]) for state in STATES if counts[state]]),
        "share": share(counts),
        "named": _named(status, address.month, text),
        "due": text.day(cells[0].due),
        "today": text.day(today.isoformat()),
        "strip": _strip(address, months, version, text),
        "heads": [_head(address, period, months, text) for period in status.periods],
        "rows": _rows(status, f"{address.lang}/{address.country}/unit/{edition}/{top}", text),
        "shares": [share(status.count(period)) for period in status.periods],
        "signs": [(SIGNS[state], text(f"reporting.{state}")) for state in STATES],
        "is_undated": any(c.state == "reported" and not c.day for row in status.cells for c in row),
        "back": _back(address, version, links),
        "files": FACES,
    }


def _named(status: Status, month: str, text: Text) -> list[tuple[str, list[str]]]:
    """Return (state in words, names of the territories) of those that are late or missing, unless all are alike."""
    every = zip(status.units, status.column(month), strict=True)
    found = [(cell.state, name_of(names, unit_id, text.lang)) for (unit_id, names), cell in every]
    named = [(text(f"reporting.{state}"), [name for of, name in found if of == state]) for state in NAMED]
    return [(word, names) for word, names in named if 0 < len(names) < len(status.units)]


def _strip(
    address: StatusAddress, months: Sequence[str], version: Version, text: Text
) -> list[tuple[str, str, str, bool]]:
    """Return (address, label, full name, is this one): a year leads to its last month with figures."""
    latest: dict[str, str] = {}
    for month in months:
        if month in days_of(version) or latest.get(month[:4], "") not in days_of(version):
            latest[month[:4]] = month
    return [
        (replace(address, month=month).path, year, text.period(month), year == address.month[:4])
        for year, month in latest.items()
    ]


def _head(address: StatusAddress, month: str, months: Sequence[str], text: Text) -> dict[str, Any]:
    """Return the heading of a column of the matrix: a link where the month has a page of its own."""
    short = text.locale.months["stand-alone"]["abbreviated"][int(month[5:])]
    return {
        "label": short,
        "name": text.period(month),
        "path": replace(address, month=month).path if month in months else "",
        "is_on": month == address.month,
    }


def _rows(status: Status, places: str, text: Text) -> list[dict[str, Any]]:
    """Return a row of the matrix for each unit: its name, the address of its page, a sign and words for each month."""
    return [
        {
            "name": name_of(names, unit_id, text.lang),
            "path": f"{places}/{unit_id}/",
            "cells": [(cell.state, SIGNS[cell.state], told(cell, text)) for cell in row],
        }
        for (unit_id, names), row in zip(status.units, status.cells, strict=True)
    ]


def _back(address: StatusAddress, version: Version, links: Links) -> str:
    """Return the map of the month's figures, or of the last whole year where there is none."""
    offer, level = offer_of(version), version.country.top_level.id
    offered = offer.periods_of("executed", level)
    word = word_of(address.month) if word_of(address.month) in offered else offer.default_period
    path = View(address.lang, address.country, level, "executed", word).path
    return (
        path if links.has(path) else View(address.lang, address.country, level, "executed", offer.default_period).path
    )
