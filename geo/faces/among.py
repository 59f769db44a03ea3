"""Where a unit stands among the others: its places, the middle of its peers, and a drawing of all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from geo.core.text import Text
from geo.faces.amounts import rounded
from geo.faces.strip import Spot, strip_plot
from geo.layers import Layer, Row
from geo.layers.peers import Spread, peers, peers_of, spread
from geo.versions import Version


@dataclass(frozen=True)
class Among:
    """A unit among the others in words; `quartiles` are (name, value) from the least to the most of its peers."""

    sentences: tuple[str, ...]
    plot: Markup
    quartiles: tuple[tuple[str, str], ...]
    peers: str
    has_others: bool  # units of other kinds are in the plot as well


def among(layer: Layer, number: int, text: Text, version: Version) -> Among | None:
    """Return where a unit of a layer of money stands; None where it has no value or stands alone."""
    values = np.array([np.nan if row.value is None else row.value for row in layer.rows])
    own = layer.rows[number].value
    known = ~np.isnan(values)
    if own is None or known.sum() < 2:
        return None
    mask = peers(number, values, peers_of([row.unit for row in layer.rows]))
    has_others = bool((known & ~mask).any())
    kind = layer.rows[number].unit.kind if has_others or _is_one_kind(layer) else ""
    found = spread(values[mask])
    named = peers_named(kind, text)
    sentences = [_place(values[known], own, "place.rank_all", text)]
    if has_others:
        sentences.append(_place(values[mask], own, "place.rank_peers", text, peers=named))
    if found and found.median:
        sentences.append(_deviation(own, found, named, text, version))
    spots = [_spot(row, bool(mask[k]), k == number, text, version) for k, row in enumerate(layer.rows) if known[k]]
    return Among(
        sentences=tuple(sentences),
        plot=strip_plot([s for s in spots if s], found, " ".join(sentences)),
        quartiles=_quartiles(found, layer, mask.tolist(), text, version) if found else (),
        peers=named,
        has_others=has_others,
    )


def peers_named(kind: str, text: Text) -> str:
    """Return what the units of a kind are called when some of them are counted."""
    return text(f"place.peers.{kind}" if text.has(f"place.peers.{kind}") else "place.peers.unit")


def _is_one_kind(layer: Layer) -> bool:
    return len({row.unit.kind for row in layer.rows}) == 1


def _place(values: np.ndarray, own: float, key: str, text: Text, **words: str) -> str:
    return text(key, rank=1 + int((values > own).sum()), count=len(values), **words)


def _deviation(own: float, found: Spread, named: str, text: Text, version: Version) -> str:
    change = text.percent(100 * (own / found.median - 1), is_change=True)
    return text(
        "place.deviation", change=change, count=found.count, peers=named, median=rounded(found.median, text, version)
    )


def _spot(row: Row, is_peer: bool, is_own: bool, text: Text, version: Version) -> Spot | None:
    if row.value is None:
        return None
    return Spot(row.value, f"{row.unit.names[text.lang]}: {rounded(row.value, text, version)}", is_peer, is_own)


def _quartiles(
    found: Spread, layer: Layer, mask: list[bool], text: Text, version: Version
) -> tuple[tuple[str, str], ...]:
    """Return the five numbers of the peers' spread; both ends with the names of the units that they are of."""
    ends = {
        "least": [
            row.unit.names[text.lang] for row, is_in in _known(layer, mask) if is_in and row.value == found.least
        ],
        "most": [row.unit.names[text.lang] for row, is_in in _known(layer, mask) if is_in and row.value == found.most],
    }
    rows = []
    for key in ("least", "lower", "median", "upper", "most"):
        value = rounded(getattr(found, key), text, version)
        name = f" ({ends[key][0]})" if ends.get(key) else ""
        rows.append((text(f"place.spread.{key}"), value + name))
    return tuple(rows)


def _known(layer: Layer, mask: list[bool]) -> list[tuple[Row, bool]]:
    return list(zip(layer.rows, mask, strict=True))
