"""The face `builder/`: where a map is made ready for an article, seen as it will stand there, and copied.

It is a form over the view, the options of its embed, and a few words of its own; each answer has one address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template

from geo.core.allowed import allowed_values
from geo.core.errors import BadKey, BadValue, UnknownWord
from geo.core.offer import edition_of
from geo.core.text import Text
from geo.core.view import KEYS, View
from geo.faces.mark import marked
from geo.faces.poster import POSTERS
from geo.faces.reading import Reading
from geo.faces.wording import collated, unit_name
from geo.layers import offer_of
from geo.versions import Version
from geo.web import embeds
from geo.web.answering.answers import PAGE_POLICY, answer
from geo.web.exports import Wanted
from geo.web.options import Option, Options, one_of, options_of
from geo.web.pages.choices import chosen_view, controls
from geo.web.pages.frame import frame
from geo.web.sharing import snippets
from geo.web.sharing.heights import USUAL_PX, frame_height_px

WORD, TEMPLATE = "builder", "builder.html"
POLICY = f"{PAGE_POLICY}; frame-src 'self'"  # it shows the embed in a frame; no other page does
FROZEN, LIVE = "frozen", "live"
NARROWEST, WIDEST = 200, 2000  # pixels of a column
PAGE_WIDTH = 1200  # pixels of a picture of the page's size
SHOWN = "show"  # the field of what stands around the map; the address names what is left out
_ROWS = {"iframe": 4, "script": 5, "link": 2, "picture": 5, "oembed": 3, "cite": 3}  # lines of a field, by snippet
_FIRST = ("level", "measure", "period", "function", "subgroup", "per")  # fields that are always in sight


def _width(word: str) -> str | None:
    if word == snippets.FULL:
        return word
    is_number = word.isascii() and word.isdigit() and word[0] != "0"
    return word if is_number and len(word) < 6 and NARROWEST <= int(word) <= WIDEST else None


OPTIONS: Mapping[str, Option] = {
    **embeds.OPTIONS,
    "figures": one_of(FROZEN, LIVE),
    "width": Option(snippets.FULL, (snippets.FULL, str(NARROWEST), str(WIDEST)), _width),
    "picture": one_of(*POSTERS, "page"),  # the first is that of links
}


@dataclass(frozen=True)
class BuilderAddress:
    """The builder of one view with its options."""

    view: View
    options: Options

    @property
    def path(self) -> str:
        """Return the canonical address from the root."""
        return f"{self.view.path}{self.options.path}{WORD}/"

    def but(self, lang: str) -> BuilderAddress:
        """Return the same in another language."""
        return BuilderAddress(self.view.but(lang=lang), self.options)


def chosen(view: View, options: Options, form: Mapping[str, Sequence[str]], version: Version) -> BuilderAddress:
    """Return what the form asks for, starting from the page it stood on; what it leaves empty is the default.

    Raises BadKey for a key that stands twice, UnknownWord for a language, and what views and options raise.
    """
    for key, values in form.items():
        if len(values) > 1 and key != SHOWN:
            raise BadKey(problem="twice", key=key if key in KEYS else "", allowed=(*KEYS, *options.offered))
    given = {key: values[0] for key, values in form.items() if key != SHOWN}
    lang = given.pop("lang", "") or view.lang
    if lang not in version.country.languages:
        raise UnknownWord(word="language", allowed=version.country.languages)
    own = {key: given.pop(key) or options.offered[key].default for key in options.offered if key in given}
    if SHOWN in form:
        own["without"] = _without([word for word in form[SHOWN] if word])
    view = chosen_view(view, given, version).but(lang=lang, sort=KEYS["sort"])  # only the page has a table to sort
    return BuilderAddress(view, options_of([*{**options.values, **own}.items()], options.offered))


def answered(wanted: Wanted, base: str) -> Response:
    """Return the builder of a view as a page; `base` is the public address of the root."""
    html = render_template(TEMPLATE, **page(wanted, base))
    response = answer(html.encode(), "text/html", policy=POLICY, is_immutable=wanted.is_immutable)
    response.headers["X-Robots-Tag"] = "noindex"  # what it says of the figures, the map's own page says
    return response


def page(wanted: Wanted, base: str) -> dict[str, Any]:
    """Return what the template shows."""
    reading, version, links, options = wanted.reading, wanted.version, wanted.links, wanted.options
    text, address = reading.text, BuilderAddress(reading.layer.view, options)
    view = address.view
    fields = controls(view, offer_of(version), text, version)
    inside = f"{view.path}{_embed_options(options).path}embed/"
    title = marked(reading.mark, f"{reading.title}, {reading.period}")
    return {
        **frame(view.lang, version, links, lambda lang: address.but(lang).path),
        "address": address,
        "reading": reading,
        "view": view,
        "options": options,
        "first": [field for field in fields if field.name in _FIRST],
        "more": [field for field in fields if field.name not in _FIRST],
        "units": _units(view, version),
        "choices": {key: _choices(key, options, text) for key in ("theme", "figures", "picture")},
        "parts": _parts(options, text),
        "range": (NARROWEST, WIDEST),
        # The embed in force: a frozen one is kept for good when it is first asked for, and a trial is no article.
        "preview": links.live(inside) if options["figures"] == LIVE else links.to(inside),
        "preview_title": text("builder.preview_title", title=title),
        "height": _height_px(reading, version, options),
        "snippets": _pasted(reading, version, base, options),
        "rows": _ROWS,
    }


def _units(view: View, version: Version) -> list[tuple[str, str]]:
    """Return the units that may stand out, in the order of the alphabet."""
    offer = offer_of(version)
    edition = view.borders or edition_of(offer, view.month)
    units = allowed_values(view, "highlight", {}, offer)
    return sorted(
        ((unit, unit_name(version, edition, unit, view.lang)) for unit in units), key=lambda u: collated(u[1])
    )


def _embed_options(options: Options) -> Options:
    return Options(embeds.OPTIONS, {key: word for key, word in options.values.items() if key in embeds.OPTIONS})


def _without(shown: Sequence[str]) -> str:
    """Return what an address leaves out where a form names what is shown."""
    for word in shown:
        if word not in embeds.PARTS:
            raise BadValue(key=SHOWN, allowed=embeds.PARTS)
    return ".".join(part for part in embeds.PARTS if part not in shown)


def _parts(options: Options, text: Text) -> list[tuple[str, str, bool]]:
    """Return (word, label, is it shown) of what may stand around a map."""
    left_out = options["without"].split(".")
    return [(part, text(f"builder.part.{part}"), part not in left_out) for part in embeds.PARTS]


def _choices(key: str, options: Options, text: Text) -> list[tuple[str, str, bool]]:
    """Return (word, label, is it chosen) of an option that is one of some words."""
    return [(word, text(f"builder.{key}.{word}"), word == options[key]) for word in OPTIONS[key].allowed]


def _pasted(reading: Reading, version: Version, base: str, options: Options) -> list[tuple[str, str]]:
    """Return (name, text) of what can be copied, in the order of a newsroom's need."""
    view, width = reading.layer.view, options["width"]
    frozen = f"{base}v/{version.id}/{view.path}"
    page = frozen if options["figures"] == FROZEN else f"{base}{view.path}"
    embed = f"{page}{_embed_options(options).path}embed/"
    title = marked(reading.mark, f"{reading.title}, {reading.period}")
    framed = snippets.iframe(embed, title, _height_px(reading, version, options), width)
    size = options["picture"]
    drawn = f"{page}size={size}/map.png" if size != "page" else f"{page}map.png"
    return [
        ("iframe", framed),
        ("script", snippets.sized(framed, base)),
        ("link", page),
        ("picture", snippets.picture(drawn, page, reading.alt, _pixels(size), width)),
        # Of a page a site is given its frozen embed, whole; what is asked otherwise has an address of its own.
        ("oembed", snippets.oembed(page if embed == f"{frozen}embed/" else embed, base)),
        ("cite", snippets.citation(reading, version, frozen)),
    ]


def _pixels(size: str) -> tuple[int, int]:
    """Return width and height of a picture; 0 for a height that depends on what is said in it."""
    shape = POSTERS.get(size)
    return (shape.width, shape.height) if shape else (PAGE_WIDTH, 0)


def _height_px(reading: Reading, version: Version, options: Options) -> int:
    wide_px = USUAL_PX if options["width"] == snippets.FULL else int(options["width"])
    return frame_height_px(reading, version, wide_px, options["without"].split("."))
