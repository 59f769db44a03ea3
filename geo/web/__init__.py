"""create_app(settings): the Flask service. It reads published versions and builds nothing."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_compress import Compress

from geo.core.settings import Settings
from geo.web import api, assets, catalogue, embeds, ogc, openapi, tiles, watching
from geo.web.answering import answers, errors, hosts
from geo.web.answering.front import Front
from geo.web.operating import Operation
from geo.web.pages import nearest, routes, search
from geo.web.sharing import oembed
from geo.web.site import Site

LARGEST_BODY = 16 * 1024  # nothing is uploaded here; forms are sent by GET


def create_app(settings: Settings, plain: frozenset[str] | None = None, run: Path | None = None) -> Flask:
    """Return the service for a home of versions; an empty home answers that nothing is published.

    `plain` holds the addresses of a site of plain files that is being written: links to others are left out.
    `run` is the folder in which the processes of a service count together.
    """
    app = Flask("geo.web", static_folder=None)
    app.extensions["budgetmap"] = site = Site(settings, plain)
    app.extensions["tilesets"] = tilesets = tiles.Tilesets(site)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_BR_WINDOW=18,  # 256 kB holds what changes on a page of all districts; 64 kB made it a tenth larger
        COMPRESS_MIMETYPES=[*answers.TEXT_TYPES],
        COMPRESS_MIN_SIZE=300,
    )
    app.url_map.merge_slashes = app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for part in (assets, api, catalogue, embeds, nearest, oembed, ogc, openapi, routes, search, tiles, watching):
        app.register_blueprint(part.blueprint)
    is_trusted = hosts.register(app, settings)
    errors.register(app)
    answers.register(app)
    Compress(app)
    app.extensions["operation"] = operation = Operation(app, settings, run)
    if plain is None:
        app.wsgi_app = operation.gated(app.wsgi_app)  # type: ignore[method-assign,assignment]
    watching.register(app, site, is_trusted)
    app.extensions["front"] = front = Front(app.wsgi_app, tilesets, is_trusted)
    app.wsgi_app = front  # type: ignore[method-assign,assignment]
    if plain is None:
        app.wsgi_app = operation.outermost(front, front.shelf)  # type: ignore[method-assign,assignment]
    return app
