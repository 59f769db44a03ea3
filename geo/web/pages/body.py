"""The page of one body: its address, and what its template shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from geo.core.errors import BadKey, BadValue, UnknownWord
from geo.core.model import METHODS
from geo.core.offer import default_word, edition_of, month_of, word_of
from geo.core.text import Text, text_of
from geo.faces.body import read_body
from geo.faces.locator import locator
from geo.faces.mark import mark_of
from geo.faces.names import body_name, code_words, kind_word, other_names
from geo.faces.wording import function_name
from geo.layers import offer_of
from geo.layers.body import FEWEST, Body, body
from geo.layers.holdings import BUDGET, SHARED_CODE, holdings, method_of, points, spot_of
from geo.layers.traces import Trace, Traces, traces
from geo.versions import Version
from geo.web.links import Links
from geo.web.pages.bodies import ListAddress, unit_address
from geo.web.pages.bodyaddress import WORD, BodyAddress, words_of
from geo.web.pages.frame import frame, publication_of

__all__ = ["TEMPLATE", "WORD", "page", "parse"]

TEMPLATE = "body.html"


def parse(lang: str, segments: Sequence[str], version: Version) -> BodyAddress:
    """Return the address `country/body/body_id[/period=…]`; raises UnknownWord, BadKey, BadValue."""
    if lang not in version.country.languages:
        raise UnknownWord(word="language", allowed=version.country.languages)
    body_id = segments[2] if len(segments) > 2 else ""
    if body_id not in holdings(version).numbers:
        raise UnknownWord(word="body")
    words = words_of(version, holdings(version).numbers[body_id])
    if len(segments) > 4 or (len(segments) == 4 and not segments[3].startswith("period=")):
        raise BadKey(problem="unknown", allowed=["period"])
    default = default_word(words) if words else ""
    period = segments[3].removeprefix("period=") if len(segments) == 4 else default
    if len(segments) == 4 and period not in words:
        raise BadValue(key="period", allowed=words)
    return BodyAddress(lang, version.country.id, body_id, period, default)


def page(address: BodyAddress, version: Version, links: Links) -> dict[str, Any]:
    """Return what the template shows."""
    text, number = text_of(address.lang), holdings(version).numbers[address.body_id]
    month = month_of(address.period) if address.period else version.periods[-1]
    figures = body(version, number, month)
    name = body_name(figures.about, address.lang, text, figures.unit)
    publication = publication_of(links, version)
    return {
        **frame(address.lang, version, links, lambda lang: replace(address, lang=lang).path),
        "address": address,
        "name": name,
        "others": other_names(figures.about, name),
        "about": figures.about,
        "kind": kind_word(figures.about, version, text),
        "code": code_words(figures.about, text),
        "is_budget": figures.about["kind"] == BUDGET,
        "has_shared_code": figures.about["kind"] == SHARED_CODE,
        "period": text.period(address.period or word_of(month)),
        "periods": [(replace(address, period=word_of(p.month)).path, p.word) for p in figures.course],
        "body": figures,
        "reading": read_body(figures, version, text),
        "few": FEWEST,
        "published": text.day(publication.at) if publication else "",
        **_where(figures, address, version, text),
        **_rows(traces(version, number), month, text, version),
    }


def _where(figures: Body, address: BodyAddress, version: Version, text: Text) -> dict[str, Any]:
    """Return where the body is: its units with their pages and lists, how exactly that is known, and a small map."""
    edition, top = edition_of(offer_of(version), figures.month), version.country.top_level.id
    places = [
        (
            version.country.level(level).name[address.lang],
            unit_address(address.lang, version, (edition, level, unit.unit_id), address.period),
            unit.names[address.lang],
        )
        for level, unit in figures.places
    ]
    known, own = points(version), figures.number
    has_point = known is not None and known[own, 0] == known[own, 0]  # nan equals nothing
    found = method_of(version, edition, top, own)
    return {
        "places": [(level, at.path, name) for level, at, name in places],
        "bodies_path": ListAddress(places[-1][1]).path if places else "",
        "exactness": text(f"body.exact.{figures.about['exactness']}"),
        "point": [text.number(float(known[own, k]), 5) for k in (1, 0)] if known is not None and has_point else [],
        "method": text(f"body.method_of.{METHODS[found]}") if found is not None else "",
        "map": _map(figures, edition, version, text),
    }


def _map(figures: Body, edition: str, version: Version, text: Text) -> Markup:
    """Return the small map; a body without a point in a place stands at the place."""
    top = version.country.top_level.id
    numbers = version.level(edition, top).numbers
    number = numbers[figures.unit.unit_id] if figures.unit else None
    spot = spot_of(version, edition, figures.number)
    level, unit = figures.places[-1] if figures.places else (top, None)
    if spot is None and unit is not None and version.country.level(level).is_places:
        drawing = version.json(f"{edition}/{level}/outline-embed.json")
        x, y = drawing["labels"][version.level(edition, level).numbers[unit.unit_id]]
        spot = float(x), float(y)
    said = text("body.locator" if spot is None else "body.locator_point", unit=unit.names[text.lang] if unit else "–")
    drawing = version.json(f"{edition}/{top}/outline-embed.json")
    return locator(drawing, number, spot, said, mark_of(version.country, text))


def _rows(found: Traces | None, month: str, text: Text, version: Version) -> dict[str, Any]:
    """Return the rows behind the figures of the period and of all, as (file, row, period, function, phases)."""
    if found is None:
        return {"rows": None}

    def told(trace: Trace) -> tuple[str, str, str, str, str]:
        phases = ", ".join(text(f"phase.{phase}") for phase in trace.phases)
        said = text("body.all_stages") if trace.phases == version.phases else phases
        function = function_name(version, trace.function, text.lang, "short")
        return found.files[trace.file]["name"], str(trace.row), text.period(trace.word), function, said

    files = [
        {**file, "imported": text("body.imported", day=text.day(file["day"])) if file["day"] else text("body.bundled")}
        for file in found.files.values()
    ]
    own = [told(trace) for trace in found.rows if trace.month == month]
    return {"rows": own, "all_rows": [told(trace) for trace in found.rows], "files": files}
