"""Bodies and cells → the properties of their features, as columns of values ready for a tile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.tiles.bodies.figures import Amounts
from geo.tiles.bodies.grid import Ints
from geo.tiles.bodies.points import Column, approximate, joined, lengths, texts, truths, where, whole_numbers

THREADS = 2
NAMES = ("name_kk", "name_ru", "name_en")
EXACTNESS = ("point", "settlement", "region")  # from the most exact on; another word stands behind them
_OWN = ("body_id", *NAMES, "code", "kind", "unit_id")
_LARGEST = {"body_id": "largest_id", **{name: name.replace("name", "largest") for name in NAMES}}
Found = TypeVar("Found")

FIELDS: Mapping[str, str] = {
    "bodies": "how many bodies the cell holds",
    "synthetic": "how many of them are made up",
    "exactness": "how exactly the place is known: point, settlement or region; of a cell that of its least exact body",
    "largest_id": "the body of the cell that executed most, of equal ones the first; its names stand beside",
    "largest_kk": "",
    "largest_ru": "",
    "largest_en": "",
    "body_id": "key of the body",
    "name_kk": "",
    "name_ru": "",
    "name_en": "",
    "code": "BIN or code of the administrator",
    "kind": "what kind of body it is",
    "unit_id": "the unit that owns it",
    "is_group": "stands for many bodies",
    "is_synthetic": "made up",
}


class Words:
    """What some bodies (by number, ascending) are called, as values of tiles; written once, however often shown."""

    def __init__(self, bodies: pa.Table, needed: Ints) -> None:
        exactness, kinds = _plain(bodies["exactness"]), _plain(bodies["kind"])
        self.exactness = _ranks(exactness)
        self.kind = _most_frequent(kinds)
        self.flags = {name: flags(bodies[name]) for name in ("is_group", "is_synthetic")}
        self._needed = needed
        chosen = bodies.select(_OWN)
        if len(needed) < bodies.num_rows:
            chosen = chosen.take(pa.array(needed))
        self._values = dict(zip(_OWN, at_once(lambda name: texts(_plain(chosen[name])), _OWN), strict=True))

    def of(self, name: str, bodies: Ints) -> pa.BinaryArray:
        """Return a column of bodies by their numbers, all of them among the needed."""
        return self._values[name].take(pa.array(np.searchsorted(self._needed, bodies)))

    def exactness_words(self) -> pa.BinaryArray:
        """Return the words of exactness as values, by rank."""
        return texts(pa.array(self.exactness[1], pa.string()))


def body_columns(words: Words, amounts: Amounts, phases: Sequence[str], bodies: Ints) -> list[Column]:
    """Return the properties of bodies by their numbers; `amounts` are those of the same bodies, in the same order."""
    ranks, exactness = words.exactness[0][bodies], words.exactness_words()
    kind = words.kind if len(bodies) else b""
    return [
        *_money(amounts, phases),
        *at_once(lambda name: Column(name, words.of(name, bodies), kind if name == "kind" else b""), _OWN),
        Column("exactness", exactness.take(pa.array(ranks)), exactness[0].as_py()),
        *(
            Column(name, truths(flags[bodies]), truths(np.array([False]))[0].as_py())
            for name, flags in words.flags.items()
        ),
    ]


def cell_columns(
    words: Words, amounts: Amounts, phases: Sequence[str], facts: Mapping[str, NDArray[Any]]
) -> list[Column]:
    """Return the properties of cells; `facts`: bodies, synthetic, exactness (a rank) and largest (a number) of each."""
    exactness = words.exactness_words()
    return [
        *_money(amounts, phases),
        *at_once(lambda name: Column(_LARGEST[name], words.of(name, facts["largest"])), _LARGEST),
        Column("bodies", whole_numbers(facts["bodies"]), _number(1)),
        Column("synthetic", whole_numbers(facts["synthetic"]), _number(0)),
        Column("exactness", exactness.take(pa.array(facts["exactness"])), exactness[0].as_py()),
    ]


@dataclass(frozen=True)
class Pieces:
    """The properties of features that follow from figures, as they stand in a tile; and which of them each has."""

    values: list[bytes]
    shapes: NDArray[np.bool_]  # [feature, property]


def body_pieces(bodies: pa.Table, phases: Sequence[str], amounts: Amounts, numbers: Ints) -> Pieces:
    """Return amounts and id of bodies by their numbers, as `body_columns` begins."""
    return _pieces(bodies, phases, amounts, (numbers, _OWN[:1]))


def cell_pieces(bodies: pa.Table, phases: Sequence[str], amounts: Amounts, largest: Ints) -> Pieces:
    """Return amounts of cells, id and names of their largest bodies, as `cell_columns` begins."""
    return _pieces(bodies, phases, amounts, (largest, tuple(_LARGEST)))


def _pieces(bodies: pa.Table, phases: Sequence[str], amounts: Amounts, named: tuple[Ints, Sequence[str]]) -> Pieces:
    chosen = bodies.select(named[1]).take(pa.array(named[0]))
    columns = [column.values for column in _money(amounts, phases, lambda act, each: list(map(act, each)))]
    columns += [texts(_plain(chosen[name])) for name in named[1]]
    return Pieces(joined(*columns).to_pylist(), np.stack([lengths(values) > 0 for values in columns], axis=1))


def cell_fields(phases: Sequence[str]) -> dict[str, str]:
    """Return what each property of a cell means."""
    return _described(phases, (*_LARGEST.values(), "bodies", "synthetic", "exactness"))


def body_fields(phases: Sequence[str]) -> dict[str, str]:
    """Return what each property of a body means."""
    return _described(phases, (*_OWN, "exactness", "is_group", "is_synthetic"))


def _described(phases: Sequence[str], keys: Sequence[str]) -> dict[str, str]:
    money = {f"{phase}_minor": "whole minor units, exact, as text; absent where there is no figure" for phase in phases}
    doubles = {
        f"{phase}_minor_approx": "the same as a number for styling, right to 1 part in 8,000" for phase in phases
    }
    return {**money, **doubles, **{key: FIELDS[key] for key in keys}}


def at_once(act: Callable[[Any], Found], items: Sequence[Any] | Mapping[Any, Any]) -> list[Found]:
    """Return what comes of each item, in order; two threads."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(act, items))


