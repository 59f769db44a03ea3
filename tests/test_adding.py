"""Laws of adding up: one truth whatever the order, threads, memory, form of the entries, and what is kept."""

import duckdb
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.core.engine import connect
from geo.core.errors import BrokenLaw
from geo.core.model import LARGEST_AMOUNT, WIDER
from geo.sums import Adder, Kept, totals

IN_FORCE = {"2021-12": "2018", "2023-12": "2022", "2024-12": "2022"}
KEYS = ["edition", "level", "unit_id", "period", "function", "phase"]
BODIES = 6500


@pytest.fixture(scope="module")
def placed():
    """Bodies in two editions; the later one has two levels. Some lie nowhere, some only at the upper level."""
    bodies = [f"b{number:05}" for number in range(BODIES)]
    number = np.arange(BODIES)
    region = np.where(number % 10 < 7, "10", np.where(number % 97 == 0, "", "20"))
    district = np.where(number % 13 == 0, WIDER, np.char.add(region, (number % 3).astype(str)))
    district = np.where(region == "", "", district)
    parts = [
        pd.DataFrame({"edition": "2018", "level": "region", "body_id": bodies, "unit_id": region[::-1]}),
        pd.DataFrame({"edition": "2022", "level": "region", "body_id": bodies, "unit_id": region}),
        pd.DataFrame({"edition": "2022", "level": "district", "body_id": bodies, "unit_id": district}),
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def entries():
    """Entries of every period, some of bodies that no placement names, with amounts beyond what a double holds."""
    random, rows = np.random.default_rng(4), 20_000
    return pd.DataFrame(
        {
            "body_id": [f"b{number:05}" for number in random.integers(0, BODIES + 50, rows)],
            "period": random.choice([*IN_FORCE], rows),
            "function": random.choice(["01", "0101", "0202", "15"], rows),
            "phase": random.choice(["approved", "executed"], rows),
            "amount_minor": random.integers(-(2**50), 2**50, rows),
        }
    )


@pytest.fixture(scope="module")
def truth(entries, placed):
    """The totals by whole numbers of Python's own, level by level."""
    parts = []
    for (edition, level), places in placed.groupby(["edition", "level"]):
        own = entries[entries["period"].map(IN_FORCE) == edition]
        units = own["body_id"].map(places.set_index("body_id")["unit_id"]).fillna("")
        keys = [units.rename("unit_id"), own["period"], own["function"].str[:2].rename("function"), own["phase"]]
        groups = own.assign(amount_minor=own["amount_minor"].astype(object)).groupby(keys)
        sums = groups.agg(amount_minor=("amount_minor", "sum"), entries=("amount_minor", "size"))
        parts.append(sums.assign(edition=edition, level=level).reset_index())
    return comparable(pd.concat(parts))


def comparable(table):
    """Return the rows of totals as plain values, in the order of their key."""
    columns = [*KEYS, "amount_minor", "entries"]
    return sorted(map(tuple, table[columns].astype(object).values.tolist()))


def test_every_level_edition_and_period_is_added_up_exactly(entries, placed, truth):
    """Amounts and entries are those of counting one by one; a period meets only the borders in force."""
    found = totals(entries, placed, IN_FORCE, 2, Adder(connect("duckdb://")))

    assert truth == comparable(found)
    assert found.equals(totals(entries.iloc[::-1], placed.iloc[::-1], IN_FORCE, 2, Adder(connect("duckdb://"))))


def test_files_are_added_up_like_a_table(entries, placed, truth, tmp_path):
    """Parquet files of any cut, with texts as dictionaries or not, need no way through memory."""
    for number, part in enumerate(np.array_split(np.arange(len(entries)), 3)):
        table = pa.Table.from_pandas(entries.iloc[part], preserve_index=False)
        names = ["period", "function", "phase"]
        coded = pa.table({name: table[name].dictionary_encode() if name in names else table[name] for name in entries})
        pq.write_table(coded if number else table, tmp_path / f"{number}.parquet", row_group_size=5000)
    files = tuple(tmp_path / f"{number}.parquet" for number in range(3))

    assert truth == comparable(totals(files, placed, IN_FORCE, 2, Adder(connect("duckdb://", reads=files))))
    with pytest.raises(duckdb.PermissionException):
        totals(files, placed, IN_FORCE, 2, Adder(connect("duckdb://", reads=files[:1])))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_number_of_threads_changes_nothing(entries, placed, truth, threads):
    """Sums of whole numbers have no order."""
    assert truth == comparable(totals(entries, placed, IN_FORCE, 2, Adder(ibis.duckdb.connect(threads=threads))))


def test_what_does_not_fit_in_memory_is_spilled_and_counted_the_same(tmp_path):
    """With a small limit the engine writes aside, although it may touch no other file; the sums do not change."""
    rows = 900_000
    bodies = pd.Series(np.arange(rows)).astype("str")
    many = pd.DataFrame({"body_id": bodies, "period": "2024-12", "function": "01", "phase": "executed"})
    many = many.assign(amount_minor=np.arange(rows))
    place = pd.DataFrame({"edition": "2022", "level": "region", "body_id": bodies, "unit_id": "10"})
    spill = tmp_path / "home" / "spill"
    small = connect("duckdb://", memory_mb=32, spill=spill)
    seen = totals(many, place, IN_FORCE, 2, Adder(small))

    assert totals(many, place, IN_FORCE, 2, Adder(connect("duckdb://"))).equals(seen)
    assert [(rows * (rows - 1) // 2, rows)] == seen[["amount_minor", "entries"]].to_records(index=False).tolist()
    assert spill.is_dir()
    with pytest.raises(duckdb.OutOfMemoryException):
        totals(many, place, IN_FORCE, 2, Adder(connect("duckdb://", memory_mb=32)))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{folder}/a.csv')",
        "COPY (SELECT 1) TO '{folder}/b.csv'",
        "ATTACH '{folder}/c.db'",
        "INSTALL httpfs",
        "SET memory_limit = '1GB'",
    ],
)
def test_an_engine_that_may_spill_touches_nothing_else(tmp_path, statement):
    """The folder of the spill is all that it may write; the lock holds."""
    tmp_path.joinpath("a.csv").write_text("a\n1\n", encoding="utf-8")
    engine = connect("duckdb://", memory_mb=100, spill=tmp_path / "spill's")

    with pytest.raises(duckdb.Error):
        engine.raw_sql(statement.format(folder=tmp_path))


def test_a_sum_beyond_64_bits_is_refused(placed):
    """Never wrapped, never a float."""
    rows = pd.DataFrame(
        {"body_id": "b00001", "period": "2024-12", "function": "01", "phase": "executed"}, index=range(3)
    )

    with pytest.raises(BrokenLaw, match="64 bits"):
        totals(rows.assign(amount_minor=LARGEST_AMOUNT), placed, IN_FORCE, 2, Adder(connect("duckdb://")))


def test_kept_sums_are_those_of_adding_up_again(entries, placed, truth, tmp_path):
    """The first run keeps every period, the second reads them; a change of one period adds up that one alone."""
    adder = Adder(connect("duckdb://"), Kept(tmp_path))
    first = totals(entries, placed, IN_FORCE, 2, adder)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = totals(entries, placed, IN_FORCE, 2, adder)
    changed = entries.copy()
    changed.loc[changed.index[changed["period"] == "2023-12"][0], "amount_minor"] += 1
    later = totals(changed, placed, IN_FORCE, 2, adder)

    assert truth == comparable(first)
    assert first.equals(again)
    assert len(IN_FORCE) == len(kept)
    assert kept == {path: path.stat().st_mtime_ns for path in kept}
    assert len(IN_FORCE) + 1 == len([*tmp_path.iterdir()])
    assert later.equals(totals(changed, placed, IN_FORCE, 2, Adder(connect("duckdb://"))))
    assert 1 == later["amount_minor"].sum() - first["amount_minor"].sum() - 1  # both levels of the edition


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b[:200] + bytes([b[200] ^ 1]) + b[201:]])
def test_damaged_kept_sums_are_added_up_again(entries, placed, truth, tmp_path, spoil):
    """What is not what was written is not there."""
    adder = Adder(connect("duckdb://"), Kept(tmp_path))
    totals(entries, placed, IN_FORCE, 2, adder)
    for path in tmp_path.iterdir():
        path.write_bytes(spoil(path.read_bytes()))
    whole = totals(entries, placed, IN_FORCE, 2, adder)

    assert truth == comparable(whole)


