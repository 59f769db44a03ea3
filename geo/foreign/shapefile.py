"""A Shapefile, in a zip or as files side by side → its parts in a folder of ours under one plain name."""

from __future__ import annotations

import codecs
import re
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from geo.core.errors import BadData, Fault

PARTS = (".shp", ".shx", ".dbf", ".prj")  # without the last nobody knows where on Earth it is
NAME = "borders"  # what GDAL is given; a name that somebody chose may mean something to it
MOST_ENTRIES = 2000
MOST_UNPACKED_MB = 1000
MOST_RATIO = 200  # unpacked ÷ packed; a table of text that is mostly spaces stays below 100
_SMALL = 2**20  # bytes below which the ratio of an entry is of no interest
_NESTED = re.compile(r"\.(zip|kmz|7z|rar|gz|bz2|xz|zst|tar|tgz)$", re.IGNORECASE)
_DRAINED = 2**20


def unpacked(path: Path, file: str, member: str, folder: Path) -> Path:
    """Return the .shp of a zip, its parts beside it; `member` says which where there are many, without its ending.

    Raises BadData: a name that leads elsewhere, an archive inside, too much inside, damage, a missing part.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_litter(entry.filename)]
            if faults := _entry_faults(file, entries, is_chosen=bool(member)):
                raise BadData(faults)
            names = {entry.filename: entry for entry in entries}
            parts = _parts(file, list(names), member)
            chosen = [names[name] for name in parts.values()]
            _require_modest(file, chosen if member else entries)
            for ending, name in parts.items():
                _drain(archive, names[name], folder / f"{NAME}{ending}", file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise BadData([Fault(file, 0, "", "E-GEO-27", str(error))]) from None
    return folder / f"{NAME}.shp"


def gathered(path: Path, file: str, folder: Path) -> Path:
    """Return the .shp with the parts that stand beside the given one; raises BadData for a missing part."""
    stem = path.stem.lower()
    beside = {other.name: other for other in path.parent.iterdir() if other.stem.lower() == stem and other.is_file()}
    for ending, name in _parts(file, list(beside), "").items():
        shutil.copyfile(beside[name], folder / f"{NAME}{ending}")
    return folder / f"{NAME}.shp"


def encoding_of(shp: Path, file: str) -> str:
    """Return the encoding of the texts; raises BadData where the .cpg says another one than the table is in."""
    stated = shp.with_suffix(".cpg")
    raw = shp.with_suffix(".dbf").read_bytes()
    text = raw[int.from_bytes(raw[8:10], "little") :]
    name = stated.read_bytes()[:40].decode("ascii", "replace").strip() if stated.exists() else ""
    name = f"cp{name}" if name.isdigit() else re.sub(r"^ANSI ", "cp", name)
    if text.isascii():
        return "utf-8"
    try:
        found = codecs.lookup(name or "utf-8").name
        text.decode(found)
    except (LookupError, UnicodeError):
        raise BadData([Fault(file, 0, "", "E-GEO-29", name or "utf-8")]) from None
    if found != "utf-8" and _is_utf8(text):
        raise BadData([Fault(file, 0, "", "E-GEO-29", name)])
    return found


def _is_utf8(text: bytes) -> bool:
    """Tell whether bytes read as UTF-8: letters of a one-byte encoding practically never do."""
    try:
        text.decode("utf-8")
    except UnicodeError:
        return False
    return True


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("._")


def _entry_faults(file: str, entries: list[zipfile.ZipInfo], *, is_chosen: bool) -> list[Fault]:
    faults = []
    if len(entries) > MOST_ENTRIES:
        faults.append(Fault(file, 0, "", "E-GEO-25", str(len(entries))))
    for entry in entries:
        # zipfile shows a cleaned name; what stood there is in orig_filename.
        name = entry.orig_filename
        if PurePosixPath(name).is_absolute() or "\\" in name or ".." in name.split("/") or not name.isprintable():
            faults.append(Fault(file, 0, "", "E-GEO-14", name))
        elif _NESTED.search(name) and not is_chosen:
            faults.append(Fault(file, 0, "", "E-GEO-26", name))
        elif entry.flag_bits & 1:
            faults.append(Fault(file, 0, "", "E-GEO-27", name))
    return faults


def _require_modest(file: str, entries: list[zipfile.ZipInfo]) -> None:
    """Raise BadData where the entries state more than may be unpacked, or shrink more than honest data do."""
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED_MB * 2**20:
        raise BadData([Fault(file, 0, "", "E-GEO-25", f"{MOST_UNPACKED_MB} MB")])
    for entry in entries:
        if entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size):
            raise BadData([Fault(file, 0, "", "E-GEO-25", entry.filename)])


def _parts(file: str, names: list[str], member: str) -> Mapping[str, str]:
    """Return ending → name of the parts of the one Shapefile; raises BadData where it is none, many or not whole."""
    shapes = [name for name in names if name.lower().endswith(".shp")]
    if member:
        shapes = [name for name in shapes if f"/{name[:-4]}".endswith(f"/{member}")]
    if len(shapes) != 1:
        endings = (".shp", *PARTS) if shapes else PARTS
        shown = ", ".join(sorted(name for name in names if name.lower().endswith(endings)))
        raise BadData([Fault(file, 0, "", "E-GEO-28", shown or "–")])
    stem = shapes[0][:-4].lower()
    parts = {name[-4:].lower(): name for name in names if name[:-4].lower() == stem}
    if missing := [ending for ending in PARTS if ending not in parts]:
        raise BadData([Fault(file, 0, "", "E-GEO-13", ending) for ending in missing])
    return {ending: parts[ending] for ending in (*PARTS, ".cpg") if ending in parts}


def _drain(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path, file: str) -> None:
    """Write an entry, and not a byte more than it states."""
    left = entry.file_size
    with archive.open(entry) as source, into.open("wb") as target:
        while part := source.read(_DRAINED):
            left -= len(part)
            if left < 0:
                raise BadData([Fault(file, 0, "", "E-GEO-25", entry.filename)])
            target.write(part)
