"""A rehearsal: a copy of a ledger, to see what would come of more files; and its adoption in one step."""

from __future__ import annotations

from pathlib import Path

from geo.core.errors import BadData, SomebodyElseImports
from geo.core.files import disk
from geo.ledger import Ledger
from geo.ledger.store import Store

_INSIDE = ("files", "deliveries")


def rehearsal(ledger: Ledger, folder: Path) -> Ledger:
    """Return a ledger in an empty folder that begins where another stands; what is there is linked, not copied."""
    index = Store(ledger.folder).index()
    for name in _INSIDE:
        (folder / name).mkdir(parents=True)
    # Only what the index names: what a killed importer left behind would stand in the way of the same delivery.
    for record in index.records:
        for inside in (Path("files") / record.original["sha256"], Path("deliveries") / record.id):
            if not (folder / inside).is_symlink():
                (folder / inside).symlink_to((ledger.folder / inside).resolve())
    Store(folder).write(index)
    return Ledger(folder)


def adopt(ledger: Ledger, rehearsed: Ledger) -> int:
    """Bring what was added in a rehearsal into its ledger, all of it or nothing, and return how many deliveries.

    Raises SomebodyElseImports where the ledger has changed since the rehearsal began, CannotWrite when the disk
    refuses.
    """
    store = Store(ledger.folder)
    after = Store(rehearsed.folder).index()
    with disk(ledger.folder), store.locked():
        now = store.begin()
        if after.records[: len(now.records)] != now.records or after.withdrawals != now.withdrawals:
            raise SomebodyElseImports(folder=ledger.folder)
        new = after.records[len(now.records) :]
        try:
            for record in new:
                store.put_original(rehearsed.original(record), record.original["sha256"])
                files = {name: rehearsed.path(record, name) for name in record.files}
                store.put_files(record.id, files, record.files)
            if new:
                store.write(after)
        except (OSError, BadData):
            # Read anew: the index may have been replaced before the disk refused.
            store.sweep(store.index())
            raise
    return len(new)
