"""Laws of damage: a damaged file is refused at a place, or its figures are those of the undamaged one; never a third.

What one file cannot tell needs its history (docs/profiles.md): whole months cut off at the end, two plans exchanged
in a single month, a row dropped or multiplied in a file that has no totals.
"""

import csv
import io
import os
import random
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.profiles import Given, deliver, find_profiles
from tests.test_profiles import ASTANA, KNOWN, PROFILES, cells_of

SHARED = Path(os.environ.get("BUDGETMAP_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "kz"
TREE, MONTHLY = "raw_region_astana_as_published.csv", "kz_regions_expenditure_by_functional_group_monthly_2023_2025.csv"
KINDS = {TREE: ("kz-portal-region", ";", ASTANA), MONTHLY: ("kz-monthly-groups", ",", "")}
AMOUNTS = ("utv", "utch", "plg", "plgp", "sumrg")
PROFILE = {name: find_profiles(PROFILES)[profile] for name, (profile, _, _) in KINDS.items()}
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data (BUDGETMAP_SHARED)")


@cache
def rows(name):
    """Return the header and the rows of two months of a real file."""
    with (SHARED / "budget" / name).open(encoding="utf-8", newline="") as file:
        header, *every = list(csv.reader(file, delimiter=KINDS[name][1]))
    if name == TREE:
        return header, [row for row in every if row[-1] in {"01.2023", "02.2023"}]
    return header, [row for row in every if row[3] == "2024" and row[4] in {"3", "5"}]


def written(name, header, body):
    """Return rows as the bytes of a file."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=KINDS[name][1], lineterminator="\n").writerows([header, *body])
    return text.getvalue().encode()


def read(folder, name, content):
    """Return the delivery of a file's bytes; None where they are no table at all, as the reader would refuse them."""
    try:
        table = list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=KINDS[name][1], strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    lengths = {len(row) for row in table}
    if len(lengths) != 1 or len(table) < 2 or len(set(table[0])) != len(table[0]) or "\0" in content.decode():
        return None
    cells = cells_of(folder, table[0], table[1:], name)
    return deliver(PROFILE[name], cells, KNOWN, Given(unit_id=KINDS[name][2]), Path(folder))


def figures(delivery):
    """Return all that would be kept: entries, total lines, revenue."""
    entries = pd.read_parquet(delivery.tables["entries"])
    keys = ["body_id", "period", "function", "phase"]
    kept = {tuple(row) for row in entries[[*keys, "amount_minor"]].itertuples(index=False)}
    for table in ("published", "revenue"):
        kept |= {(table, *row) for row in pd.read_parquet(delivery.tables[table]).itertuples(index=False)}
    return {row for row in kept if row[-1] or row[0] == "published"}


def difference(one, other):
    """Return by how much the amounts of two sets of figures differ; endless where their keys differ."""
    first, second = ({row[:-1]: row[-1] for row in kept if row[0] != "published"} for kept in (one, other))
    if set(first) != set(second):
        return float("inf")
    return sum(abs(first[key] - second[key]) for key in first)


class Sound(dict):
    """Figures by file; too many to be shown when a law fails."""

    def __repr__(self):
        return "sound"


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """What each cut of a real file says undamaged."""
    folder = tmp_path_factory.mktemp("sound")
    made = {name: read(folder, name, written(name, *rows(name))) for name in KINDS}

    assert dict.fromkeys(KINDS, ()) == {name: delivery.faults for name, delivery in made.items()}
    return Sound({name: figures(delivery) for name, delivery in made.items()})


def is_noticed(folder, name, content, sound):
    """Tell whether damaged bytes are refused at a place, or give the same figures for the months they hold."""
    delivery = read(folder, name, content)
    if delivery is None:
        return True
    if delivery.faults:
        assert all(fault.code and fault.file == name for fault in delivery.faults)
        return any(fault.row or fault.column or fault.value for fault in delivery.faults)
    kept = figures(delivery)
    periods = {row[2] if row[0] in {"published", "revenue"} else row[1] for row in kept}
    expected = {r for r in sound[name] if (r[2] if r[0] in {"published", "revenue"} else r[1]) in periods}
    return expected == kept


def of_amounts(name):
    """Return the places of the columns of amounts."""
    header, _ = rows(name)
    return [at for at, heading in enumerate(header) if heading in AMOUNTS or heading.endswith("_kzt_thousand")]


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@settings(max_examples=20)
def test_a_dropped_row_is_noticed(tmp_path_factory, sound, name, data):
    """Its parent or its total misses it, unless it held nothing."""
    header, body = rows(name)
    at = data.draw(st.integers(0, len(body) - 1))
    content = written(name, header, body[:at] + body[at + 1 :])

    assert is_noticed(tmp_path_factory.getbasetemp(), name, content, sound)


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@settings(max_examples=20)
def test_a_row_that_stands_twice_is_noticed(tmp_path_factory, sound, name, data):
    """Beside the first, or anywhere."""
    header, body = rows(name)
    at, to = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, len(body)))
    content = written(name, header, [*body[:to], body[at], *body[to:]])

    assert is_noticed(tmp_path_factory.getbasetemp(), name, content, sound)


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@settings(max_examples=20)
def test_a_changed_digit_of_an_amount_is_noticed(tmp_path_factory, sound, name, data):
    """Wherever it stands in a tree; in a flat file unless it is less than the source's own difference of 20 tenge."""
    header, body = rows(name)
    at, column = data.draw(st.integers(0, len(body) - 1)), data.draw(st.sampled_from(of_amounts(name)))
    cell = body[at][column]
    place = data.draw(st.sampled_from([i for i, c in enumerate(cell) if c.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != cell[place]]))
    changed = cell[:place] + digit + cell[place + 1 :]
    damaged = [*body[:at], [*body[at][:column], changed, *body[at][column + 1 :]], *body[at + 1 :]]
    is_slight = abs(float(changed) - float(cell)) * 1000 <= 40 and name == MONTHLY

    assert is_slight or is_noticed(tmp_path_factory.getbasetemp(), name, written(name, header, damaged), sound)