def test_sums_kept_for_one_content_stand_for_no_other(entries, placed, tmp_path):
    """A file under another's name is not believed; moved borders change the key."""
    kept = Kept(tmp_path)
    totals(entries, placed, IN_FORCE, 2, Adder(connect("duckdb://"), kept))
    one, other = sorted(tmp_path.iterdir())[:2]
    one.write_bytes(other.read_bytes())
    moved = placed.assign(unit_id=placed["unit_id"].replace("10", "11"))
    hows = {"2024-12": ("2024-12", "2022", 2)}

    assert kept.read(one.stem) is None
    assert kept.read(other.stem) is not None
    assert kept.keys(entries, placed, hows) != kept.keys(entries, moved, hows)


def test_no_more_sums_are_kept_than_allowed(entries, placed, tmp_path):
    """The oldest go."""
    totals(entries, placed, IN_FORCE, 2, Adder(connect("duckdb://"), Kept(tmp_path, most=2)))

    assert 2 == len([*tmp_path.iterdir()])


def test_kept_sums_of_files_depend_on_the_files_of_their_period(entries, placed, truth, tmp_path):
    """A file that cannot hold a period does not make its sums anew."""
    paths = {period: tmp_path / f"{period}.parquet" for period in IN_FORCE}
    for period, path in paths.items():
        entries[entries["period"] == period].to_parquet(path, index=False)
    files = tuple(paths.values())
    adder = Adder(connect("duckdb://", reads=files), Kept(tmp_path / "kept"))
    first = totals(files, placed, IN_FORCE, 2, adder)
    changed = entries[entries["period"] == "2023-12"].assign(amount_minor=1)
    changed.to_parquet(paths["2023-12"], index=False)
    later = totals(files, placed, IN_FORCE, 2, adder)
    others = first["period"] != "2023-12"

    assert truth == comparable(first)
    assert len(IN_FORCE) + 1 == len([*(tmp_path / "kept").iterdir()])
    assert first[others].equals(later[others])
    assert (later["amount_minor"] == later["entries"])[~others].all()


@pytest.mark.parametrize(("edition", "error"), [("2019", KeyError), ("2022", ValueError)])
def test_places_that_are_missing_or_double_are_refused(entries, placed, edition, error):
    """Money without borders would be lost, money with two places counted twice."""
    in_force = dict.fromkeys(IN_FORCE, edition)

    with pytest.raises(error):
        totals(entries, pd.concat([placed, placed.tail(1)]), in_force, 2, Adder(connect("duckdb://")))


def test_no_entries_have_no_totals(entries, placed):
    """An empty ledger gives an empty table of the same columns."""
    none = totals(entries.head(0), placed, IN_FORCE, 2, Adder(connect("duckdb://")))

    assert (0, [*totals(entries.head(9), placed, IN_FORCE, 2, Adder(connect("duckdb://")))]) == (len(none), [*none])
