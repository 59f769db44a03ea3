"""The operator's path: foreign files are read, judged, rehearsed against what is in force, and only then taken in.

`prepared` changes nothing on disk; `imported` and `published` do what was prepared, all of it or nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geo.atlas import Atlas, assembled, staged
from geo.atlas.gathered import ledger_folder
from geo.core.errors import BadData, DamagedVersion, Fault, NothingPublished
from geo.core.settings import Settings
from geo.intake.context import Context, context_of
from geo.intake.order import Order
from geo.intake.reading import Read, read_files
from geo.ledger import Ledger, Signed
from geo.ledger.rehearsal import adopt, rehearsal
from geo.versions import Home, Publication, Version

__all__ = ["Order", "Prepared", "imported", "prepared", "published"]

Progress = Callable[[str], None]
STEPS = ("context", "read", "boundaries", "entries", "join", "lineage", "sums", "denominators", "outlines", "laws")


@dataclass(frozen=True)
class Prepared:
    """What an order would do. With faults there is no `atlas`, and nothing can be done with it."""

    order: Order
    context: Context
    reads: tuple[Read, ...]
    faults: tuple[Fault, ...]
    rehearsed: Ledger | None
    atlas: Atlas | None
    before: Version | None  # in force when the order was prepared
    new: int  # deliveries that the ledger does not have yet

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """Return what is told and does not refuse."""
        return tuple(sorted(fault for read in self.reads for fault in read.warnings))

    @property
    def is_good(self) -> bool:
        """Tell whether the order can be carried out."""
        return self.atlas is not None


@contextmanager
def prepared(settings: Settings, country_id: str, order: Order, progress: Progress) -> Iterator[Prepared]:
    """Yield what an order would do; the scratch folder that it stands on is removed behind.

    Faults of the foreign files are data in `faults`; BadData is raised for those of the country's own files.
    """
    scratch = Path(tempfile.mkdtemp(prefix="budgetmap-"))
    try:
        progress("context")
        context = context_of(settings, country_id)
        progress("read")
        reads = tuple(read_files(order, context, scratch))
        faults = tuple(fault for read in reads for fault in read.faults)
        before = _in_force(settings, country_id)
        if faults or any(read.delivery is None for read in reads):
            yield Prepared(order, context, reads, faults, None, None, before, 0)
            return
        rehearsed = rehearsal(Ledger(ledger_folder(settings, country_id)), scratch / "ledger")
        new = sum(_added(rehearsed, read, order) for read in reads)
        try:
            atlas = assembled(settings, country_id, progress, rehearsed.folder)
        except BadData as error:
            yield Prepared(order, context, reads, error.every, None, None, before, 0)
            return
        yield Prepared(order, context, reads, (), rehearsed, atlas, before, new)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def imported(made: Prepared) -> int:
    """Take what was prepared into the ledger and return how many deliveries were new.

    Raises ValueError for an order with faults, SomebodyElseImports where the ledger has changed since.
    """
    if made.rehearsed is None:
        raise ValueError("an order with faults is not carried out")
    return adopt(Ledger(ledger_folder(made.context.settings, made.context.country_id)), made.rehearsed)


def published(made: Prepared) -> Publication:
    """Take in what was prepared, stage the version that it makes and put it in force; return the publication.

    Raises SomebodyElsePublishes where another version came into force since the order was prepared.
    """
    settings, country_id = made.context.settings, made.context.country_id
    imported(made)
    if made.atlas is None:
        raise ValueError("an order with faults is not carried out")
    version = staged(settings, country_id, made.atlas)
    expected = made.before.id if made.before else ""
    order = made.order
    return Home(settings.home).publish(version.id, author=order.author, note=order.note, expected=expected)


def _added(rehearsed: Ledger, read: Read, order: Order) -> bool:
    delivery = read.delivery
    if delivery is None:
        raise ValueError(read.path)
    facts = {
        "rows_read": delivery.rows_read,
        "rows_taken": delivery.rows_taken,
        "rows_left": dict(delivery.rows_left),
        "period": order.period,
        "accepted": sorted(order.accepted),
        "warnings": sorted({fault.code for fault in read.warnings}),
    }
    return rehearsed.add(delivery, read.path, Signed(order.at, order.author, order.note), facts)[1]


def _in_force(settings: Settings, country_id: str) -> Version | None:
    home = Home(settings.home)
    try:
        return home.version(home.current_id(country_id))
    except (NothingPublished, DamagedVersion):
        return None
