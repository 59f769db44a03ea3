"""freeze(settings, out): the site as plain files, answered by the service itself and written down."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.core.settings import Settings
from geo.versions import Version
from geo.web import assets, create_app
from geo.web.frozen import finding, tiles
from geo.web.frozen.answered import Asking, File, Progress, catalogued, notices_of, notices_of_older, pages_of
from geo.web.frozen.counted import kind_of, left_out
from geo.web.frozen.folder import RECORD, keep_older, replaced
from geo.web.frozen.hosting import ABSENT, AS_IT_IS, HEADERS, LACKS, SCRIPT, headers
from geo.web.frozen.leading import absent, lead
from geo.web.frozen.plan import Plan
from geo.web.frozen.views import Held, held_of
from geo.web.site import Site
from geo.web.tiles import Tilesets


@dataclass
class _Written:
    """A folder that is being filled, and what was written into it by kind."""

    folder: Path
    files: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)

    def add(self, files: Iterable[File]) -> None:
        for name, content in files:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            kind = kind_of(name)
            self.files[kind] += 1
            self.bytes[kind] += len(content)


def freeze(
    settings: Settings, out: Path, progress: Progress = lambda done, of: None, plan: Plan | None = None
) -> dict[str, Any]:
    """Write the site into `out` and return what was written, by kind, and what was left out.

    A folder that was written before is replaced as a whole; what articles quote of it is kept. Raises NotOurFolder
    when `out` holds something else than a frozen site; nothing is touched then.
    """
    plan = plan or Plan()
    site = Site(settings)
    with replaced(out) as aside:
        versions = [site.current(country) for country in site.offers()]
        held = {version.id: held_of(version, site, plan) for version in versions}
        app = create_app(settings, plain=frozenset(_addresses(versions, held, plan)))
        ask, written = Asking(app.test_client(), settings), _Written(aside)
        with app.test_request_context():
            for version in versions:
                written.add(pages_of(held[version.id], version, ask, progress))
                written.add(_beside(version, held[version.id], plan, ask, app.extensions["tilesets"]))
            written.add(_around(versions, settings, plan))
            written.add([(SCRIPT, ask(SCRIPT))])
            written.add(catalogued(versions, ask))
            written.add(notices_of_older(out.resolve(), keep_older(out, aside), ask))
        missed = left_out(versions, held, site, plan, app.extensions["tilesets"])
        report = _report(written, versions, held, missed)
        (aside / RECORD).write_text(json.dumps(report, indent=2), encoding="utf-8")
    return report


def _addresses(versions: Iterable[Version], held: dict[str, Held], plan: Plan) -> Iterator[str]:
    """Yield every address that a link may lead to."""
    for version in versions:
        yield from held[version.id].addresses(version.id)
        yield from (f"{address}.json" for address in tiles.tilesets_of(version, held[version.id].views, plan))
        if plan.search:
            yield from (path for lang in _spoken(version, plan) for path in finding.addresses(version, lang))


def _beside(version: Version, held: Held, plan: Plan, ask: Asking, tilesets: Tilesets) -> Iterator[File]:
    """Yield what a version has beside its pages: tiles, notices, search."""
    yield from notices_of(held, version, ask)
    tilesets_written = [*tiles.tilesets_of(version, held.views, plan)]
    for address in tilesets_written:
        yield f"{address}.json", tiles.described(address, tilesets, plan, ask, tilesets_written)
        yield from tiles.unpacked(address, tilesets, plan)
    for lang in _spoken(version, plan) if plan.search else ():
        yield from finding.files(version, lang, held)


def _spoken(version: Version, plan: Plan) -> list[str]:
    return [lang for lang in version.country.languages if lang in plan.languages]


def _around(versions: list[Version], settings: Settings, plan: Plan) -> Iterator[File]:
    """Yield what no version has alone: style sheets and scripts, the pages that lead on, what hosts are told."""
    for name, file in assets.served().items():
        yield f"static/{name}", file.content
    yield HEADERS, headers()
    yield AS_IT_IS, b""
    version = next((v for v in versions if v.country.id == settings.country), versions[0])
    spoken = _spoken(version, plan)
    own = version.country.default_language
    yield ABSENT, absent(version, spoken, settings.base_url)
    yield "index.html", lead(version, own if own in spoken else spoken[0], 0, spoken)
    for lang in spoken:
        yield f"{lang}/index.html", lead(version, lang, 1, spoken)
        for other in versions:
            yield f"{lang}/{other.country.id}/index.html", lead(other, lang, 2, _spoken(other, plan))


def _report(
    written: _Written, versions: Iterable[Version], held: dict[str, Held], missed: dict[str, int]
) -> dict[str, Any]:
    """Return what was written and what was not; `files` and `bytes` count what was carried over too."""
    every = [path.stat().st_size for path in written.folder.rglob("*") if path.is_file()]
    return {
        "files": len(every),
        "bytes": sum(every),
        "carried": {"files": len(every) - written.files.total(), "bytes": sum(every) - written.bytes.total()},
        "pages": 2 * sum(len(one.pages) for one in held.values()),
        "written": {
            kind: {"files": written.files[kind], "bytes": written.bytes[kind]} for kind in sorted(written.files)
        },
        "left_out": missed,
        "lacks": list(LACKS),
        "versions": {version.country.id: version.id for version in versions},
    }