@pytest.mark.parametrize("name", KINDS)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 3))
@settings(max_examples=40)
def test_flipped_bytes_are_noticed(tmp_path_factory, sound, name, seed, count):
    """Anywhere in the file, header and names included; a flat file may hide what its source differs by."""
    chance = random.Random(seed)
    content = bytearray(written(name, *rows(name)))
    for _ in range(count):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    delivery = read(tmp_path_factory.getbasetemp(), name, bytes(content))
    is_slight = (
        name == MONTHLY
        and delivery is not None
        and not delivery.faults
        and 0 < difference(figures(delivery), sound[name]) <= 40_00 * count
    )

    assert is_slight or is_noticed(tmp_path_factory.getbasetemp(), name, bytes(content), sound)


@pytest.mark.parametrize("name", KINDS)
@given(share=st.floats(0, 1))
@example(share=0.0)
@settings(max_examples=30)
def test_a_file_that_is_cut_off_is_noticed(tmp_path_factory, sound, name, share):
    """At any byte; where a whole month is gone, the figures of the others are the same."""
    content = written(name, *rows(name))

    assert is_noticed(tmp_path_factory.getbasetemp(), name, content[: int(len(content) * share)], sound)


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@settings(max_examples=20)
def test_a_column_in_another_unit_is_noticed(tmp_path_factory, sound, name, data):
    """A phase in tenge among thousands: the phases of a unit are of one size, and redundant columns disagree."""
    header, body = rows(name)
    column = data.draw(st.sampled_from(of_amounts(name)))
    damaged = [[*row[:column], str(float(row[column]) * 1000), *row[column + 1 :]] for row in body]

    assert is_noticed(tmp_path_factory.getbasetemp(), name, written(name, header, damaged), sound)


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@settings(max_examples=20)
def test_rows_in_another_unit_are_noticed(tmp_path_factory, sound, name, data):
    """Some rows in tenge: their parents or totals are not."""
    header, body = rows(name)
    amounts = of_amounts(name)
    first = data.draw(st.integers(0, len(body) - 1))
    count = data.draw(st.integers(1, min(20, len(body) - first)))
    damaged = [
        [str(float(c) * 1000) if n in amounts and first <= at < first + count else c for n, c in enumerate(row)]
        for at, row in enumerate(body)
    ]

    assert is_noticed(tmp_path_factory.getbasetemp(), name, written(name, header, damaged), sound)


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@settings(max_examples=20)
def test_two_exchanged_columns_are_noticed(tmp_path_factory, sound, name, data):
    """Except two plans of the year for each other, which only history tells apart."""
    header, body = rows(name)
    amounts = of_amounts(name)
    pairs = [(a, b) for a in amounts for b in amounts if a < b and not {a, b} <= set(amounts[:3])]
    one, two = data.draw(st.sampled_from(pairs))
    damaged = [[row[two] if n == one else row[one] if n == two else c for n, c in enumerate(row)] for row in body]

    assert is_noticed(tmp_path_factory.getbasetemp(), name, written(name, header, damaged), sound)


@given(content=st.binary(max_size=300))
@settings(max_examples=15)
def test_no_bytes_lead_to_anything_but_a_delivery(tmp_path_factory, content):
    """Whatever a cell holds, the answer is a delivery with its faults."""
    header, body = rows(TREE)
    text = content.decode("utf-8", "replace").replace("\0", "")
    for column in range(len(header)):
        cells = [*body[0][:column], text, *body[0][column + 1 :]]
        delivery = read(tmp_path_factory.getbasetemp(), TREE, written(TREE, header, [cells, *body[1:3]]))

        assert delivery is None or delivery.faults
