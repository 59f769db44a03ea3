"""Versions made of another: some files in new words, the rest as it was, staged and published without a build."""

import io
import json

import numpy as np

from geo.versions import Home

LEVEL = "2020-01-01/region"


def npy(array):
    """Return an array as the file that holds it."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def restaged(home, version, number, files=None, *, without=(), publish=True, **given):
    """Stage a version with other files under an id of its number; publish it with author and note."""
    made_id = f"{number:016x}"
    kept = {name: (version.folder / name).read_bytes() for name in version.manifest["files"] if name not in without}
    manifest = {
        name: value for name, value in version.manifest.items() if name not in {"files", "id", "format", "seal"}
    }
    made = home.stage(made_id, kept | (files or {}), manifest)
    if publish:
        home.publish(made_id, **given)
    return made


def with_totals(version, edits, level=LEVEL):
    """Return the files of a version in which totals[unit, period, function, phase] are others: {place: amount}."""
    totals = np.array(version.level(*level.split("/")).totals)
    for place, amount in edits.items():
        totals[place] = amount
    return {f"{level}/totals.npy": npy(totals)}


def with_plain(version, name, change):
    """Return a JSON file of a version after `change` was done to what it holds."""
    plain = json.loads((version.folder / name).read_bytes())
    change(plain)
    return {name: json.dumps(plain, ensure_ascii=False).encode()}


def new_home(folder, version, **given):
    """Return a home in which a copy of a version is the first publication, and that copy."""
    home = Home(folder / "home")
    return home, restaged(home, version, 1, **given)
