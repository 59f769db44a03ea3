"""The site as plain files: the default views in every language, answered by the service itself and written down.

A folder that was written before is replaced as a whole; pinned addresses of older versions in it are kept, so that
an article's embed never disappears.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from flask import render_template
from flask.testing import FlaskClient

from geo.core.errors import NotOurFolder
from geo.core.files import disk
from geo.core.measures import MEASURES
from geo.core.offer import Offer, default_word
from geo.core.settings import Settings
from geo.core.text import text_of
from geo.core.view import View, parse_form
from geo.faces.bulk import folder_of
from geo.faces.mark import mark_of
from geo.layers import offer_of
from geo.layers.offer import periods_of_units
from geo.versions import Version
from geo.web import assets, catalogue, changes, create_app, glossary, status
from geo.web.catalogue import bulkpage
from geo.web.choices import chosen_view
from geo.web.faces import PLAIN
from geo.web.frame import DEFAULT_MEASURE, CountryAddress, default_view, publication_of
from geo.web.links import Links
from geo.web.sharing.cards import CARD
from geo.web.site import Site
from geo.web.unitpage import UnitAddress, editions_with_units

RECORD = "freeze.json"
Progress = Callable[[int, int], None]


def freeze(settings: Settings, out: Path, progress: Progress = lambda done, of: None) -> dict[str, Any]:
    """Write the site into `out` and return what was written: files, bytes, pages, versions.

    Raises NotOurFolder when `out` holds something else than a frozen site; nothing is touched then.
    """
    out = out.resolve()  # a link stays a link to the folder that is replaced
    _heal(out)
    if out.exists() and any(out.iterdir()) and not (out / RECORD).is_file():
        raise NotOurFolder(folder=out)
    site = Site(settings)
    current = [site.current(country) for country in site.offers()]
    held = {version.id: tuple(addresses(version, site)) for version in current}
    pages = sorted({path for paths in held.values() for path in paths})
    answered = frozenset([*pages, *(f"v/{id_}/{path}" for id_, paths in held.items() for path in paths)])
    app = create_app(settings, plain=answered)
    aside = out.parent / f".{out.name}.{uuid.uuid4().hex}"
    with disk(out), app.test_request_context():
        aside.mkdir(parents=True)
        try:
            written = 0
            for name, content in _everything(app.test_client(), settings, current, answered, progress):
                path = aside / name
                path.parent.mkdir(parents=True, exist_ok=True)
                written += path.write_bytes(content)
            report: dict[str, Any] = {
                "files": sum(path.is_file() for path in aside.rglob("*")),
                "bytes": written,
                "pages": len(answered),
                "versions": {version.country.id: version.id for version in current},
            }
            (aside / RECORD).write_text(json.dumps(report, indent=2), encoding="utf-8")
            _keep_older(out, aside)
            _swap(out, aside)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return report


def addresses(version: Version, site: Site) -> Iterator[str]:
    """Yield the addresses of a version's default views, its units and who reported, in every language."""
    offer = offer_of(version)
    yield from status.addresses(version, status.asked_on(version, publication_of(Links(site, 0), version)))
    for lang in version.country.languages:
        words = (changes.WORD, glossary.WORD, bulkpage.WORD)
        yield from (CountryAddress(lang, version.country.id, word).path for word in words)
        base = default_view(version, lang)
        for level in offer.levels:
            start = chosen_view(base, {"level": level}, version)
            yield from (view.path for view in default_views(start, offer))
            for edition, units in editions_with_units(offer, level).items():
                period = default_word(periods_of_units(offer, edition, level))
                for unit in sorted(units):
                    yield UnitAddress(lang, version.country.id, edition, level, unit, period, period).path


def default_views(base: View, offer: Offer) -> Iterator[View]:
    """Yield the views that a plain site holds: each measure and period; functions, values, borders of the last year."""
    for measure in MEASURES:
        if measure == "share":
            continue
        for period in offer.periods_of(measure, base.level):
            yield parse_form(base, {"measure": measure, "period": period}, offer)
    for function in offer.functions:
        yield parse_form(base, {"function": function}, offer)
        if offer.periods_of("share", base.level):
            yield parse_form(base, {"measure": "share", "function": function}, offer)
    for key, values in {
        "per": [*offer.series_of(base.level), "none"],
        "transfers": ["included"],
        "borders": offer.borders_of(base.month, base.level),
        "classes": MEASURES[DEFAULT_MEASURE].classes,
    }.items():
        for value in values:
            yield parse_form(base, {key: value}, offer)


