"""How many slips lie between a word and each word of the vocabulary: a letter wrong, missing, too many, or swapped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Slips = NDArray[np.uint8]


def slips(word: bytes, letters: NDArray[np.uint8], lengths: NDArray[np.uint8], most: int) -> tuple[Slips, Slips]:
    """Return the slips to each whole word and to its nearest beginning; whatever is over `most` is `most + 1`.

    `letters` are [letter, word]. This is the optimal string alignment distance inside a band around the diagonal,
    for all words at once: time grows with the length of the word and `most`, not with its square.
    """
    count, width = letters.shape[1], letters.shape[0]
    over = np.uint8(most + 1)
    far = np.full(count, over, np.uint8)
    before: dict[int, Slips] = {}
    above = {j: np.full(count, min(j, over), np.uint8) for j in range(min(most, width) + 1)}
    for i, letter in enumerate(word, 1):
        is_same = {}
        row: dict[int, Slips] = {}
        for j in range(max(0, i - most), min(width, i + most) + 1):
            if j == 0:
                row[0] = np.full(count, min(i, over), np.uint8)
                continue
            is_same[j] = letters[j - 1] == letter
            best = above.get(j - 1, far) + ~is_same[j]
            best = np.minimum(best, np.minimum(above.get(j, far), row.get(j - 1, far)) + np.uint8(1))
            if i > 1 and j > 1:
                is_swapped = (letters[j - 2] == letter) & (letters[j - 1] == word[i - 2])
                swap = np.where(is_swapped, before.get(j - 2, far) + np.uint8(1), over)
                best = np.minimum(best, swap)
            row[j] = np.minimum(best, over)
        before, above = above, row
    whole, beginning = far.copy(), far.copy()
    for j, found in above.items():
        whole = np.where(lengths == j, found, whole)
        beginning = np.where(lengths >= j, np.minimum(beginning, found), beginning)
    return whole, beginning
