"""Tables as Parquet, whole or in parts: a part has row groups of its own, so a changed part is written alone.

The pages of the others go over as they are; only the footer, which says where they stand, is made anew. Any reader of
Parquet reads the outcome, and one that looks for a part alone leaves the others unread.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.versions import compact
from geo.versions.compact import I64, LIST, STRUCT, Struct

_MAGIC = b"PAR1"
_START = len(_MAGIC)  # where the pages of a file begin
ROWS = 1 << 20  # of a row group, at most
# Numbers of fields in parquet.thrift of Apache Parquet.
_FILE_ROWS, _FILE_GROUPS = 3, 4
_COLUMNS, _GROUP_ROWS, _GROUP_AT, _CHUNK_FACTS = 1, 3, 5, 3
_PAGES = (9, 10, 11, 14)  # of a chunk's facts: where its pages and its filter begin
_NOWHERE = (I64, 0)


@dataclass(frozen=True)
class _Group:
    """A row group: its pages, and what the footer of a file says that holds nothing else."""

    pages: bytes
    facts: Struct


@dataclass(frozen=True)
class _Parted:
    """A file: what its footer says beside row groups, and these."""

    head: Struct
    groups: Sequence[_Group]

    @classmethod
    def of(cls, content: bytes) -> _Parted:
        """Return a file taken apart."""
        end = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
        head = compact.read(content[end:-8])
        _, (_, groups) = head[_FILE_GROUPS]
        bounds = [*(_first(group) for group in groups), end]
        spans = zip(groups, bounds, bounds[1:], strict=False)
        return cls(head, [_Group(content[start:stop], _moved(group, _START - start)) for group, start, stop in spans])

    def with_groups(self, groups: Sequence[_Group]) -> bytes:
        """Return the file of other row groups under the same head."""
        told, by = [], 0
        for group in groups:
            told.append(_moved(group.facts, by))
            by += len(group.pages)
        rows = sum(group.facts[_GROUP_ROWS][1] for group in groups)
        footer = compact.write({**self.head, _FILE_ROWS: (I64, rows), _FILE_GROUPS: (LIST, (STRUCT, told))})
        pages = (group.pages for group in groups)
        return b"".join((_MAGIC, *pages, footer, len(footer).to_bytes(4, "little"), _MAGIC))


def parquet(table: pd.DataFrame) -> bytes:
    """Return a table as the file that holds it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # In one piece: pages would else begin where the pieces do that a table was put together from.
    held = pa.Table.from_pandas(table, preserve_index=False).combine_chunks()
    # Texts repeat; a dictionary of numbers that hardly do is longer than these.
    texts = [column.name for column in held.schema if pa.types.is_large_string(column.type)]
    buffer = io.BytesIO()
    pq.write_table(held, buffer, compression="zstd", use_dictionary=texts, row_group_size=ROWS)
    return buffer.getvalue()


def parquet_of(parts: Sequence[pd.DataFrame]) -> bytes:
    """Return the file of a table that is given in parts; an empty table has one, as any file of it has columns."""
    made = [_Parted.of(parquet(part)) for part in parts]
    return made[0].with_groups([group for part in made for group in part.groups])


def replaced(content: bytes, lengths: Sequence[int], parts: Mapping[int, pd.DataFrame]) -> bytes:
    """Return the file in which some parts, by their numbers, are others: the bytes of `parquet_of` all parts.

    `lengths` are the rows of all parts of `content`.
    """
    old = _Parted.of(content)
    new = {number: _Parted.of(parquet(part)).groups for number, part in parts.items()}
    kept = iter(old.groups)
    of_parts = ([next(kept) for _ in range(max(1, -(-length // ROWS)))] for length in lengths)
    return old.with_groups([group for number, part in enumerate(of_parts) for group in new.get(number, part)])


def _first(group: Struct) -> int:
    """Return where the first page of a row group stands."""
    found = (chunk[_CHUNK_FACTS][1].get(field, _NOWHERE)[1] for chunk in group[_COLUMNS][1][1] for field in _PAGES)
    return min(place for place in found if place)


def _moved(group: Struct, by: int) -> Struct:
    """Return what is said of a row group whose pages stand so many bytes further on."""
    kind, chunks = group[_COLUMNS][1]
    facts = [_shifted(chunk[_CHUNK_FACTS][1], _PAGES, by) for chunk in chunks]
    moved = [{**chunk, _CHUNK_FACTS: (STRUCT, told)} for chunk, told in zip(chunks, facts, strict=True)]
    return {**_shifted(group, (_GROUP_AT,), by), _COLUMNS: (LIST, (kind, moved))}


def _shifted(struct: Struct, fields: Sequence[int], by: int) -> Struct:
    """Return a structure some of whose fields are places that move; 0 is no place and stays."""
    places = {field: struct[field][1] for field in fields if struct.get(field, _NOWHERE)[1]}
    return {**struct, **{field: (I64, place + by) for field, place in places.items()}}
