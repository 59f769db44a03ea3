"""The content of a batch → rows of text, whether it is JSON or CSV, and every fault of its form."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.core.errors import BadData, Fault
from geo.core.model import PHASES
from geo.core.rows import Rows, read_rows

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}", re.ASCII)
NEEDED = ("id", "revision", "body", "period", "function")
COLUMNS = (*NEEDED, "unit", "withdrawn", *PHASES)
MOST_RECORDS = 20_000
_SCALARS = (str, bool, type(None))


@dataclass(frozen=True)
class Batch:
    """What one sender wants to be taken at once. `base` is the version it was made for; None: whichever is in force."""

    id: str
    source: str
    content: bytes
    is_csv: bool
    base: str | None
    at: str  # UTC, to the second
    note: str = ""

    @property
    def name(self) -> str:
        """Return what the batch is called where its figures name their file."""
        return f"{self.id}.{'csv' if self.is_csv else 'json'}"


def rows_of(batch: Batch, scratch: Path) -> Rows:
    """Return the rows of a batch, every cell a text; raises BadData with what is wrong with its form.

    A row of CSV counts as the file does, the header is row 1; of JSON the first record is 1.
    """
    if batch.is_csv:
        _check_count(batch, batch.content.count(b"\n") - 1)  # before anything is made of them
        path = scratch / batch.name
        path.write_bytes(batch.content)
        rows = read_rows(path, NEEDED)
        # Of a file that cannot be read there are no rows, and its header was not looked at.
        rows.faults.extend(_strange(batch.name, 1, rows.rows[0][1] if rows.rows else {}))
    else:
        rows = Rows(batch.name)
        rows.rows.extend(_records(batch, rows.faults))
    if rows.faults:
        raise BadData(rows.faults)
    _check_count(batch, len(rows.rows))
    return rows


def _check_count(batch: Batch, count: int) -> None:
    if count > MOST_RECORDS:
        raise BadData([Fault(batch.name, 0, "", "E-LIVE-09", str(count), {"limit": str(MOST_RECORDS)})])


def _records(batch: Batch, faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    plain = _parsed(batch)
    listed = plain.get("records") if isinstance(plain, dict) and set(plain) == {"records"} else None
    if not isinstance(listed, list) or not listed:
        raise BadData([Fault(batch.name, 0, "", "E-LIVE-06", '{"records": […]}')])
    _check_count(batch, len(listed))
    for number, record in enumerate(listed, 1):
        if not isinstance(record, dict) or not all(isinstance(value, _SCALARS) for value in record.values()):
            faults.append(Fault(batch.name, number, "", "E-LIVE-06", json.dumps(record, ensure_ascii=False)))
            continue
        faults += _strange(batch.name, number, record)
        missing = [name for name in ("id", "revision") if name not in record]
        faults += [Fault(batch.name, number, name, "E-CSV-04", name, {"found": ", ".join(record)}) for name in missing]
        yield number, {name: _text(value) for name, value in record.items()}


def _parsed(batch: Batch) -> Any:
    try:
        # Numbers stay as they are written: a float would round them.
        return json.loads(
            batch.content.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=_refused,
            object_pairs_hook=_once,
        )
    except UnicodeDecodeError as error:
        fault = Fault(batch.name, batch.content.count(b"\n", 0, error.start) + 1, "", "E-CSV-07", str(error.start))
    except json.JSONDecodeError as error:
        fault = Fault(batch.name, 0, "", "E-LIVE-06", f"{error.lineno}:{error.colno} {error.doc[error.pos :][:60]}")
    except _Twice as error:
        fault = Fault(batch.name, 0, "", "E-LIVE-10", str(error))
    except ValueError as error:
        fault = Fault(batch.name, 0, "", "E-LIVE-06", str(error))
    except RecursionError:
        fault = Fault(batch.name, 0, "", "E-LIVE-06", f"{batch.content[:40].decode('utf-8', 'replace')}…")
    raise BadData([fault])


class _Twice(ValueError):
    """A key stands twice in one object, so nobody can tell which of its values is meant."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise _Twice(", ".join(sorted(name for name, count in counts.items() if count > 1)))
    return made


def _refused(word: str) -> Any:
    raise ValueError(word)


def _text(value: str | bool | None) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value).lower()


def _strange(name: str, row: int, record: Mapping[str, Any]) -> Iterator[Fault]:
    allowed = {"allowed": ", ".join(COLUMNS)}
    yield from (Fault(name, row, column, "E-LIVE-05", column, allowed) for column in record if column not in COLUMNS)
