"""Laws of what a moving map is told beside the tiles: where units stand, and what the colours of a raster mean."""

from geo.core.offer import edition_of
from geo.layers import offer_of
from geo.web.assets import ENGINE, engine
from geo.web.tiles.legends import raster_legend, unit_points

FACTS = {
    "period": "2024-12",
    "classes": [
        {"above": 0.0, "colour": "#cbe6e0", "up_to": 3_000_000.0},
        {"above": 3_000_000.0, "colour": "#0d4a6b", "up_to": 12_345_678_901.0},
    ],
    "nothing": {"colour": "#f0f3ef", "up_to": 0},
}


def test_every_unit_has_its_point_in_the_order_of_the_tiles(kz_version):
    """The smallest cities too, which low zooms of the tiles have no label for."""
    edition = edition_of(offer_of(kz_version), "2024-12")
    points = unit_points(kz_version, edition)["region"]
    units = kz_version.level(edition, "region").units

    assert [unit.unit_id for unit in units] == [point[3] for point in points]
    assert all(abs(unit.label_lon - lon) < 1e-4 for unit, (lon, *_) in zip(units, points, strict=True))
    assert all(abs(side**2 * 1e6 / unit.area_m2 - 1) < 0.02 for unit, (*_, side, _) in zip(units, points, strict=True))


def test_a_description_of_borders_holds_the_points(kz, kz_version):
    """One small file before the tiles; no second question."""
    edition = edition_of(offer_of(kz_version), "2024-12")
    described = kz.get(f"/tiles/kz/{edition}/units.json").json

    assert unit_points(kz_version, edition) == described["points"]


def test_classes_of_a_surface_are_said_in_every_language(kz_version):
    """The densest first, nothing last; amounts with their own words, no power of ten to count zeros in."""
    legends = raster_legend(kz_version, FACTS)

    assert ["#0d4a6b", "3 млн – 12 млрд"] == [
        legends["ru"]["classes"][0][0],
        legends["ru"]["classes"][0][1].replace("\xa0", " "),
    ]
    assert ["0 – 3 млн", "шығыс жоқ"] == [label.replace("\xa0", " ") for _, label in legends["kk"]["classes"][1:]]
    assert ["#0d4a6b", "#cbe6e0", "#f0f3ef"] == [colour for colour, _ in legends["en"]["classes"]]
    assert "km²" in legends["en"]["title"]


def test_the_worker_may_fetch_tiles_and_the_engine_nothing(kz):
    """A worker obeys the policy of its own file: without one that lets it fetch, no tile comes."""
    policies = {
        name: kz.get(f"/{engine(name)}").headers["Content-Security-Policy"]
        for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs")
    }

    assert ENGINE.is_dir()
    assert "connect-src 'self'" in policies["maplibre-gl-worker.mjs"]
    assert "sandbox" not in policies["maplibre-gl-worker.mjs"]
    assert "connect-src" not in policies["maplibre-gl.mjs"]
