"""For those who ask for pages and files."""

from __future__ import annotations

from geo.core.errors.base import ReaderError


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


class RemovedVersion(UnknownVersion):
    """The version was in force once and has been cleaned away since."""

    code = "E-URL-16"


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


class Overloaded(ReaderError):
    """More is asked for than can be answered soon; the answer is refused before any work is done for it."""

    code = "E-BUSY-01"


class TooManyRequests(ReaderError):
    """One client asks for more dear answers than one is given in a minute."""

    code = "E-BUSY-02"


class LongAddress(ReaderError):
    """The address is longer than any of this site."""

    code = "E-URL-15"
