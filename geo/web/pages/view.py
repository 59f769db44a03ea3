"""What the page of a view shows beside its reading: controls, table columns, links to every other face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from flask import render_template
from markupsafe import Markup

from geo.core.text import Text
from geo.core.view import View
from geo.faces.framed import drawing_of
from geo.faces.mark import marked
from geo.faces.patterns import legend_swatch
from geo.faces.reading import Reading
from geo.faces.svg import svg_map
from geo.faces.trust import trust_of, words_of
from geo.layers import offer_of
from geo.versions import Version
from geo.web.catalogue.dataset import dataset_of
from geo.web.exports import more_files
from geo.web.faces import FILES
from geo.web.links import Links
from geo.web.pages.changes import published_at, since
from geo.web.pages.choices import Control, controls, strip
from geo.web.pages.explorer import explorer_data
from geo.web.pages.frame import frame
from geo.web.pages.parts import without_shapes
from geo.web.pages.status import default
from geo.web.pages.unit import unit_path
from geo.web.sharing import snippets
from geo.web.sharing.cards import card_of
from geo.web.sharing.heights import frame_height_px

_FACES = {"values.json": "values"}  # the others are told apart by their ending


class Column(NamedTuple):
    """One column of the table: its heading, and the two sorts that a click on it asks for."""

    key: str
    label: str
    sort: str
    other: str


def view_page(reading: Reading, version: Version, links: Links, base: str, *, is_whole: bool = True) -> str:
    """Return the HTML of a view's page, complete without scripts; not whole: without shapes, to repaint a page with."""
    layer, view, text = reading.layer, reading.layer.view, reading.text
    drawing = drawing_of(layer, version, "page")
    offer = offer_of(version)
    kept = view.but(sort="value")
    is_plain = links.site.plain is not None
    files = [name for name in FILES if links.has(kept.path + name)]
    fields = controls(kept if is_plain else view, offer, text, version)

    def place(unit_id: str) -> str:
        return links.to(unit_path(view, layer.edition, unit_id, version, links))

    drawn = svg_map(reading, drawing, link=place, labels=True)
    return render_template(
        "view.html",
        **frame(view.lang, version, links, lambda lang: view.but(lang=lang).path),
        **({} if is_whole else {"layout": "parts.html"}),
        address=kept,
        reading=reading,
        view=view,
        kept=kept,
        is_places=version.country.level(view.level).is_places,
        map=drawn if is_whole else without_shapes(drawn),
        swatch=legend_swatch,
        controls=fields,
        periods=strip(view, offer, text, version),
        columns=_columns(reading),
        lines=reading.sorted_lines(view.sort),
        order={line.unit_id: number for number, line in enumerate(reading.lines)},
        plain_links=_plain_links(fields, links) if is_plain else [],
        place=place,
        more_files=_held(more_files(layer, version, text), kept, links),
        files=[(name, _face_words(name, text)) for name in files],
        embed_code=_embed_code(reading, version, f"{base}{kept.path}embed/") if base else "",
        frozen_code=_embed_code(reading, version, f"{base}v/{version.id}/{kept.path}embed/") if base else "",
        cited=f"{base}v/{version.id}/{kept.path}",
        explorer=explorer_data(reading, version, links, is_whole=is_whole),
        reporting=replace(default(version, view.lang), month=view.month).path,
        trust=trust_of(reading),
        words=words_of(reading),
        published_at=published_at(version, links, text),
        changed=since(layer, version, links),
        dataset=dataset_of(reading, version, base, files),
        card=card_of(reading, version, links, base),
    )


def _held(
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], view: View, links: Links
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return those of the files (title, (end of the address, label)) that are here, by title."""
    here = [(title, [one for one in formats if links.has(view.path + one[0])]) for title, formats in groups]
    return [(title, formats) for title, formats in here if formats]


def _face_words(name: str, text: Text) -> str:
    return text(f"face.{_FACES.get(name) or name.rsplit('.', 1)[1]}")


def _columns(reading: Reading) -> list[Column]:
    text, layer, wording = reading.text, reading.layer, reading.wording
    money = wording.amount_unit
    by_over = {
        "plan": text("table.plan", **money),
        "year_before": text("table.before", period=text.period(layer.accounts[-1].period), **money),
        "unit_total": text("table.whole", **money),
        "peers": text("table.peers", **money),
    }
    below = by_over.get(layer.measure.over) or wording.series("column")
    columns = [
        Column("name", text("table.name"), "name", "name-down"),
        Column("value", reading.unit, "value", "value-up"),
        Column("amount", text("table.amount", **money), "amount", "amount-up"),
    ]
    if layer.shows_circles:
        columns.pop(1)
    return [
        *columns,
        *([Column("denominator", below, "", "")] if below else []),
        Column("rank", text("table.rank"), "", ""),
    ]


def _plain_links(fields: Sequence[Control], links: Links) -> list[tuple[str, list[Markup]]]:
    """Return what a site of plain files offers instead of the form: for each control the choices that it holds."""
    found = []
    for control in fields:
        choices = [
            links.link(choice.path, choice.label, current=choice.is_chosen)
            for choice in control.choices
            if choice.is_chosen or links.has(choice.path)
        ]
        if len(choices) > 1:
            found.append((control.label, choices))
    return found


def _embed_code(reading: Reading, version: Version, address: str) -> str:
    title = marked(reading.mark, f"{reading.title}, {reading.period}")
    return snippets.iframe(address, title, frame_height_px(reading, version))
