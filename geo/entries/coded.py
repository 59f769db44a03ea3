"""Texts that stand in millions of rows, as small numbers: pandas categories, the same ones in several frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]


def coded(
    frames: Sequence[pd.DataFrame], more: Mapping[str, Iterable[str]], columns: Iterable[str]
) -> list[pd.DataFrame]:
    """Return the frames with the same categories in each of the columns, in the order of the texts.

    `more` are words of a column that no row has yet; an absent column is full of empty texts.
    """
    texts: list[dict[str, object]] = [{} for _ in frames]
    for name in columns:
        given = [frame[name] if name in frame else pd.Series("", frame.index, dtype="str") for frame in frames]
        words = {*more.get(name, ())}.union(*map(distinct, given))
        kind = pd.CategoricalDtype(pd.Index(sorted(words), dtype="str"))
        for made, column in zip(texts, given, strict=True):
            made[name] = _cast(column, kind)
    return [frame.assign(**made) for frame, made in zip(frames, texts, strict=True)]


def _cast(column: pd.Series, kind: pd.CategoricalDtype) -> pd.Series:
    # To pandas the same words in another order are the same kind: `astype` would leave them in theirs.
    is_coded = isinstance(column.dtype, pd.CategoricalDtype)
    return column.cat.set_categories(kind.categories) if is_coded else column.astype(kind)


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with plain texts in place of categories."""
    texts = {name: column.cat for name, column in frame.items() if isinstance(column.dtype, pd.CategoricalDtype)}
    # Taken, not cast: a cast makes a Python object of each text.
    made = {name: text.categories.astype("str").take(text.codes.to_numpy()) for name, text in texts.items()}
    return frame.assign(**{name: pd.Series(index.array, frame.index) for name, index in made.items()})


def distinct(column: pd.Series) -> list[str]:
    """Return the different texts of a column, plain or of categories."""
    return column.unique().tolist()


def numbers(frame: pd.DataFrame, columns: Iterable[str]) -> Numbers:
    """Return one number for the texts of several columns in each row, in the order of the texts.

    Equal in two frames where they have the same categories. Raises OverflowError beyond 2⁶³ combinations.
    """
    found, size = np.zeros(len(frame), np.int64), 1
    for name in columns:
        words = frame[name].cat
        size *= len(words.categories) + 1
        if size >= 2**63:
            raise OverflowError(size)
        found = found * (len(words.categories) + 1) + words.codes.to_numpy()
    return found
