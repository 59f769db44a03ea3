"""What the page of a view shows beside its reading: controls, table columns, links to every other face."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from flask import render_template
from markupsafe import Markup, escape

from geo.core.allowed import allowed_values, without_effect
from geo.core.measures import MEASURES
from geo.core.offer import Offer, edition_of
from geo.core.text import Text, text_of
from geo.core.view import View, parse_form
from geo.faces.mark import marked
from geo.faces.patterns import legend_swatch
from geo.faces.reading import Reading
from geo.faces.svg import svg_map
from geo.faces.wording import function_name
from geo.layers import offer_of
from geo.layers.offer import with_denominator
from geo.versions import Publication, Version
from geo.web.explorer import explorer_data
from geo.web.faces import FILES
from geo.web.links import Links
from geo.web.status import default

_FACES = {"values.json": "values"}  # the others are told apart by their ending


class Choice(NamedTuple):
    """One option of a control."""

    value: str
    label: str
    is_chosen: bool


class Control(NamedTuple):
    """One field of the form; with one choice there is nothing to choose and it is left out."""

    name: str
    label: str
    choices: Sequence[Choice]


class Column(NamedTuple):
    """One column of the table: its heading, and the two sorts that a click on it asks for."""

    key: str
    label: str
    sort: str
    other: str


def view_page(reading: Reading, version: Version, links: Links, base: str) -> str:
    """Return the HTML of a view's page, complete without scripts."""
    layer, view, text = reading.layer, reading.layer.view, reading.text
    drawing = version.json(f"{layer.edition}/{view.level}/outline-page.json")
    offer = offer_of(version)
    kept = view.but(sort="value")
    fields = controls(view, offer, text, version)

    def place(unit_id: str) -> str:
        return links.to(f"{view.lang}/{view.country}/unit/{layer.edition}/{view.level}/{unit_id}/")

    return render_template(
        "view.html",
        t=text,
        reading=reading,
        view=view,
        kept=kept,
        version=version,
        country=version.country,
        publication=publication_of(links, version),
        links=links,
        languages=version.country.languages,
        text_of=text_of,
        mark=reading.mark,
        is_places=version.country.level(view.level).is_places,
        map=svg_map(reading, drawing, link=place, labels=True),
        swatch=legend_swatch,
        controls=fields,
        periods=_strip(view, offer, text),
        columns=_columns(reading),
        lines=reading.sorted_lines(view.sort),
        order={line.unit_id: number for number, line in enumerate(reading.lines)},
        plain_links=_plain_links(view, version, fields, links) if links.site.plain is not None else [],
        place=place,
        files=[(name, text(f"face.{_FACES.get(name) or name.split('.')[-1]}")) for name in FILES],
        embed_code=_embed_code(reading, f"{base}{kept.path}embed/") if base else "",
        frozen_code=_embed_code(reading, f"{base}v/{version.id}/{kept.path}embed/") if base else "",
        address=f"{base}v/{version.id}/{kept.path}",
        explorer=explorer_data(reading, version, links),
        reporting=replace(default(version, view.lang), month=view.month).path,
    )


def controls(view: View, offer: Offer, text: Text, version: Version) -> list[Control]:
    """Return the fields of the form in the order of reading; each names what is chosen now."""
    in_force = edition_of(offer, view.month)
    series = {row.series: row.label[text.lang] for row in version.country.denominators}
    labels: dict[str, Callable[[str], str]] = {
        "function": lambda v: f"{v} {function_name(version, v, text.lang, 'short')}",
        "per": lambda v: text("per.none") if v == "none" else series[v],
        "transfers": lambda v: text(f"transfers.{v}"),
        "borders": lambda v: text("form.borders_in_force" if v == in_force else "form.borders_other", edition=v),
        "prices": lambda v: text("prices.nominal") if v == "nominal" else text("form.prices_year", year=v),
        "classes": lambda v: text(f"classes.{v}"),
    }
    made = _places(view, offer, text, version)
    for key, label in labels.items():
        if key in without_effect(view):
            continue
        values = allowed_values(view, key, {}, offer)
        chosen = getattr(view, key) or (values[0] if values and key != "function" else "")
        # The borders of the time stay so when another period is chosen: they are sent as no borders at all.
        own = in_force if key == "borders" else None
        choices = [Choice("" if value == own else value, label(value), value == chosen) for value in values]
        if key == "function":
            choices.insert(0, Choice("", text("form.all"), not view.function))
        made.append(Control(key, text(f"form.{key}"), choices))
    return [control for control in made if len(control.choices) > 1]


