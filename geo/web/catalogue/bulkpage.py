"""The page of a version's folder: what each file holds, how to fetch all of it and check it, how to cite it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geo.core.text import Text, text_of
from geo.faces.bulk import GROUPS, PACKAGE, SUMS, File, folder_of
from geo.faces.bulk.borders import title
from geo.versions import Version
from geo.web.links import Links, base_url
from geo.web.pages.frame import CountryAddress, default_view, frame

WORD = "bulk"
FACES: tuple[str, ...] = ()
TEMPLATE = "bulk.html"
_MANY = 20  # files of a group; beyond them they are folded
_UNITS = ((1_000_000, "mb"), (1_000, "kb"))


@dataclass(frozen=True)
class Line:
    """One file as a person reads it; `path` is its address from the root."""

    name: str
    path: str
    what: str
    rows: str
    size: str


def page(address: CountryAddress, version: Version, links: Links) -> dict[str, Any]:
    """Return what the template shows."""
    text, folder, base = text_of(address.lang), folder_of(version), base_url(links.site)
    place = f"v/{version.id}/{WORD}/"
    lines = {
        group: [_line(file, place, version, text) for file in folder.files.values() if file.group == group]
        for group in GROUPS
    }
    named = title(version, address.lang)
    sources = "; ".join(source.name[address.lang] for source in version.country.sources)
    return {
        **frame(address.lang, version, links, lambda lang: address.but(lang).path),
        "address": address,
        "lead": text(
            "bulk.lead", files=text.counted("bulk.files", len(folder.files)), size=size_text(folder.length, text)
        ),
        "groups": [(group, text(f"bulk.group.{group}"), rows) for group, rows in lines.items() if rows],
        "many": _MANY,
        "recipe": recipe(f"{base}{place}", f"budget-{version.country.id}-{version.id}") if base else [],
        "cite": text("bulk.cite_text", title=named, site=text("site.name"), version=version.id, sources=sources),
        "cited": f"{base}{place}",
        "back": default_view(version, address.lang).path,
    }


def recipe(address: str, folder: str) -> list[str]:
    """Return the lines of a shell that fetch the folder at an address into one of this name, and check every byte."""
    return [
        f"mkdir {folder} && cd {folder} && curl -fsSO {address}{SUMS} &&",
        rf"""sed 's|^[0-9a-f]*  \(.*\)|url = "{address}\1"\noutput = "\1"|' {SUMS} | curl -fsS --create-dirs -K - &&""",
        f"sha256sum --quiet -c {SUMS}",
    ]


def size_text(count: int, text: Text) -> str:
    """Return a number of bytes for people: three digits at least, decimal thousands."""
    for size, word in _UNITS:
        if count >= size:
            shown = count / size
            return text(f"bulk.bytes.{word}", number=text.number(shown, 0 if shown >= 100 else 1))
    return text("bulk.bytes.b", number=text.number(count))


def _line(file: File, place: str, version: Version, text: Text) -> Line:
    rows = text.number(file.rows) if file.table else ""
    return Line(file.name, place + file.name, _what(file, version, text), rows, size_text(file.length, text))


def _what(file: File, version: Version, text: Text) -> str:
    if file.table:
        return text(f"bulk.table.{file.table.name}")
    if file.group == "borders":
        return next(_named(file, version, text))
    named = {PACKAGE: "bulk.about.package", SUMS: "bulk.about.sums"}.get(file.name) or _of_parquet(file)
    return text(named) if text.has(named) else ""


def _of_parquet(file: File) -> str:
    return f"bulk.table.{file.name.removeprefix('parquet/').removesuffix('.parquet')}"


def _named(file: File, version: Version, text: Text) -> Iterator[str]:
    """Yield the level and the edition that a file of borders is of."""
    for edition in version.country.editions:
        for level in version.country.levels:
            if file.name.startswith((f"borders/{edition.id}-{level.id}.", f"borders/{edition.id}-{level.id}-synth")):
                yield text("bulk.borders", level=level.name[text.lang], day=text.day(edition.id))
