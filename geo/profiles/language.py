"""The nouns of a profile: which column is what, how its cells are written, what must add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.core.delivery import Dialect
from geo.core.errors import Fault

Headings = Mapping[str, tuple[str, ...]]  # canonical name → headings, any of which will do

KEYS = ("unit", "period", "year", "month", "function", "subgroup", "administrator", "body")
NAMES = ("administrator_name", "name", "unit_name", "unit_iso", "function_name")
TREE_KEYS = ("id", "parent", "level", "code", "parent_code")
LONG = ("phase", "amount")
UNITS = {"tenge": 0, "thousand": 3, "million": 6}  # power of ten of the currency's unit
NOTATIONS = ("YYYY-MM", "MM.YYYY", "YYYY", "YYYY год", "month YYYY", "columns")


@dataclass(frozen=True)
class Amounts:
    """How amounts are written; `power` is −1 where a column of the file names the unit row by row."""

    power: int = -1
    unit_words: Mapping[str, int] = field(default_factory=dict)  # word, case-folded → power of ten
    decimal: str = ""  # empty: a point, and 1.234 is asked about
    thousands: str = ""
    decimals: int = -1  # digits after the mark that every amount has; −1: as many as there are
    missing: frozenset[str] = frozenset()
    phase_words: Mapping[str, str] = field(default_factory=dict)  # word, case-folded → phase
    is_cumulative: bool = True
    is_reversed: bool = False  # spending is written with a minus


@dataclass(frozen=True)
class Totals:
    """Rows that add up other rows: found by a code or word in a column, compared by unit and period as far as given."""

    column: str = ""
    codes: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()  # case-folded; a cell begins with one
    by: tuple[str, ...] = ()
    is_required: bool = False
    holds_left: bool = False  # the totals count the functions that are left out as well
    tolerance: Mapping[str, str] = field(default_factory=dict)  # phase → currency


@dataclass(frozen=True)
class Block:
    """A root of the tree, and what becomes of the rows below it."""

    code: str
    name: str
    take: str  # expenditure, revenue or nothing
    is_required: bool
    levels: tuple[str, ...] = ()  # what the codes mean, level by level
    items: Mapping[str, str] = field(default_factory=dict)  # item of revenue → name of its row
    tolerance: Mapping[str, str] = field(default_factory=dict)  # of the root alone, by phase; below it sums are exact


@dataclass(frozen=True)
class Balance:
    """Roots that must add up with one another: total = Σ plus − Σ minus; an absent root counts as nothing."""

    total: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    tolerance: str


@dataclass(frozen=True)
class Formula:
    """A column that the publisher computes from others, so that it tells when one of them is wrong."""

    column: str
    equals: str
    relative: float
    where: str = ""  # only rows in which this column is not zero


@dataclass(frozen=True)
class Checks:
    """Laws among the figures of a file that the publisher's data obey."""

    falls: tuple[str, ...] = ()  # unit, group: executed may not fall within a year
    falls_warned: tuple[str, ...] = ()  # unit, group: told, not refused
    constant: tuple[str, ...] = ()  # phases that do not change within a year
    within: tuple[tuple[str, str], ...] = ()  # the first never exceeds the second, for a unit's total
    compared: tuple[str, ...] = ()  # groups of a table of the whole country that units and country count alike
    compared_tolerance: Mapping[str, str] = field(default_factory=dict)  # phase → currency
    largest_factor: int = 0  # between a unit's approved, revised and adjusted totals; 0 = not compared


@dataclass(frozen=True)
class Place:
    """How the unit is told where no column holds it, and words that mean a unit."""

    from_file_name: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Codes:
    """How codes are written."""

    as_decimals: bool = False  # 1.0 stands for 1
    function_digits: int = 0  # padded with zeros in front; 0 = as written
    administrator_digits: int = 0
    functions_left: frozenset[str] = frozenset()  # codes whose rows are no spending
    names_from_file: bool = False  # an administrator that no list knows is taken with the name it has here
    many_words: tuple[str, ...] = ()  # words in a name that tells of many offices


@dataclass(frozen=True)
class Profile:
    """How one publisher's file becomes rows of ours."""

    name: str
    kind: str
    source: str
    title: Mapping[str, str]
    sha256: str
    layout: str = "flat"
    scope: str = "unit"  # country: only whole-country totals, kept beside the figures for comparison
    supersedes: str = "unit"
    formats: tuple[str, ...] = ("csv",)
    dialect: Dialect = field(default_factory=Dialect)
    order: tuple[str, ...] = ()  # every column by our name as the publisher orders them; empty: any order
    series: Mapping[str, Any] = field(default_factory=dict)  # of kind series: id, total, label, column, source
    columns: Headings = field(default_factory=dict)
    others: Headings = field(default_factory=dict)
    ignored: Headings = field(default_factory=dict)
    may_be_absent: frozenset[str] = frozenset()
    may_be_empty: frozenset[str] = frozenset()
    notation: str = "YYYY-MM"
    month: int = 12  # of a file that names years only
    years: tuple[int, int] = (2000, 2050)
    place: Place = Place()
    codes: Codes = Codes()
    amounts: Amounts = Amounts()
    totals: Totals = Totals()
    blocks: tuple[Block, ...] = ()
    balances: tuple[Balance, ...] = ()
    formulas: tuple[Formula, ...] = ()
    checks: Checks = Checks()
    faults: tuple[Fault, ...] = ()

    @property
    def headings(self) -> Headings:
        """Return every heading that the profile knows, by the name it gives the column."""
        return {**self.columns, **self.others, **self.ignored}

    @property
    def required(self) -> tuple[str, ...]:
        """Return the columns without which a file is not of this profile."""
        return tuple(c for c in (*self.columns, *self.others) if c not in self.may_be_absent)


@dataclass(frozen=True)
class Given:
    """What the operator said about one file."""

    unit_id: str = ""
    period: str = ""  # only these periods, months or years, are taken; the others are counted as left out
    revision: int = 0
    accepted: frozenset[str] = frozenset()  # codes of judgements that the operator has looked at
