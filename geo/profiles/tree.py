"""A file written as a tree → lines for its lowest nodes; every node above must be the sum of those below it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.core.errors import Fault
from geo.core.model import PHASES
from geo.profiles.beside import Beside
from geo.profiles.blocks import Blocks, check_balances, check_sums, find_blocks
from geo.profiles.desk import Desk
from geo.profiles.flat import FlatReader
from geo.profiles.language import Block
from geo.profiles.lines import Lines
from geo.profiles.nodes import Nodes, read_nodes
from geo.profiles.vocabulary import Bools, Ints

_ITEM_PHASES = ("adjusted", "executed")  # in which revenue is kept


@dataclass(frozen=True)
class Grown:
    """What a tree gave: lines of spending, total lines and revenue as published."""

    lines: Lines | None = None
    published: pd.DataFrame = field(default_factory=lambda: _published([]))
    revenue: pd.DataFrame = field(default_factory=lambda: _revenue([]))


def read_tree(desk: Desk, reader: FlatReader) -> Grown:
    """Return what the tree of a file gives; nothing where its shape is broken, which is then named."""
    nodes = read_nodes(desk, reader)
    if nodes is None:
        return Grown()
    unit = desk.coding.units.add_meaning(desk.unit_id)
    units = desk.coding.units_in_force.encode(
        np.full(len(nodes.rows), unit, np.int64), nodes.period, desk.spot(nodes.rows, "unit"), desk.findings
    )
    blocks = find_blocks(nodes, desk)
    if desk.cells.faults:
        return Grown()  # rows are missing, so that no sum could be right
    check_sums(nodes, blocks, desk)
    check_balances(nodes, blocks, desk)
    lines = _leaves(nodes, units, blocks, desk)
    roots = [at for block, at in blocks.roots if block.take == "expenditure"]
    names = [desk.coding.units.meanings[max(0, number)] for number in units.tolist()]
    return Grown(
        lines, _published(_total_rows(nodes, roots, names, desk)), _revenue(_items(nodes, blocks, names, desk))
    )


def _leaves(nodes: Nodes, units: Ints, blocks: Blocks, desk: Desk) -> Lines:
    """Return the lowest nodes of the blocks of spending as lines; all other nodes are counted by reason."""
    is_leaf = np.zeros(len(nodes.rows), bool)
    for block in desk.coding.profile.blocks:
        if block.take == "expenditure":
            is_leaf |= blocks.holds(block) & (nodes.level == len(block.levels) - 1)
    _count_others(nodes, is_leaf, blocks, desk)
    parts = [
        _lines_of(block, nodes, units, np.flatnonzero(is_leaf & blocks.holds(block)), desk)
        for block in desk.coding.profile.blocks
        if block.take == "expenditure"
    ]
    return _together(parts)


def _lines_of(block: Block, nodes: Nodes, units: Ints, at: Ints, desk: Desk) -> Lines:
    coding, findings = desk.coding, desk.findings
    spot = desk.spot(nodes.rows[at], "code")
    codes = {name: nodes.ancestors(at, level) for level, name in enumerate(block.levels)}
    if "subgroup" in codes:
        groups = coding.parts.encode_checked(_texts(nodes, codes["function"]), spot, findings)
        parts = coding.parts.encode_checked(_texts(nodes, codes["subgroup"]), spot, findings)
        functions = coding.functions_of_parts.encode(groups, parts, spot, findings)
    else:
        functions = coding.functions.encode_checked(_texts(nodes, codes["function"]), spot, findings)
    functions = _named(nodes, functions, codes["function"], desk)
    administrators = np.full(len(at), coding.administrators.add_meaning(""), np.int64)
    if "administrator" in codes:
        administrators = coding.administrators.encode_checked(_texts(nodes, codes["administrator"]), spot, findings)
        named = desk.spot(nodes.rows[at], "name")
        names = pa.array([nodes.name[place] for place in at.tolist()], pa.string())
        texts = desk.names.texts.encode_checked(names, named, findings)
        administrators = desk.names.of_codes.encode(administrators, texts, named, findings)
    bodies = coding.bodies_of_units.encode(units[at], administrators, spot, findings)
    bodies = coding.units_of_bodies.encode(bodies, units[at], spot, findings)
    amounts = {phase: (values[at], has[at]) for phase, (values, has) in nodes.amounts.items() if phase in PHASES}
    return Lines(nodes.rows[at], units[at], nodes.period[at], functions, bodies, amounts, np.zeros(len(at), np.int64))


def _named(nodes: Nodes, functions: Ints, groups: Ints, desk: Desk) -> Ints:
    """Return the functions again, negative below a group whose name is that of another; the group's row is named."""
    distinct, first = np.unique(groups, return_index=True)
    names = pa.array([nodes.name[place] for place in distinct.tolist()], pa.string())
    spot = desk.spot(nodes.rows[distinct], "name")
    judged = Beside(desk.coding).functions(functions[first], names, spot, desk.findings)
    is_wrong = np.isin(groups, distinct[(judged < 0) & (functions[first] >= 0)])
    return np.where(is_wrong, -1, functions)


