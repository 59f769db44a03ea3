"""Why a batch is not taken, as a whole; what is wrong with single records is a fault of the importer's kind."""

from __future__ import annotations

from geo.core import errors


class NotAllowed(errors.PublisherError):
    """No token, or one that opens nothing."""

    code = "E-LIVE-20"


class OtherCountry(errors.PublisherError):
    """The token is for another country."""

    code = "E-LIVE-21"


class TooOften(errors.PublisherError):
    """More was sent within a second than is taken."""

    code = "E-LIVE-22"


class TooLarge(errors.PublisherError):
    """The batch is larger than is taken."""

    code = "E-LIVE-23"


class OtherForm(errors.PublisherError):
    """The batch is neither JSON nor CSV, or it is packed."""

    code = "E-LIVE-24"


class NotWhole(errors.PublisherError):
    """The bytes that came are not those that were announced."""

    code = "E-LIVE-25"


class LacksHeader(errors.PublisherError):
    """A header without which nothing is taken is missing or cannot be read."""

    code = "E-LIVE-26"


class OtherContent(errors.PublisherError):
    """A batch of this id was taken before, and it said something else."""

    code = "E-LIVE-27"


class NotCurrent(errors.PublisherError):
    """The batch was made for a version that is no longer in force."""

    code = "E-LIVE-28"


class UnknownBatch(errors.PublisherError):
    """No batch of this id was taken."""

    code = "E-LIVE-29"


class NoSuchPlace(errors.PublisherError):
    """Nothing is answered at this address, or not to this method."""

    code = "E-LIVE-30"


class OtherMethod(NoSuchPlace):
    """The place answers another method; `allow` names it."""


STATUS: dict[type[errors.BudgetMapError], int] = {
    NotAllowed: 401,
    OtherCountry: 403,
    TooOften: 429,
    TooLarge: 413,
    OtherForm: 415,
    NotWhole: 400,
    LacksHeader: 400,
    OtherContent: 409,
    NotCurrent: 409,
    UnknownBatch: 404,
    NoSuchPlace: 404,
    OtherMethod: 405,
    errors.BadData: 422,
    errors.BrokenLaw: 422,
    errors.SomebodyElseImports: 503,
    errors.SomebodyElsePublishes: 503,
    errors.DamagedTokens: 503,
    errors.CannotWrite: 507,
}
