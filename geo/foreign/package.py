"""The package of a workbook, proved harmless before anything in it is believed; sizes are counted, not looked up."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from xml.parsers import expat

from geo.core.errors import BadData, Fault
from geo.foreign.limits import MEGABYTE
from geo.foreign.table import Job

_BLOCK = 2**18
_SLACK = MEGABYTE  # unpacked bytes that no ratio forbids
_ENTITIES = tuple(
    mark.encode(codec) for mark in ("<!DOCTYPE", "<!ENTITY") for codec in ("ascii", "utf-16-le", "utf-16-be")
)
_LONGEST_MARK = max(map(len, _ENTITIES))
# What expat reads by itself: of another encoding a decoder of Python's would be asked, and not every one can answer.
_ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1"})
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError)


@contextmanager
def opened(job: Job) -> Iterator[zipfile.ZipFile]:
    """Yield the checked package; raises BadData where it is incomplete (E-UP-02) or built to harm (E-XLS-05)."""
    try:
        archive = zipfile.ZipFile(job.path)
    except _BROKEN:
        raise BadData([Fault(job.name, 0, "", "E-UP-02", "ZIP")]) from None
    with archive:
        if wrong := list(_wrong_names(job, archive)):
            raise BadData(Fault(job.name, 0, "", "E-XLS-05", value) for value in wrong)
        _unpack_once(job, archive)
        yield archive


def parse(job: Job, archive: zipfile.ZipFile, part: str, **handlers: Any) -> bool:
    """Send a part through a strict XML parser with these handlers; False where there is no such part.

    Raises BadData where it is no well-formed XML or in a rare encoding (E-XLS-02), or has a document type (E-XLS-05).
    """
    if part not in archive.NameToInfo:
        return False
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    for name, handler in handlers.items():
        setattr(parser, name, handler)
    parser.StartDoctypeDeclHandler = lambda *_: _refuse(job, f"DTD: {part}")
    parser.XmlDeclHandler = lambda _, encoding, __: _check_encoding(job, part, encoding)
    try:
        # Not around the handlers: what fails in them, such as a full disk, is no fault of the file.
        with closing(_Part(job, archive, part)) as stream:
            parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise BadData([Fault(job.name, 0, "", "E-XLS-02", f"{part}: {error}")]) from None
    return True


class _Part:
    """A part of the package as a stream; raises BadData where it cannot be unpacked (E-UP-02)."""

    def __init__(self, job: Job, archive: zipfile.ZipFile, entry: str | zipfile.ZipInfo) -> None:
        self._job = job
        self._name = entry if isinstance(entry, str) else entry.filename
        with self._unpacking():
            self._stream = archive.open(entry)

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end."""
        with self._unpacking():
            return self._stream.read(size)

    def close(self) -> None:
        """Let the stream go."""
        self._stream.close()

    @contextmanager
    def _unpacking(self) -> Iterator[None]:
        try:
            yield
        except _BROKEN:
            raise BadData([Fault(self._job.name, 0, "", "E-UP-02", self._name)]) from None


def _wrong_names(job: Job, archive: zipfile.ZipFile) -> Iterator[str]:
    entries, most = archive.infolist(), job.limits.workbook_entries
    if len(entries) > most:
        yield f"{len(entries)} > {most}"
        return
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if ".." in name.split("/") or name.startswith("/") or posixpath.normpath(name) in seen:
            yield entry.filename
        seen.add(posixpath.normpath(name))
        if entry.flag_bits & 1 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            yield entry.filename


def _unpack_once(job: Job, archive: zipfile.ZipFile) -> None:
    """Read every part to its end: checksums are proved, sizes counted, entities and packages inside refused."""
    limits, total = job.limits, 0
    ratio_bytes = max(_SLACK, limits.workbook_ratio * job.path.stat().st_size)
    for entry in archive.infolist():
        tail = b""
        with closing(_Part(job, archive, entry)) as stream:
            while block := stream.read(_BLOCK):
                total += len(block)
                if total > limits.workbook_mb * MEGABYTE:
                    _refuse(job, f"> {limits.workbook_mb} MB")
                if total > ratio_bytes:
                    _refuse(job, f"1 : {total // job.path.stat().st_size} > 1 : {limits.workbook_ratio}")
                _look(job, entry.filename, tail, block)
                tail = (tail + block)[-_LONGEST_MARK:]


def _look(job: Job, name: str, tail: bytes, block: bytes) -> None:
    if not tail and block.startswith(b"PK\x03\x04"):
        _refuse(job, f"ZIP: {name}")
    is_markup = name.lower().endswith((".xml", ".rels", ".vml"))
    if is_markup and any(mark in tail + block for mark in _ENTITIES):
        _refuse(job, f"DTD: {name}")


def _check_encoding(job: Job, part: str, encoding: str | None) -> None:
    if (encoding or "utf-8").lower() not in _ENCODINGS:
        raise BadData([Fault(job.name, 0, "", "E-XLS-02", f"{part}: {encoding}")])


def _refuse(job: Job, value: str) -> None:
    raise BadData([Fault(job.name, 0, "", "E-XLS-05", value)])
