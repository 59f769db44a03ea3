"""What of a site was written, by kind, and how much of what the service answers was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from geo.layers.holdings import holdings
from geo.versions import Version
from geo.web.faces import FILES
from geo.web.frozen import tiles
from geo.web.frozen.plan import Plan
from geo.web.frozen.views import Held, lists_of, other_periods, planned_views
from geo.web.site import Site
from geo.web.tiles import Tilesets

# The first that fits: a pattern of the file's name, and its kind.
_KINDS = (
    ("static/*", "static"),
    ("tiles/*", "tiles"),
    ("notice/*", "notices"),
    ("*/embed/index.html", "embeds"),
    ("404.html", "site"),
    ("*index.html", "pages"),
    ("*/search/*", "search"),
    ("*/bulk/*", "bulk"),
    ("*.svg", "pictures"),
    ("*.png", "pictures"),
    ("*/*", "data"),
    ("*", "site"),
)


def kind_of(name: str) -> str:
    """Return the kind of a file by its name."""
    return next(kind for pattern, kind in _KINDS if fnmatchcase(name, pattern))


def left_out(
    versions: Iterable[Version], held: Mapping[str, Held], site: Site, plan: Plan, tilesets: Tilesets
) -> dict[str, int]:
    """Return how much of what could be asked for is not there, by kind: of pages, of files beside views, of tiles."""
    found = dict.fromkeys(("views", "files", "periods", "lists", "bodies", "tiles"), 0)
    for version in versions:
        own = held[version.id]
        every = {view.path for view, _ in planned_views(version, Plan())}
        languages = [lang for lang in version.country.languages if lang in plan.languages]
        found["periods"] += other_periods(version) * len(languages)
        lists = sum(1 for _ in lists_of(version, languages[0])) if languages else 0
        found["views"] += len(every - own.pages.keys())
        found["files"] += sum(len(FILES.keys() - {*own.pages[view.path]}) for view in own.views)
        found["lists"] += max(0, lists - plan.lists) * len(languages)
        found["bodies"] += max(0, len(holdings(version).bodies) - plan.bodies) * len(languages)
        written = {*tiles.tilesets_of(version, own.views, plan)}
        for address in tiles.every_tileset(version):
            found["tiles"] += tiles.left_out(address, tilesets, plan if address in written else None)
    return found
