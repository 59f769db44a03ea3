"""What a reader can choose on the page of a view, and the view that each choice leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from geo.core.measures import MEASURES
from geo.core.offer import Offer, edition_of
from geo.core.text import Text
from geo.core.view import View, allowed_values, parse_form, without_effect
from geo.faces.wording import function_name, status_of
from geo.layers import offer_of
from geo.layers.offer import with_denominator
from geo.versions import Version


class Choice(NamedTuple):
    """One option of a control: where it leads, and whether that needs another drawing than the page has."""

    value: str
    label: str
    is_chosen: bool
    path: str = ""
    is_redrawn: bool = False


class Control(NamedTuple):
    """One field of the form; with one choice there is nothing to choose and it is left out."""

    name: str
    label: str
    choices: Sequence[Choice]


class Moment(NamedTuple):
    """One period of the strip: its short label and full name, its status in words."""

    path: str
    label: str
    name: str
    status: str
    is_current: bool
    is_redrawn: bool


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
    return [_led(control, view, version) for control in made if len(control.choices) > 1]


def _led(control: Control, view: View, version: Version) -> Control:
    """Return the control with the addresses that its choices lead to, as the form would."""
    before = drawing_of(view, version)
    choices = []
    for choice in control.choices:
        led = chosen_view(view, {control.name: choice.value}, version)
        choices.append(choice._replace(path=led.path, is_redrawn=drawing_of(led, version) != before))
    return control._replace(choices=choices)


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


def strip(view: View, offer: Offer, text: Text, version: Version) -> dict[str, list[Moment]]:
    """Return, by year, each period that the view can be asked for."""
    found: dict[str, list[Moment]] = {}
    before = drawing_of(view, version)
    for word in offer.periods_of(view.measure, view.level):
        other = parse_form(view, {"period": word}, offer)
        label = text("period.short", months=int(other.month[5:])) if "-" in word else text("period.short_year")
        name, status = text.period(word), text(f"status.{status_of(other)}")
        is_redrawn = drawing_of(other, version) != before
        moment = Moment(other.path, label, name, status, word == view.period, is_redrawn)
        found.setdefault(word[:4], []).append(moment)
    return found


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


def drawing_of(view: View, version: Version) -> str:
    """Return what the drawing of a view's map depends on: the borders, the level, the unit that it lies within."""
    edition = view.borders or edition_of(offer_of(version), view.month)
    return "/".join(part for part in (edition, view.level, view.within) if part)
