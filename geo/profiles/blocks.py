"""The blocks of a tree: which node lies in which, and whether all that must add up does."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from geo.core.errors import Fault
from geo.core.model import LARGEST_AMOUNT
from geo.profiles.cells import tidy_name
from geo.profiles.desk import Desk
from geo.profiles.language import Balance, Block
from geo.profiles.nodes import Nodes
from geo.profiles.vocabulary import Bools, Ints


@dataclass(frozen=True)
class Blocks:
    """The roots that the profile names, and the block of each node."""

    nodes: Nodes
    blocks: tuple[Block, ...]
    of_node: Ints  # number of the block, −1 for notes beside the blocks
    roots: tuple[tuple[Block, int], ...]  # place of each root that was found, period by period

    def holds(self, block: Block) -> Bools:
        """Tell which nodes lie in a block, its root included."""
        return np.asarray(self.of_node == self.blocks.index(block))

    def named(self, root: int, name: str) -> int:
        """Return the place of the row of that name below a root or the root's own; −1 where there is none."""
        near = np.flatnonzero((self.nodes.parent == root) | (np.arange(len(self.nodes.rows)) == root)).tolist()
        found = [at for at in near if _plain(self.nodes.name[at]) == _plain(name)]
        return found[0] if len(found) == 1 else -1


def find_blocks(nodes: Nodes, desk: Desk) -> Blocks:
    """Return the blocks of a tree; a root that no profile names, is named otherwise, or is missing is told."""
    blocks = desk.coding.profile.blocks
    by_code = {block.code: number for number, block in enumerate(blocks)}
    of_root: dict[int, int] = {}
    parents = set(nodes.parent.tolist())
    for at in np.flatnonzero(nodes.parent < 0).tolist():
        number = by_code.get(nodes.code[at], -1) if nodes.code[at] else -1
        is_note = not nodes.code[at] and at not in parents
        if number >= 0 and _plain(nodes.name[at]) == _plain(blocks[number].name):
            of_root[at] = number
        elif not is_note:
            root = {"code": nodes.code[at], "expected": blocks[number].name if number >= 0 else "–"}
            row, column = int(nodes.rows[at]), desk.headings["name"]
            desk.findings.add(Fault("", row, column, "E-PROF-13", tidy_name(nodes.name[at]), root))
    _name_missing(nodes, of_root, desk)
    of_node = np.array([of_root.get(root, -1) for root in nodes.root.tolist()], dtype=np.int64)
    return Blocks(nodes, blocks, of_node, tuple((blocks[number], at) for at, number in sorted(of_root.items())))


def check_sums(nodes: Nodes, blocks: Blocks, desk: Desk) -> None:
    """Name each node that is not the sum of those below it: exactly, at a root within what the profile states."""
    inner = _inner(nodes, blocks)
    is_lowest = np.zeros(len(nodes.rows), bool)
    for block in blocks.blocks:
        if block.take == "expenditure":
            is_lowest |= blocks.holds(block) & (nodes.level >= len(block.levels) - 1)
            _name_too_deep(nodes, blocks, block, desk)
    below = np.flatnonzero((nodes.parent >= 0) & (blocks.of_node >= 0))
    for phase, (values, has) in nodes.amounts.items():
        sums, unknown = np.zeros(len(values), np.int64), np.zeros(len(values), np.int64)
        if np.abs(values).astype(np.float64).sum() > LARGEST_AMOUNT:
            desk.findings.add(Fault("", 0, desk.headings[phase], "E-CSV-15", phase))
            continue
        np.add.at(sums, nodes.parent[below], values[below])
        np.add.at(unknown, nodes.parent[below], ~has[below])
        off = np.flatnonzero(inner & ~is_lowest & has & (unknown == 0) & (sums != values))
        _name_differences(nodes, blocks, (phase, off, sums), desk)


def check_balances(nodes: Nodes, blocks: Blocks, desk: Desk) -> None:
    """Name each period in which the blocks do not add up with one another as the profile says they do."""
    by_period: dict[int, dict[str, int]] = {}
    for block, at in blocks.roots:
        by_period.setdefault(int(nodes.period[at]), {})[block.code] = at
    for balance in desk.coding.profile.balances:
        for roots in by_period.values():
            if balance.total in roots:
                _check_balance(balance, nodes, roots, desk)


