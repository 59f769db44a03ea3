"""Whole amounts divided exactly."""

import numpy as np

from scripts.kz_demo.chance import Floats, Numbers

_WHOLE = 2**31  # the most that weights add up to, so that no product leaves 64 bits


def weights_of(sizes: Floats) -> Numbers:
    """Return sizes as whole numbers from 1, at most 2³¹ together; raises ValueError for more than 2³⁰ of them."""
    if len(sizes) > _WHOLE // 2:
        raise ValueError("too many parts")
    return np.floor(sizes / sizes.sum() * (_WHOLE - len(sizes))).astype(np.int64) + 1


def split(amount: int, weights: Numbers) -> Numbers:
    """Return the parts of an amount by weight, whole and adding up exactly; nothing is split into nothing.

    By largest remainder, ties to the first. A part of less than nothing is the mirror of one above it. Same amount
    and weights give the same parts; of a larger amount no part is smaller by more than one.
    """
    if amount < 0:
        return -split(-amount, weights)
    whole = int(weights.sum())
    quotient, rest = divmod(amount, whole)
    # amount · weight would leave 64 bits; rest and weight are below 2³¹ each.
    parts, remainders = np.divmod(rest * weights, whole)
    missing = rest - int(parts.sum())
    parts += quotient * weights
    if missing:
        parts[np.argsort(-remainders, kind="stable")[:missing]] += 1
    return parts
