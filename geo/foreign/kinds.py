"""What a file really is, by its content; its name may say anything."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

CSV, XLSX, PARQUET, XLS, BINARY = "CSV", "XLSX", "PARQUET", "XLS", "BINARY"
_HEAD = 65536
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "GZIP"),
    (b"PAR1", PARQUET),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", XLS),
    (b"7z\xbc\xaf\x27\x1c", "7Z"),
    (b"Rar!", "RAR"),
    (b"BZh", "BZIP2"),
    (b"\xfd7zXZ\0", "XZ"),
    (b"\x28\xb5\x2f\xfd", "ZSTD"),
    (b"SQLite format 3\0", "SQLite"),
    (b"ARROW1", "Arrow"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
    (b"\x7fELF", "ELF"),
)
_MARKUP = (
    (re.compile(r"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|table|meta)\b", re.I | re.S), "HTML"),
    (re.compile(r"\s*<\?xml\b|\s*<[A-Za-z][\w:.-]*(\s[^<>]*)?/?>\s*<"), "XML"),
    (re.compile(r'\s*(\{\s*("|\}\s*$)|\[\s*("|\{|\[|\]\s*$|-?[0-9.]+\s*[,\]]))'), "JSON"),
)
_FORMATS = {
    "csv": CSV,
    "tsv": CSV,
    "txt": CSV,
    "tab": CSV,
    "xlsx": XLSX,
    "xlsm": XLSX,
    "xls": XLSX,
    "xlsb": XLSX,
    "ods": XLSX,
    "parquet": PARQUET,
    "pq": PARQUET,
}


def kind_of(path: Path) -> str:
    """Return CSV for text, XLSX for a workbook we read, PARQUET, or the short name of what it is instead."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path, head)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return _kind_of_ole(path) if kind == XLS else kind
    text = _beginning(head)
    return next((kind for pattern, kind in _MARKUP if pattern.match(text)), CSV)


def expected_kind(declared: str, name: str) -> str:
    """Return the kind that was declared, or that the ending of the name promises; empty where neither says it."""
    ending = name.rpartition(".")[2] if "." in name else ""
    return _FORMATS.get(declared.lower() or ending.lower(), "")


def is_binary(path: Path) -> bool:
    """Tell whether a file that nothing else is known of holds bytes that no text does."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return bool(set(head) & {*range(9), *range(14, 27), *range(28, 32), 127}) and head[:2] not in {
        b"\xff\xfe",
        b"\xfe\xff",
    }


def _beginning(head: bytes) -> str:
    for bom, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if head.startswith(bom):
            return head[len(bom) : 4096].decode(codec, "replace")
    return head[:4096].decode("latin-1")


def _kind_of_zip(path: Path, head: bytes) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        # The list at the end is lost with the end; the beginning still tells.
        return XLSX if b"xl/" in head or b"[Content_Types].xml" in head else "ZIP"
    if "xl/workbook.bin" in names:
        return "XLSB"
    if "mimetype" in names and (b"opendocument.spreadsheet" in head or "content.xml" in names):
        return "ODS"
    for folder, kind in (("word/", "DOCX"), ("ppt/", "PPTX")):
        if any(name.startswith(folder) for name in names):
            return kind
    return XLSX if any(name.startswith("xl/") for name in names) else "ZIP"


def _kind_of_ole(path: Path) -> str:
    with path.open("rb") as file:
        beginning = file.read(2**20)
    return "XLSX (encrypted)" if "EncryptedPackage".encode("utf-16-le") in beginning else XLS
