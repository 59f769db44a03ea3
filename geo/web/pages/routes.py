"""Pages and faces: parse an address, ask for the layer, answer. Nothing here knows files, sums or geometry."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from geo.core.errors import BadKey, UnknownWord
from geo.core.model import LANGUAGES
from geo.core.view import KEYS, OFFERED_KEYS, View, parse_view
from geo.faces.reading import Reading, read
from geo.layers import layer
from geo.versions import Version
from geo.web import embeds, faces, ogc
from geo.web.answering.answers import FILE_POLICY, PAGE_POLICY, answer, made_of
from geo.web.answering.errors import reader_language
from geo.web.exports import Wanted
from geo.web.links import Links, base_url
from geo.web.options import options_of, split
from geo.web.pages import compare, parts, search, status
from geo.web.pages.asked import Asked, lead
from geo.web.pages.choices import chosen_view
from geo.web.pages.country import ABOUT, OWN
from geo.web.pages.frame import default_view
from geo.web.pages.view import view_page
from geo.web.sharing import builder, oembed
from geo.web.site import Site

blueprint = Blueprint("pages", __name__)
_TAKE_QUERY = {None, "pages.current", "pages.pinned", *search.TAKE_QUERY, *ogc.TAKE_QUERY, *oembed.TAKE_QUERY}
_FOLDERS = ("embed", builder.WORD)  # faces whose address ends with a slash
_WITH_FORM = ("", parts.NAME)  # what a form may be sent to, and what the table of a view is sorted in


@blueprint.before_app_request
def _only_pages_of_views_take_a_query() -> None:
    """Refuse keys elsewhere: they would be more addresses of the same answer, for caches to be filled with.

    A query without a key, as `?&`, is one more address too, wherever it stands.
    """
    if request.query_string and (not request.args or request.endpoint not in _TAKE_QUERY):
        raise BadKey(problem="unknown")


@blueprint.get("/")
def root() -> AnyResponse:
    """Lead to the default country in the reader's language; depends on the reader, so it is not cached."""
    lang = reader_language()
    site: Site = current_app.extensions["budgetmap"]
    version = site.current(_default_country(site))
    return lead(default_view(version, lang).path, 303)


@blueprint.get("/<lang>/")
@blueprint.get("/<lang>/<path:rest>")
def current(lang: str, rest: str = "") -> AnyResponse:
    """Answer an address of the version in force; revalidated."""
    return _answered(_asked(lang, rest, None))


@blueprint.get("/v/<version_id>/")
def pinned_root(version_id: str) -> AnyResponse:
    """Lead to the default view of one version in the reader's language."""
    site: Site = current_app.extensions["budgetmap"]
    version = site.pinned(version_id)
    return lead(f"v/{version.id}/{default_view(version, reader_language()).path}", 303)


@blueprint.get("/v/<version_id>/<lang>/")
@blueprint.get("/v/<version_id>/<lang>/<path:rest>")
def pinned(version_id: str, lang: str, rest: str = "") -> AnyResponse:
    """Answer an address of one version, the same for good; immutable."""
    site: Site = current_app.extensions["budgetmap"]
    return embeds.held(version_id, f"{lang}/{rest}") or _answered(_asked(lang, rest, site.pinned(version_id)))


def _asked(lang: str, rest: str, version: Version | None) -> Asked:
    if lang not in LANGUAGES:
        raise UnknownWord(word="language", allowed=LANGUAGES)
    has_slash = rest.endswith("/") or not rest
    segments: Sequence[str] = rest.rstrip("/").split("/") if rest else []
    face = ""
    if segments and has_slash and segments[-1] in _FOLDERS:
        *segments, face = segments
    elif segments and not has_slash and "." in segments[-1] and "=" not in segments[-1]:
        *segments, face = segments
        if face not in (*faces.FILES, parts.NAME) and segments[1:2] not in ([word] for word in (status.WORD, *ABOUT)):
            raise UnknownWord(word="face", allowed=["embed/", *faces.FILES, parts.NAME])
    segments, options = split(segments, faces.OFFERED.get(face, {}))
    return Asked(lang, segments, face, version, options)


