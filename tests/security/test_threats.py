"""Laws about docs/threats.md: every threat and fault has its row, and what a row names is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "docs" / "threats.md"
EXPECTED = [*(f"T{number}" for number in range(1, 31)), *(f"R{number}" for number in range(1, 24))]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
SCRIPT = re.compile(r"`((?:scripts|docs|benchmarks)/[\w/.]+)`")


def rows(text):
    """Return row → its last cell: what tries it, or why nothing does."""
    lines = [line for line in text.splitlines() if re.match(r"\| [TR]\d+ \|", line)]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [(row[0], row[-1].removesuffix(" |").strip()) for row in cells]


@cache
def named_in(path):
    """Return the names of the tests of a file; none where there is no such file."""
    if not (ROOT / path).is_file():
        return frozenset()
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def missing(cell):
    """Return what a cell names and is not there."""
    lost = [f"{path}::{name}" for path, name in TEST.findall(cell) if name not in named_in(path)]
    return lost + [path for path in SCRIPT.findall(cell) if not (ROOT / path).exists()]


def test_every_threat_and_every_fault_has_one_row():
    """In their order."""
    assert EXPECTED == [name for name, _ in rows(TABLES.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_what_a_row_names_is_there(number):
    """A test, or a sentence why there is none."""
    name, cell = rows(TABLES.read_text(encoding="utf-8"))[number]
    reason = cell.partition("Not tested: ")[2]

    assert [] == missing(cell), name
    assert TEST.search(cell) or len(reason) > 60, name


def test_a_row_that_names_what_is_not_there_is_noticed():
    """Each detector is tried."""
    assert ["tests/test_nothing.py::test_x"] == missing("`tests/test_nothing.py::test_x`")
    assert ["tests/test_shape.py::test_x"] == missing("`tests/test_shape.py::test_x`")
    assert ["scripts/nothing.py"] == missing("`scripts/nothing.py`")
    assert [] == missing("`tests/security/test_threats.py::test_what_a_row_names_is_there` `scripts/fuzz.py`")
    assert [("T1", "why")] == rows("| T1 | R | a | b | why |\n| x | y |")
