"""Laws about what a site of plain files shall hold: declared in a file, refused where a word is wrong, followed."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import BadData, BudgetMapError
from geo.layers import offer_of
from geo.web import create_app
from geo.web.answering.answers import PAGE_POLICY, embed_policy
from geo.web.faces import FILES
from geo.web.frozen import Plan, read_plan
from geo.web.frozen import tiles as frozen_tiles
from geo.web.frozen.counted import kind_of
from geo.web.frozen.hosting import headers, with_policy
from geo.web.frozen.plan import ALWAYS
from geo.web.frozen.views import default_views, held_of, planned_views
from geo.web.pages.frame import default_view
from geo.web.site import Site

WHOLE = """
views = ["kz/region/executed/*"]
more = ["kz/region/share/2024/function=04/highlight=750000000/"]
languages = ["kk"]
units = false
lists = 3
bodies = 2
search = false
tiles = ["units"]
most_zoom = 6

[files]
each = ["data.csv"]
first = ["map.png", "of=bodies/data.csv", "size=card/map.png"]
"""


def planned(tmp_path, text):
    """Return the plan of a file with this text."""
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path)


def test_a_file_that_says_nothing_is_the_plan_without_a_file(tmp_path):
    """So a plan names only what it wants otherwise."""
    assert Plan() == planned(tmp_path, "")


def test_every_word_of_a_plan_is_taken(tmp_path):
    """And what a table of files does not name stays."""
    plan = planned(tmp_path, WHOLE)

    assert ("kz/region/executed/*",) == plan.views
    assert (("kk",), False, 3, 2, False, ("units",), 6) == (
        plan.languages, plan.units, plan.lists, plan.bodies, plan.search, plan.tiles, plan.most_zoom,
    )  # fmt: skip
    assert ("data.csv",) == plan.files["each"]
    assert Plan().files["measures"] == plan.files["measures"]


@pytest.mark.parametrize(
    "text",
    [
        "view = ['*']", "views = '*'", "languages = ['de']", "lists = -1", "bodies = true", "tiles = ['roads']",
        "[files]\neach = ['data.doc']", "[files]\neach = ['../x']", "[files]\nfirst = ['of=cats/data.csv']",
        "[files]\nfirst = ['bom=yes/map.svg']", "[files]\nall = ['map.svg']",
    ],
)  # fmt: skip
def test_a_wrong_word_of_a_plan_is_named(tmp_path, text):
    """Before anything is written."""
    with pytest.raises(BadData) as bad:
        planned(tmp_path, text)

    assert ["E-CTRY-03"] == [fault.code for fault in bad.value.faults]


def test_a_view_that_does_not_exist_is_refused_as_its_address_is(kz_version):
    """Nobody is told of a page that is not there."""
    with pytest.raises(BudgetMapError):
        list(planned_views(kz_version, Plan(more=("kz/region/spendings/2024/",))))


def test_the_view_that_a_level_begins_with_is_always_there(kz_version):
    """The site leads to it."""
    found = list(planned_views(kz_version, Plan(views=("nothing/*",), languages=("ru",))))

    assert [(default_view(kz_version, "ru").path, True)] == [(view.path, is_first) for view, is_first in found]


def test_what_is_dear_stands_beside_few_views(kz_home, kz_version):
    """Beside the first view of a level all files are found, beside others only what is made quickly."""
    held = held_of(kz_version, Site(kz_home), Plan())
    views = {view.path for view in default_views(default_view(kz_version, "kk"), offer_of(kz_version))}
    whole = [path for path in views if FILES.keys() <= {*held.pages[path]}]

    assert views <= held.pages.keys()
    assert [default_view(kz_version, "kk").path] == whole
    assert all({*ALWAYS} <= {*held.pages[path]} for path in views)
    assert [] == [path for path in views - {*whole} if {"map.html", "map.png", "data.gpkg"} & {*held.pages[path]}]


def test_tiles_of_values_are_those_of_the_views(kz_version):
    """For a period and function that no view shows, nobody asks."""
    few = tuple(view for view, _ in planned_views(kz_version, Plan(views=("kz/region/executed/2023/",))))
    found = list(frozen_tiles.tilesets_of(kz_version, few, Plan()))

    assert {"2023-12/all", "2024-12/all"} == {one.split("/values/")[1] for one in found if "/values/" in one}
    assert [] == list(frozen_tiles.tilesets_of(kz_version, few, Plan(tiles=())))


def test_a_tile_of_a_plain_site_is_what_the_service_answers_unpacked(kz_home, kz_version):
    """Byte for byte; no nearer than planned; where a service says that there is nothing, nothing or an empty tile."""
    plan, app = Plan(most_zoom=4), create_app(kz_home)
    client, tilesets = app.test_client(), app.extensions["tilesets"]
    address = next(one for one in frozen_tiles.every_tileset(kz_version) if one.endswith("/units"))
    described = json.loads(frozen_tiles.described(address, tilesets, plan, lambda path: client.get(f"/{path}").data))
    written = dict(frozen_tiles.unpacked(address, tilesets, plan))
    held = {f"{address}/{z}/{x}/{y}.mvt" for z, x, y in placed(described["held"])}
    surface = f"tiles/kz/{kz_version.id}/surface"
    seen = dict(frozen_tiles.unpacked(surface, tilesets, plan))

    assert 4 == described["maxzoom"]
    assert held == set(written)
    assert {0, 1, 2, 3, 4} == {int(name.split("/")[4]) for name in written}
    assert [] == [name for name, content in written.items() if content != client.get(f"/{name}").data]
    statuses = {name: client.get(f"/{name}").status_code for name in seen}
    assert {200, 204} == set(statuses.values())
    assert {True} == {seen[name][:4] == b"\x89PNG" for name in seen}


def placed(ranges):
    """Return the places that a description says are held, as the map reads it."""
    return {(int(z), x, y) for z, rows in ranges.items() for x, first, last in rows for y in range(first, last + 1)}


@given(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 7), st.integers(0, 7))))
def test_ranges_say_which_tiles_are_held_and_no_others(places):
    """In whatever order they come; as few of them as there are gaps."""
    ranges = frozen_tiles.ranges(places)
    rows = [(z, x, last + 1) for z, found in ranges.items() for x, _, last in found]

    assert places == placed(ranges)
    assert [] == [row for row in rows if (int(row[0]), *row[1:]) in places]


def test_values_are_asked_for_where_a_site_has_them(kz_version, kz_home):
    """What is said of organisations names the periods and functions of the views, and no others."""
    few = tuple(view for view, _ in planned_views(kz_version, Plan(views=("kz/region/executed/2023/",))))
    app = create_app(kz_home)
    client, tilesets = app.test_client(), app.extensions["tilesets"]
    written = [*frozen_tiles.tilesets_of(kz_version, few, Plan())]
    bodies = next(one for one in written if one.endswith("/bodies"))
    described = frozen_tiles.described(bodies, tilesets, Plan(), lambda path: client.get(f"/{path}").data, written)

    assert ["2023-12/all", "2024-12/all"] == json.loads(described)["values"]


def test_another_order_of_the_table_is_a_page_alone(kz_home, kz_version):
    """What stands beside it is that of the view itself."""
    path = "kz/region/executed/2024/sort=name/"
    held = held_of(kz_version, Site(kz_home), Plan(more=(path,)))

    assert [(), (), ()] == [held.pages[f"{lang}/{path}"] for lang in ("kk", "ru", "en")]
    assert [] == [view for view in held.views if "sort=" in view.path]


@given(st.integers(0, 12).flatmap(lambda z: st.tuples(st.just(z), *[st.integers(0, (1 << z) - 1)] * 2)))
def test_the_middle_of_a_tile_lies_in_the_tile(place):
    """The projection of tiles, there and back."""
    z, x, y = place
    lon = (x + 0.5) / (1 << z) * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + 0.5) / (1 << z)))))

    assert (x, y) == frozen_tiles.tile_of(z, lon, lat)


def test_a_page_may_not_say_who_frames_it():
    """Browsers complain of a policy that only a header can give; the rest stands in the page."""
    page = with_policy(b'<html><meta charset="utf-8"><title>', PAGE_POLICY)
    embed = with_policy(b'<meta charset="utf-8">', embed_policy(["a{}"], ["1"]))

    assert b"frame-ancestors" not in page + embed
    assert b"script-src &#39;self&#39;" in page
    assert b"sha256-" in embed
    assert 1 == page.count(b"Content-Security-Policy")


def test_a_host_is_told_what_stays_for_good():
    """Versions and content under the hash of it; nothing else."""
    rules = headers().decode().split("\n")
    kept = [rules[number - 1] for number, rule in enumerate(rules) if "immutable" in rule]

    assert ["/v/*", "/static/*"] == kept
    assert "  X-Content-Type-Options: nosniff" in rules
    assert [] == [rule for rule in rules if "Content-Security-Policy" in rule]  # would forbid frames to embeds


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("kk/kz/region/executed/2024/index.html", "pages"), ("v/1/kk/kz/a/embed/index.html", "embeds"),
        ("kk/kz/a/map.svg", "pictures"), ("kk/kz/a/of=bodies/data.csv", "data"), ("kk/kz/search/index.html", "pages"),
        ("kk/kz/search/61.json", "search"), ("v/1/bulk/units.csv", "bulk"), ("_headers", "site"),
        ("404.html", "site"), (".nojekyll", "site"), ("tiles/kz/1/surface.json", "tiles"),
        ("static/a.css", "static"), ("notice/1/kk/notice.json", "notices"),
    ],
)  # fmt: skip
def test_every_file_is_of_one_kind(name, kind):
    """As the record counts them."""
    assert kind == kind_of(name)