def _answered(asked: Asked) -> AnyResponse:
    site: Site = current_app.extensions["budgetmap"]
    segments = asked.segments
    offers = site.offers(asked.pinned, segments[0] if segments else "")
    has_form = asked.face in _WITH_FORM or asked.face in faces.OFFERED
    has_form = has_form and len(segments) > 1 and segments[1] not in set(OWN) - {compare.WORD}
    if embeds.query() and not has_form:
        raise BadKey(problem="unknown", allowed=OFFERED_KEYS if asked.face else ())
    tail = f"{asked.face}/" if asked.face in _FOLDERS else asked.face
    if not segments or (len(segments) == 1 and segments[0] in offers):
        country = segments[0] if segments else _default_country(site)
        version = made_of(asked.pinned or site.current(country))
        return lead(asked.prefix + default_view(version, asked.lang).path + asked.options.path + tail, 303)
    own = OWN.get(segments[1]) if segments[0] in offers else None
    if own:
        return own(asked, site, made_of(asked.pinned or site.current(segments[0])))
    view = parse_view(asked.lang, segments, offers)
    version = made_of(asked.pinned or site.current(view.country))
    if embeds.query():
        return lead(asked.prefix + _wanted(asked, view, version, tail), 303)
    if asked.face not in _WITH_FORM:
        view = view.but(sort=KEYS["sort"])  # only the page's table is sorted
    canonical = asked.prefix + view.path + asked.options.path + tail
    if request.path != f"/{canonical}":
        return lead(canonical, 308)
    reading = read(layer(view, version), version)
    links = Links(site, canonical.count("/"), asked.pinned.id if asked.pinned else "")
    return _face(asked, links, version, reading)


def _wanted(asked: Asked, view: View, version: Version, tail: str) -> str:
    """Return the address that a query asks for, behind the version; raises what an address of such words would."""
    if asked.face == builder.WORD:
        return builder.chosen(view, asked.options, request.args.to_dict(flat=False), version).path
    if asked.face in faces.OFFERED:
        given = options_of([*asked.options.values.items(), *_form().items()], faces.OFFERED[asked.face])
        return view.path + given.path + tail
    return chosen_view(view, _form(), version).path + asked.face


def _face(asked: Asked, links: Links, version: Version, reading: Reading) -> Response:
    pinned = asked.pinned is not None
    base = base_url(links.site)
    if asked.face == "embed":
        return embeds.embed(reading, version, links, asked.options)
    if asked.face == builder.WORD:
        return builder.answered(Wanted(reading, version, asked.options, links, is_immutable=pinned), base)
    if asked.face == parts.NAME:
        html = view_page(reading, version, links, base, is_whole=False)
        response = answer(html.encode(), "text/html", policy=FILE_POLICY, is_immutable=pinned)
        response.headers["X-Robots-Tag"] = "noindex"
        return response
    if asked.face:
        return faces.file(asked.face, Wanted(reading, version, asked.options, links, is_immutable=pinned))
    html = view_page(reading, version, links, base)
    return answer(html.encode(), "text/html", policy=PAGE_POLICY, is_immutable=pinned)


def _default_country(site: Site) -> str:
    """Return the configured country, or the first published one where that has nothing in force."""
    countries = site.home.countries()
    return site.settings.country if site.settings.country in countries or not countries else countries[0]


def _form() -> dict[str, str]:
    """Return the query as one value a key; raises BadKey for a key that stands twice."""
    given = embeds.query().to_dict(flat=False)
    for key, values in given.items():
        if len(values) > 1:
            raise BadKey(problem="twice", key=key if key in KEYS else "", allowed=OFFERED_KEYS)
    return {key: values[0] for key, values in given.items()}
