"""Tables as Parquet in parts: any reader reads them, and a replaced part leaves what making all anew leaves."""

import io

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.versions import columnar, compact
from geo.versions.columnar import parquet, parquet_of, replaced

ROW = st.tuples(st.sampled_from(["", "01", "қала", "x" * 300]), st.integers(-(2**63), 2**63 - 1), st.booleans())
PART = st.lists(ROW, max_size=12)


def table(rows):
    """Return rows as a table of a text, a whole number and a truth."""
    made = pd.DataFrame(rows, columns=["function", "amount_minor", "is_restated"])
    return made.astype({"function": "str", "amount_minor": "int64", "is_restated": "bool"})


def read(content):
    """Return the table that a file holds."""
    return pd.read_parquet(io.BytesIO(content))


@pytest.fixture(scope="module", params=[3, 1 << 20], ids=["short groups", "long groups"])
def _groups(request):
    """Let row groups hold few rows, so that a part has several, or as many as they do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columnar, "ROWS", request.param)
        yield


@pytest.mark.usefixtures("_groups")
@given(st.lists(PART, min_size=1, max_size=4), st.dictionaries(st.integers(0, 3), PART, max_size=2))
def test_replaced_parts_leave_the_bytes_of_making_all_anew(before, changed):
    """Whatever the lengths before and after; and what is read is what the parts hold, in their order."""
    changed = {number: table(rows) for number, rows in changed.items() if number < len(before)}
    parts = [table(rows) for rows in before]
    now = [changed.get(number, part) for number, part in enumerate(parts)]
    made = replaced(parquet_of(parts), [len(part) for part in parts], changed)

    assert parquet_of(now) == made
    pd.testing.assert_frame_equal(pd.concat(now, ignore_index=True), read(made))


@given(st.lists(PART, min_size=2, max_size=4))
def test_another_reader_finds_the_same_sums(tmp_path_factory, parts):
    """DuckDB reads rows and sums of all row groups, and those of one text."""
    path = tmp_path_factory.mktemp("parts") / "table.parquet"
    path.write_bytes(parquet_of([table(rows) for rows in parts]))
    rows = [row for part in parts for row in part]
    found = duckdb.sql(
        f"SELECT count(*), sum(amount_minor::HUGEINT), count(*) FILTER (WHERE function = '01') FROM '{path}'"
    ).fetchone()

    assert (len(rows), sum(row[1] for row in rows) if rows else None, sum(row[0] == "01" for row in rows)) == found


def test_each_part_can_be_read_alone():
    """Its row groups hold no row of another part, and say the least and the greatest of their texts."""
    parts = [table([(name, 1, True)] * 5) for name in ("2024-01", "2024-02")]
    told = pq.ParquetFile(io.BytesIO(parquet_of(parts))).metadata
    of_groups = [told.row_group(number).column(0).statistics for number in range(told.num_row_groups)]

    assert [("2024-01", "2024-01"), ("2024-02", "2024-02")] == [(one.min, one.max) for one in of_groups]
    assert 10 == told.num_rows


def test_a_footer_taken_apart_and_put_together_is_the_same():
    """With every kind of value that pyarrow writes: truths, numbers, texts, nested lists, nothing at all."""
    wide = {
        "text": ["a", None],
        "number": [1, -(2**62)],
        "float": [0.5, float("nan")],
        "lists": [[1, 2], []],
        "nested": [{"a": True}, None],
        **{f"column_{number}": [number, None] for number in range(40)},
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(wide), buffer, compression="zstd", write_page_index=True)
    content = buffer.getvalue()
    footer = content[-8 - int.from_bytes(content[-8:-4], "little") : -8]

    assert footer == compact.write(compact.read(footer))
    assert parquet(table([])) == parquet_of([table([])])
