"""An open budget map: where public money goes, place by place."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.client import open_version as open_version

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Return `open_version`: read when it is asked for, since what serves needs none of it."""
    if name == "open_version":
        return import_module("geo.client").open_version
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
