"""Answers of embeds: made when they are asked for, frozen ones from what was kept; their notice; the host's script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, request

from geo.core.errors import UnknownWord, WithdrawnVersion
from geo.faces.reading import Reading
from geo.versions import Version
from geo.web.answering.answers import answer
from geo.web.answering.codings import preferred
from geo.web.assets import source
from geo.web.embeds.asked import TAIL, is_framed, query
from geo.web.embeds.drawn import drawn
from geo.web.embeds.dress import Dressed
from geo.web.embeds.kept import Held, Kept
from geo.web.embeds.notices import Notices, withdrawals
from geo.web.links import Links
from geo.web.options import Options
from geo.web.site import Site

blueprint = Blueprint("embeds", __name__)
MEGA = 1024 * 1024
BRIEFLY = "public, max-age=300"  # a notice: an hour's readers of an article ask a few times, not each of them
FOR_A_DAY = "public, max-age=86400"
_BESIDE = ("notice.json", "changes.json")


@dataclass(frozen=True)
class State:
    """What embeds of one service share: what was kept of them, and the notices."""

    kept: Kept
    notices: Notices


@blueprint.record_once
def _shared(setup: Any) -> None:
    site: Site = setup.app.extensions["budgetmap"]
    kept = Kept(site.settings.home / "embeds", site.settings.embeds_mb * MEGA)
    setup.app.extensions["embeds"] = State(kept, Notices(site))


def state_of() -> State:
    """Return what the embeds of the running service share."""
    found: State = current_app.extensions["embeds"]
    return found


def held(version_id: str, path: str) -> Response | None:
    """Return the answer of a frozen embed that was kept, by its version and its address there; None for all else.

    No version is opened, so it is answered after that was cleaned away.
    """
    if not is_framed(path) or query():
        return None
    found = state_of().kept.get(version_id, path)
    return _frozen(found) if found else None


def embed(reading: Reading, version: Version, links: Links, options: Options) -> Response:
    """Answer an embed: framed by anybody, readable by anybody; a frozen one the same for good.

    Raises WithdrawnVersion for a frozen embed that nobody has asked for before its version was taken back.
    """
    if not links.version:
        made = drawn(reading, version, links, options)
        return answer(made.content, "text/html", policy=made.policy, is_open=True)
    if (row := withdrawals(links.site.home.publications()).get(version.id)) is not None:
        raise WithdrawnVersion(reason=row.note)
    made = drawn(reading, version, links, options)
    path = f"{reading.layer.view.path}{options.path}{TAIL}"
    if links.site.plain is not None:  # written down as a plain file
        return _frozen(state_of().kept.get(version.id, path) or _unkept(made))
    return _frozen(state_of().kept.put(version.id, path, made))


@blueprint.get("/notice/<version_id>/<lang>/<path:rest>")
def notice(version_id: str, lang: str, rest: str) -> Response:
    """Answer what has happened to a frozen view since: for its embed, in some hundred bytes, good for some minutes."""
    *segments, name = rest.split("/")
    if name not in _BESIDE:
        raise UnknownWord(word="face", allowed=_BESIDE)
    notices = state_of().notices
    tell = notices.notice if name == _BESIDE[0] else notices.changes
    response = answer(tell(version_id, lang, segments), "application/json", is_open=True)
    response.headers["Cache-Control"] = BRIEFLY
    return response


@blueprint.get("/frame.js")
def host_script() -> Response:
    """Answer the script for sites that have none of their own to size frames with; one address for good."""
    text = re.sub(r"/\*\*.*?\*/", "", source("frame.js"))
    response = answer(text.encode(), "text/javascript", is_open=True)
    response.headers["Cache-Control"] = FOR_A_DAY
    return response


def _unkept(made: Dressed) -> Held:
    return Held(made.content, b"", made.policy)


def _frozen(found: Held) -> Response:
    """Return the answer of an embed that stays as it is, packed as it was when it was kept."""
    coding = preferred(request.headers.get("Accept-Encoding", ""), ("br",) if found.packed else ())
    content = found.packed if coding else found.content
    response = answer(content, "text/html", policy=found.policy, is_immutable=True, is_open=True)
    response.headers["Vary"] = "Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    return response
