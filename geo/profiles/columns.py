"""A file that holds no figures → its columns by our names, each cell checked as text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from geo.core.delivery import ROW, CellTable
from geo.core.errors import Fault
from geo.profiles.cells import Judge, odd_characters
from geo.profiles.findings import Findings
from geo.profiles.headings import find_columns
from geo.profiles.language import Profile
from geo.profiles.vocabulary import Spot, Vocabulary


def columns_of(profile: Profile, cells: CellTable) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Return the columns of a file by the profile's names beside ROW, and what is wrong with single cells.

    A column that may be absent and is comes out empty. Cells stay as they stand; wrong are empty cells where none may
    be; in codes and numbers control characters, blanks around and Latin letters inside Cyrillic words.
    """
    findings = Findings(cells.file, cells.sheet, frozenset())
    found = find_columns(profile, cells.columns, cells.file, profile.dialect.skip_rows + 1)
    if found.faults:
        return pa.table({}), found.faults
    judges = {name: Vocabulary(_judge(name in profile.may_be_empty, _is_prose(name))) for name in found.columns}
    parts: list[pa.Table] = []
    for batch in cells.batches():
        rows = batch.column(ROW)
        columns: dict[str, pa.Array] = {ROW: rows}
        for name in (*profile.columns, *profile.others):
            heading = found.columns.get(name)
            text = batch.column(heading).fill_null("") if heading else pa.repeat(pa.scalar(""), batch.num_rows)
            if heading:
                spot = Spot(rows.to_numpy(zero_copy_only=False).astype(np.int64), heading)
                judges[name].encode_checked(text, spot, findings)
            columns[name] = text
        parts.append(pa.table(columns))
    return pa.concat_tables(parts), findings.faults


def _is_prose(name: str) -> bool:
    """Tell whether a column holds words for people: the stage that reads the kind judges and tidies those."""
    return name.startswith(("name_", "address_")) or name in {"kind", "status"}


def _judge(may_be_empty: bool, is_prose: bool) -> Judge:
    def judge(text: str) -> str | Fault:
        if not text:
            return "" if may_be_empty else Fault("", 0, "", "E-CSV-19", text)
        if not is_prose and (odd := odd_characters(text)):
            return Fault("", 0, "", "E-CSV-12", text, {"characters": ", ".join(odd)})
        return text

    return judge
