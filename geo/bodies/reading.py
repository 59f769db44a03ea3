"""The rows of a register → bodies with their numbers checked and their places known, and all there is to say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.bodies.ground import Ground
from geo.bodies.points import point_of
from geo.bodies.words import kind_of
from geo.core.codes import has_bin_form, is_bin, look_alikes
from geo.core.delivery import ROW
from geo.core.errors import Fault
from geo.core.model import LANGUAGES, conformed

# What a profile may give, all as text; ROW beside them is the row as the file counts.
_NAMES = tuple(f"name_{lang}" for lang in LANGUAGES)
COLUMNS = ("body", *_NAMES, "kind", "unit", "address_kk", "address_ru", "lon", "lat", "status")
BESIDE = ("status", "is_closed", "place_method", "row")  # columns of the table beside those of core.model
_UNSURE = frozenset({"ambiguous", "district_unknown", "settlement_unknown"})
_SEVERAL = 20  # rows that lack a name in one language are named one by one up to here, beyond that counted


@dataclass(frozen=True)
class BodiesReading:
    """The bodies, in body_id order, with BESIDE; to be stored only where there are no faults."""

    table: pd.DataFrame
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def read_bodies(columns: pd.DataFrame, place: tuple[str, str], ground: Ground) -> BodiesReading:
    """Return the bodies of a register; `columns` hold COLUMNS as far as the file has them, `place` is file and sheet.

    A body's place is its point, the code of its unit or settlement, or its address, the most exact that agrees: where
    an address and a code name different regions, the code stands. Exactness is point, settlement, district, region or
    none. Bodies that were closed are kept and marked. Numbers, codes and points that cannot be true are faults; what
    is known less exactly than it was meant is a warning.
    """
    rows = columns.reindex(columns=list(COLUMNS), fill_value="").fillna("").astype(str)
    rows["row"] = columns[ROW].astype(int) if ROW in columns else range(2, len(columns) + 2)
    notes: list[Fault] = []
    made, first = [], dict[str, int]()
    for cells in rows.to_dict("records"):
        # Blanks of any kind and number are one: nobody sees the difference.
        body = {name: text if name == "row" else " ".join(text.split()) for name, text in cells.items()}
        notes += _number_faults(body, place, first)
        notes += _odd_letters(body, place)
        made.append(_body(body, ground, place, notes))
    notes += _names_missing(rows, place, ground.languages)
    if closed := sum(row["is_closed"] for row in made):
        notes.append(Fault(place[0], 0, "status", "W-BODY-07", str(closed), sheet=place[1]))
    frame = pd.DataFrame(made, columns=list(made[0]) if made else list(_body(_EMPTY, ground, place, [])))
    table = pd.concat([conformed(frame, "bodies"), frame[list(BESIDE)]], axis=1)
    faults = tuple(sorted(note for note in notes if note.code.startswith("E-")))
    warnings = tuple(sorted(note for note in notes if note.code.startswith("W-")))
    return BodiesReading(table.sort_values("body_id", ignore_index=True), faults, warnings)


_EMPTY: dict[str, Any] = {**dict.fromkeys(COLUMNS, ""), "row": 0}


def _body(cells: Mapping[str, Any], ground: Ground, place: tuple[str, str], notes: list[Fault]) -> dict[str, Any]:
    """Return the row of a body; what is to be said about it goes to the notes."""
    code, exactness, method = _placed(cells, ground, place, notes)
    lon, lat = point_of(cells, ground.bounds, place, notes)
    if not math.isnan(lon):
        exactness, method = "point", "point"
    status = cells["status"].casefold()
    if status and status not in ground.words.opened | ground.words.closed:
        notes.append(Fault(place[0], cells["row"], "status", "W-BODY-08", cells["status"], sheet=place[1]))
    if exactness == "none" and cells["row"] and not cells["unit"]:
        notes.append(Fault(place[0], cells["row"], "unit", "W-BODY-05", cells["body"], sheet=place[1]))
    return {
        "body_id": cells["body"],
        "code": cells["body"],
        "kind": kind_of(cells, ground.words),
        **{f"name_{lang}": cells[f"name_{lang}"] for lang in LANGUAGES},
        "unit_code": code,
        "exactness": exactness,
        "is_group": False,
        "is_synthetic": False,
        "address": cells["address_ru"] or cells["address_kk"],
        "lon": lon,
        "lat": lat,
        "status": cells["status"],
        "is_closed": status in ground.words.closed,
        "place_method": method,
        "row": cells["row"],
    }


def _number_faults(cells: Mapping[str, Any], place: tuple[str, str], first: dict[str, int]) -> Iterator[Fault]:
    """Yield a number that is no BIN, or stands twice, and a body without any name."""
    number, row = cells["body"], cells["row"]
    if not is_bin(number):
        yield Fault(place[0], row, "body", "E-BODY-02" if has_bin_form(number) else "E-BODY-01", number, sheet=place[1])
    if number in first:
        yield Fault(place[0], row, "body", "E-BODY-03", number, {"first": str(first[number])}, sheet=place[1])
    first.setdefault(number, row)
    if not any(cells[f"name_{lang}"] for lang in LANGUAGES):
        yield Fault(place[0], row, "name", "E-BODY-05", number, sheet=place[1])


def _odd_letters(cells: Mapping[str, Any], place: tuple[str, str]) -> Iterator[Fault]:
    """Yield texts with characters that nobody sees, and names with letters of two scripts in one word."""
    for column in (*_NAMES, "address_kk", "address_ru", "status"):
        text = cells[column]
        if not text.isprintable():
            yield Fault(place[0], cells["row"], column, "E-BODY-10", text, sheet=place[1])
        elif column in _NAMES and (letters := look_alikes(text)):
            strange = {"letters": letters}
            yield Fault(place[0], cells["row"], column, "W-BODY-11", text, strange, sheet=place[1])


def _placed(
    cells: Mapping[str, Any], ground: Ground, place: tuple[str, str], notes: list[Fault]
) -> tuple[str, str, str]:
    """Return code, exactness and method of where a body is by its code and its address."""
    code, exactness, method = "", "none", "none"
    if given := cells["unit"]:
        code = ground.places.current(given)
        if not code:
            notes.append(Fault(place[0], cells["row"], "unit", "E-BODY-04", given, sheet=place[1]))
        elif code != given:
            notes.append(Fault(place[0], cells["row"], "unit", "W-BODY-02", given, {"code": code}, sheet=place[1]))
        exactness, method = (ground.places.exactness_of(code), "code") if code else (exactness, method)
    lang = "ru" if cells["address_ru"] else "kk"
    address = cells[f"address_{lang}"]
    where = ground.locate(address, lang) if address else None
    if where is None or not where.code:
        return code, exactness, method
    if code and not ground.places.is_in(where.code, code):
        if ground.places.region_of(code) != ground.places.region_of(where.code):
            regions = {"code": code, "found": where.code}
            notes.append(
                Fault(place[0], cells["row"], f"address_{lang}", "W-BODY-04", address, regions, sheet=place[1])
            )
        return code, exactness, method
    if where.code == code:
        return code, exactness, method
    if note := _doubt(where.doubts):
        notes.append(
            Fault(place[0], cells["row"], f"address_{lang}", note, address, {"code": where.code}, sheet=place[1])
        )
    return where.code, where.exactness, "address"


def _doubt(doubts: tuple[str, ...]) -> str:
    """Return the warning for an address that is known less surely than it was written, or nothing."""
    if _UNSURE & set(doubts):
        return "W-BODY-03"
    if "spelling" in doubts:
        return "W-BODY-09"
    return "W-BODY-10" if doubts else ""


def _names_missing(rows: pd.DataFrame, place: tuple[str, str], languages: Sequence[str]) -> Iterator[Fault]:
    """Yield the rows without a name in a language of the country; many of them as one number."""
    for lang in languages:
        lacking = rows[rows[f"name_{lang}"].str.strip() == ""]
        if len(lacking) > _SEVERAL:
            counted = {"count": str(len(lacking))}
            yield Fault(place[0], 0, f"name_{lang}", "W-BODY-01", lang, counted, sheet=place[1])
        else:
            for body, row in zip(lacking["body"], lacking["row"], strict=True):
                yield Fault(place[0], row, f"name_{lang}", "W-BODY-01", body, {"count": "1"}, sheet=place[1])
