"""Which column of a file is which, and which profile a file is written by."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from geo.core.errors import Fault
from geo.profiles.language import Profile


@dataclass(frozen=True)
class Found:
    """The columns of a file by the profile's names, and what is wrong with the header."""

    columns: Mapping[str, str] = field(default_factory=dict)  # our name → heading as it stands
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Recognised:
    """The profile that a file is written by, or why that cannot be told."""

    name: str = ""
    faults: tuple[Fault, ...] = ()
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # profile → headings it misses


def plain_heading(text: str) -> str:
    """Return a heading without what nobody sees in it: case, blanks at the ends, breaks between words."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\ufeff", "").split()).casefold()


def find_columns(profile: Profile, header: Sequence[str], file: str, row: int = 1) -> Found:
    """Return the columns of a header; faults for those that are missing, there twice, or in another order."""
    names = {plain_heading(word): name for name, words in profile.headings.items() for word in words}
    meant = [names.get(plain_heading(heading), "") for heading in header]
    faults = [*_missing(profile, header, meant, (file, row)), *_twice(header, meant, (file, row))]
    if not faults and profile.order:
        faults += _out_of_order(profile, header, meant, (file, row))
    strange = ", ".join(heading for heading, name in zip(header, meant, strict=True) if not name)
    warnings = (Fault(file, row, "", "W-PROF-01", strange),) if strange else ()
    used = {*profile.columns, *profile.others}
    columns = {name: heading for heading, name in zip(header, meant, strict=True) if name in used}
    return Found(columns, tuple(faults), warnings)


def recognise(header: Sequence[str], profiles: Mapping[str, Profile], file: str, form: str = "") -> Recognised:
    """Return the one profile whose headings and file type fit; none or several are faults that list the profiles.

    `form` is csv, xlsx or parquet; empty where it is not known.
    """
    lacks = {name: tuple(_lacking(profile, header, form)) for name, profile in profiles.items()}
    fitting = [name for name, missing in lacks.items() if not missing]
    if len(fitting) > 1:
        # A profile that knows every column of the file is nearer than one that passes over some.
        whole = [name for name in fitting if not find_columns(profiles[name], header, "").warnings]
        fitting = whole or fitting
    if len(fitting) == 1:
        return Recognised(fitting[0], (), lacks)
    if fitting:
        return Recognised("", (Fault(file, 0, "", "E-PROF-10", ", ".join(fitting)),), lacks)
    nearest = sorted(lacks, key=lambda name: len(lacks[name]))
    told = {"lacks": "; ".join(f"{name}: {', '.join(lacks[name])}" for name in nearest)}
    return Recognised("", (Fault(file, 0, "", "E-PROF-09", ", ".join(header), told),), lacks)


def _lacking(profile: Profile, header: Sequence[str], form: str) -> Iterator[str]:
    """Yield what keeps a file from being of a profile."""
    if form and form not in profile.formats:
        yield form
    for fault in find_columns(profile, header, "").faults:
        yield fault.column or fault.code


def _missing(profile: Profile, header: Sequence[str], meant: list[str], at: tuple[str, int]) -> Iterator[Fault]:
    found = ", ".join(header)
    for name in profile.required:
        if name not in meant:
            wanted = profile.headings[name]
            near = get_close_matches(wanted[0], list(header), 1)
            values = {"wanted": " / ".join(wanted), "near": ", ".join(near), "found": found}
            yield Fault(at[0], at[1], wanted[0], "E-PROF-06", name, values)


def _twice(header: Sequence[str], meant: list[str], at: tuple[str, int]) -> Iterator[Fault]:
    for name in sorted({name for name in meant if name and meant.count(name) > 1}):
        both = ", ".join(heading for heading, other in zip(header, meant, strict=True) if other == name)
        yield Fault(*at, name, "E-PROF-07", both)


def _out_of_order(profile: Profile, header: Sequence[str], meant: list[str], at: tuple[str, int]) -> Iterator[Fault]:
    """Yield the first column that does not stand where the publisher puts it; strange columns count as well."""
    wanted = [name for name in profile.order if name in meant or name not in profile.may_be_absent]
    for position, name in enumerate(meant):
        expected = wanted[position] if position < len(wanted) else ""
        if name != expected:
            word = profile.headings[expected][0] if expected else "–"
            yield Fault(at[0], at[1], header[position], "E-PROF-08", str(position + 1), {"expected": word})
            return