def _everything(
    client: FlaskClient, settings: Settings, current: list[Version], pages: Iterable[str], progress: Progress
) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of the whole site."""
    yield from _answers(client, settings, pages, progress)
    for name, file in assets.served().items():
        yield f"static/{name}", file.content
    yield from _leads(current, settings).items()
    yield from _catalogued(client, settings, current)


def _answers(
    client: FlaskClient, settings: Settings, pages: Iterable[str], progress: Progress
) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of every page and its faces, as the service answers them."""
    listed = sorted(pages)
    base = settings.base_url or "http://localhost/"
    for done, path in enumerate(listed):
        progress(done, len(listed))
        for face in ("", *faces_beside(path, has_address=bool(settings.base_url))):
            response = client.get(f"/{path}{face}", base_url=base, headers={"Accept": "text/html"})
            if response.status_code != 200:
                raise AssertionError(f"{path}{face}: {response.status_code}")
            name = f"{path}{face}"
            yield (f"{name}index.html" if name.endswith("/") else name), response.data
    progress(len(listed), len(listed))


def faces_beside(path: str, *, has_address: bool) -> tuple[str, ...]:
    """Return what stands beside a page.

    A card is asked for by networks, who need the site's public address; a page and the same of its version have one.
    """
    if f"/{status.WORD}/" in path:
        return status.FACES
    if path.endswith(f"/{changes.WORD}/"):
        return changes.FACES
    if MEASURES.keys().isdisjoint(path.split("/")):
        return ()
    return ("embed/", *PLAIN, *((CARD,) if has_address and path.startswith("v/") else ()))


def _catalogued(client: FlaskClient, settings: Settings, current: list[Version]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of every version's folder; what portals and search engines ask for, where addresses are known."""
    for version in current:
        for name, file in folder_of(version).files.items():
            yield f"v/{version.id}/{bulkpage.WORD}/{name}", b"".join(file.pieces(0, file.length))
    for name in catalogue.NAMES if settings.base_url else ():
        yield name, client.get(f"/{name}", base_url=settings.base_url).data


def _leads(current: list[Version], settings: Settings) -> dict[str, bytes]:
    """Return the pages that lead from the root, a language and a country to the default view."""
    version = next((v for v in current if v.country.id == settings.country), current[0])
    languages = version.country.languages
    found = {"index.html": _lead(version, version.country.default_language, 0)}
    for lang in languages:
        found[f"{lang}/index.html"] = _lead(version, lang, 1)
        for other in current:
            found[f"{lang}/{other.country.id}/index.html"] = _lead(other, lang, 2)
    return found


def _lead(version: Version, lang: str, depth: int) -> bytes:
    targets = [
        (code, text_of(code)("site.language"), "../" * depth + default_view(version, code).path)
        for code in version.country.languages
    ]
    target = "../" * depth + default_view(version, lang).path
    mark = mark_of(version.country, text_of(lang))
    return render_template("lead.html", t=text_of(lang), mark=mark, target=target, targets=targets).encode()


def _keep_older(out: Path, aside: Path) -> None:
    """Carry over the pinned folders of versions that an earlier freeze wrote."""
    for pinned in sorted((out / "v").glob("*")) if (out / "v").is_dir() else []:
        if not (aside / "v" / pinned.name).exists():
            shutil.copytree(pinned, aside / "v" / pinned.name)
    for old in sorted((out / "static").glob("*")) if (out / "static").is_dir() else []:
        if not (aside / "static" / old.name).exists():
            shutil.copy2(old, aside / "static" / old.name)


def _swap(out: Path, aside: Path) -> None:
    """Put the new folder in the old one's place; the old one goes only when the new one is there."""
    before = _before(out)
    if out.exists():
        os.replace(out, before)
    os.replace(aside, out)
    shutil.rmtree(before, ignore_errors=True)


def _heal(out: Path) -> None:
    """Bring back the site that a freeze killed between the two names of `_swap` left, or remove what it replaced."""
    before = _before(out)
    if not before.is_dir():
        return
    with disk(out):
        if out.exists():
            shutil.rmtree(before)
        else:
            os.replace(before, out)


def _before(out: Path) -> Path:
    return out.parent / f".{out.name}.before"
