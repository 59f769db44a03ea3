"""Which versions an operator wants kept whatever comes: pins.json in the home, {"<id>": "<why>"}."""

from __future__ import annotations

import json

from geo.core.country import ID
from geo.core.errors import DamagedVersion
from geo.core.files import disk, replace_durably, to_json
from geo.versions.home import Home

NAME = "pins.json"


def pins(home: Home) -> dict[str, str]:
    """Return id → why it is kept, in order of id; raises DamagedVersion where the file cannot be read."""
    path = home.folder / NAME
    if not path.exists():
        return {}
    try:
        plain = json.loads(path.read_bytes())
        if not all(ID.fullmatch(name) and isinstance(why, str) for name, why in plain.items()):
            raise TypeError(plain)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        # A pin that cannot be read must not become a version that is removed.
        raise DamagedVersion(id="–", file=NAME) from None
    return dict(sorted(plain.items()))


def pin(home: Home, version_id: str, why: str = "") -> None:
    """Keep a version from now on; raises NotAVersion or DamagedVersion where there is nothing whole to keep."""
    home.version(version_id)
    with disk(home.folder), home.locked("publish"):
        replace_durably(home.folder / NAME, to_json({**pins(home), version_id: why}))


def unpin(home: Home, version_id: str) -> bool:
    """Let a version go when its time comes; return whether it was pinned."""
    with disk(home.folder), home.locked("publish"):
        held = pins(home)
        if version_id not in held:
            return False
        replace_durably(home.folder / NAME, to_json({name: why for name, why in held.items() if name != version_id}))
    return True
