"""A file written as a tree → its nodes, with parent and root of each, or what is wrong with its shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from geo.core.errors import Fault
from geo.profiles.cells import judge_code
from geo.profiles.desk import Desk, large_batches
from geo.profiles.flat import FlatReader
from geo.profiles.lines import Cells
from geo.profiles.redundant import check_formulas
from geo.profiles.vocabulary import Ints, Vocabulary

_DEEPEST = 64  # levels; real budgets have five


@dataclass(frozen=True)
class Nodes:
    """The rows of a tree; `parent` and `root` are places in these arrays, −1 for none."""

    rows: Ints
    period: Ints
    number: Ints  # the file's own id of the row
    parent_number: Ints  # −1 for a root
    level: Ints
    code: tuple[str, ...]  # as the profile reads codes
    parent_code: tuple[str, ...]
    name: tuple[str, ...]  # as it stands
    amounts: Mapping[str, Cells]
    parent: Ints
    root: Ints

    def ancestors(self, at: Ints, level: int) -> Ints:
        """Return the place of the ancestor on a level for each node; the node itself where it is on that level."""
        for _ in range(_DEEPEST):
            climbs = (at >= 0) & (self.level[np.maximum(at, 0)] > level)
            if not climbs.any():
                break
            at = np.where(climbs, self.parent[at], at)
        return at


def read_nodes(desk: Desk, reader: FlatReader) -> Nodes | None:
    """Return the nodes of a file; None where its shape is broken, which is then named row by row."""
    parts = [part for batch in large_batches(desk.cells) if len((part := _part(desk, reader, batch)).rows)]
    if not parts:
        return None
    joined = _joined(parts)
    sound = (joined.number >= 0) & (joined.parent_number >= -1) & (joined.level >= 0) & (joined.period >= 0)
    if not sound.all() or _has_twins(joined, desk):
        return None
    nodes = _linked(joined, desk)
    return nodes if nodes is not None and _is_tree(nodes, desk) else None


def _part(desk: Desk, reader: FlatReader, batch: pa.RecordBatch) -> Nodes:
    rows, periods, columns = reader.wanted(batch)
    whole = {name: _whole_numbers(desk, columns, rows, name) for name in ("id", "parent", "level")}
    codes = {name: _codes(desk, columns, rows, name) for name in ("code", "parent_code")}
    check_formulas(desk.coding.profile, columns, rows, desk)
    none = np.full(len(rows), -1, np.int64)
    return Nodes(
        rows, periods, whole["id"], whole["parent"], whole["level"], codes["code"], codes["parent_code"],
        tuple(columns["name"].to_pylist()), reader.amounts(columns, rows), none, none,
    )  # fmt: skip


def _whole_numbers(desk: Desk, columns: Mapping[str, pa.Array], rows: Ints, column: str) -> Ints:
    """Return ids and levels as numbers; −1 for an empty parent, −2 for a wrong cell, which is named."""
    as_decimals = desk.coding.profile.codes.as_decimals

    def judge(text: str) -> str | Fault:
        if not text:
            return "-1" if column == "parent" else Fault("", 0, "", "E-CSV-19", text)
        code = judge_code(text, as_decimals)
        if isinstance(code, str) and not (code.isdecimal() and len(code) < 10):
            return Fault("", 0, "", "E-CSV-14", text)
        return code

    vocabulary = Vocabulary(judge)
    numbers = vocabulary.encode_checked(columns[column], desk.spot(rows, column), desk.findings)
    values = np.array([int(meaning) for meaning in vocabulary.meanings] or [0], dtype=np.int64)
    return np.where(numbers >= 0, values[np.maximum(numbers, 0)], -2)


def _codes(desk: Desk, columns: Mapping[str, pa.Array], rows: Ints, column: str) -> tuple[str, ...]:
    if column not in columns:
        return ("",) * len(rows)
    as_decimals = desk.coding.profile.codes.as_decimals
    vocabulary = Vocabulary(lambda text: judge_code(text, as_decimals) if text else "")
    numbers = vocabulary.encode_checked(columns[column], desk.spot(rows, column), desk.findings)
    return tuple(vocabulary.meanings[number] if number >= 0 else "" for number in numbers.tolist())


def _joined(parts: list[Nodes]) -> Nodes:
    arrays = ("rows", "period", "number", "parent_number", "level", "parent", "root")
    joined: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays}
    texts: dict[str, Any] = {
        n: tuple(t for part in parts for t in getattr(part, n)) for n in ("code", "parent_code", "name")
    }
    amounts = {
        phase: (
            np.concatenate([part.amounts[phase][0] for part in parts]),
            np.concatenate([part.amounts[phase][1] for part in parts]),
        )
        for phase in parts[0].amounts
    }
    return Nodes(**joined, **texts, amounts=amounts)


def _has_twins(nodes: Nodes, desk: Desk) -> bool:
    """Name each row whose id stands in an earlier row of the same period."""
    keys = (nodes.period << 32) | nodes.number
    _, firsts, inverse = np.unique(keys, return_index=True, return_inverse=True)
    first = firsts[inverse]
    again = np.flatnonzero(first != np.arange(len(keys)))
    is_same = np.ones(len(again), bool)
    for values, _ in nodes.amounts.values():
        is_same &= values[again] == values[first[again]]

    def twin(at: int, code: str) -> Fault:
        earlier = {"first": str(nodes.rows[first[at]])}
        return Fault("", int(nodes.rows[at]), desk.headings["id"], code, str(nodes.number[at]), earlier)

    desk.findings.add_each(again[is_same].tolist(), lambda at: twin(at, "E-CSV-20"))
    desk.findings.add_each(again[~is_same].tolist(), lambda at: twin(at, "E-CSV-24"))
    return len(again) > 0


def _linked(nodes: Nodes, desk: Desk) -> Nodes | None:
    """Return the nodes with their parents and roots; None where a parent is missing or nodes lie in a circle."""
    keys = (nodes.period << 32) | nodes.number
    order = np.argsort(keys)
    wanted = (nodes.period << 32) | np.maximum(nodes.parent_number, 0)
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    is_there = keys[order][at] == wanted
    parent = np.where(nodes.parent_number >= 0, np.where(is_there, order[at], -2), -1)

    def astray(at: int, code: str) -> Fault:
        return Fault("", int(nodes.rows[at]), desk.headings["parent"], code, str(nodes.parent_number[at]))

    desk.findings.add_each(np.flatnonzero(parent == -2).tolist(), lambda at: astray(at, "E-JOIN-12"))
    if (parent == -2).any():
        return None
    root = np.arange(len(keys))
    for _ in range(_DEEPEST):
        root = np.where(parent[root] >= 0, parent[root], root)
    lost = np.flatnonzero(parent[root] >= 0)
    desk.findings.add_each(lost.tolist(), lambda at: astray(at, "E-JOIN-13"))
    if len(lost):
        return None
    return replace(nodes, parent=parent, root=root)


def _is_tree(nodes: Nodes, desk: Desk) -> bool:
    """Tell whether levels and the parents' codes agree with the parents; name each row where they do not."""
    has_parent = nodes.parent >= 0
    expected = np.where(has_parent, nodes.level[nodes.parent] + 1, 0)
    jumps = np.flatnonzero(nodes.level != expected)

    def jump(at: int) -> Fault:
        row, column, level = int(nodes.rows[at]), desk.headings["level"], str(nodes.level[at])
        return Fault("", row, column, "E-JOIN-14", level, {"expected": str(expected[at])})

    desk.findings.add_each(jumps.tolist(), jump)
    strangers: list[int] = []
    if "parent_code" in desk.headings:
        codes = [nodes.code[parent] if parent >= 0 else "" for parent in nodes.parent.tolist()]
        strangers = [at for at, code in enumerate(codes) if nodes.parent_code[at] != code]

        def stranger(at: int) -> Fault:
            row, column, told = int(nodes.rows[at]), desk.headings["parent_code"], {"expected": codes[at] or "–"}
            return Fault("", row, column, "E-JOIN-15", nodes.parent_code[at], told)

        desk.findings.add_each(strangers, stranger)
    return not len(jumps) and not strangers
