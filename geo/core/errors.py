"""The error tree, by audience: who must act. Sentences live in the message files, by code.

An error carries a stable code and values; `core.text` turns them into a sentence in the reader's
language with three parts: what is wrong, where, what to do. The domain knows no HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable

from geo.core.faults import MOST_FAULTS, Fault, readable

__all__ = ["MOST_FAULTS", "Fault", "readable"]  # beside the errors, with whom they are raised


class BudgetMapError(Exception):
    """Anything this software says on purpose; `code` is stable, `values` fill the sentence."""

    code = "E-SYS-01"

    def __init__(self, **values: object) -> None:
        """Remember the facts; the sentence is built where it is shown."""
        self.values = {name: str(value) for name, value in values.items()}
        super().__init__(f"{self.code} {self.values}")


class PublisherError(BudgetMapError):
    """For those who bring figures and borders; nothing has been stored."""


class ReaderError(BudgetMapError):
    """For those who ask; `allowed` holds (word, address) pairs of what would have been answered."""

    def __init__(self, allowed: Iterable[str] = (), **values: object) -> None:
        """Remember what is allowed beside the facts."""
        super().__init__(**values)
        self.allowed = tuple(allowed)


class OperatorError(BudgetMapError):
    """For those who run the service."""


class BadData(PublisherError):
    """A file or a set of files that cannot be published; carries every fault, not the first."""

    code = "E-DATA-01"

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Sort the faults by place and keep the first thousand."""
        self.every = tuple(sorted(faults))
        self.faults = self.every[:MOST_FAULTS]
        super().__init__(count=len(self.every), unnamed=max(0, len(self.every) - MOST_FAULTS))


class BrokenLaw(PublisherError):
    """A built version breaks a law, so it is not published."""

    code = "E-LAW-01"


class UnknownWord(ReaderError):
    """A place in the address holds a word that this map does not know: there is no such page."""

    code = "E-URL-01"


class BadKey(ReaderError):
    """A `key=value` of the address is unknown, repeated, or not offered with the rest."""

    code = "E-URL-02"


class BadValue(ReaderError):
    """A key is known, its value is not."""

    code = "E-URL-03"


class NeedsKey(ReaderError):
    """The view is complete only with one more key."""

    code = "E-URL-04"


class BadBounds(ReaderError):
    """The class bounds that a reader chose cannot be used: their spelling, order or number."""

    code = "E-URL-11"


class UnknownPage(ReaderError):
    """No page has this address."""

    code = "E-URL-05"


class UnknownVersion(ReaderError):
    """The version is not on this server, or never was."""

    code = "E-URL-06"


class WrongHost(ReaderError):
    """The request names a host that is not one of this site."""

    code = "E-URL-08"


class TileOutside(ReaderError):
    """The tile lies outside of the zooms of its archive, or outside of the square of its zoom."""

    code = "E-URL-09"


class CrossSite(ReaderError):
    """A form was sent from a page of another site."""

    code = "E-URL-12"


class WithdrawnVersion(ReaderError):
    """The version was taken back by a rollback: new articles are not given it; `reason` is the note of that."""

    code = "E-URL-14"


class BadPoint(ReaderError):
    """What was sent as a longitude and a latitude is no point."""

    code = "E-URL-13"


class NeedsAddress(ReaderError):
    """Whoever asks how to show an address has to name it."""

    code = "E-OEM-01"


class NotGivenAs(ReaderError):
    """What is asked for is not given in this format."""

    code = "E-OEM-02"


class NoSourceGeometry(ReaderError):
    """The version was made without the borders in every detail."""

    code = "E-EXP-01"


class NotForBodies(ReaderError):
    """The view shows what is not known of single organisations; `problem`: subgroup or borders."""

    code = "E-EXP-02"


class TooManyRows(ReaderError):
    """There are more rows than the format holds."""

    code = "E-EXP-03"


class ExportsBusy(ReaderError):
    """As many files as may be are being written already."""

    code = "E-EXP-04"


class ExportFailed(ReaderError):
    """A file could not be written within the time and memory that it is given."""

    code = "E-EXP-05"


class NoWriter(ReaderError):
    """The libraries that write this format are not installed here."""

    code = "E-EXP-06"


class NothingPublished(OperatorError):
    """No version has been published in this home."""

    code = "E-VER-01"


class NotAVersion(OperatorError):
    """The id names no finished version here."""

    code = "E-VER-02"


class DamagedVersion(OperatorError):
    """A file of a version differs from its manifest."""

    code = "E-VER-03"


class NothingToRollBack(OperatorError):
    """There is no earlier publication to return to."""

    code = "E-VER-04"


class SomebodyElsePublishes(OperatorError):
    """Another process holds the lock, or published since we looked."""

    code = "E-VER-05"


class NewerFormat(OperatorError):
    """The version was written by a newer release."""

    code = "E-VER-06"


class DamagedLedger(OperatorError):
    """The index of the ledger, or a file that it names, is not what was written."""

    code = "E-LED-01"


class UnknownDelivery(OperatorError):
    """The id names no delivery of this ledger."""

    code = "E-LED-02"


class BadOrder(PublisherError):
    """A word of the command line cannot be used."""

    code = "E-IN-02"


class NotConfirmed(PublisherError):
    """The operator did not say yes, so nothing was done."""

    code = "E-IN-03"


class SomebodyElseImports(OperatorError):
    """Another process is writing to the ledger."""

    code = "E-LED-03"


class NewerLedger(OperatorError):
    """The ledger was written by a newer release."""

    code = "E-LED-04"


class BadSetting(OperatorError):
    """A setting cannot be used."""

    code = "E-CFG-01"


class MissingPart(OperatorError):
    """An optional dependency or folder is needed and not there."""

    code = "E-CFG-02"


class CannotWrite(OperatorError):
    """The disk is full, or the folder may not be written."""

    code = "E-SYS-02"


class OwnFault(OperatorError):
    """Something that was not foreseen: a fault of the program."""

    code = "E-SYS-01"


class CannotDraw(OperatorError):
    """A picture could not be drawn within the time and memory that one is given."""

    code = "E-PIC-01"


class PortTaken(OperatorError):
    """The server cannot listen on the address it was told."""

    code = "E-SYS-03"


class NotOurFolder(OperatorError):
    """The folder to write into holds something else."""

    code = "E-SYS-04"


class NoAnswer(OperatorError):
    """A site that was asked for figures gave no answer that can be used."""

    code = "E-SYS-07"
