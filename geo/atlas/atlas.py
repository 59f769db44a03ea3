"""Atlas: what the pipeline makes of a country before it is a version on the disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from geo.atlas.gathered import Gathered
from geo.atlas.tables import Maps
from geo.atlas.tiling import Painted
from geo.core.country import Country
from geo.entries.blocks import Blocks
from geo.sums import Waiting


@dataclass(frozen=True)
class Atlas:
    """A country's figures put together and checked, not yet on disk: tables by name and the files of a version."""

    country: Country
    tables: dict[str, pd.DataFrame]
    files: dict[str, bytes]
    inputs: dict[str, object]
    rows_read: int
    laws: int
    is_whole: bool  # every entry is there, not sums alone
    maps: Maps  # (edition, level) → units, those that figures are shown on
    neighbours: list[Any]
    kept: Waiting  # sums of periods that were added up anew
    got: Gathered
    memory: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)  # see `tiling.Ground`
    blocks: Blocks | None = None  # of the entries, where somebody has looked for them
    late: Mapping[str, Future[bytes]] = field(default_factory=dict, compare=False, repr=False)  # files being written
    painting: Future[Painted] | None = field(default=None, compare=False, repr=False)  # the surface, being painted

    @cached_property
    def axes(self) -> dict[str, list[str]]:
        """Return the periods, functional groups and phases of the version, in the order of their numbers."""
        return dict(json.loads(self.files["axes.json"]))

    def file(self, name: str) -> bytes:
        """Return the content of a file, once it is written."""
        return self.late[name].result() if name in self.late else self.files[name]

    def every_file(self) -> dict[str, bytes]:
        """Return the files of the version, once all of them are written."""
        return {**self.files, **{name: file.result() for name, file in self.late.items()}}
