"""The keys of a profile's TOML file and what may stand in each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from geo.core.country import ID
from geo.core.delivery import PROFILED
from geo.core.model import LARGEST_AMOUNT, PHASES
from geo.core.rows import AMOUNT
from geo.profiles.language import NOTATIONS

FORMATS = ("csv", "xlsx", "parquet")
_LONGEST_AMOUNT = 40  # characters
ENCODINGS = ("utf-8", "utf-16", "cp1251", "kz1048")


def _one_of(*words: str) -> Any:
    return lambda value: isinstance(value, str) and value in words


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _is_amount(value: Any) -> bool:
    """Tell whether a value is a plain amount of money, not below zero, that can be computed with exactly."""
    if not isinstance(value, str) or len(value) > _LONGEST_AMOUNT or not AMOUNT.fullmatch(value):
        return False
    return 0 <= Decimal(value) <= LARGEST_AMOUNT


def _is_heading(value: Any) -> bool:
    """Tell whether a value is one heading or a list of headings."""
    words = value if isinstance(value, list) else [value]
    return bool(words) and all(isinstance(word, str) and word.strip() for word in words)


def _is_tolerance(value: Any) -> bool:
    """Tell whether a value is an amount, or one for each phase that needs it."""
    if isinstance(value, dict):
        return set(value) <= set(PHASES) and all(map(_is_amount, value.values()))
    return _is_amount(value)


def _is_share(value: Any) -> bool:
    return _is_text_number(value) and 0 < float(value) < 1


def _is_text_number(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 1000


def _are_years(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(y) is int and 1900 <= y <= 2098 for y in value)


def _is_table(value: Any) -> bool:
    """Tell whether a value is a table of headings; it may be empty."""
    return isinstance(value, dict) and all(_is_heading(heading) for heading in value.values())


_WORDS = {"kk": str, "ru": str, "en": str}
KEYS_OF_A_PROFILE: Mapping[str, Any] = {
    "name": _is_id,
    "kind": _one_of(*PROFILED),
    "source": _is_id,
    "layout?": _one_of("flat", "tree"),
    "scope?": _one_of("unit", "country"),
    "supersedes?": _one_of("unit", "body"),
    "order?": [str],
    "may_be_absent?": [str],
    "may_be_empty?": [str],
    "title": {"kk": str, "ru": str, "en": str},
    "dialect?": {
        "formats?": [_one_of(*FORMATS)],
        "encoding?": _one_of(*ENCODINGS),
        "delimiter?": _one_of(",", ";", "\t", "|"),
        "sheet?": str,
        "header_rows?": lambda value: type(value) is int and 1 <= value <= 10,
        "skip_rows?": _is_count,
    },
    "series?": {"id": _is_id, "total?": str, "label": _WORDS, "column": _WORDS, "source": _WORDS},
    "columns": _is_table,
    "others?": _is_table,
    "ignored?": _is_table,
    "unit?": {"from_file_name?": bool, "aliases?": {"*": str}},
    "period?": {
        "notation?": _one_of(*NOTATIONS),
        "month?": lambda value: type(value) is int and 1 <= value <= 12,
        "years?": _are_years,
    },
    "codes?": {
        "as_decimals?": bool,
        "function_digits?": _is_count,
        "administrator_digits?": _is_count,
        "functions_left?": [str],
        "names_from_file?": bool,
        "many_words?": [str],
    },
    "amounts?": {
        "unit?": str,
        "units?": {"*": [str]},
        "decimal?": _one_of(".", ","),
        "thousands?": _one_of(" ", "\u00a0", "\u2009", "\u202f", ",", ".", "'", "\u2019"),
        "decimals?": lambda value: type(value) is int and 0 <= value <= 8,
        "missing?": [str],
        "cumulative?": bool,
        "reversed?": bool,
        "phases?": {"*": [str]},
    },
    "totals?": {
        "column": str,
        "codes?": [str],
        "words?": [str],
        "by?": [_one_of("unit", "period")],
        "required?": bool,
        "holds_left?": bool,
        "tolerance?": _is_tolerance,
    },
    "blocks?": [
        {
            "code": str,
            "name": str,
            "take": _one_of("expenditure", "revenue", "nothing"),
            "required?": bool,
            "levels?": [_one_of("block", "function", "subgroup", "administrator")],
            "items?": {"*": str},
            "tolerance?": _is_tolerance,
        }
    ],
    "balances?": [{"total": str, "plus": [str], "minus": [str], "tolerance": _is_amount}],
    "formulas?": [{"column": str, "equals": str, "relative": _is_share, "where?": str}],
    "checks?": {
        "falls?": [_one_of("unit", "group")],
        "falls_warned?": [_one_of("unit", "group")],
        "constant?": [_one_of(*PHASES)],
        "within?": [lambda pair: isinstance(pair, list) and len(pair) == 2 and set(pair) <= set(PHASES)],
        "compared?": [str],
        "compared_tolerance?": _is_tolerance,
        "largest_factor?": _is_count,
    },
}
