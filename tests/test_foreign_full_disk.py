"""Laws of a disk that is full while cells are written: it is told as such, and never as damage of the file."""

import errno
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.core.delivery import Dialect
from geo.foreign.limits import Limits
from geo.foreign.package import opened, parse
from geo.foreign.parquet import read_parquet
from geo.foreign.table import Job
from geo.foreign.text import read_text
from geo.foreign.workbook import read_workbook
from tests.test_foreign_workbooks import book

FULL = Path("/dev/full")  # every write to it fails as on a full disk
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")


def parquet():
    """Return the bytes of a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(pa.table({"code": ["01", "02"], "sum": ["1", "2"]}), buffer)
    return buffer.getvalue()


FILES = {
    "a.csv": (read_text, b"code,sum\n01,1\n"),
    "a.xlsx": (read_workbook, book(["code", "sum"], ["01", 1])),
    "a.parquet": (read_parquet, parquet()),
}


@pytest.mark.parametrize("name", FILES)
def test_a_full_disk_is_no_damage_of_the_file(tmp_path, name):
    """The reader hands on what the disk said."""
    read, content = FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(OSError, match="space") as refusal:
        read(Job(path, name, Dialect(), Limits(), FULL))

    assert errno.ENOSPC == refusal.value.errno


@pytest.mark.parametrize("kind", [KeyError, ValueError, RuntimeError, EOFError])
def test_what_fails_in_our_own_handlers_is_no_damage_of_the_file(tmp_path, kind):
    """A fault of the program stays one."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(FILES["a.xlsx"][1])
    job = Job(path, "a.xlsx", Dialect(), Limits(), tmp_path / "cells.arrow")

    def fail(*_):
        raise kind("ours")

    with opened(job) as archive, pytest.raises(kind) as ours:
        parse(job, archive, "xl/workbook.xml", StartElementHandler=fail)

    assert ("ours",) == ours.value.args
