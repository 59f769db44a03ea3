"""The profile that a file is written by: its headings are looked for where each profile says that they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from geo.core.errors import BadData, Fault
from geo.foreign import Sniffed
from geo.foreign.table import joined
from geo.profiles import Profile, recognise

_HEADERS = 10  # rows from the top in which a header is looked for that stands where no profile has it


def recognised(seen: Sniffed, profiles: Mapping[str, Profile], file: str, sheet: str = "") -> str:
    """Return the name of the only profile whose headings a file has; raises BadData where there is none, or several.

    `sheet` is the one that was named by the operator; without it a profile is looked for on its own sheet, or on all.
    """
    if sheet and seen.sheets and sheet not in seen.sheets:
        raise BadData([Fault(file, 0, "", "E-XLS-06", sheet, {"sheets": ", ".join(seen.sheets)})])
    form = seen.kind.lower()
    fitting: list[str] = []
    for header, group in _headers(seen, profiles, sheet):
        found = recognise(header, group, file, form)
        fitting += [found.name] if found.name else [name for name, lacks in found.lacks.items() if not lacks]
    names = sorted(set(fitting))
    if len(names) > 1:
        raise BadData([Fault(file, 0, "", "E-PROF-10", ", ".join(names))])
    return names[0] if names else _elsewhere(seen, profiles, file, sheet)


def _headers(
    seen: Sniffed, profiles: Mapping[str, Profile], sheet: str
) -> Iterator[tuple[tuple[str, ...], dict[str, Profile]]]:
    """Yield each header that a file may have, read as it will be read, and the profiles that have it there."""
    groups: dict[tuple[int, int, str], dict[str, Profile]] = {}
    for name, profile in profiles.items():
        written = profile.dialect
        # A Parquet file has its names beside its rows.
        place = (0, 1) if seen.kind == "PARQUET" else (written.skip_rows, written.header_rows)
        groups.setdefault((*place, sheet or written.sheet), {})[name] = profile
    for (skipped, rows, wanted), group in groups.items():
        for name, found in seen.headers.items():
            if not (wanted and name) or name == wanted:
                header = joined([row for row in found[skipped:] if row][:rows])
                if header:
                    yield header, group


def _elsewhere(seen: Sniffed, profiles: Mapping[str, Profile], file: str, sheet: str) -> str:
    """Return the profile of the first row that is anybody's header: what is wrong with its place is told on reading."""
    sheets = {name: rows for name, rows in seen.headers.items() if not (sheet and name) or name == sheet}
    headers = [(name, row) for name, rows in sheets.items() for row in [row for row in rows if row][:_HEADERS]]
    tried = [(name, recognise(row, profiles, file, seen.kind.lower())) for name, row in headers]
    for name, found in tried:
        if found.name:
            written = profiles[found.name].dialect
            if name in {"", sheet or written.sheet or name}:
                raise BadData([_title(seen.headers[name], written.skip_rows, file, name)])
            return found.name
    # The first row is the header of most files, so its faults are the ones to tell.
    raise BadData(tried[0][1].faults if tried else [Fault(file, 0, "", "E-IN-04", seen.kind)])


def _title(rows: Sequence[Sequence[str]], skipped: int, file: str, sheet: str) -> Fault:
    """Return the fault of the first row at the place of the header, where the header stands somewhere below."""
    place = next((place for place in range(skipped, len(rows)) if rows[place]), skipped)
    words = ", ".join(cell for cell in (rows[place] if place < len(rows) else ()) if cell)
    return Fault(file, place + 1, "", "E-CSV-23", words, {}, sheet)