def _places(view: View, offer: Offer, text: Text, version: Version) -> list[Control]:
    """Return the fields of level, measure and period; what the level has no figures for is not offered."""
    levels = {row.id: row.name[text.lang] for row in version.country.levels}
    measures = [measure for measure in MEASURES if offer.periods_of(measure, view.level)]
    known = {word for measure in measures for word in offer.periods_of(measure, view.level)}
    words = [word for word in reversed(offer.period_words) if word in known]
    fields = {
        "level": [Choice(row, levels[row], row == view.level) for row in offer.levels],
        "measure": [Choice(row, text(f"measure.{row}.name"), row == view.measure) for row in measures],
        "period": [Choice(word, text.period(word), word == view.period) for word in words],
    }
    return [Control(name, text(f"form.{name}"), choices) for name, choices in fields.items()]


def _strip(view: View, offer: Offer, text: Text) -> list[tuple[str, list[tuple[str, str, str, bool]]]]:
    """Return, by year, (address, label, full name, is this one) of each period that the view can be asked for."""
    found: dict[str, list[tuple[str, str, str, bool]]] = {}
    for word in offer.periods_of(view.measure, view.level):
        other = parse_form(view.but(sort="value"), {"period": word}, offer)
        label = text("period.short", months=int(other.month[5:])) if "-" in word else text("period.short_year")
        found.setdefault(word[:4], []).append((other.path, label, text.period(word), word == view.period))
    return list(found.items())


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


def chosen_view(view: View, given: Mapping[str, str], version: Version) -> View:
    """Return the view that a form or link asks for; another level shows money by what that level is divided by."""
    offer = offer_of(version)
    level = given.get("level") or view.level
    if level == view.level or level not in offer.levels:
        return parse_form(view, given, offer)
    kept = {**given, "borders": ""}  # other levels have other borders
    measure = given.get("measure") or view.measure
    if measure in MEASURES and not offer.periods_of(measure, level):
        kept["measure"] = next((row for row in ("executed", *MEASURES) if offer.periods_of(row, level)), measure)
    return with_denominator(parse_form(view.but(borders="", highlight=""), kept, offer), version)


def _plain_links(
    view: View, version: Version, fields: Sequence[Control], links: Links
) -> list[tuple[str, list[Markup]]]:
    """Return what a site of plain files offers instead of the form: for each control the choices that it holds."""
    found = []
    for control in fields:
        choices = []
        for choice in control.choices:
            path = chosen_view(view.but(sort="value"), {control.name: choice.value}, version).path
            if choice.is_chosen or links.has(path):
                choices.append(links.link(path, choice.label, current=choice.is_chosen))
        if len(choices) > 1:
            found.append((control.label, choices))
    return found


def _embed_code(reading: Reading, address: str) -> str:
    title = escape(marked(reading.mark, f"{reading.title}, {reading.period}"))
    return (
        f'<iframe src="{address}" title="{title}" width="100%" height="620" style="border:0" loading="lazy"></iframe>'
    )


def publication_of(links: Links, version: Version) -> Publication | None:
    """Return the publication that brought the version into force, or None for one that never was."""
    rows = [row for row in links.site.home.publications() if row.id == version.id]
    return rows[0] if rows else None
