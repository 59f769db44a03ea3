"""A refusal as a program and three peoples read it: RFC 9457, with the faults of single records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geo.core import errors, saying
from geo.core.model import LANGUAGES
from geo.core.text import Text, text_of


def problem(error: errors.BudgetMapError) -> dict[str, Any]:
    """Return code, reason and remedy in every language, and every fault that is named."""
    said = {
        "type": "about:blank",
        "code": error.code,
        "detail": _spoken(lambda text: text(f"{error.code}.what", **error.values)),
        "remedy": _spoken(lambda text: text(f"{error.code}.do", **error.values)),
    }
    if "seconds" in error.values:
        said["retry_after"] = error.values["seconds"]
    if "allow" in error.values:
        said["allow"] = error.values["allow"]
    faults = getattr(error, "faults", ())
    return {**said, "faults": [fault_told(fault) for fault in faults]} if faults else said


def fault_told(fault: errors.Fault) -> dict[str, Any]:
    """Return a fault with its place as data, its sentence and its remedy in every language."""
    place = {"file": fault.file, "row": fault.row, "column": fault.column, "value": fault.value}
    return {
        "code": fault.code,
        **place,
        "message": _spoken(lambda text: saying.what(fault, text)),
        "remedy": _spoken(lambda text: saying.remedy(fault, text)),
    }


def _spoken(say: Callable[[Text], str]) -> dict[str, str]:
    return {language: say(text_of(language)) for language in LANGUAGES}
