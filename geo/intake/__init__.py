"""The operator's path: foreign files are read, judged, rehearsed against what is in force, and only then taken in.

`prepared` changes nothing on disk; `imported` and `published` do what was prepared, all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geo.atlas import Atlas, assembled, staged
from geo.atlas.deliveries import Taken, every_entry
from geo.atlas.gathered import ledger_folder
from geo.core.errors import BadData, DamagedVersion, Fault, NotAVersion, NothingPublished, SomebodyElsePublishes
from geo.core.files import disk
from geo.core.saying import in_currency
from geo.core.settings import Settings
from geo.intake.context import Context, context_of
from geo.intake.differences import changed_reports
from geo.intake.order import Order
from geo.intake.reading import Read, read_files
from geo.intake.scratch import scratch_folder
from geo.intake.together import also_changed, contradictions, named_twice, outranked
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
    told: tuple[Fault, ...] = ()  # warnings of all files together
    expected: str | None = ""  # id in force when the order was prepared; None: nobody can tell

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """Return what is told and does not refuse."""
        return tuple(sorted([*self.told, *(fault for read in self.reads for fault in read.warnings)]))

    @property
    def is_good(self) -> bool:
        """Tell whether the order can be carried out."""
        return self.atlas is not None


@contextmanager
def prepared(
    settings: Settings, country_id: str, order: Order, progress: Progress, taken: Taken = every_entry
) -> Iterator[Prepared]:
    """Yield what an order would do; the scratch folder that it stands on is removed behind.

    With `sums_alone` it can be imported and not published, and millions of rows need no room.

    Faults of the foreign files are data in `faults`; BadData is raised for those of the country's own files, and
    CannotWrite where there is no room to read in.
    """
    with scratch_folder() as scratch:
        with disk(scratch):
            made = _prepared(context_of(settings, country_id, progress), order, progress, (scratch, taken))
        yield made


def _prepared(context: Context, order: Order, progress: Progress, means: tuple[Path, Taken]) -> Prepared:
    settings, country_id, (scratch, taken) = context.settings, context.country_id, means
    before, expected = _in_force(settings, country_id)
    progress("read")
    reads = tuple(read_files(order, context, scratch))
    told = tuple(named_twice(reads))
    made = Prepared(order, context, reads, (), None, None, before, 0, told, expected)
    faults = [*(fault for read in reads for fault in read.faults), *contradictions(reads, order.accepted)]
    if faults or any(read.delivery is None for read in reads):
        return replace(made, faults=tuple(faults))
    try:
        rehearsed = rehearsal(Ledger(ledger_folder(settings, country_id)), scratch / "ledger")
        new = sum(_added(rehearsed, read, order) for read in reads)
        told += tuple(outranked(reads, rehearsed))
        atlas = assembled(settings, country_id, progress, rehearsed.folder, taken)
    except BadData as error:
        return replace(made, faults=in_currency(error.every, context.gathered.country))
    if before is not None:
        totals = pd.read_parquet(before.folder / "tables/totals.parquet")
        reports = changed_reports(totals, atlas.tables["totals"], atlas.country)
        told += tuple(also_changed(reports, order.period, order.files[0].name))
    return replace(made, rehearsed=rehearsed, atlas=atlas, new=new, told=told)


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
    if made.atlas is None:
        raise ValueError("an order with faults is not carried out")
    # What may run out of room comes first: the ledger is not touched before the version lies there whole.
    version = staged(settings, country_id, made.atlas)
    in_force = _in_force(settings, country_id)[1]
    if made.expected is not None and in_force != made.expected:
        raise SomebodyElsePublishes(in_force=in_force)
    imported(made)
    order = made.order
    return Home(settings.home).publish(version.id, author=order.author, note=order.note, expected=made.expected)


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
        **read.facts,
    }
    return rehearsed.add(delivery, read.path, Signed(order.at, order.author, order.note), facts)[1]


def _in_force(settings: Settings, country_id: str) -> tuple[Version | None, str | None]:
    """Return the version in force and its id: no version where it is damaged, no id where the pointer is."""
    home = Home(settings.home)
    try:
        current = home.current_id(country_id)
    except NothingPublished:
        return None, ""
    except DamagedVersion:
        return None, None
    try:
        return home.version(current), current
    except (DamagedVersion, NotAVersion):
        return None, current