def _money(amounts: Amounts, phases: Sequence[str], every: Callable[..., list[Any]] = at_once) -> list[Column]:
    exact = every(lambda n: _exact(amounts.sums[:, n], amounts.has[:, n]), range(len(phases)))
    rough = every(lambda n: where(amounts.has[:, n], approximate(amounts.sums[:, n])), range(len(phases)))
    return [
        *(Column(f"{phase}_minor", values) for phase, values in zip(phases, exact, strict=True)),
        *(Column(f"{phase}_minor_approx", values) for phase, values in zip(phases, rough, strict=True)),
    ]


def _exact(sums: Ints, has: NDArray[np.bool_]) -> pa.BinaryArray:
    return texts(pc.cast(pa.array(sums, mask=~has), pa.string()))


def _number(number: int) -> bytes:
    return whole_numbers(np.array([number]))[0].as_py()


def _ranks(words: pa.Array) -> tuple[NDArray[np.int8], list[str]]:
    """Return the rank of each word of exactness, and the words by rank."""
    coded = words.fill_null("").dictionary_encode()
    found = coded.dictionary.to_pylist()
    ordered = [*EXACTNESS, *sorted(set(found) - set(EXACTNESS))]
    ranks = np.array([ordered.index(word) for word in found], np.int8)
    return ranks[coded.indices.to_numpy()] if len(found) else np.zeros(0, np.int8), ordered


def _most_frequent(words: pa.Array) -> bytes:
    counted = sorted((-row["counts"], row["values"] or "") for row in pc.value_counts(words).to_pylist())
    return texts(pa.array([counted[0][1]] if counted else [""]))[0].as_py()


def _plain(column: pa.ChunkedArray) -> pa.Array:
    return column.cast(pa.string()).combine_chunks() if column.num_chunks != 1 else column.chunk(0).cast(pa.string())


def flags(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Return a column of truths."""
    return np.asarray(column.to_numpy(), bool)
