"""The roots of the error tree: an error carries a code and values, and says who must act."""

from __future__ import annotations

from collections.abc import Iterable


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
