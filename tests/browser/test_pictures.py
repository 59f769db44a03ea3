"""Laws about how drawn views look: as on the stored pictures; with other fonts, their blocks as they were placed.

`make pictures` renews the pictures after a change that is meant.
"""

import json
from itertools import combinations

import numpy as np
import pytest
import rasterio

from scripts import take_pictures
from scripts.take_pictures import FOLDER, PICTURES, SIZES

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning"),  # a picture is nowhere on Earth
]

DRAWN = [picture for picture in PICTURES if picture.is_drawn]
CELL = 8  # pixels a side: within a cell, edges may be smoothed in another way
MOST_CELL = 24  # of 255, how far the mean of a cell may be from that of the picture
MOST_CELLS = 0.01  # of all cells may be farther
WRAPPED = 40  # pixels: what one more line of text moves


@pytest.fixture(scope="module")
def kept():
    """Return what was noted when the pictures were taken."""
    return json.loads((FOLDER / "boxes.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def shown(chromium, site):
    """Show a picture's view as it was shown then, once: `shown(picture)` is its page, only to be looked at."""
    pages = {}

    def begin(picture):
        if picture not in pages:
            pages[picture] = take_pictures.opened(chromium, f"{site}/", picture)
        return pages[picture]

    yield begin
    for page in pages.values():
        page.context.close()


def cells(content):
    """Return the mean colour of each cell of a picture: rows, columns, three colours."""
    with rasterio.MemoryFile(content) as memory, memory.open() as picture:
        colours = picture.read([1, 2, 3]).astype(float)
    rows, columns = (length // CELL for length in colours.shape[1:])
    blocks = colours[:, : rows * CELL, : columns * CELL].reshape(3, rows, CELL, columns, CELL)
    return blocks.mean(axis=(2, 4)).transpose(1, 2, 0)


def unlike(one, other):
    """Return the share of cells in which two pictures differ."""
    assert one.shape == other.shape
    return float((np.abs(one - other).max(axis=2) > MOST_CELL).mean())


def overlapping(boxes):
    """Return the pairs of blocks that cover each other; what lies within another is its part."""
    found = []
    for (one, (left, top, width, height)), (other, (x, y, w, h)) in combinations(sorted(boxes.items()), 2):
        across = min(left + width, x + w) - max(left, x)
        down = min(top + height, y + h) - max(top, y)
        is_inside = (across, down) in {(width, height), (w, h)}
        if across > 1 and down > 1 and not is_inside:
            found.append((one, other))
    return found


@pytest.mark.parametrize("picture", DRAWN, ids=lambda picture: picture.name)
def test_a_drawn_view_looks_as_on_its_picture(shown, kept, picture):
    """With the same fonts the same colours at the same places; with others the same blocks at theirs."""
    page = shown(picture)
    boxes, before = take_pictures.boxes_of(page), kept["boxes"][picture.name]
    has_same_fonts = take_pictures.fonts() == kept["fonts"]
    share = unlike(cells((FOLDER / picture.name).read_bytes()), cells(take_pictures.taken(page)))

    assert before.keys() == boxes.keys()
    assert share <= MOST_CELLS or not has_same_fonts
    for block, (left, _, width, _) in before.items():
        assert pytest.approx((left, width), abs=2 if has_same_fonts else WRAPPED) == (boxes[block][0], boxes[block][2])
    assert sorted(before, key=lambda block: before[block][1]) == sorted(before, key=lambda block: boxes[block][1])


@pytest.mark.parametrize("picture", DRAWN, ids=lambda picture: picture.name)
def test_no_block_covers_another_and_none_is_wider_than_the_window(shown, picture):
    """Whatever fonts there are."""
    boxes = take_pictures.boxes_of(shown(picture))
    width = SIZES[picture.size][0]

    assert [] == overlapping(boxes)
    assert [] == [block for block, (left, _, wide, _) in boxes.items() if left < 0 or left + wide > width]


def test_another_map_is_not_taken_for_the_same(shown):
    """The comparison is tried: other colours, another language and another measure are noticed."""
    light = next(picture for picture in DRAWN if (picture.view, picture.scheme) == ("regions", "light"))
    others = {
        "scheme": "dark",
        "lang": "kk" if light.lang != "kk" else "en",
        "path": light.path.replace("executed", "approved"),
    }
    first = cells(take_pictures.taken(shown(light)))
    shares = {
        word: unlike(first, cells(take_pictures.taken(shown(light.but(**{word: value})))))
        for word, value in others.items()
    }

    assert unlike(first, first) == 0
    assert {word: share for word, share in shares.items() if share <= MOST_CELLS} == {}


def test_every_picture_is_there_and_they_are_small():
    """The index names what the folder holds; nobody waits for a repository of pictures."""
    files = {path.name: path.stat().st_size for path in FOLDER.glob("*.webp")}
    text = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert {picture.name for picture in PICTURES} == set(files)
    assert [] == [name for name in files if f"]({name})" not in text]
    assert len(files) <= 24
    assert sum(files.values()) <= 3_000_000
