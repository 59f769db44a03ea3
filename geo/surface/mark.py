"""The word SYNTHETIC, drawn into pictures whose figures are made up: a picture travels without its page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

COLOUR = "#5b5b5b"
TEXT = "SYNTHETIC"
_DOT = 2  # pixels on each side of a dot of a letter
_GAP = 1  # dots between letters
# Five dots wide, seven high.
_LETTERS = {
    "S": (".####", "#....", "#....", ".###.", "....#", "....#", "####."),
    "Y": ("#...#", "#...#", ".#.#.", "..#..", "..#..", "..#..", "..#.."),
    "N": ("#...#", "##..#", "#.#.#", "#.#.#", "#..##", "#...#", "#...#"),
    "T": ("#####", "..#..", "..#..", "..#..", "..#..", "..#..", "..#.."),
    "H": ("#...#", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"),
    "E": ("#####", "#....", "#....", "####.", "#....", "#....", "#####"),
    "I": ("#####", "..#..", "..#..", "..#..", "..#..", "..#..", "#####"),
    "C": (".####", "#....", "#....", "#....", "#....", "#....", ".####"),
}


def stamped(picture: NDArray[np.uint8], index: int) -> NDArray[np.uint8]:
    """Return a picture of palette indices with the word on it, twice and apart, in colour `index`; only on land.

    A picture smaller than the word, or without land where the word would stand, has it as far as there is room.
    """
    word, marked = _word(), picture.copy()
    height, width = picture.shape
    for top, left in ((height // 5, width // 12), (3 * height // 5, width // 3)):
        place = marked[top : top + word.shape[0], left : left + word.shape[1]]
        place[word[: place.shape[0], : place.shape[1]] & (place > 0)] = index
    return marked


def _word() -> NDArray[np.bool_]:
    gap = np.zeros((7, _GAP), bool)
    letters = [np.array([[dot == "#" for dot in row] for row in _LETTERS[letter]]) for letter in TEXT]
    dots = np.concatenate([part for letter in letters for part in (letter, gap)], axis=1)
    return np.repeat(np.repeat(dots, _DOT, axis=0), _DOT, axis=1)
