"""What a workbook says about itself: its sheets, its shared texts, which styles are dates or per cent."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from geo.core.errors import BadData, Fault
from geo.foreign.package import parse
from geo.foreign.table import Job

_MAIN = "xl/workbook.xml"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass(frozen=True)
class Book:
    """The sheets by name with their parts, in the order of the workbook, and what their cells refer to."""

    sheets: Mapping[str, str]
    hidden: frozenset[str]  # names of sheets that a person does not see
    texts: list[str]
    date_styles: frozenset[int]
    percent_styles: frozenset[int]
    counts_from_1904: bool
    has_macros: bool
    links: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)  # name, id of its relation, whether it is hidden
    first_day: list[str] = field(default_factory=list)


def local(name: str) -> str:
    """Return an XML name without its namespace."""
    return name.rpartition("}")[2]


def read_book(job: Job, archive: zipfile.ZipFile) -> Book:
    """Return the description of a workbook; raises BadData where the package holds no workbook (E-XLS-01)."""
    main = next(
        (target for kind, target in _relations(job, archive, "").values() if kind.endswith("/officeDocument")), _MAIN
    )
    found = _Found()

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            relation = next((value for key, value in attributes.items() if local(key) == "id"), "")
            is_hidden = attributes.get("state", "visible") != "visible"
            found.sheets.append((attributes.get("name", ""), relation, is_hidden))
        elif local(name) == "workbookPr":
            found.first_day.append(attributes.get("date1904", ""))

    if not parse(job, archive, main, StartElementHandler=start):
        raise BadData([Fault(job.name, 0, "", "E-XLS-01", "ZIP")])
    relations = _relations(job, archive, main)
    sheets = _sheets(job, archive, found, relations)
    parts = {kind.rpartition("/")[2]: target for kind, target in relations.values()}
    dates, percents = _styles(job, archive, parts.get("styles", ""))
    return Book(
        sheets=sheets,
        hidden=frozenset(name for name, _, is_hidden in found.sheets if is_hidden),
        texts=_texts(job, archive, parts.get("sharedStrings", "")),
        date_styles=dates,
        percent_styles=percents,
        counts_from_1904=found.first_day[:1] in (["1"], ["true"]),
        has_macros=any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()),
        links=tuple(sorted(name for name in archive.namelist() if re.search(r"externalLinks/[^/]+\.xml$", name))),
    )


def _sheets(
    job: Job, archive: zipfile.ZipFile, found: _Found, relations: Mapping[str, tuple[str, str]]
) -> dict[str, str]:
    """Return name → part of the sheets of cells; raises BadData where one is lacking or two share a name (E-XLS-02)."""
    sheets: dict[str, str] = {}
    for name, relation, _ in found.sheets:
        kind, target = relations.get(relation, ("/worksheet", relation))
        if not kind.endswith("/worksheet"):
            continue
        if target not in archive.NameToInfo or name in sheets:
            raise BadData([Fault(job.name, 0, "", "E-XLS-02", f"{name}: {target}", {}, name)])
        sheets[name] = target
    return sheets


def unescaped(text: str) -> str:
    """Return a text with the letters that a workbook spells as _x000D_ put back."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _relations(job: Job, archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return id → (type, part) of what a part refers to inside the package."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            whole = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), whole)

    parse(job, archive, posixpath.join(folder, "_rels", f"{name}.rels"), StartElementHandler=start)
    return found


def _texts(job: Job, archive: zipfile.ZipFile, part: str) -> list[str]:
    """Return the shared texts; of a text in pieces the pieces, without what tells how to pronounce it."""
    texts: list[str] = []
    pieces: list[str] = []
    inside: list[str] = []

    def start(tag: str, _: Any) -> None:
        inside.append(local(tag))
        if inside[-1] == "si":
            pieces.clear()

    def end(_: str) -> None:
        if inside.pop() == "si":
            texts.append(unescaped("".join(pieces)))

    def data(text: str) -> None:
        if inside[-1] == "t" and "rPh" not in inside:
            pieces.append(text)

    parse(job, archive, part, StartElementHandler=start, EndElementHandler=end, CharacterDataHandler=data)
    return texts


def _styles(job: Job, archive: zipfile.ZipFile, part: str) -> tuple[frozenset[int], frozenset[int]]:
    """Return the numbers of the cell styles that show a date, and of those that show per cent."""
    formats: dict[str, str] = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    styles: list[str] = []
    inside: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        inside.append(local(tag))
        if inside[-1] == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif inside[-2:] == ["cellXfs", "xf"]:
            styles.append(attributes.get("numFmtId", "0"))

    def end(_: str) -> None:
        inside.pop()

    parse(job, archive, part, StartElementHandler=start, EndElementHandler=end)
    codes = [formats.get(number, "General") for number in styles]
    dates = frozenset(place for place, code in enumerate(codes) if is_date_format(code))
    percents = frozenset(place for place, code in enumerate(codes) if "%" in _QUOTED.sub("", code))
    return dates, percents
