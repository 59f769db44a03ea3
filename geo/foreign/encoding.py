"""Whether a text is in the encoding that was declared, from its first byte to its last; a guess where it is not."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from geo.core.errors import BadData, Fault
from geo.foreign.table import Findings, Job

ENCODINGS = ("utf-8", "utf-16", "cp1251", "kz1048")
SINGLE_BYTE = ("cp1251", "kz1048")
_BLOCK = 4 * 2**20
_SAMPLE = 2048  # bytes around a fault that a guess looks at
_LONGEST_LINE = 64 * 2**20  # characters; beyond it no reader could hold the row
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HIGH = bytes(range(128, 256))
_KAZAKH = {
    byte for byte in _HIGH if bytes([byte]).decode("cp1251", "replace") != bytes([byte]).decode("kz1048", "replace")
}
_MISREAD_KAZAKH = {bytes([byte]).decode("cp1251", "ignore") for byte in _KAZAKH} - {""}


@dataclass(frozen=True)
class Spelling:
    """How a text is spelled: the codec, and the bytes of the mark that stand before the text."""

    codec: str
    mark: int


def spelling(job: Job) -> Spelling:
    """Return how the declared encoding is spelled in this file; raises BadData where it is not known or not this."""
    declared = job.dialect.encoding
    if declared not in ENCODINGS:
        raise BadData([Fault(job.name, 0, "", "E-UP-03", f"encoding = {declared}")])
    with job.path.open("rb") as file:
        head = file.read(_SAMPLE)
    if declared == "utf-16":
        if head[:2] not in _UTF_16 or head[:4] in _UTF_32:
            raise BadData([_not_so(job, 1, 0, head)])
        return Spelling(_UTF_16[head[:2]], 2)
    if head[:2] in _UTF_16 or head[:4] in _UTF_32:
        raise BadData([_not_so(job, 1, 0, head)])
    is_marked = head.startswith(codecs.BOM_UTF8)
    if is_marked and declared != "utf-8":
        raise BadData([_not_so(job, 1, 0, head)])
    return Spelling(declared, 3 if is_marked else 0)


def check_encoding(job: Job, spelled: Spelling, findings: Findings) -> None:
    """Read the text once; raises BadData at the first place that is not in the encoding, or at an endless line.

    A text declared to be of one byte per letter that is valid UTF-8 is refused too: it would be read as nonsense.
    """
    scan = _Scan(job, spelled)
    with job.path.open("rb") as file:
        file.seek(spelled.mark)
        while block := file.read(_BLOCK):
            scan.take(block)
        scan.take(b"", is_last=True)
    if job.dialect.encoding in SINGLE_BYTE and scan.is_utf8 and scan.first_high >= 0:
        fault = _value(scan.first_high, job.dialect.encoding, "utf-8")
        raise BadData([Fault(job.name, scan.first_high_row, "", "E-CSV-07", fault)])
    if scan.misread:
        findings.warnings.append(Fault(job.name, 0, "", "W-CSV-03", " ".join(sorted(scan.misread))))


def guess(sample: bytes) -> str:
    """Return the encoding that a piece of text looks like, or a question mark."""
    if sample[:2] in _UTF_16:
        return "?" if sample[:4] in _UTF_32 else "utf-16"
    if b"\0" in sample:
        most = max(sample[::2].count(0), sample[1::2].count(0))
        return "utf-16" if most > max(2, len(sample) // 8) else "?"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        return "utf-8"
    except UnicodeDecodeError:
        high = [byte for byte in sample if byte >= 128]
    if _is_mostly_utf8(sample) or 2 * sum(byte >= 0xC0 or byte in _KAZAKH for byte in high) < len(high):
        return "?"
    return "kz1048" if any(byte in _KAZAKH for byte in high) else "cp1251"


def _is_mostly_utf8(sample: bytes) -> bool:
    """Tell whether a text is UTF-8 but for some places: letters of one byte hardly ever make such pairs."""
    letters = [c for c in sample.decode("utf-8", "replace") if c > "\x7f"]
    return 2 * letters.count("\N{REPLACEMENT CHARACTER}") < len(letters)


class _Scan:
    """What has been seen of a text so far: rows, bytes, the first place that is wrong."""

    def __init__(self, job: Job, spelled: Spelling) -> None:
        self.job, self.offset, self.rows, self.length = job, spelled.mark, 0, 0
        self.decoder = codecs.getincrementaldecoder(spelled.codec)()
        self.wide = 2 if spelled.codec.startswith("utf-16") else 1
        self.is_utf8, self.utf8 = True, codecs.getincrementaldecoder("utf-8")()
        self.first_high, self.first_high_row = -1, 0
        self.misread: set[str] = set()
        self.ended_in_return = False

    def take(self, block: bytes, is_last: bool = False) -> None:
        """Look at the next block; raises BadData."""
        try:
            text = self.decoder.decode(block, is_last)
        except UnicodeDecodeError as error:
            at = self.offset + len(block) - len(error.object) + error.start
            before = error.object[: error.start].decode(error.encoding, "ignore")
            if self.wide == 1 and (nul := block.find(0, 0, at - self.offset)) >= 0:
                at, before = self.offset + nul, before[: before.find("\0")]
            raise BadData([self._fault(self.rows + _breaks(before) + 1, at)]) from None
        if (nul := text.find("\0")) >= 0:
            at = self.offset + (block.find(0) if self.wide == 1 else 2 * nul)
            raise BadData([self._fault(self.rows + _breaks(text[:nul]) + 1, at)])
        if self.job.dialect.encoding in SINGLE_BYTE:
            self._look_again(block, text, is_last)
        self._count(text)
        self.offset += len(block)

    def _look_again(self, block: bytes, text: str, is_last: bool) -> None:
        """Note whether the bytes would be UTF-8, or Kazakh letters of the other table."""
        if self.first_high < 0 and not block.isascii():
            place = next(place for place, byte in enumerate(block) if byte >= 128)
            self.first_high, self.first_high_row = self.offset + place, self.rows + _breaks(text[:place]) + 1
        if self.is_utf8:
            try:
                self.utf8.decode(block, is_last)
            except UnicodeDecodeError:
                self.is_utf8 = False
        if self.job.dialect.encoding == "cp1251" and not block.isascii():
            self.misread |= _MISREAD_KAZAKH.intersection(text)

    def _count(self, text: str) -> None:
        """Count the lines as a text editor does, also where a line break falls between two blocks."""
        self.rows += _breaks(text) - (self.ended_in_return and text.startswith("\n"))
        self.ended_in_return = text.endswith("\r") if text else self.ended_in_return
        last = max(text.rfind("\n"), text.rfind("\r"))
        self.length = len(text) - last - 1 if last >= 0 else self.length + len(text)
        if self.length > _LONGEST_LINE:
            limit = {"limit": str(self.job.limits.cell_characters)}
            raise BadData([Fault(self.job.name, self.rows + 1, "", "E-LIM-01", "", limit)])

    def _fault(self, row: int, at: int) -> Fault:
        with self.job.path.open("rb") as file:
            file.seek(max(0, at - at % self.wide))
            sample = file.read(_SAMPLE)
        return _not_so(self.job, row, at, sample)


def _breaks(text: str) -> int:
    if "\r" not in text:
        return text.count("\n")
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _not_so(job: Job, row: int, at: int, sample: bytes) -> Fault:
    return Fault(job.name, row, "", "E-CSV-07", _value(at, job.dialect.encoding, guess(sample)))


def _value(at: int, declared: str, guessed: str) -> str:
    return f"{at}; {declared} → {guessed}" if guessed not in {"?", declared} else f"{at}; {declared}"
