"""Laws of value tiles: joined by zoom and id to body tiles, each archive holds its figures whole."""

from collections import defaultdict

import pytest

from geo.core.pmtiles import Archive
from geo.tiles.bodies import write_bodies
from geo.tiles.bodies.layout import layout
from geo.tiles.bodies.values import write_values
from tests.body_tiles_zz import (
    ABOUT,
    FUNCTIONS,
    PERIODS,
    PHASES,
    bodies_at,
    decoded,
    decoded_values,
    figures_of,
    on_map,
    spread_bodies,
    sums_by_hand,
)


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """Give 2,000 bodies around three towns, and the folder and proofs of their tiles."""
    bodies, figures = spread_bodies(2000)
    folder = tmp_path_factory.mktemp("values")
    plan = layout(bodies["lon"].to_numpy(), bodies["lat"].to_numpy())
    write_bodies(bodies, figures, plan, folder, ABOUT)
    return bodies, figures, folder, write_values(figures, plan, folder, ABOUT)


def listed(tiles):
    """Return (group, id) → amount of each phase as it stands in the value tiles of a zoom."""
    return {
        (group, feature): amounts
        for tile in tiles.values()
        for group, lists in tile.items()
        for feature, *amounts in zip(lists["ids"], *(lists[f"{phase}_minor"] for phase in PHASES), strict=True)
    }


def test_every_archive_holds_its_figures_whole_at_every_zoom(country):
    """For each period and function, and for all functions: the sums of each zoom are those of the figures."""
    bodies, figures, folder, proofs = country
    for proof in proofs:
        period, function = (
            PERIODS.index(proof.period),
            None if proof.function == "all" else FUNCTIONS.index(proof.function),
        )
        by_hand = sums_by_hand(figures, on_map(bodies), period, function)
        zooms = decoded_values(folder / "values" / proof.period / f"{proof.function}.pmtiles")
        sums = {
            tuple(sum(int(row[n] or 0) for row in listed(tiles).values()) for n in range(len(PHASES)))
            for tiles in zooms.values()
        }

        assert {by_hand} == sums == {proof.sums}
    assert len(PERIODS) * (1 + len(FUNCTIONS)) == len(proofs)


def test_values_of_the_shown_period_are_those_of_the_body_tiles(country):
    """Joined by zoom and id, feature by feature; a feature without figures has no row."""
    _, figures, folder, _ = country
    shown = decoded(folder / "bodies.pmtiles")
    values = decoded_values(folder / "values" / PERIODS[figures.period] / "all.pmtiles")
    for zoom, tiles in shown.items():
        expected = defaultdict(list)
        for layers in tiles.values():
            for group, features in layers.items():
                for feature in features:
                    amounts = [feature["properties"].get(f"{phase}_minor") for phase in PHASES]
                    if any(amounts):
                        expected[group, feature["id"]] = amounts

        assert expected == listed(values[zoom])


def test_a_client_can_compute_where_the_values_of_a_tile_stand(country):
    """Value tile z/(x >> s)/(y >> s), s from the metadata of either archive."""
    _, figures, folder, _ = country
    path = folder / "values" / PERIODS[figures.period] / "all.pmtiles"
    shifts, values = Archive.open(path).metadata["value_shifts"], decoded_values(path)
    assert shifts == Archive.open(folder / "bodies.pmtiles").metadata["value_shifts"]
    for zoom, tiles in decoded(folder / "bodies.pmtiles").items():
        for (x, y), layers in tiles.items():
            tile = values[zoom][x >> shifts[zoom], y >> shifts[zoom]]
            missing = [
                feature["id"]
                for group, features in layers.items()
                for feature in features
                if feature["properties"].keys() & {"approved_minor", "executed_minor"}
                and feature["id"] not in tile[group]["ids"]
            ]

            assert [] == missing


def test_value_tiles_stay_small(tmp_path):
    """With the longest amounts that are allowed, of thousands of bodies everywhere."""
    bodies, _ = spread_bodies(6000)
    figures = figures_of((n, 1, 0, phase, 10**14 + n * 7919 * 10**7) for n in range(6000) for phase in range(2))
    plan = layout(bodies["lon"].to_numpy(), bodies["lat"].to_numpy())
    proofs = write_values(figures, plan, tmp_path, ABOUT)

    assert max(proof.largest_tile for proof in proofs) <= 100_000


def test_a_period_or_function_without_figures_on_the_map_has_no_archive(tmp_path):
    """Nothing is written for it, not even an empty file; bodies without a place do not count."""
    bodies = bodies_at([(76.9, 43.2), (float("nan"), 50.0)])
    figures = figures_of([(0, 1, 0, 1, 5), (1, 0, 1, 1, 7)])
    plan = layout(bodies["lon"].to_numpy(), bodies["lat"].to_numpy())
    write_values(figures, plan, tmp_path, ABOUT)

    assert ["2024-12/01.pmtiles", "2024-12/all.pmtiles"] == sorted(
        str(path.relative_to(tmp_path / "values")) for path in tmp_path.rglob("*.pmtiles")
    )
