"""For those who run the service."""

from __future__ import annotations

from collections.abc import Iterable

from geo.core.errors.base import OperatorError
from geo.core.faults import Fault


class NothingPublished(OperatorError):
    """No version has been published in this home."""

    code = "E-VER-01"


class NotAVersion(OperatorError):
    """The id names no finished version here."""

    code = "E-VER-02"


class DamagedVersion(OperatorError):
    """A file of a version differs from its manifest, or says nothing of a version."""

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


class SomebodyElseImports(OperatorError):
    """Another process is writing to the ledger."""

    code = "E-LED-03"


class NewerLedger(OperatorError):
    """The ledger was written by a newer release."""

    code = "E-LED-04"


class BadSetting(OperatorError):
    """A setting cannot be used."""

    code = "E-CFG-01"


class BadSettings(OperatorError):
    """Several settings cannot be used, or what is given is none; carries every fault."""

    code = "E-CFG-03"

    def __init__(self, faults: Iterable[Fault], **values: object) -> None:
        """Sort the faults by place."""
        self.faults = tuple(sorted(faults))
        super().__init__(**values)


class NotForThePublic(BadSettings):
    """A server of the public was about to start with what is for trying out."""

    code = "E-CFG-06"


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


class SomebodyElseFreezes(OperatorError):
    """Another process is writing a site of plain files into the folder."""

    code = "E-SYS-12"


class NotABackup(OperatorError):
    """What is to be restored is no whole copy of a home."""

    code = "E-SYS-08"


class HomeTaken(OperatorError):
    """The home to restore into holds something already."""

    code = "E-SYS-09"


class NoAnswer(OperatorError):
    """A site that was asked for figures gave no answer that can be used."""

    code = "E-SYS-07"


class NoPlaceForCopy(OperatorError):
    """A copy of a home cannot be written to a device, or into the home itself."""

    code = "E-SYS-10"


class CannotRead(OperatorError):
    """A file or a folder that is looked at cannot be read."""

    code = "E-SYS-11"


class DamagedTokens(OperatorError):
    """The list of tokens cannot be read, so nobody may send."""

    code = "E-LIVE-31"