def _texts(nodes: Nodes, at: Ints) -> pa.Array:
    return pa.array([nodes.code[place] for place in at.tolist()], pa.string())


def _together(parts: list[Lines]) -> Lines:
    if len(parts) == 1:
        return parts[0]
    arrays = ("rows", "unit", "period", "function", "body", "kept_apart")
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays}
    amounts = {
        phase: (
            np.concatenate([part.amounts[phase][0] for part in parts]),
            np.concatenate([part.amounts[phase][1] for part in parts]),
        )
        for phase in parts[0].amounts
    }
    return Lines(**joined, amounts=amounts)


def _count_others(nodes: Nodes, is_leaf: Bools, blocks: Blocks, desk: Desk) -> None:
    """Count the nodes that are no entries: inner ones, those of revenue, other blocks, notes beneath the blocks."""
    left = ~is_leaf
    for reason, takes in (("heading", "expenditure"), ("revenue", "revenue"), ("block", "nothing")):
        for block in desk.coding.profile.blocks:
            if block.take == takes:
                desk.leave(nodes.rows[left & blocks.holds(block)], reason)
                left &= ~blocks.holds(block)
    desk.leave(nodes.rows[left], "note")


def _total_rows(nodes: Nodes, roots: list[int], units: list[str], desk: Desk) -> list[tuple[str, str, str, int, str]]:
    periods, source = desk.coding.periods.meanings, desk.coding.profile.source
    return [
        (units[at], periods[nodes.period[at]], phase, int(values[at]), source)
        for at in roots
        for phase, (values, has) in nodes.amounts.items()
        if has[at]
    ]


def _items(nodes: Nodes, blocks: Blocks, units: list[str], desk: Desk) -> list[tuple[str, str, str, str, int]]:
    """Return revenue and the transfers within it; a block of revenue that lacks one of its items is named."""
    rows: list[tuple[str, str, str, str, int]] = []
    for block, root in blocks.roots:
        period = desk.coding.periods.meanings[nodes.period[root]]
        for item, name in block.items.items():
            at = blocks.named(root, name)
            if at < 0:
                place = Fault("", int(nodes.rows[root]), desk.headings["name"], "E-PROF-14", name, {"period": period})
                desk.findings.add(place)
                continue
            for phase in _ITEM_PHASES:
                values, has = nodes.amounts.get(phase, (np.zeros(0, np.int64), np.zeros(0, bool)))
                if len(has) and has[at]:
                    rows.append((units[at], period, item, phase, int(values[at])))
    return rows


def _published(rows: list[tuple[str, str, str, int, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit_id", "period", "phase", "amount_minor", "source"])


def _revenue(rows: list[tuple[str, str, str, str, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit_id", "period", "item", "phase", "amount_minor"])
