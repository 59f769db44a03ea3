"""Laws of archives: what goes in comes out, by our reader and by the format's own; same tiles, same bytes."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.reader import MemorySource, Reader, all_tiles
from pmtiles.tile import tileid_to_zxy, zxy_to_tileid

from geo.core import pmtiles
from geo.core.errors import DamagedVersion
from geo.core.pmtiles import Archive, Header, unpacked_directory
from geo.tiles.archive import Sheet, gzipped, packed_directory, write_archive
from geo.tiles.protobuf import varint, varints, zigzag

SHEET = Sheet("mvt", 0, 12, (46.5, 40.5, 87.3, 55.5), (67.0, 48.0), {"name": "Әңү", "vector_layers": []})
PLACES = st.integers(0, 12).flatmap(lambda z: st.tuples(st.just(z), *[st.integers(0, (1 << z) - 1)] * 2))


def written(path, tiles, sheet=SHEET):
    """Write tiles by id and return the path."""
    ids = np.array(sorted(tiles), np.int64)
    write_archive(path, ids, [tiles[number] for number in ids.tolist()], sheet)
    return path


@given(st.lists(PLACES, min_size=1, max_size=40))
def test_ids_are_those_of_the_format(places):
    """The curve is the one that every reader of the format computes, alone and in bulk, there and back."""
    for z, x, y in places:
        number = zxy_to_tileid(z, x, y)

        assert number == pmtiles.tile_id(z, x, y)
        assert [number] == pmtiles.tile_ids(z, np.array([x]), np.array([y])).tolist()
    numbers = np.array([zxy_to_tileid(*place) for place in places])
    assert places == list(zip(*(part.tolist() for part in pmtiles.zxy(numbers)), strict=True))


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.integers(0, 5000), st.sampled_from([b"a", b"bb", b"ccc"]), max_size=300))
def test_what_goes_in_comes_out_by_either_reader(tmp_path_factory, tiles):
    """Runs, shared contents and gaps change nothing."""
    packed = {number: gzip.compress(content, mtime=0) for number, content in tiles.items()}
    path = written(tmp_path_factory.mktemp("archive") / "a.pmtiles", packed)
    ours = Archive.open(path)
    theirs = (
        {zxy_to_tileid(*place): content for place, content in all_tiles(MemorySource(path.read_bytes()))}
        if tiles
        else {}
    )

    assert packed == {number: ours.tile(*tileid_to_zxy(number)) for number in ours.tile_ids().tolist()}
    assert packed == theirs
    assert ours.tile(*tileid_to_zxy(6000)) is None


def test_many_tiles_need_leaves_and_a_small_root(tmp_path):
    """A reader takes the first 16 KiB and must find the root in them."""
    rng = np.random.default_rng(1)
    ids = np.unique(rng.integers(0, 4**12, 60_000))
    tiles = [b"%d" % number for number in ids.tolist()]
    write_archive(tmp_path / "a.pmtiles", ids, tiles, SHEET)
    archive = Archive.open(tmp_path / "a.pmtiles")
    reader = Reader(MemorySource((tmp_path / "a.pmtiles").read_bytes()))

    assert archive.header.leaf_bytes > 0
    assert archive.header.root_offset + archive.header.root_bytes <= 16_384
    for number in rng.choice(ids, 50).tolist():
        assert b"%d" % number == archive.tile(*tileid_to_zxy(number)) == reader.get(*tileid_to_zxy(number))


def test_equal_neighbours_share_an_entry_and_equal_tiles_a_place(tmp_path):
    """A sea of one colour costs one tile and one entry."""
    header = Archive.open(written(tmp_path / "a.pmtiles", {5: b"x", 6: b"x", 7: b"x", 9: b"y", 20: b"x"})).header

    assert (5, 3, 2) == (header.addressed_tiles, header.tile_entries, header.tile_contents)


def test_same_tiles_give_the_same_bytes(tmp_path):
    """Neither a clock nor the order of threads is in an archive."""
    tiles = gzipped([b"tile %d" % number * 50 for number in range(2000)])
    for name in "ab":
        write_archive(tmp_path / name, np.arange(2000), tiles, SHEET)

    assert tiles == gzipped([b"tile %d" % number * 50 for number in range(2000)])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_header_and_the_metadata_say_what_was_given(tmp_path):
    """Places are kept to a ten-millionth of a degree, names in every letter."""
    archive = Archive.open(written(tmp_path / "a.pmtiles", {0: b"x"}))
    head = archive.header

    assert Header.unpacked(head.packed()) == head
    assert SHEET.bounds == (head.min_lon, head.min_lat, head.max_lon, head.max_lat)
    assert SHEET.metadata == archive.metadata


@pytest.mark.parametrize("ids", [[1, 1], [2, 1], [1]])
def test_ids_that_do_not_ascend_are_refused(tmp_path, ids):
    """An archive out of order would hide tiles from every reader."""
    with pytest.raises(ValueError, match="ascend"):
        write_archive(tmp_path / "a", np.array(ids), [b"x", b"y"], SHEET)


@pytest.mark.parametrize("kept", [0, 50, 126, 140, 200, -1])
def test_an_archive_that_was_cut_is_damaged(tmp_path, kept):
    """Half a file must never answer as if the rest were empty."""
    path = written(tmp_path / "a.pmtiles", {number: b"%d" % number * 40 for number in range(400)})
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(DamagedVersion):
        Archive.open(path)


def test_any_flipped_byte_of_the_directories_is_noticed_or_harmless(tmp_path):
    """No flip makes the reader fail in another way or reach outside of the file."""
    path = written(tmp_path / "a.pmtiles", {number: b"%d" % number * 9 for number in range(300)})
    whole = path.read_bytes()
    for place in range(0, Archive.open(path).header.tile_offset, 3):
        flipped = bytearray(whole)
        flipped[place] ^= 0x55
        path.write_bytes(flipped)
        try:
            archive = Archive.open(path)
            found = [archive.find(*tileid_to_zxy(number)) for number in range(0, 300, 7)]
        except DamagedVersion:
            continue

        assert all(start + length <= len(whole) for start, length in filter(None, found))


@given(st.lists(st.integers(0, 2**63 - 1), max_size=50))
def test_varints_in_bulk_are_those_one_by_one(numbers):
    """The bulk encoder and the plain one agree on every size of number."""
    assert [varint(number) for number in numbers] == varints(np.array(numbers, np.uint64)).to_pylist()


@given(st.integers(-(2**62), 2**62))
def test_zigzag_keeps_small_numbers_small(number):
    """0, -1, 1, -2 become 0, 1, 2, 3."""
    expected = 2 * number if number >= 0 else -2 * number - 1

    assert [expected] == zigzag(np.array([number])).tolist()


def test_a_directory_of_nothing_is_a_directory(tmp_path):
    """A version without bodies on the map still has its archive."""
    path = written(tmp_path / "a.pmtiles", {})

    assert [] == Archive.open(path).tile_ids().tolist()
    assert 0 == len(unpacked_directory(gzip.decompress(packed_directory(Archive.open(path).entries))).ids)
