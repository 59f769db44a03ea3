"""Numbers that look random and are the same on every machine: a pure function of what they are asked for."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Keys = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def keys_of(region: int, kind: int, numbers: Numbers) -> Keys:
    """Return one key for each body: its region, its kind and its number among them; up to 2³² of each kind."""
    return np.uint64((region << 48) | (kind << 32)) + numbers.astype(np.uint64)


def chances(keys: Keys, stream: int) -> Floats:
    """Return a number in [0, 1) for each key; other streams give other numbers (SplitMix64)."""
    seeded = _mixed(keys * _GOLDEN + _mixed(np.full(1, stream, np.uint64) * _GOLDEN))
    return (seeded >> np.uint64(11)).astype(np.float64) * 2.0**-53


def skewed(chance: Floats, least: float = 0.05) -> Floats:
    """Return sizes as organisations have them: many small ones, few large; from 1 to 1 ÷ `least`, mean about 3.

    Division alone, and no exponential: its last digit would differ between machines.
    """
    return 1.0 / (least + (1.0 - least) * (1.0 - chance))


def _mixed(values: Keys) -> Keys:
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))
