"""What a reader can choose on the page of a view, and the view that each choice leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from geo.core.allowed import OWN, allowed_values, without_effect
from geo.core.measures import MEASURES
from geo.core.offer import Offer, edition_of
from geo.core.text import Text
from geo.core.view import SUBGROUP, View, parse_form
from geo.faces.wording import function_name, has_name, status_of, unit_name
from geo.layers import offer_of
from geo.layers.offer import with_denominator
from geo.layers.rounded import round_bounds
from geo.versions import Version


class Choice(NamedTuple):
    """One option of a control: where it leads, and whether that needs another drawing than the page has."""

    value: str
    label: str
    is_chosen: bool
    path: str = ""
    redrawn: str = ""  # the drawing that its map needs, if it is another than that of the page
    lang: str = ""  # of the label, where it is not that of the page


class Control(NamedTuple):
    """One field of the form; with one choice there is nothing to choose and it is left out."""

    name: str
    label: str
    choices: Sequence[Choice]
    kind: str = "select"  # or text, which has a value and a hint in place of choices
    value: str = ""
    hint: str = ""


class Moment(NamedTuple):
    """One period of the strip: its short label and full name, its status in words."""

    path: str
    label: str
    name: str
    status: str
    is_current: bool
    redrawn: str


def controls(view: View, offer: Offer, text: Text, version: Version) -> list[Control]:
    """Return the fields of the form in the order of reading; each names what is chosen now."""
    in_force = edition_of(offer, view.month)
    edition, names = view.borders or in_force, _Names(version, text)
    series = {row.series: row.label[text.lang] for row in version.country.denominators}
    labels: dict[str, Callable[[str], str]] = {
        "function": lambda v: names.function(v) if v else text("form.all"),
        SUBGROUP: lambda v: names.function(v) if v else text("form.subgroup_all"),
        "per": lambda v: text("per.none") if v == "none" else series[v],
        "transfers": lambda v: text(f"transfers.{v}"),
        "borders": lambda v: text("form.borders_in_force" if v == in_force else "form.borders_other", edition=v),
        "prices": lambda v: text("prices.nominal") if v == "nominal" else text("form.prices_year", year=v),
        "within": lambda v: names.unit(v, edition) if v else text("form.within_all"),
        "classes": lambda v: text(f"classes.{v}"),
        "palette": lambda v: text(f"palettes.{v}"),
    }
    made = _places(view, offer, text, version)
    for key, label in labels.items():
        if key in without_effect(view):
            continue
        values, chosen = _offered(view, key, offer)
        # The borders of the time stay so when another period is chosen: they are sent as no borders at all.
        own = in_force if key == "borders" else None
        choices = [
            Choice("" if value == own else value, label(value), value == chosen, lang=names.language(value))
            for value in values
        ]
        made.append(Control(key, text(f"form.{key}"), choices))
    led = [_led(control, view, version) for control in made if len(control.choices) > 1]
    at = next((number for number, control in enumerate(led, 1) if control.name == "classes"), len(led))
    return [*led[:at], _bounds(view, offer, text, version), *led[at:]]


def _offered(view: View, key: str, offer: Offer) -> tuple[tuple[str, ...], str]:
    """Return what a field offers and which of it is chosen; empty is all, where nothing has to be chosen."""
    group = offer.group_of(view.function)
    if key == "function":
        return ("", *offer.functions), group
    if key == SUBGROUP:
        known = [code for code in offer.subgroups_of(view.measure, view.month) if group and code.startswith(group)]
        return (("", *known) if known else ()), view.function if view.function != group else ""
    if key == "within":
        return ("", *allowed_values(view, key, {}, offer)), view.within
    if key == "classes":
        return (*view.shown.classes, OWN), view.method
    values = allowed_values(view, key, {}, offer)
    return values, getattr(view, key) or (values[0] if values else "")


def _bounds(view: View, offer: Offer, text: Text, version: Version) -> Control:
    """Return the field for bounds of one's own, as its language writes numbers."""
    mark = text.number(0.5, 1)[1]

    def shown(word: str) -> str:
        return word.replace(".", mark).replace("_", "; ")

    example = shown(allowed_values(view, "breaks", {"breaks": "0"}, offer)[0])
    unit = text(
        "unit_of_bounds.money" if view.shown.is_money else "unit_of_bounds.ratio", currency=version.country.symbol
    )
    hint = text("form.breaks_hint", unit=unit, example=example)
    return Control("breaks", text("form.breaks"), (), "text", shown(view.breaks), hint)


class _Names(NamedTuple):
    """What codes are called in a language."""

    version: Version
    text: Text

    def function(self, code: str) -> str:
        """Return the code of a function and its name."""
        return f"{code} {function_name(self.version, code, self.text.lang, 'short')}"

    def language(self, code: str) -> str:
        """Return the language of a subgroup's name where it is not the page's; empty for anything else."""
        is_subgroup = code.isdigit() and len(code) > self.version.country.function_digits
        known = is_subgroup and code in self.version.json("functions.json")
        return "ru" if known and not has_name(self.version, code, self.text.lang) else ""

    def unit(self, unit_id: str, edition: str) -> str:
        """Return the name of a unit of any level of an edition."""
        return unit_name(self.version, edition, unit_id, self.text.lang)


def _led(control: Control, view: View, version: Version) -> Control:
    """Return the control with the addresses that its choices lead to, as the form would."""
    before = drawing_of(view, version)
    choices = []
    for choice in control.choices:
        led = chosen_view(view, {control.name: choice.value}, version)
        choices.append(choice._replace(path=led.path, redrawn=_other(drawing_of(led, version), before)))
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
        name, status = text.period(word), text(f"status.{status_of(other)}")
        redrawn = _other(drawing_of(other, version), before)
        moment = Moment(other.path, text.short_period(word), name, status, word == view.period, redrawn)
        found.setdefault(word[:4], []).append(moment)
    return found


def chosen_view(view: View, given: Mapping[str, str], version: Version) -> View:
    """Return the view that a form or link asks for; another level shows money by what that level is divided by.

    Bounds of one's own begin as round numbers near those that are shown.
    """
    led = _on_level(view, given, version)
    wants_own = given.get("classes") == OWN and not led.breaks
    return led.but(breaks=round_bounds(led, version), classes="") if wants_own else led


def _on_level(view: View, given: Mapping[str, str], version: Version) -> View:
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


def _other(name: str, than: str) -> str:
    return name if name != than else ""
