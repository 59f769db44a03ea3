"""The bodies of a region: number, names, place and point of each, and what its share of the money depends on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scripts.kz_demo.bins import bins
from scripts.kz_demo.chance import Floats, Keys, Numbers, chances, keys_of, skewed
from scripts.kz_demo.kinds import Kind
from scripts.kz_demo.places import Places

MARKS = {"kk": "жасанды", "ru": "вымышленная организация", "en": "synthetic"}
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("body_id", "code", "kind", "name_kk", "name_ru", "name_en", "unit_code")]
    + [("exactness", pa.string()), ("is_group", pa.bool_()), ("is_synthetic", pa.bool_()), ("address", pa.string())]
    + [("lon", pa.float64()), ("lat", pa.float64())]
)
_SIZE = 2  # a stream of chance


@dataclass(frozen=True)
class Bodies:
    """The bodies of one region, kind by kind: the table of `core.model`, and beside it the size of each."""

    table: pa.Table
    keys: Keys
    kinds: Numbers  # the number of each body's kind
    sizes: Floats
    next_bin: int


def bodies_of(region: int, places: Places, kinds: Sequence[Kind], numbers: Numbers, first_bin: int) -> Bodies:
    """Return the bodies of the region with this number, `numbers` of each kind; BINs go on from `first_bin`."""
    keys = np.concatenate([keys_of(region, kind, np.arange(count)) for kind, count in enumerate(numbers)])
    of_kind = np.repeat(np.arange(len(kinds)), numbers)
    bounds = np.cumsum(numbers)[:-1]
    chosen = np.concatenate(
        [places.chosen(part, kind.where) for part, kind in zip(np.split(keys, bounds), kinds, strict=True)]
    )
    lon, lat = places.points(keys, chosen)
    codes, next_bin = bins(first_bin, len(keys))
    every = len(keys)
    columns = {
        "body_id": codes,
        "code": codes,
        "kind": _taken([kind.id for kind in kinds], of_kind),
        **_names(places, kinds, chosen, of_kind),
        "unit_code": _taken(places.codes.tolist(), chosen),
        "exactness": _repeated("point", every),
        "is_group": pa.array(np.zeros(every, bool)),
        "is_synthetic": pa.array(np.ones(every, bool)),
        "address": _repeated("", every),
        "lon": pa.array(lon),
        "lat": pa.array(lat),
    }
    town = 1 + np.sqrt(places.people[chosen] / 50_000)  # a school of a large city has more pupils
    sizes = np.array([kind.size for kind in kinds])[of_kind] * skewed(chances(keys, _SIZE)) * town
    return Bodies(pa.table(columns, schema=SCHEMA), keys, of_kind, sizes, next_bin)


def _names(places: Places, kinds: Sequence[Kind], chosen: Numbers, of_kind: Numbers) -> dict[str, pa.Array]:
    """Return the names: kind, number where a place has several of the kind, place, and that it is made up."""
    number, is_one = _numbered(chosen * len(kinds) + of_kind)
    digits = pa.array(number).cast(pa.string())
    names = {}
    for language, mark in MARKS.items():
        kind = _taken([each.names[language] for each in kinds], of_kind)
        place = _taken(places.names[language].tolist(), chosen)
        sign = " No. " if language == "en" else " № "
        told = pc.binary_join_element_wise(kind, digits, sign)
        told = pc.if_else(pa.array(is_one), kind, told)
        names[f"name_{language}"] = pc.binary_join_element_wise(told, ", ", place, f" ({mark})", "")
    return names


def _numbered(groups: Numbers) -> tuple[Numbers, np.ndarray]:
    """Return the number of each row in its group, from 1 in the order of the rows, and whether it is alone there."""
    order = np.argsort(groups, kind="stable")
    _, first, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    number, is_one = np.empty(len(groups), np.int64), np.empty(len(groups), bool)
    number[order] = np.arange(len(groups)) - np.repeat(first, sizes) + 1
    is_one[order] = np.repeat(sizes == 1, sizes)
    return number, is_one


def _taken(texts: Sequence[str], numbers: Numbers) -> pa.Array:
    return pa.array(texts, pa.string()).take(pa.array(numbers))


def _repeated(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), count)
