"""What the page of a view shows beside its reading: controls, table columns, links to every other face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flask import render_template

from geo.core.model import LANGUAGES
from geo.core.text import Text, text_of
from geo.core.view import MEASURES, Offer, View, allowed_values, edition_of, parse_form
from geo.faces.reading import Reading
from geo.faces.svg import circle_radius, legend_swatch, svg_map
from geo.faces.wording import function_name
from geo.layers import offer_of
from geo.versions import Version
from geo.web.faces import FILES
from geo.web.links import Links


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
        publication=_publication(links, version),
        links=links,
        languages=LANGUAGES,
        text_of=text_of,
        map=svg_map(reading, drawing, link=place, labels=True),
        swatch=legend_swatch,
        circles=_circle_legend(reading, drawing["width"], version),
        controls=controls(view, offer, text, version),
        periods=_strip(view, offer, text, links),
        columns=_columns(reading),
        lines=reading.sorted_lines(view.sort),
        order={line.unit_id: number for number, line in enumerate(reading.lines)},
        total=_total(reading, version),
        plain_links=_plain_links(view, offer, text),
        place=place,
        files=[(name, text(f"face.{name.split('.')[-1]}")) for name in FILES],
        embed_code=_embed_code(reading, f"{base}{kept.path}embed/"),
        frozen_code=_embed_code(reading, f"{base}v/{version.id}/{kept.path}embed/"),
        address=f"{base}v/{version.id}/{kept.path}",
    )


def controls(view: View, offer: Offer, text: Text, version: Version) -> list[Control]:
    """Return the fields of the form in the order of reading; each names what is chosen now."""
    in_force = edition_of(offer, view.month)
    labels: dict[str, Callable[[str], str]] = {
        "function": lambda v: f"{v} {function_name(version, v, text.lang, 'short')}",
        "per": lambda v: text(f"per.{v}"),
        "transfers": lambda v: text(f"transfers.{v}"),
        "borders": lambda v: text("form.borders_in_force" if v == in_force else "form.borders_other", edition=v),
        "prices": lambda v: text("prices.nominal") if v == "nominal" else text("form.prices_year", year=v),
        "classes": lambda v: text(f"classes.{v}"),
    }
    periods = [Choice(p, text.period(p), p == view.period) for p in reversed(offer.period_words)]
    made = [
        Control(
            "measure", text("form.measure"), [Choice(m, text(f"measure.{m}.name"), m == view.measure) for m in MEASURES]
        ),
        Control("period", text("form.period"), periods),
    ]
    for key, label in labels.items():
        values = allowed_values(view, key, {}, offer)
        chosen = getattr(view, key) or (values[0] if values and key != "function" else "")
        choices = [Choice(value, label(value), value == chosen) for value in values]
        if key == "function" and MEASURES[view.measure].over != "unit_total":
            choices.insert(0, Choice("", text("form.all"), not view.function))
        made.append(Control(key, text(f"form.{key}"), choices))
    return [control for control in made if len(control.choices) > 1]


def _strip(view: View, offer: Offer, text: Text, links: Links) -> list[tuple[str, str, bool]]:
    """Return (address, label, is this one) for each period that the view can be asked for."""
    found = []
    for word in offer.periods_of(view.measure):
        other = parse_form(view.but(sort="value"), {"period": word}, offer)
        found.append((other.path, word, word == view.period))
    return found


def _columns(reading: Reading) -> list[Column]:
    text, layer, view = reading.text, reading.layer, reading.layer.view
    scale = text(f"scale.{reading.amount_scale.exponent}")
    by_over = {
        "plan": text("table.plan", scale=scale),
        "year_before": text("table.before", scale=scale, period=text.period(layer.accounts[-1].period)),
        "unit_total": text("table.whole", scale=scale),
    }
    by_series = {"person": text("table.people"), "km2": text("table.area")}
    divisor = by_over.get(layer.measure.over) or by_series.get(view.per, "")
    columns = [
        Column("name", text("table.name"), "name", "name-down"),
        Column("value", reading.unit, "value", "value-up"),
        Column("amount", text("table.amount", scale=scale), "amount", "amount-up"),
    ]
    if layer.shows_circles:
        columns.pop(1)
    return [
        *columns,
        *([Column("divisor", divisor, "", "")] if divisor else []),
        Column("rank", text("table.rank"), "", ""),
    ]


def _total(reading: Reading, version: Version) -> dict[str, str]:
    """Return the foot of the table: all units that have a value."""
    layer, text, minor = reading.layer, reading.text, version.country.minor_units
    shown = [row for row in layer.rows if row.state == "value"]
    divisor = sum(row.divisor or 0.0 for row in shown)
    amount = text.scaled(sum(row.amount or 0 for row in shown) / minor, reading.amount_scale)
    if layer.measure.is_money:
        below = text.number(round(divisor))
    else:
        below = text.scaled(divisor / minor, reading.amount_scale)
    return {"value": reading.overall, "amount": amount, "divisor": below if shown else "–", "rank": ""}


def _plain_links(view: View, offer: Offer, text: Text) -> list[tuple[str, str, bool]]:
    """Return (address, label, is this one) of the views that a site of plain files offers instead of the form."""
    base = View(view.lang, view.country, view.level, view.measure, view.period)
    found = [(base.but(measure=m).path, text(f"measure.{m}.name"), m == view.measure) for m in MEASURES if m != "share"]
    found += [(base.but(per=p).path, text(f"per.{p}"), p == view.per) for p in ("person", "km2", "none")]
    return found


def _circle_legend(reading: Reading, width: int, version: Version) -> list[tuple[float, str]]:
    """Return (radius, amount) of three circles for the legend: the largest, a quarter and a sixteenth of it."""
    if not reading.layer.shows_circles:
        return []
    largest = max((row.amount or 0 for row in reading.layer.rows), default=0)
    minor = version.country.minor_units
    sizes = [largest, largest // 4, largest // 16]
    return [
        (circle_radius(size, largest, width), reading.text.scaled(size / minor, reading.amount_scale)) for size in sizes
    ]


def _embed_code(reading: Reading, address: str) -> str:
    title = f"{reading.title}, {reading.period}"
    escaped = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return (
        f'<iframe src="{address}" title="{escaped}" width="100%" height="620" style="border:0" loading="lazy"></iframe>'
    )


def _publication(links: Links, version: Version) -> Any:
    """Return the publication that brought the version into force, or None for one that never was."""
    rows = [row for row in links.site.home.publications() if row.id == version.id]
    return rows[0] if rows else None