def _check_balance(balance: Balance, nodes: Nodes, roots: dict[str, int], desk: Desk) -> None:
    allowed = int(Decimal(balance.tolerance) * desk.coding.known.country.minor_units)
    at = roots[balance.total]
    for phase, (values, _) in nodes.amounts.items():
        plus = sum(int(values[roots[code]]) for code in balance.plus if code in roots)
        total = plus - sum(int(values[roots[code]]) for code in balance.minus if code in roots)
        if abs(total - int(values[at])) > allowed:
            value = f"{tidy_name(nodes.name[at])}, {desk.coding.periods.meanings[nodes.period[at]]}"
            balance_of = {"sum": str(total), "stated": str(values[at]), "difference": str(total - int(values[at]))}
            desk.findings.add(Fault("", int(nodes.rows[at]), desk.headings[phase], "E-SUM-09", value, balance_of))


def _inner(nodes: Nodes, blocks: Blocks) -> Bools:
    """Tell which nodes must be sums: all above the lowest level of spending, of revenue those with nodes below."""
    has_children = np.zeros(len(nodes.rows), bool)
    has_children[nodes.parent[nodes.parent >= 0]] = True
    inner = np.zeros(len(nodes.rows), bool)
    for block in blocks.blocks:
        if block.take == "expenditure":
            inner |= blocks.holds(block)
        elif block.take == "revenue":
            inner |= blocks.holds(block) & has_children
    return inner


def _name_differences(nodes: Nodes, blocks: Blocks, found: tuple[str, Ints, Ints], desk: Desk) -> None:
    phase, off, sums = found
    per_unit, stated = desk.coding.known.country.minor_units, nodes.amounts[phase][0]
    allowed = [int(Decimal(block.tolerance.get(phase, "0")) * per_unit) for block in blocks.blocks]

    def is_wrong(at: int) -> bool:
        most = allowed[blocks.of_node[at]] if nodes.parent[at] < 0 else 0
        return abs(int(sums[at]) - int(stated[at])) > most

    def difference(at: int) -> Fault:
        value = f"{tidy_name(nodes.name[at])}, {desk.coding.periods.meanings[nodes.period[at]]}"
        said = {"sum": str(sums[at]), "stated": str(stated[at]), "difference": str(int(sums[at]) - int(stated[at]))}
        return Fault("", int(nodes.rows[at]), desk.headings[phase], "E-SUM-05", value, said)

    desk.findings.add_each([at for at in off.tolist() if is_wrong(at)], difference)


def _name_too_deep(nodes: Nodes, blocks: Blocks, block: Block, desk: Desk) -> None:
    deepest = len(block.levels) - 1

    def deep(at: int) -> Fault:
        row, column, told = int(nodes.rows[at]), desk.headings["level"], {"expected": f"≤ {deepest}"}
        return Fault("", row, column, "E-JOIN-14", str(nodes.level[at]), told)

    desk.findings.add_each(np.flatnonzero(blocks.holds(block) & (nodes.level > deepest)).tolist(), deep)


def _name_missing(nodes: Nodes, of_root: dict[int, int], desk: Desk) -> None:
    """Name the blocks that a period lacks, or has twice."""
    blocks = desk.coding.profile.blocks
    seen: dict[tuple[int, int], int] = {}
    for at, number in of_root.items():
        key = (int(nodes.period[at]), number)
        if key in seen:
            first = {"first": str(nodes.rows[seen[key]])}
            name = blocks[number].name
            desk.findings.add(Fault("", int(nodes.rows[at]), desk.headings["code"], "E-CSV-24", name, first))
        seen[key] = at
    for period in np.unique(nodes.period).tolist():
        for number, block in enumerate(blocks):
            if block.is_required and (period, number) not in seen:
                row = int(nodes.rows[nodes.period == period][0])
                month = {"period": desk.coding.periods.meanings[period]}
                desk.findings.add(Fault("", row, desk.headings["name"], "E-PROF-14", block.name, month))


def _plain(name: str) -> str:
    return tidy_name(name).casefold()
