"""Small formulas between columns: names, numbers, + − × ÷ and brackets, nothing else."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
_LONGEST = 500  # characters; a formula between columns is a line
_SIGNS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class FormulaError(ValueError):
    """A text is no formula."""


def names_of(text: str) -> set[str]:
    """Return the columns that a formula names; raises FormulaError."""
    tree = _parsed(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and not _is_number(node.value):
            raise FormulaError(text)
        if isinstance(node, ast.BinOp) and type(node.op) not in _SIGNS:
            raise FormulaError(text)
        if not isinstance(node, ast.BinOp | ast.Name | ast.Constant | ast.Load | ast.operator):
            raise FormulaError(text)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _is_number(value: object) -> bool:
    """Tell whether a constant is a number that a column of numbers can hold."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:  # a whole number of hundreds of digits
        return False


def computed(text: str, columns: Mapping[str, Numbers]) -> Numbers:
    """Return what a formula gives row by row; 0 where a divisor is 0, as publishers write it."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        values = np.asarray(_value(_parsed(text), columns), dtype=np.float64)
    return np.where(np.isfinite(values), values, 0.0)


def _value(node: ast.expr, columns: Mapping[str, Numbers]) -> Any:
    if isinstance(node, ast.BinOp):
        return _SIGNS[type(node.op)](_value(node.left, columns), _value(node.right, columns))
    if isinstance(node, ast.Name):
        return columns[node.id]
    return np.float64(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, int | float) else 0.0


def _parsed(text: str) -> ast.expr:
    if len(text) > _LONGEST:
        raise FormulaError(text)
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(text) from None
